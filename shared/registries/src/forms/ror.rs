//! The Research Organization Registry's dump, schema 2: affiliations, and funders.

use serde_json::{Map, Value, json};

use super::{Form, Made, json as read_json, list, put, text, through};

pub(super) const FORM: Form = Form {
    name: "ror",
    title: "ROR's dump (schema 2): organisations, and those of them that fund",
    vocabularies: &["affiliations", "funders"],
    endings: &[".json"],
    read: |_, reader, vocabulary, sink| {
        read_json(reader, &mut through(sink, |organisation| entry(organisation, vocabulary)))
    },
};

/// Where Crossref's funders have their DOIs.
const FUNDERS: &str = "10.13039";

#[expect(clippy::needless_pass_by_value, reason = "as the table of makers has it")]
pub(super) fn entry(organisation: Value, vocabulary: &str) -> Made {
    let (organisation, funders) = (&organisation, vocabulary == "funders");
    let types = list(organisation, &["types"]);
    if funders && !types.iter().any(|kind| kind == "funder") {
        return Ok(None);
    }
    let id = text(organisation, &["id"]).ok_or("it has no id")?;
    let id = id.rsplit('/').next().unwrap_or(id).to_lowercase();
    let names = Names::of(organisation)?;
    let mut entry = Map::new();
    entry.insert("id".into(), json!(id));
    entry.insert("name".into(), json!(names.name));
    entry.insert("title".into(), Value::Object(names.title));
    put(&mut entry, "acronym", names.acronym);
    put(&mut entry, "aliases", (!names.aliases.is_empty()).then_some(names.aliases));
    let place = organisation["locations"].get(0).map_or(&Value::Null, |place| &place["geonames_details"]);
    put(&mut entry, "country", text(place, &["country_code"]));
    put(&mut entry, "country_name", text(place, &["country_name"]));
    put(&mut entry, "location_name", text(place, &["name"]));
    put(&mut entry, "status", text(organisation, &["status"]));
    put(&mut entry, "types", (!types.is_empty()).then(|| json!(types)));
    if !funders {
        let links = list(organisation, &["links"]);
        let website = links.iter().find(|link| link["type"] == "website");
        put(&mut entry, "website", website.and_then(|link| text(link, &["value"])));
        let domains = list(organisation, &["domains"]);
        put(&mut entry, "domains", (!domains.is_empty()).then(|| json!(domains)));
    }
    entry.insert("identifiers".into(), identifiers(organisation, &id, funders));
    Ok(Some(entry))
}

/// What an organisation is called.
struct Names {
    name: String,
    title: Map<String, Value>,
    acronym: Option<String>,
    aliases: Vec<String>,
}

impl Names {
    /// The name that ROR displays; a title per language of a label; the first acronym. What else there is are aliases.
    fn of(organisation: &Value) -> Result<Self, String> {
        let mut names = Self { name: String::new(), title: Map::new(), acronym: None, aliases: Vec::new() };
        for one in list(organisation, &["names"]) {
            let Some(value) = text(one, &["value"]) else { continue };
            let language = text(one, &["lang"]).unwrap_or("en");
            let is = |kind: &str| list(one, &["types"]).iter().any(|known| known == kind);
            if is("ror_display") {
                value.clone_into(&mut names.name);
            }
            if is("label") && is_language(language) {
                names.title.insert(language.to_owned(), json!(value));
            } else if is("label") || is("alias") {
                names.alias(value);
            }
            if is("acronym") && names.acronym.is_some() {
                names.alias(value);
            } else if is("acronym") {
                names.acronym = Some(value.to_owned());
            }
        }
        if names.name.is_empty() {
            return Err("it has no name of the type ror_display".into());
        }
        if !names.title.contains_key("en") {
            names.title.insert("en".into(), json!(names.name));
        }
        Ok(names)
    }

    fn alias(&mut self, value: &str) {
        if !self.aliases.iter().any(|known| known == value) {
            self.aliases.push(value.to_owned());
        }
    }
}

/// Languages of titles have two letters.
fn is_language(code: &str) -> bool {
    code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// ROR's own, and those of schemes that the vocabulary has.
fn identifiers(organisation: &Value, id: &str, funders: bool) -> Value {
    let mut found = vec![json!({"identifier": id, "scheme": "ror"})];
    for one in list(organisation, &["external_ids"]) {
        let first = || list(one, &["all"]).first().and_then(Value::as_str);
        let Some(value) = text(one, &["preferred"]).or_else(first) else { continue };
        match text(one, &["type"]).unwrap_or_default() {
            scheme @ ("grid" | "isni") => found.push(json!({"identifier": value, "scheme": scheme})),
            "fundref" if funders => {
                found.push(json!({"identifier": format!("{FUNDERS}/{value}"), "scheme": "doi"}));
            }
            _ => {}
        }
    }
    Value::Array(found)
}
