//! Records as citations, in the style and language that the caller names.

use cairn_citations::{DEFAULT_LOCALE, DEFAULT_STYLE, Style, cite};
use cairn_formats::exports::{Source, csl};
use cairn_http::{Call, Kind, Param};
use cairn_model::{Error, Result};

/// Which style, where `Accept` asks for a citation.
pub const STYLE: Param =
    Param::query("style", Kind::Text, "The style of a citation, by its name among those of the CSL project.");

/// Which language, where `Accept` asks for a citation.
pub const LOCALE: Param = Param::query("locale", Kind::Text, "The language of a citation: `de-DE`.");

/// How a caller wants records to be cited.
pub struct Wanted {
    style: Style,
    locale: String,
}

impl Wanted {
    /// By the query: InvenioRDM's usual style and American English where it says nothing.
    ///
    /// # Errors
    /// [`Error::BadRequest`] for a style that is not known, with InvenioRDM's text.
    pub fn of(call: &Call) -> Result<Self> {
        Self::new(call.query_value("style"), call.query_value("locale"))
    }

    /// By name, or, where the style begins as XML does, by what it says.
    ///
    /// # Errors
    /// [`Error::BadRequest`] for a style that is not known; [`Error::Invalid`] for one that cannot be used.
    pub fn new(style: Option<&str>, locale: Option<&str>) -> Result<Self> {
        let style = match style.unwrap_or(DEFAULT_STYLE) {
            xml if xml.trim_start().starts_with('<') => {
                Style::parse(xml).map_err(|error| Error::field("style", error.to_string()))?
            }
            name => Style::named(name)
                .ok_or_else(|| Error::BadRequest("Citation string style not found.".into()))?,
        };
        Ok(Self { style, locale: locale.unwrap_or(DEFAULT_LOCALE).to_owned() })
    }

    /// A record's citation, its DOI by the address that the record gives for it.
    ///
    /// # Errors
    /// [`Error::BadRequest`] where the style cannot cite it.
    pub fn cite(&self, source: Source<'_>) -> Result<String> {
        let item = csl::write(source);
        let text =
            cite(&item, &self.style, &self.locale).map_err(|error| Error::BadRequest(error.to_string()))?;
        let (doi, link) = (item["DOI"].as_str(), source.link("doi"));
        Ok(match doi.zip(link) {
            Some((doi, link)) => text.replace(&format!("https://doi.org/{doi}"), link),
            None => text,
        })
    }
}
