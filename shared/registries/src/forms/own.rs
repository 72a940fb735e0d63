//! Files of one's own: entries as the API takes them, as YAML, JSON, JSON lines or CSV.

use std::{
    io::{self, BufRead},
    ops::ControlFlow,
};

use serde_json::Value;

use super::{Form, Made, json, through};
use crate::{Sink, read};

pub(super) const FORM: Form = Form {
    name: "own",
    title: "Entries as the API takes them: YAML, JSON, JSON lines or CSV",
    vocabularies: &[],
    endings: &[".yaml", ".yml", ".json", ".jsonl", ".ndjson", ".csv"],
    read: |name, reader, _, sink| entries(name, reader, sink),
};

fn entries(name: &str, reader: &mut dyn BufRead, sink: &mut Sink<'_>) -> io::Result<ControlFlow<()>> {
    let mut take = through(sink, object);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    match ending {
        "csv" => Ok(read::rows(reader, &mut take)),
        "yaml" | "yml" => Ok(read::list(reader, &mut take)),
        "json" | "jsonl" | "ndjson" => json(reader, &mut take),
        _ => match read::first(reader)? {
            Some(b'[' | b'{') => json(reader, &mut take),
            _ => Ok(read::list(reader, &mut take)),
        },
    }
}

fn object(value: Value) -> Made {
    match value {
        Value::Object(entry) => Ok(Some(entry)),
        _ => Err("it is no object".into()),
    }
}
