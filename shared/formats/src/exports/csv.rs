//! CSV (RFC 4180): a row for each record.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::source::Source;

/// The columns of the simple form.
const SIMPLE: [&str; 10] = [
    "id",
    "created",
    "pids.doi.identifier",
    "metadata.title",
    "metadata.description",
    "metadata.resource_type.title.en",
    "metadata.publication_date",
    "metadata.creators.person_or_org.type",
    "metadata.creators.person_or_org.name",
    "metadata.rights.id",
];

/// Everything: each value by its path, elements of lists by number.
pub(super) fn full(sources: &[Source<'_>]) -> String {
    let rows: Vec<BTreeMap<String, String>> = sources.iter().map(|source| flat(*source)).collect();
    let columns: BTreeSet<&String> = rows.iter().flat_map(BTreeMap::keys).collect();
    let mut output = String::new();
    line(&mut output, columns.iter().map(|column| column.as_str()));
    for row in &rows {
        line(&mut output, columns.iter().map(|column| row.get(*column).map_or("", String::as_str)));
    }
    output
}

/// What most tables need, the elements of a list in one cell.
pub(super) fn simple(sources: &[Source<'_>]) -> String {
    let mut output = String::new();
    line(&mut output, SIMPLE.into_iter());
    for source in sources {
        let cells = SIMPLE.map(|column| {
            let (first, rest) = column.split_once('.').unwrap_or((column, ""));
            let mut found = Vec::new();
            collect(source.at(first), rest, &mut found);
            found.join("\n")
        });
        line(&mut output, cells.iter().map(String::as_str));
    }
    output
}

fn collect(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Array(elements) => elements.iter().for_each(|element| collect(element, path, found)),
        Value::Object(members) => {
            let (first, rest) = path.split_once('.').unwrap_or((path, ""));
            members.get(first).into_iter().for_each(|value| collect(value, rest, found));
        }
        value if path.is_empty() => found.extend(Some(cell(value)).filter(|cell| !cell.is_empty())),
        _ => {}
    }
}

fn flat(source: Source<'_>) -> BTreeMap<String, String> {
    let mut row = BTreeMap::new();
    source.record.iter().for_each(|(key, value)| flatten(key.clone(), value, &mut row));
    row
}

fn flatten(path: String, value: &Value, row: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(key, value)| flatten(format!("{path}.{key}"), value, row));
        }
        Value::Array(elements) => {
            elements.iter().enumerate().for_each(|(at, value)| flatten(format!("{path}.{at}"), value, row));
        }
        value => {
            row.insert(path, cell(value));
        }
    }
}

/// A value as InvenioRDM's clients read it: `True` and `False`.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn line<'a>(output: &mut String, cells: impl Iterator<Item = &'a str>) {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            output.push(',');
        }
        if cell.contains([',', '"', '\n', '\r']) {
            output.push('"');
            output.push_str(&cell.replace('"', "\"\""));
            output.push('"');
        } else {
            output.push_str(cell);
        }
    }
    output.push_str("\r\n");
}
