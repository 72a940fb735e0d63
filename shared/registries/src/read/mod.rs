//! From bytes to values: what files are packed in, and how they are written.

mod json;
mod members;
mod rdf;
mod table;
mod xml;
mod yaml;

use std::ops::ControlFlow;

use serde_json::Value;

pub(crate) use json::{array, lines};
pub(crate) use members::members;
pub(crate) use rdf::{Graph, graph};
pub(crate) use table::rows;
pub use xml::element;
pub(crate) use xml::elements;
pub(crate) use yaml::list;

/// Bytes of one line or element; more is no entry.
pub const LONGEST: usize = 10_000_000;

/// Takes values with their places, or why there is none.
pub(crate) type Values<'s> = dyn FnMut(String, Result<Value, String>) -> ControlFlow<()> + 's;

/// The first byte that is no blank, which is left where it is.
pub(crate) fn first(reader: &mut dyn std::io::BufRead) -> std::io::Result<Option<u8>> {
    loop {
        let buffer = reader.fill_buf()?;
        let Some(at) = buffer.iter().position(|byte| !byte.is_ascii_whitespace()) else {
            let length = buffer.len();
            if length == 0 {
                return Ok(None);
            }
            reader.consume(length);
            continue;
        };
        let found = buffer[at];
        reader.consume(at);
        return Ok(Some(found));
    }
}
