//! How a record is cited, for its tombstone: in APA style.

use cairn_citations::{DEFAULT_LOCALE, Style, cite};
use cairn_formats::{
    exports::{Source, csl},
    links::Site,
};
use cairn_model::Record;

/// Authors, year, title, version, publisher and DOI, as far as they are known; nothing where nothing is.
pub(super) fn citation(record: &Record) -> String {
    let item = csl::write(Source { record: &record.document, site: Site::new("") });
    Style::named("apa").and_then(|apa| cite(&item, &apa, DEFAULT_LOCALE).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use cairn_model::{Timestamp, kinds::records::RECORD};
    use serde_json::{Value, json};

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
        assert_eq!(cited(whole), "Doe, J. A., Kiln Works, & Lee. (2020). Glazes (Version v2). Kiln Press.");
        assert_eq!(cited(json!({"title": "Glazes"})), "Glazes. (n.d.).");
    }
}
