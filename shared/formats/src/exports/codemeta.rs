//! `CodeMeta` 2.0: schema.org with what describes software.

use serde_json::Value;

use super::{
    json::have,
    schema_org,
    source::{Source, list, preferred, text, title},
};

/// A record as `CodeMeta` describes it.
pub(super) fn write(source: Source<'_>) -> Value {
    let mut described = schema_org::write(source);
    let Value::Object(members) = &mut described else { return described };
    members.insert("@context".to_owned(), "https://doi.org/10.5063/schema/codemeta-2.0".into());
    members.shift_remove("@id");
    let doi = source.doi().map(|doi| format!("https://doi.org/{doi}"));
    replace(members, "identifier", have(doi));
    replace(members, "funding", have(source.list("funding").iter().find_map(|row| funding(&row["award"]))));
    replace(members, "embargoDate", have(source.embargoed_until()));
    replace(members, "codeRepository", have(text(source.custom("code:codeRepository"))));
    let languages = source.custom("code:programmingLanguage");
    let languages: Vec<&str> = list(languages).iter().filter_map(title).collect();
    replace(
        members,
        "programmingLanguage",
        have(Some(languages.join(" ")).filter(|joined| !joined.is_empty())),
    );
    replace(members, "developmentStatus", have(title(source.custom("code:developmentStatus"))));
    described
}

/// Puts a value where the key was, or last; without one the key goes.
fn replace(members: &mut serde_json::Map<String, Value>, key: &str, value: Option<Value>) {
    match value {
        Some(value) => members.insert(key.to_owned(), value),
        None => members.shift_remove(key),
    };
}

/// Where an award can be looked up, else its name.
fn funding(award: &Value) -> Option<String> {
    let page = preferred(&award["identifiers"], &["url"]).and_then(|row| text(&row["identifier"]));
    page.map(str::to_owned).or_else(|| schema_org::award_name(award))
}
