//! How a record is cited, for its tombstone: in the manner of APA.

use cairn_model::{Record, fields::pids::Pids};
use serde_json::Value;

/// Authors, year, title, version, publisher and DOI, as far as they are known.
pub(super) fn citation(record: &Record) -> String {
    let none = Value::Null;
    let metadata = record.document.get("metadata").unwrap_or(&none);
    let text = |key: &str| metadata[key].as_str().filter(|text| !text.is_empty());
    let authors: Vec<String> = metadata["creators"].as_array().into_iter().flatten().map(author).collect();
    let year = text("publication_date").map_or("n.d.", |date| date.get(..4).unwrap_or(date));
    let version = text("version").map(|version| format!(" ({version})")).unwrap_or_default();
    let title = format!("{}{version}", text("title").unwrap_or("Untitled"));
    let work = if authors.is_empty() {
        format!("{title}. ({year})")
    } else {
        format!("{} ({year}). {title}", joined(&authors))
    };
    let mut parts = vec![work];
    parts.extend(text("publisher").map(ToOwned::to_owned));
    let mut citation =
        parts.iter().map(|part| format!("{}.", part.trim_end_matches('.'))).collect::<Vec<_>>();
    let doi = record.get::<Pids>().ok().flatten().and_then(|mut pids| pids.remove("doi"));
    citation.extend(doi.map(|doi| format!("https://doi.org/{}", doi.identifier)));
    citation.join(" ")
}

/// A person by family name and initials, others by name.
fn author(creator: &Value) -> String {
    let who = &creator["person_or_org"];
    let name = |key: &str| who[key].as_str().unwrap_or_default();
    if name("family_name").is_empty() {
        return name("name").to_owned();
    }
    let initials = name("given_name").split_whitespace().filter_map(|name| name.chars().next());
    let initials: Vec<String> = initials.map(|initial| format!("{initial}.")).collect();
    format!("{}, {}", name("family_name"), initials.join(" ")).trim_end_matches(", ").to_owned()
}

/// Names with an ampersand before the last.
fn joined(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [others @ .., last] => format!("{}, & {last}", others.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use cairn_model::{Timestamp, kinds::records::RECORD};
    use serde_json::json;

    use super::*;

    fn cited(metadata: Value) -> String {
        let mut record = Record::create(&RECORD, "abcde-abc12", Timestamp::from_micros(0)).unwrap();
        record.document.insert("metadata".into(), metadata);
        citation(&record)
    }

    #[test]
    fn a_record_is_cited_as_far_as_it_is_known() {
        let person = |family: &str, given: &str| json!({"person_or_org": {"type": "personal", "family_name": family, "given_name": given}});
        let work = json!({"person_or_org": {"type": "organizational", "name": "Kiln Works"}});
        let whole = json!({
            "creators": [person("Doe", "Jane Ann"), work, person("Lee", "")],
            "publication_date": "2020-06-01", "title": "Glazes", "version": "v2", "publisher": "Kiln Press",
        });
        assert_eq!(cited(whole), "Doe, J. A., Kiln Works, & Lee (2020). Glazes (v2). Kiln Press.");
        assert_eq!(cited(json!({})), "Untitled. (n.d.).");
    }
}
