//! Single things of the lists of a record: licences, words, relations, dates, places, grants, each read and shown.

use isolang::Language;
use serde_json::{Value, json};

use super::{
    problems::{MISSING, Problems},
    words,
};

/// A licence, by its id: text, or `{"id": …}`.
pub(super) fn read_licence(sent: &Value, problems: &mut Problems) -> Option<Value> {
    let id = problems.text(sent.get("id").unwrap_or(sent))?;
    Some(match words::other_licence(&id) {
        Some(title) => json!({"title": {"en": title}}),
        None => json!({"id": words::licence(&id)}),
    })
}

pub(super) fn show_licence(stored: &Value) -> Option<Value> {
    let id = stored["id"].as_str().or_else(|| words::titled_licence(stored["title"]["en"].as_str()?));
    id.map(Value::from)
}

/// A word of the depositor's own.
pub(super) fn read_keyword(sent: &Value, problems: &mut Problems) -> Option<Value> {
    Some(json!({"subject": problems.text(sent)?}))
}

pub(super) fn show_keyword(stored: &Value) -> Option<Value> {
    if stored["id"].is_string() { None } else { stored["subject"].as_str().map(Value::from) }
}

/// A word of a vocabulary. Whether the site has it nobody knows here: a new one is kept as a word of the depositor's own.
pub(super) fn read_subject(sent: &Value, problems: &mut Problems) -> Option<Value> {
    problems.object(sent, &["term", "identifier", "scheme"])?;
    Some(json!({"subject": problems.needed(sent, "term")?}))
}

pub(super) fn show_subject(stored: &Value) -> Option<Value> {
    let mut shown = json!({"term": stored["subject"], "identifier": stored["id"].as_str()?});
    if let Some(scheme) = stored["scheme"].as_str() {
        shown["scheme"] = json!(scheme);
    }
    Some(shown)
}

pub(super) fn read_notes(sent: &Value, problems: &mut Problems) -> Option<Value> {
    Some(json!({"description": problems.text(sent)?, "type": {"id": "other"}}))
}

pub(super) fn show_notes(stored: &Value) -> Option<Value> {
    described(stored, &["other", "notes"])
}

pub(super) fn read_method(sent: &Value, problems: &mut Problems) -> Option<Value> {
    Some(json!({"description": problems.text(sent)?, "type": {"id": "methods"}}))
}

pub(super) fn show_method(stored: &Value) -> Option<Value> {
    described(stored, &["methods"])
}

fn described(stored: &Value, types: &[&str]) -> Option<Value> {
    let is_meant = stored["type"]["id"].as_str().is_some_and(|id| types.contains(&id));
    stored.get("description").filter(|_| is_meant).cloned()
}

const RELATED: [&str; 4] = ["identifier", "relation", "scheme", "resource_type"];

/// Another work.
pub(super) fn read_related(sent: &Value, problems: &mut Problems) -> Option<Value> {
    problems.object(sent, &RELATED)?;
    if is_alternate(sent) {
        return None;
    }
    let identifier = problems.needed(sent, "identifier");
    let relation = problems.needed(sent, "relation");
    let mut related =
        json!({"identifier": identifier?, "relation_type": {"id": relation?.to_ascii_lowercase()}});
    if let Some(scheme) = problems.word(sent, "scheme") {
        related["scheme"] = json!(scheme.to_ascii_lowercase());
    }
    if let Some(kind) = problems.word(sent, "resource_type") {
        related["resource_type"] = json!({"id": kind});
    }
    Some(related)
}

pub(super) fn show_related(stored: &Value) -> Option<Value> {
    let mut shown = json!({
        "identifier": stored["identifier"].as_str()?,
        "relation": words::relation(stored["relation_type"]["id"].as_str()?),
    });
    if let Some(kind) = stored["resource_type"]["id"].as_str() {
        shown["resource_type"] = json!(kind);
    }
    if let Some(scheme) = stored["scheme"].as_str() {
        shown["scheme"] = json!(scheme);
    }
    Some(shown)
}

/// The same work under another identifier. What is wrong with others is told where they are read.
pub(super) fn read_alternate(sent: &Value, problems: &mut Problems) -> Option<Value> {
    if !is_alternate(sent) {
        return None;
    }
    let mut alternate = json!({"identifier": problems.needed(sent, "identifier")?});
    if let Some(scheme) = problems.word(sent, "scheme") {
        alternate["scheme"] = json!(scheme.to_ascii_lowercase());
    }
    Some(alternate)
}

pub(super) fn show_alternate(stored: &Value) -> Option<Value> {
    let mut shown = json!({"identifier": stored["identifier"].as_str()?, "relation": words::ALTERNATE});
    if let Some(scheme) = stored["scheme"].as_str() {
        shown["scheme"] = json!(scheme);
    }
    Some(shown)
}

