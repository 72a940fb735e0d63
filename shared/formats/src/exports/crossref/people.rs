//! Who has made a work.

use cairn_model::identifiers;
use serde_json::Value;

use super::{
    super::{
        source::{Source, list, preferred, text as said, url},
        xml::{Element, around, element, text},
    },
    parts::{clip, named},
};

/// Contributors that the schema has a role for: ours, and what it is there.
const ROLES: [(&str, &str); 2] = [("editor", "editor"), ("translator", "translator")];
/// Where an institution is identified, best first.
const INSTITUTIONS: [&str; 2] = ["ror", "isni"];
/// Longest name of a person.
const LONGEST: usize = 60;

/// Authors, editors and translators, if there are any.
pub(super) fn people(source: Source<'_>) -> Option<Element> {
    let role =
        |agent: &Value| ROLES.iter().find(|(ours, _)| agent["role"]["id"] == **ours).map(|(_, role)| *role);
    let authors = source.list("creators").iter().map(|agent| (agent, "author"));
    let others = source.list("contributors").iter().filter_map(|agent| Some((agent, role(agent)?)));
    let all = authors.chain(others).enumerate();
    let all = all.filter_map(|(at, (agent, role))| {
        let sequence = if at == 0 { "first" } else { "additional" };
        Some(one(agent)?.with("sequence", sequence).with("contributor_role", role))
    });
    around("contributors", all.collect())
}

fn one(agent: &Value) -> Option<Element> {
    let who = &agent["person_or_org"];
    let surname = said(&who["family_name"]).or_else(|| said(&who["name"]));
    match surname.and_then(name).filter(|_| who["type"] == "personal") {
        Some(surname) => Some(person(agent, surname)),
        None => said(&who["name"]).map(|name| text("organization", clip(name, 511))),
    }
}

fn person(agent: &Value, surname: String) -> Element {
    let who = &agent["person_or_org"];
    let given = said(&who["given_name"]).and_then(name).map(|given| text("given_name", given));
    let orcid = preferred(&who["identifiers"], &["orcid"]).and_then(|row| said(&row["identifier"]));
    let orcid = orcid.and_then(|id| identifiers::url("orcid", id)).map(|id| text("ORCID", id));
    let affiliations = list(&agent["affiliations"]).iter().filter_map(affiliation).collect();
    element("person_name")
        .holding(given)
        .holding([text("surname", surname)])
        .holding(around("affiliations", affiliations))
        .holding(orcid)
}

fn affiliation(affiliation: &Value) -> Option<Element> {
    let name = said(&affiliation["name"]).or_else(|| said(&affiliation["id"]))?;
    let known = preferred(&affiliation["identifiers"], &INSTITUTIONS);
    let id = known.and_then(|row| {
        let address = url(row)?.replace("http://isni.org/", "https://isni.org/");
        Some(text("institution_id", address).with("type", said(&row["scheme"])?))
    });
    Some(element("institution").holding([named(name)]).holding(id))
}

/// A part of a person's name as the schema takes it, which knows neither digits nor question marks.
fn name(part: &str) -> Option<String> {
    let kept: String = part.chars().filter(|one| !one.is_numeric() && *one != '?').collect();
    Some(clip(&kept, LONGEST)).filter(|kept| !kept.is_empty())
}
