//! What a site's owner says of DOIs.

/// Settings of DOIs, as they are written; secrets are not among them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DoiSettings {
    /// `required`, `optional` or `none`: `CAIRN_DOIS`.
    pub dois: Option<String>,
    /// What the site is called in messages: `CAIRN_SITE_NAME`.
    pub site_name: Option<String>,
    /// What its DOIs begin with: `CAIRN_DATACITE_PREFIX`.
    pub datacite_prefix: Option<String>,
    /// Its account at `DataCite`: `CAIRN_DATACITE_REPOSITORY`.
    pub datacite_repository: Option<String>,
    /// Where `DataCite` is asked: `CAIRN_DATACITE_URL`.
    pub datacite_url: Option<String>,
    /// What its DOIs at `Crossref` begin with: `CAIRN_CROSSREF_PREFIX`.
    pub crossref_prefix: Option<String>,
    /// Its account there: `CAIRN_CROSSREF_USER`.
    pub crossref_user: Option<String>,
    /// Where `Crossref` is asked: `CAIRN_CROSSREF_URL`.
    pub crossref_url: Option<String>,
    /// Who deposits there: `CAIRN_CROSSREF_DEPOSITOR`.
    pub crossref_depositor: Option<String>,
    /// Where `Crossref` writes to them: `CAIRN_CROSSREF_EMAIL`.
    pub crossref_email: Option<String>,
}

impl DoiSettings {
    /// Reads what `found` knows; nothing is as good as an empty text.
    pub fn from_lookup(found: impl Fn(&'static str) -> Option<String>) -> Self {
        let found = |name| found(name).filter(|value: &String| !value.is_empty());
        Self {
            dois: found("CAIRN_DOIS"),
            site_name: found("CAIRN_SITE_NAME"),
            datacite_prefix: found("CAIRN_DATACITE_PREFIX"),
            datacite_repository: found("CAIRN_DATACITE_REPOSITORY"),
            datacite_url: found("CAIRN_DATACITE_URL"),
            crossref_prefix: found("CAIRN_CROSSREF_PREFIX"),
            crossref_user: found("CAIRN_CROSSREF_USER"),
            crossref_url: found("CAIRN_CROSSREF_URL"),
            crossref_depositor: found("CAIRN_CROSSREF_DEPOSITOR"),
            crossref_email: found("CAIRN_CROSSREF_EMAIL"),
        }
    }
}
