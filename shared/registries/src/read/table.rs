//! CSV: a header, then an entry a row; `__` in a name of the header is a key within a key.

use std::{io::BufRead, ops::ControlFlow};

use serde_json::{Map, Value, json};

use super::Values;

/// The rows of a table, as objects. Empty cells say nothing; `tags` are separated by commas.
pub(crate) fn rows(reader: &mut dyn BufRead, take: &mut Values<'_>) -> ControlFlow<()> {
    let mut table = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(reader);
    let header = match table.headers() {
        Ok(header) => header.clone(),
        Err(error) => return take("header".into(), Err(error.to_string())),
    };
    for record in table.records() {
        let (place, value) = match record {
            Ok(record) => {
                let line = record.position().map_or(0, csv::Position::line);
                (format!("line {line}"), Ok(object(&header, &record)))
            }
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                (format!("line {line}"), Err(error.to_string()))
            }
        };
        take(place, value)?;
    }
    ControlFlow::Continue(())
}

fn object(header: &csv::StringRecord, record: &csv::StringRecord) -> Value {
    let mut object = Map::new();
    for (name, cell) in header.iter().zip(record).filter(|(_, cell)| !cell.is_empty()) {
        let value = match name {
            "tags" => cell.split(',').map(|tag| json!(tag.trim())).collect(),
            _ => json!(cell),
        };
        put(&mut object, name, value);
    }
    Value::Object(object)
}

fn put(object: &mut Map<String, Value>, name: &str, value: Value) {
    let Some((first, rest)) = name.split_once("__") else {
        object.insert(name.to_owned(), value);
        return;
    };
    if let Value::Object(inner) = object.entry(first).or_insert_with(|| json!({})) {
        put(inner, rest, value);
    }
}
