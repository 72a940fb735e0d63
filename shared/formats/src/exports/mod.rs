//! Records in the forms that others read: one table of exports, from which negotiation, export paths, signposting and
//! documentation come. Each form is one file, a pure function of a record's JSON.

mod bibtex;
mod cff;
mod codemeta;
mod croissant;
pub mod crossref;
pub mod csl;
mod csv;
mod data_package;
pub mod datacite;
mod datacite_places;
mod datacite_xml;
mod dcat;
mod dublin_core;
mod geojson;
mod json;
mod linkset;
mod marcxml;
mod ro_crate;
mod schema_org;
mod source;
#[cfg(test)]
mod tests;
mod xml;
mod yaml;

use serde_json::Value;

pub use json::sorted;
pub use source::Source;

/// A form in which records can be had.
#[derive(Debug, Clone, Copy)]
pub struct Export {
    /// What it is called in export paths, if it has one: `/records/{id}/export/<name>`.
    pub name: Option<&'static str>,
    /// What `Accept` calls it, if it can be asked for that way.
    pub accept: Option<&'static str>,
    /// What `Content-Type` says.
    pub media: &'static str,
    /// How names of exported files end.
    pub extension: &'static str,
    /// Its answers carry the record's revision as `ETag`.
    pub tagged: bool,
    /// How it is written.
    pub write: Write,
}

/// How records are written.
#[derive(Debug, Clone, Copy)]
pub enum Write {
    /// As they are.
    Plain,
    /// As they are, with texts for a user interface.
    Interface,
    /// As JSON; hits of lists each in the list's envelope.
    Json(fn(Source<'_>) -> Value),
    /// As text; lists are the texts, one after the other.
    Text(fn(Source<'_>) -> String),
    /// All of a list together as text.
    Rows(fn(&[Source<'_>]) -> String),
    /// As a citation in the style and language that the reader names; lists are the citations, one on each line.
    Citation,
}

impl Export {
    const fn new(name: &'static str, media: &'static str, extension: &'static str, write: Write) -> Self {
        Self { name: Some(name), accept: Some(media), media, extension, tagged: true, write }
    }

    const fn unnamed(self) -> Self {
        Self { name: None, ..self }
    }

    const fn untagged(self) -> Self {
        Self { tagged: false, ..self }
    }

    const fn only_by_name(self) -> Self {
        Self { accept: None, ..self }
    }

    /// Whether it says more of vocabulary entries than the record's own JSON does: their `props`.
    pub const fn reads_entries(&self) -> bool {
        matches!(self.write, Write::Json(_) | Write::Text(_) | Write::Citation)
    }
}

const DATA_PACKAGE: &str =
    r#"application/ld+json;profile="https://datapackage.org/profiles/2.0/datapackage.json""#;
const RO_CRATE: &str = r#"application/ld+json;profile="https://w3id.org/ro/crate/1.1""#;
const CITATION: &str = "text/x-bibliography";
const CROISSANT: &str = r#"application/ld+json;profile="http://mlcommons.org/croissant/1.0""#;

/// Every form, in the order in which refusals list them. InvenioRDM: export formats reference, §1; the last two are Cairn's.
pub static EXPORTS: [Export; 20] = [
    Export::new("json", "application/json", "json", Write::Plain),
    Export::new("json-ld", "application/ld+json", "json", Write::Json(schema_org::write)).untagged(),
    Export::new("", "application/vnd.inveniordm.v1.full+csv", "csv", Write::Rows(csv::full))
        .unnamed()
        .untagged(),
    Export::new("", "application/vnd.inveniordm.v1.simple+csv", "csv", Write::Rows(csv::simple))
        .unnamed()
        .untagged(),
    Export::new("marcxml", "application/marcxml+xml", "xml", Write::Text(marcxml::write)),
    Export::new("", "application/vnd.inveniordm.v1+json", "json", Write::Interface).unnamed(),
    Export::new("csl", "application/vnd.citationstyles.csl+json", "json", Write::Json(csl::write)),
    Export::new(
        "datacite-json",
        "application/vnd.datacite.datacite+json",
        "json",
        Write::Json(datacite::write),
    ),
    Export::new("geojson", "application/vnd.geo+json", "geojson", Write::Json(geojson::write)),
    Export::new(
        "datacite-xml",
        "application/vnd.datacite.datacite+xml",
        "xml",
        Write::Text(datacite_xml::write),
    ),
    Export::new("datapackage", DATA_PACKAGE, "json", Write::Json(data_package::write)),
    Export::new("dublincore", "application/x-dc+xml", "xml", Write::Text(dublin_core::write)),
    Export { media: "text/plain", ..Export::new("", CITATION, "txt", Write::Citation).unnamed() },
    Export::new("bibtex", "application/x-bibtex", "bib", Write::Text(bibtex::write)),
    Export::new("dcat-ap", "application/dcat+xml", "xml", Write::Text(dcat::write)),
    Export::new("", linkset::MEDIA, "json", Write::Json(linkset::write)).unnamed().untagged(),
    Export::new("codemeta", "application/ld+json", "json", Write::Json(codemeta::write)).only_by_name(),
    Export::new("cff", "application/x-yaml", "yaml", Write::Text(cff::write)).only_by_name(),
    Export::new("ro-crate", RO_CRATE, "json", Write::Json(ro_crate::write)).untagged(),
    Export::new("croissant", CROISSANT, "json", Write::Json(croissant::write)).untagged(),
];

/// The form that `Accept` calls so.
pub fn accepted(media: &str) -> Option<&'static Export> {
    EXPORTS.iter().find(|export| export.accept == Some(media))
}

/// The form of an export path.
pub fn named(name: &str) -> Option<&'static Export> {
    EXPORTS.iter().find(|export| export.name == Some(name))
}
