//! What clients send about files: read whole, every problem told. Texts: records reference §5.3 and §5.4.

use serde_json::{Map, Value};

use super::{
    keys,
    transfer::{Kind, Transfer},
};
use crate::{Error, FieldError, Result};

const MISSING: &str = "Missing data for required field.";
const NOT_TEXT: &str = "Not a valid string.";
const NOT_WHOLE: &str = "Not a valid integer.";
const NOT_OBJECT: &str = "Not a valid mapping type.";
const NULL: &str = "Field may not be null.";
const UNKNOWN: &str = "Unknown field.";
/// Most files that one request may start.
const MOST: usize = 100;
/// Most parts of one upload (S3).
const MOST_PARTS: u64 = 10_000;

/// A file that is to be started.
#[derive(Debug, Clone, PartialEq)]
pub struct Start {
    /// Its name.
    pub key: String,
    /// What is said about it.
    pub metadata: Option<Map<String, Value>>,
    /// A hint not to list it.
    pub hidden: bool,
    /// Bytes.
    pub size: Option<u64>,
    /// `<algorithm>:<hex>`.
    pub checksum: Option<String>,
    /// How its bytes come.
    pub transfer: Transfer,
}

/// What is to be said about a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Change {
    /// In place of what was said.
    pub metadata: Option<Map<String, Value>>,
    /// In place of the hint.
    pub hidden: Option<bool>,
}

/// Reads the files to start. `with_folders`: whether names may have slashes.
///
/// # Errors
/// [`Error::Invalid`] with all that is wrong with any of them; [`Error::BadRequest`] for uploads in parts that do not
/// say what they have to, and for a key that comes twice.
pub fn read_starts(body: &Value, with_folders: bool) -> Result<Vec<Start>> {
    let items = match body {
        Value::Array(items) if !items.is_empty() => items,
        Value::Null | Value::Array(_) => return Err(Error::field("_schema", "No files to upload.")),
        _ => return Err(Error::field("0._schema", "Invalid input type.")),
    };
    if items.len() > MOST {
        return Err(Error::field("_schema", format!("Longer than maximum length {MOST}.")));
    }
    let mut problems = Vec::new();
    let mut starts: Vec<Start> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let mut reader = Reader { prefix: format!("{index}."), problems: &mut problems };
        match item {
            Value::Object(item) => starts.extend(reader.start(item, with_folders)),
            _ => reader.problem("_schema", "Invalid input type."),
        }
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    for (index, start) in starts.iter().enumerate() {
        if starts[..index].iter().any(|other| other.key == start.key) {
            return Err(Error::BadRequest(format!("File with key {} already exists.", start.key)));
        }
        check_parts(start)?;
    }
    Ok(starts)
}

/// Reads what is to be said about a file.
///
/// # Errors
/// [`Error::Invalid`] with all that is wrong.
pub fn read_change(body: &Map<String, Value>) -> Result<Change> {
    let mut problems = Vec::new();
    let mut reader = Reader { prefix: String::new(), problems: &mut problems };
    let change = Change { metadata: reader.metadata(body), hidden: reader.hidden(body) };
    reader.unknown(body, &["metadata", "access"]);
    if problems.is_empty() { Ok(change) } else { Err(Error::Invalid(problems)) }
}

/// An upload in parts says how large it is, and its parts hold all of it.
fn check_parts(start: &Start) -> Result<()> {
    let refuse = |message: &str| Err(Error::BadRequest(message.to_owned()));
    if start.transfer.kind != Kind::Multipart {
        return Ok(());
    }
    let Some(size) = start.size else { return refuse("Multipart file transfer requires file size.") };
    let parts = u64::from(start.transfer.parts.unwrap_or(0));
    let Some(part_size) = start.transfer.part_size else {
        return refuse("Multipart file transfer to local storage requires part_size.");
    };
    if parts == 0 {
        return refuse("Multipart file transfer requires parts.");
    }
    if parts > MOST_PARTS {
        return refuse("Multipart file transfer allows at most 10000 parts.");
    }
    let room = parts.saturating_mul(part_size);
    if part_size == 0 || room < size || room - part_size >= size.max(1) {
        return refuse(
            "Multipart file transfer requires parts of part_size that hold size bytes in all, none of them empty.",
        );
    }
    Ok(())
}

