//! What a function is told by its environment, read once.

use cairn_core::Settings;

/// The configuration of a function.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    /// The operation to run: `_HANDLER`.
    pub(crate) handler: String,
    /// `SITE_URL`, and `CAIRN_OAI_PREFIX`, which is the host of the site's address where it is not set.
    pub(crate) settings: Settings,
    /// What the names of tables begin with: `CAIRN_TABLES`, `cairn-` where it is not set.
    pub(crate) tables: String,
}

/// A variable that is needed and missing.
#[derive(Debug, thiserror::Error)]
#[error("the environment variable {0} is not set")]
pub(crate) struct Missing(&'static str);

impl Config {
    /// Reads the environment.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
    pub(crate) fn from_env() -> Result<Self, Missing> {
        Self::from_lookup(|name| std::env::var(name).ok())
    }

    /// Reads what `lookup` knows.
    fn from_lookup(lookup: impl Fn(&'static str) -> Option<String>) -> Result<Self, Missing> {
        let found = |name| lookup(name).filter(|value| !value.is_empty());
        let site_url = found("SITE_URL").ok_or(Missing("SITE_URL"))?.trim_end_matches('/').to_owned();
        let host = site_url.split("://").nth(1).and_then(|rest| rest.split([':', '/']).next());
        let oai_prefix = found("CAIRN_OAI_PREFIX").or(host.map(str::to_owned)).unwrap_or_default();
        Ok(Self {
            handler: found("_HANDLER").ok_or(Missing("_HANDLER"))?,
            settings: Settings { site_url, oai_prefix },
            tables: found("CAIRN_TABLES").unwrap_or_else(|| "cairn-".into()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_needs_a_handler_and_an_address() {
        let all = |name: &'static str| match name {
            "_HANDLER" => Some("records.read".to_owned()),
            "SITE_URL" => Some("https://data.example.org:8443/".to_owned()),
            _ => None,
        };
        let config = Config::from_lookup(all).unwrap();
        assert_eq!(config.handler, "records.read");
        assert_eq!(config.settings.site_url, "https://data.example.org:8443");
        assert_eq!(config.settings.oai_prefix, "data.example.org");
        assert_eq!(config.tables, "cairn-");
        for missing in ["_HANDLER", "SITE_URL"] {
            let error = Config::from_lookup(|name| all(name).filter(|_| name != missing)).unwrap_err();
            assert_eq!(error.to_string(), format!("the environment variable {missing} is not set"));
        }
    }
}
