//! `ui.publishing_information`: journal, imprint and thesis as one line each.

use serde_json::{Map, Value};

/// The lines for which `custom_fields` has something to say, `None` without any.
pub(crate) fn lines(fields: &Map<String, Value>, metadata: &Value) -> Option<Value> {
    let date = text(metadata, "publication_date");
    let publisher = text(metadata, "publisher").filter(|publisher| !publisher.is_empty());
    let rows = [
        ("journal", fields.get("journal:journal").and_then(|given| journal(given, date))),
        ("imprint", fields.get("imprint:imprint").filter(|_| publisher.is_some()).and_then(imprint)),
        ("thesis", thesis(fields)),
    ];
    let found: Map<String, Value> =
        rows.into_iter().filter_map(|(key, line)| Some((key.to_owned(), line?.into()))).collect();
    (!found.is_empty()).then(|| found.into())
}

/// `Title, volume(issue), pages, ISSN: x, year.`
fn journal(journal: &Value, date: Option<&str>) -> Option<String> {
    let issue = match (text(journal, "volume"), text(journal, "issue")) {
        (Some(volume), Some(issue)) => Some(format!("{volume}({issue})")),
        (volume, issue) => volume.or(issue).map(str::to_owned),
    };
    let issn = text(journal, "issn").map(|issn| format!("ISSN: {issn}"));
    let parts = [own(journal, "title"), issue, own(journal, "pages"), issn];
    let mut parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() {
        return None;
    }
    parts.extend(date.and_then(|date| date.get(..4)).map(str::to_owned));
    Some(format!("{}.", parts.join(", ")))
}

/// `Title 2nd ed., pages. Place. ISBN: x.`
fn imprint(imprint: &Value) -> Option<String> {
    let edition = text(imprint, "edition").map(|edition| format!("{edition} ed."));
    let title: Vec<String> = [own(imprint, "title"), edition].into_iter().flatten().collect();
    let title = Some(title.join(" ")).filter(|title| !title.is_empty());
    let pages: Vec<String> = [title, own(imprint, "pages")].into_iter().flatten().collect();
    let isbn = text(imprint, "isbn").map(|isbn| format!("ISBN: {isbn}"));
    let sentences = [Some(pages.join(", ")), own(imprint, "place"), isbn];
    let sentences: Vec<String> =
        sentences.into_iter().flatten().filter(|part| !part.is_empty()).map(stop).collect();
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

fn stop(sentence: String) -> String {
    if sentence.ends_with('.') { sentence } else { sentence + "." }
}

/// `University (department), type, Submitted: d, Defended: d`. Older records have `thesis:university` alone.
fn thesis(fields: &Map<String, Value>) -> Option<String> {
    let none = Value::Null;
    let thesis = fields.get("thesis:thesis").unwrap_or(&none);
    let university = text(thesis, "university").or_else(|| fields.get("thesis:university")?.as_str());
    let place = match (university, text(thesis, "department")) {
        (Some(university), Some(department)) => Some(format!("{university} ({department})")),
        (university, department) => university.or(department).map(str::to_owned),
    };
    let submitted = text(thesis, "date_submitted").map(|date| format!("Submitted: {date}"));
    let defended = text(thesis, "date_defended").map(|date| format!("Defended: {date}"));
    let parts: Vec<String> =
        [place, own(thesis, "type"), submitted, defended].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn text<'json>(object: &'json Value, key: &str) -> Option<&'json str> {
    object.get(key)?.as_str().filter(|text| !text.is_empty())
}

fn own(object: &Value, key: &str) -> Option<String> {
    text(object, key).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(fields: &Value, metadata: &Value) -> Value {
        lines(fields.as_object().unwrap(), metadata).unwrap_or_default()
    }

    #[test]
    fn every_line_is_written_from_what_there_is() {
        let fields = json!({
            "journal:journal": {"title": "Journal of Tests", "volume": "1", "issue": "2", "pages": "3-4", "issn": "1234-5679"},
            "imprint:imprint": {"title": "Proceedings", "isbn": "978-3-16-148410-0", "pages": "12-15", "place": "Geneva", "edition": "2nd"},
            "thesis:thesis": {"university": "Example University", "department": "Physics", "type": "PhD", "date_submitted": "2020-01-01", "date_defended": "2020-02-02"},
        });
        let expected = json!({
            "journal": "Journal of Tests, 1(2), 3-4, ISSN: 1234-5679, 2018.",
            "imprint": "Proceedings 2nd ed., 12-15. Geneva. ISBN: 978-3-16-148410-0.",
            "thesis": "Example University (Physics), PhD, Submitted: 2020-01-01, Defended: 2020-02-02",
        });
        assert_eq!(
            shown(&fields, &json!({"publication_date": "2018/2020-09", "publisher": "Press"})),
            expected
        );
    }

    #[test]
    fn gaps_leave_no_stray_punctuation() {
        let fields = json!({
            "journal:journal": {"issue": "2"},
            "imprint:imprint": {"edition": "2nd", "place": "Geneva"},
            "thesis:university": "Example University",
        });
        let expected =
            json!({"journal": "2, 1999.", "imprint": "2nd ed. Geneva.", "thesis": "Example University"});
        assert_eq!(shown(&fields, &json!({"publication_date": "1999", "publisher": "Press"})), expected);
    }

    #[test]
    fn an_imprint_needs_a_publisher_and_a_line_needs_content() {
        for metadata in [json!({}), json!({"publisher": ""}), json!({"publication_date": "2020"})] {
            let fields = json!({"imprint:imprint": {"title": "Proceedings"}, "journal:journal": {}, "thesis:thesis": 3});
            assert_eq!(shown(&fields, &metadata), Value::Null, "{metadata}");
        }
    }
}
