//! The Medical Subject Headings: descriptors, as the National Library of Medicine publishes them, or one a line.

use serde_json::{Map, Value, json};

use super::{Form, Made, json as read_json, list, put, text, through};
use crate::read;

pub(super) const FORM: Form = Form {
    name: "mesh",
    title: "MeSH: descriptors as XML (desc2026.xml), or subjects as JSON lines",
    vocabularies: &["subjects"],
    endings: &[".xml", ".json", ".jsonl"],
    read: |_, reader, _, sink| match read::first(reader)? {
        Some(b'<') => {
            Ok(read::elements(reader, "DescriptorRecord", &mut through(sink, |record| descriptor(&record))))
        }
        _ => read_json(reader, &mut through(sink, line)),
    },
};

pub(super) fn entry(value: Value) -> Made {
    if value.get("descriptorui").is_some() { descriptor(&value) } else { line(value) }
}

fn descriptor(record: &Value) -> Made {
    let code = text(record, &["descriptorui"]).ok_or("it has no DescriptorUI")?;
    let name = text(record, &["descriptorname", "string"]).ok_or_else(|| format!("{code} has no name"))?;
    let mut synonyms: Vec<&str> = Vec::new();
    for concept in list(record, &["conceptlist", "concept"]) {
        for term in list(concept, &["termlist", "term"]).iter().filter_map(|term| text(term, &["string"])) {
            if term != name && !synonyms.contains(&term) {
                synonyms.push(term);
            }
        }
    }
    let mut entry = Map::new();
    entry.insert("id".into(), json!(format!("mesh:{code}")));
    entry.insert("scheme".into(), json!("MeSH"));
    entry.insert("subject".into(), json!(name));
    entry.insert("title".into(), json!({"en": name}));
    let address = format!("https://id.nlm.nih.gov/mesh/{code}");
    entry.insert("identifiers".into(), json!([{"scheme": "url", "identifier": address}]));
    put(&mut entry, "synonyms", (!synonyms.is_empty()).then(|| json!(synonyms)));
    Ok(Some(entry))
}

/// Files of subjects call them by their addresses.
fn line(value: Value) -> Made {
    let id = text(&value, &["id"]).ok_or("it has no id")?;
    let id = format!("mesh:{}", id.rsplit(['/', ':']).next().unwrap_or(id));
    let subject = text(&value, &["subject"]).ok_or_else(|| format!("{id} has no subject"))?.to_owned();
    let Value::Object(mut entry) = value else { return Err("it is no object".into()) };
    entry.insert("id".into(), json!(id));
    entry.entry("scheme").or_insert_with(|| json!("MeSH"));
    let title = entry.entry("title").or_insert_with(|| json!({}));
    if let Some(title) = title.as_object_mut() {
        title.entry("en").or_insert_with(|| json!(subject));
    }
    Ok(Some(entry))
}
