//! People and organisations in DCAT-AP.

use serde_json::Value;

use super::{
    super::{
        source::{list, text as said},
        xml::{Element, element, text},
    },
    address, resource, typed,
};

/// What contributors of a type are; of others it is said that they contributed.
const ROLES: [(&str, &str); 9] = [
    ("DataCurator", "citedcat:dataCurator"),
    ("Distributor", "bibo:distributor"),
    ("Editor", "bibo:editor"),
    ("Funder", "schema:funder"),
    ("HostingInstitution", "citedcat:hostingInstitution"),
    ("RegistrationAgency", "citedcat:registrationAgency"),
    ("ResearchGroup", "citedcat:researchGroup"),
    ("Supervisor", "citedcat:supervisor"),
    ("Sponsor", "schema:sponsor"),
];

/// Somebody, with where they belong to.
pub(super) fn agent(row: &Value) -> Element {
    let kind = if row["nameType"] == "Organizational" { "Organization" } else { "Person" };
    let known = |id: &Value| address(said(&id["nameIdentifierScheme"])?, said(&id["nameIdentifier"])?);
    let about = list(&row["nameIdentifiers"]).iter().find_map(known);
    let part = |name: &'static str, key: &str| said(&row[key]).map(|value| text(name, value));
    element("rdf:Description")
        .maybe("rdf:about", about)
        .holding([resource("rdf:type", format!("http://xmlns.com/foaf/0.1/{kind}"))])
        .holding(part("foaf:name", "name"))
        .holding(part("foaf:givenName", "givenName"))
        .holding(part("foaf:familyName", "familyName"))
        .holding(list(&row["affiliation"]).iter().map(member))
}

fn member(affiliation: &Value) -> Element {
    let id = said(&affiliation["affiliationIdentifier"]);
    let is_address = |id: &&str| id.starts_with("http://") || id.starts_with("https://");
    let name = "dct:identifier";
    let identifier = id.map(|id| if is_address(&id) { typed(name, id, "anyURI") } else { text(name, id) });
    let organization = element("foaf:Organization")
        .maybe("rdf:about", id.filter(is_address))
        .holding(identifier)
        .holding(said(&affiliation["name"]).map(|name| text("foaf:name", name)));
    element("org:memberOf").holding([organization])
}

/// A contributor, by what they are.
pub(super) fn contributor(row: &Value) -> Element {
    let kind = said(&row["contributorType"]).unwrap_or_default();
    if kind == "ContactPerson" {
        let name = said(&row["name"]).map(|name| text("vcard:fn", name));
        return element("dcat:contactPoint").holding([element("vcard:Individual").holding(name)]);
    }
    let name = ROLES.iter().find(|(known, _)| *known == kind).map_or("dct:contributor", |(_, name)| name);
    element(name).holding([agent(row)])
}

/// Who published it.
pub(super) fn publisher(name: &str) -> Element {
    element("dct:publisher").holding([element("foaf:Agent").holding([text("foaf:name", name)])])
}

/// A grant, and who gave it.
pub(super) fn funding(row: &Value) -> Vec<Element> {
    let id = said(&row["funderIdentifier"]);
    let scheme = match said(&row["funderIdentifierType"]) {
        Some("Crossref Funder ID") => "doi",
        Some(kind) => kind,
        None => "",
    };
    let funder = id.and_then(|id| address(scheme, id));
    let number = said(&row["awardNumber"]).map(|number| typed("dct:identifier", number, "string"));
    let title = said(&row["awardTitle"]).map(|title| text("dct:title", title));
    let by = funder.clone().map(|funder| resource("citedcat:isAwardedBy", funder));
    let project = element("foaf:Project").maybe("rdf:about", said(&row["awardURI"]));
    let grant = (number.is_some() || title.is_some()).then(|| {
        element("citedcat:isFundedBy").holding([project.holding([number, title, by].into_iter().flatten())])
    });
    let described = || {
        let id = id.map(|id| typed("dct:identifier", id, "string"));
        let name = said(&row["funderName"]).map(|name| text("foaf:name", name));
        element("foaf:Organization").holding([id, name].into_iter().flatten())
    };
    let giver = funder.map_or_else(
        || element("citedcat:funder").holding([described()]),
        |funder| resource("citedcat:funder", funder),
    );
    grant.into_iter().chain([giver]).collect()
}
