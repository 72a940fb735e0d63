//! YAML: one list of entries.

use std::{io::BufRead, ops::ControlFlow};

use serde::de::DeserializeSeed;
use serde_saphyr::{Options, with_deserializer_from_reader_with_options};

use super::{Values, json::Each};

/// The elements of a list. What is not YAML ends it.
pub(crate) fn list(reader: &mut dyn BufRead, take: &mut Values<'_>) -> ControlFlow<()> {
    let (mut count, mut ended) = (0, false);
    // Elements go as they come, however many; what aliases may come to keeps its limits.
    let mut options = Options::default();
    options.budget = None;
    // Norway is no `false`.
    options.strict_booleans = true;
    let read = with_deserializer_from_reader_with_options(reader, options, |deserializer| {
        let each = Each { take: &mut *take, count: &mut count, ended: &mut ended };
        each.deserialize(deserializer)
    });
    match read {
        Ok(()) => ControlFlow::Continue(()),
        Err(_) if ended => ControlFlow::Break(()),
        Err(error) => {
            let reason = format!("it is no list in YAML, and nothing behind it was read: {error}");
            take(format!("entry {}", count + 1), Err(reason))
        }
    }
}
