//! JSON: one list of objects, or one object a line.

use std::{
    fmt,
    io::{self, BufRead, Read},
    ops::ControlFlow,
};

use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};
use serde_json::Value;

use super::{LONGEST, Values};

/// A list whose elements are taken one by one, as they come.
pub(super) struct Each<'e, 's> {
    pub(super) take: &'e mut Values<'s>,
    /// Elements that came.
    pub(super) count: &'e mut usize,
    /// Nobody wanted more.
    pub(super) ended: &'e mut bool,
}

impl<'de> DeserializeSeed<'de> for Each<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Each<'_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of entries")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(value) = list.next_element::<Value>()? {
            *self.count += 1;
            if (self.take)(format!("entry {}", self.count), Ok(value)).is_break() {
                *self.ended = true;
                return Err(serde::de::Error::custom("no more is wanted"));
            }
        }
        Ok(())
    }
}

/// The elements of a list. What is not JSON ends it: nobody knows where the next element begins.
pub(crate) fn array(reader: &mut dyn BufRead, take: &mut Values<'_>) -> ControlFlow<()> {
    let (mut count, mut ended) = (0, false);
    let mut deserializer = serde_json::Deserializer::from_reader(reader);
    let each = Each { take: &mut *take, count: &mut count, ended: &mut ended };
    match each.deserialize(&mut deserializer) {
        Ok(()) => ControlFlow::Continue(()),
        Err(_) if ended => ControlFlow::Break(()),
        Err(error) => {
            let reason = format!("it is no JSON list, and nothing behind it was read: {error}");
            take(format!("entry {}", count + 1), Err(reason))
        }
    }
}

/// One object a line; empty lines are passed over.
pub(crate) fn lines(reader: &mut dyn BufRead, take: &mut Values<'_>) -> io::Result<ControlFlow<()>> {
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        Read::take(&mut *reader, LONGEST as u64 + 1).read_until(b'\n', &mut line)?;
        let place = format!("line {number}");
        if line.is_empty() {
            break;
        }
        let text = line.trim_ascii();
        let value = if line.len() > LONGEST {
            if line.last() != Some(&b'\n') {
                reader.skip_until(b'\n')?;
            }
            Err(format!("it has more than {LONGEST} bytes"))
        } else if text.is_empty() {
            continue;
        } else {
            serde_json::from_slice(text).map_err(|error| format!("it is not JSON: {error}"))
        };
        if take(place, value).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}