fn is_alternate(sent: &Value) -> bool {
    sent["relation"].as_str().is_some_and(|relation| relation.eq_ignore_ascii_case(words::ALTERNATE))
}

pub(super) fn read_reference(sent: &Value, problems: &mut Problems) -> Option<Value> {
    Some(json!({"reference": problems.text(sent)?}))
}

pub(super) fn show_reference(stored: &Value) -> Option<Value> {
    stored["reference"].as_str().map(Value::from)
}

/// A grant, `{"id": "<funder>::<number>"}`: the funder's DOI or its id.
pub(super) fn read_grant(sent: &Value, problems: &mut Problems) -> Option<Value> {
    problems.object(sent, &["id"])?;
    let id = problems.needed(sent, "id")?;
    let (funder, number) = match id.split_once("::") {
        Some((funder, number)) => (words::funder(funder), number),
        None => (words::EUROPEAN_COMMISSION, id.as_str()),
    };
    Some(json!({"funder": {"id": funder}, "award": {"id": format!("{funder}::{number}")}}))
}

pub(super) fn show_grant(stored: &Value) -> Option<Value> {
    let (funder, number) = (stored["funder"]["id"].as_str()?, stored["award"]["number"].as_str()?);
    Some(json!({"id": format!("{}::{number}", words::funder_doi(funder))}))
}

/// A language, by two letters or three.
pub(super) fn read_language(sent: &Value, problems: &mut Problems) -> Option<Value> {
    let code = problems.text(sent)?.to_ascii_lowercase();
    let known =
        if code.len() == 2 { Language::from_639_1(&code).map(|found| found.to_639_3()) } else { None };
    Some(json!({"id": known.unwrap_or(&code)}))
}

pub(super) fn show_language(stored: &Value) -> Option<Value> {
    stored["id"].as_str().map(Value::from)
}

/// A date, or the time between two.
pub(super) fn read_date(sent: &Value, problems: &mut Problems) -> Option<Value> {
    problems.object(sent, &["start", "end", "type", "description"])?;
    let (start, end) = (problems.word(sent, "start"), problems.word(sent, "end"));
    let kind = problems.needed(sent, "type");
    let date = match (start, end) {
        (Some(start), Some(end)) if start != end => format!("{start}/{end}"),
        (Some(date), _) | (None, Some(date)) => date,
        (None, None) => {
            problems.at("start", |problems| problems.report_once(MISSING));
            return None;
        }
    };
    let mut read = json!({"date": date, "type": {"id": kind?.to_ascii_lowercase()}});
    if let Some(description) = problems.word(sent, "description") {
        read["description"] = json!(description);
    }
    Some(read)
}

pub(super) fn show_date(stored: &Value) -> Option<Value> {
    let (date, kind) = (stored["date"].as_str()?, stored["type"]["id"].as_str()?);
    let (start, end) = date.split_once('/').unwrap_or((date, date));
    let mut letters = kind.chars();
    let kind: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    let mut shown = json!({"start": start, "end": end, "type": kind});
    if let Some(description) = stored["description"].as_str() {
        shown["description"] = json!(description);
    }
    Some(shown)
}

/// A place, with its name and, if they are known, its degrees.
pub(super) fn read_place(sent: &Value, problems: &mut Problems) -> Option<Value> {
    problems.object(sent, &["lat", "lon", "place", "description"])?;
    let mut degrees = |name: &str| {
        let found = sent.get(name)?;
        let read = found.as_f64().or_else(|| found.as_str()?.trim().parse().ok());
        if read.is_none() {
            problems.at(name, |problems| problems.report("Not a valid number."));
        }
        read
    };
    let (latitude, longitude) = (degrees("lat"), degrees("lon"));
    let mut place = json!({"place": problems.needed(sent, "place")?});
    if let (Some(latitude), Some(longitude)) = (latitude, longitude) {
        place["geometry"] = json!({"type": "Point", "coordinates": [longitude, latitude]});
    }
    if let Some(description) = problems.word(sent, "description") {
        place["description"] = json!(description);
    }
    Some(place)
}

pub(super) fn show_place(stored: &Value) -> Option<Value> {
    let mut shown = json!({});
    if let Some(geometry) = stored.get("geometry") {
        let [longitude, latitude] = geometry["coordinates"].as_array()?.as_slice() else { return None };
        if geometry["type"] != "Point" {
            return None;
        }
        (shown["lat"], shown["lon"]) = (latitude.clone(), longitude.clone());
    }
    shown["place"] = json!(stored["place"].as_str()?);
    if let Some(description) = stored["description"].as_str() {
        shown["description"] = json!(description);
    }
    Some(shown)
}
