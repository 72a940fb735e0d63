//! Projects of CORDIS: awards of the European Commission, with who takes part and what they are about.

use serde_json::{Map, Value, json};

use super::{Form, Made, list, put, text, through};
use crate::read;

/// The ROR id of the European Commission.
pub(super) const EUROPEAN_COMMISSION: &str = "00k4n6c32";
/// Characters of a short description.
const SHORT: usize = 250;

pub(super) const FORM: Form = Form {
    name: "cordis",
    title: "Projects of CORDIS: Horizon Europe, Horizon 2020, FP7 (ZIP of XML)",
    vocabularies: &["awards"],
    endings: &[".xml"],
    read: |_, reader, _, sink| {
        Ok(read::elements(reader, "project", &mut through(sink, |project| entry(&project))))
    },
};

pub(super) fn entry(project: &Value) -> Made {
    let id = text(project, &["id"]).ok_or("it has no id")?;
    let mut entry = Map::new();
    entry.insert("id".into(), json!(format!("{EUROPEAN_COMMISSION}::{id}")));
    entry.insert("number".into(), json!(id));
    entry.insert("funder".into(), json!({"id": EUROPEAN_COMMISSION}));
    let in_english = |text: &str| json!({"en": text});
    put(&mut entry, "title", text(project, &["title"]).map(in_english));
    put(&mut entry, "description", text(project, &["objective"]).map(in_english));
    put(&mut entry, "acronym", text(project, &["acronym"]));
    put(&mut entry, "start_date", text(project, &["startdate"]));
    put(&mut entry, "end_date", text(project, &["enddate"]));
    let mut identifiers =
        vec![json!({"identifier": format!("https://cordis.europa.eu/projects/{id}"), "scheme": "url"})];
    let doi = text(project, &["identifiers", "grantdoi"]);
    identifiers.extend(doi.map(|doi| json!({"identifier": doi, "scheme": "doi"})));
    entry.insert("identifiers".into(), Value::Array(identifiers));
    let beside = &project["relations"]["associations"];
    let article = list(beside, &["article"]).first().and_then(|article| text(article, &["title"]));
    let short = article.or_else(|| text(project, &["teaser"]));
    let short = short.map(|text| text.chars().take(SHORT).collect::<String>());
    put(&mut entry, "short_description", short.map(|text| in_english(&text)));
    let is_own = |link: &&Value| link["@type"] == "relatedWebsite" && link["@represents"] == "project";
    let website = list(beside, &["weblink"]).iter().filter(is_own).find_map(|link| text(link, &["physurl"]));
    put(&mut entry, "website", website);
    let subjects = subjects(project);
    put(&mut entry, "subjects", (!subjects.is_empty()).then_some(subjects));
    let organisation = |one: &Value| text(one, &["legalname"]).map(|name| json!({"name": name}));
    let organisations: Vec<Value> = list(beside, &["organization"]).iter().filter_map(organisation).collect();
    put(&mut entry, "organizations", (!organisations.is_empty()).then_some(organisations));
    put(&mut entry, "program", program(beside));
    Ok(Some(entry))
}

/// What the project is about, in EuroSciVoc; the words stand in where that is not loaded.
fn subjects(project: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    for category in list(project, &["relations", "categories", "category"]) {
        let code = text(category, &["code"]).and_then(|code| code.rsplit('/').next()).unwrap_or_default();
        let is_number = !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_digit());
        if category["@classification"] == "euroSciVoc" && is_number {
            let mut subject = Map::from_iter([("id".to_owned(), json!(format!("euroscivoc:{code}")))]);
            let words = text(category, &["displaycode"]).or_else(|| text(category, &["title"]));
            let word = words.map(|words| words.rsplit('/').next().unwrap_or(words));
            put(&mut subject, "subject", word);
            found.push(Value::Object(subject));
        }
    }
    found
}

/// The programme of the project: of several, the one that is marked, and of those the shortest code.
fn program(beside: &Value) -> Option<&str> {
    let basis: Vec<&Value> = list(beside, &["programme"])
        .iter()
        .filter(|programme| programme["@type"] == "relatedLegalBasis" && text(programme, &["code"]).is_some())
        .collect();
    let marked = |programme: &&&Value| programme["@uniqueprogrammepart"] == "true";
    match basis[..] {
        [] => None,
        [one] => text(one, &["code"]),
        _ => basis
            .iter()
            .filter(marked)
            .filter_map(|programme| text(programme, &["code"]))
            .min_by_key(|code| code.len()),
    }
}