struct Reader<'a> {
    prefix: String,
    problems: &'a mut Vec<FieldError>,
}

impl Reader<'_> {
    fn problem(&mut self, field: &str, message: &str) {
        self.problems.push(FieldError::new(format!("{}{field}", self.prefix), message));
    }

    fn refuse<T>(&mut self, field: &str, message: &str) -> Option<T> {
        self.problem(field, message);
        None
    }

    fn start(&mut self, item: &Map<String, Value>, with_folders: bool) -> Option<Start> {
        let key = self.key(item, with_folders);
        let start = Start {
            key: key.clone().unwrap_or_default(),
            metadata: self.metadata(item),
            hidden: self.hidden(item).unwrap_or(false),
            size: self.whole(item, "size"),
            checksum: self.checksum(item),
            transfer: self.transfer(item).unwrap_or_default(),
        };
        self.unknown(item, &["key", "metadata", "access", "size", "checksum", "transfer"]);
        key.map(|_| start)
    }

    fn key(&mut self, item: &Map<String, Value>, with_folders: bool) -> Option<String> {
        match item.get("key") {
            None => self.refuse("key", MISSING),
            Some(Value::Null) => self.refuse("key", NULL),
            Some(Value::String(key)) => match keys::problem(key, with_folders) {
                Some(problem) => self.refuse("key", problem),
                None => Some(key.clone()),
            },
            Some(_) => self.refuse("key", NOT_TEXT),
        }
    }

    fn metadata(&mut self, item: &Map<String, Value>) -> Option<Map<String, Value>> {
        match item.get("metadata") {
            None => None,
            Some(Value::Null) => self.refuse("metadata", NULL),
            Some(Value::Object(metadata)) => Some(metadata.clone()),
            Some(_) => self.refuse("metadata", NOT_OBJECT),
        }
    }

    fn hidden(&mut self, item: &Map<String, Value>) -> Option<bool> {
        let access = match item.get("access")? {
            Value::Object(access) => access,
            Value::Null => return self.refuse("access", NULL),
            _ => return self.refuse("access._schema", "Invalid input type."),
        };
        let unknown: Vec<&String> = access.keys().filter(|key| *key != "hidden").collect();
        for key in unknown {
            self.problem(&format!("access.{key}"), UNKNOWN);
        }
        match access.get("hidden")? {
            Value::Bool(hidden) => Some(*hidden),
            _ => self.refuse("access.hidden", "Not a valid boolean."),
        }
    }

    fn whole(&mut self, item: &Map<String, Value>, field: &str) -> Option<u64> {
        match item.get(field)? {
            Value::Null => self.refuse(field, NULL),
            value => value.as_u64().or_else(|| self.refuse(field, NOT_WHOLE)),
        }
    }

    fn checksum(&mut self, item: &Map<String, Value>) -> Option<String> {
        match item.get("checksum")? {
            Value::String(text) => Some(text.clone()),
            Value::Null => self.refuse("checksum", NULL),
            _ => self.refuse("checksum", NOT_TEXT),
        }
    }

    fn transfer(&mut self, item: &Map<String, Value>) -> Option<Transfer> {
        let Value::Object(transfer) = item.get("transfer")? else {
            // Told without the place in the list, as InvenioRDM does.
            self.problems.push(FieldError::new("transfer", "Transfer metadata must be a dictionary."));
            return None;
        };
        let kind = match transfer.get("type") {
            None => Kind::Local,
            Some(value) => {
                let Ok(kind) = serde_json::from_value(value.clone()) else {
                    let given = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                    return self.refuse("transfer.type", &format!("Unsupported value: {given}"));
                };
                kind
            }
        };
        let mut read = Transfer { kind, ..Transfer::default() };
        let allowed: &[&str] = match kind {
            Kind::Local => &["type"],
            Kind::Multipart => {
                read.parts = self.parts(transfer);
                read.part_size = self.below(transfer, "part_size");
                &["type", "parts", "part_size"]
            }
            Kind::Fetch | Kind::Remote => {
                read.url = self.url(transfer);
                &["type", "url"]
            }
        };
        let unknown: Vec<&String> = transfer.keys().filter(|key| !allowed.contains(&key.as_str())).collect();
        for key in unknown {
            self.problem(&format!("transfer.{key}"), UNKNOWN);
        }
        Some(read)
    }

    fn parts(&mut self, transfer: &Map<String, Value>) -> Option<u32> {
        if !transfer.contains_key("parts") {
            return self.refuse("transfer.parts", MISSING);
        }
        self.below(transfer, "parts").map(|parts| u32::try_from(parts).unwrap_or(u32::MAX))
    }

    fn below(&mut self, transfer: &Map<String, Value>, field: &str) -> Option<u64> {
        match transfer.get(field).filter(|value| !value.is_null())?.as_u64() {
            Some(number) => Some(number),
            None => self.refuse(&format!("transfer.{field}"), NOT_WHOLE),
        }
    }

    fn url(&mut self, transfer: &Map<String, Value>) -> Option<String> {
        let Some(value) = transfer.get("url") else { return self.refuse("transfer.url", MISSING) };
        let parsed = value.as_str().and_then(|text| url::Url::parse(text).ok());
        match parsed.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host()) {
            Some(url) => Some(url.into()),
            None => self.refuse("transfer.url", "Not a valid URL."),
        }
    }

    fn unknown(&mut self, item: &Map<String, Value>, known: &[&str]) {
        let unknown: Vec<&String> = item.keys().filter(|key| !known.contains(&key.as_str())).collect();
        for key in unknown {
            self.problem(key, UNKNOWN);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn problems(body: &Value) -> Vec<String> {
        match read_starts(body, true) {
            Ok(_) => Vec::new(),
            Err(Error::Invalid(problems)) => {
                problems.iter().map(|one| format!("{}: {}", one.field, one.messages.join(" "))).collect()
            }
            Err(error) => vec![error.to_string()],
        }
    }

    #[test]
    fn every_problem_of_every_file_is_told() {
        for (body, expected) in [
            (json!([]), vec!["_schema: No files to upload."]),
            (json!({"key": "x"}), vec!["0._schema: Invalid input type."]),
            (
                json!([{"nokey": 1}, {"key": 5}, 7]),
                vec![
                    "0.key: Missing data for required field.",
                    "0.nokey: Unknown field.",
                    "1.key: Not a valid string.",
                    "2._schema: Invalid input type.",
                ],
            ),
            (
                json!([{"key": "a", "transfer": "M"}]),
                vec!["transfer: Transfer metadata must be a dictionary."],
            ),
            (json!([{"key": "a", "transfer": {"type": "Z"}}]), vec!["0.transfer.type: Unsupported value: Z"]),
            (
                json!([{"key": "a", "transfer": {"type": "M"}}]),
                vec!["0.transfer.parts: Missing data for required field."],
            ),
            (
                json!([{"key": "a", "transfer": {"type": "R", "url": "ftp://x"}}]),
                vec!["0.transfer.url: Not a valid URL."],
            ),
            (json!([{"key": "a"}, {"key": "a"}]), vec!["File with key a already exists."]),
        ] {
            assert_eq!(problems(&body), expected, "{body}");
        }
    }

    #[test]
    fn parts_hold_the_whole_file() {
        let parts = |parts: u64, part_size: u64, size: u64| {
            problems(
                &json!([{"key": "m", "size": size, "transfer": {"type": "M", "parts": parts, "part_size": part_size}}]),
            )
        };
        assert!(parts(2, 10, 17).is_empty());
        assert!(parts(2, 10, 20).is_empty());
        for (number, part_size, size) in
            [(2, 8, 17), (3, 10, 17), (0, 10, 17), (10_001, 10, 100_005), (1, 0, 0)]
        {
            assert_eq!(parts(number, part_size, size).len(), 1, "{number} of {part_size} for {size}");
        }
    }
}
