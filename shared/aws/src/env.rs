//! What a function is told by its environment, read once.

use cairn_model::{DoiSettings, Hosts};

use crate::s3::{Further, Unusable};

/// The variable that lists hosts.
const REMOTE_HOSTS: &str = "CAIRN_REMOTE_HOSTS";

/// The configuration of a function.
#[derive(Debug, Clone)]
pub struct Environment {
    /// The operation or consumer to run: `_HANDLER`.
    pub handler: String,
    /// The site's address without a slash at its end: `SITE_URL`.
    pub site_url: String,
    /// `CAIRN_OAI_PREFIX`, the host of the site's address where it is not set.
    pub oai_prefix: String,
    /// What the names of tables begin with: `CAIRN_TABLES`, `cairn-` where it is not set.
    pub tables: String,
    /// What the addresses of queues begin with: `CAIRN_QUEUES`, needed by functions that use queues.
    pub queues: String,
    /// The address of OpenSearch: `CAIRN_OPENSEARCH`; where it is not set, nothing is searched.
    pub opensearch: Option<String>,
    /// What the names of its indices begin with: `CAIRN_INDICES`, `cairn-` where it is not set.
    pub indices: String,
    /// The bucket for objects: `CAIRN_BUCKET`, needed by functions that use objects.
    pub bucket: String,
    /// What signed addresses of that bucket begin with in place of its own address: `CAIRN_FILES_URL`.
    pub files_url: Option<String>,
    /// Requests come through `CloudFront`: `CAIRN_EDGE` is `on`.
    pub behind_edge: bool,
    /// Under which name `CloudWatch` keeps the figures in logs: `CAIRN_METRICS`; where it is not set, logs hold none.
    pub metrics: Option<String>,
    /// Hosts that files may be linked to, and that may be asked: `CAIRN_REMOTE_HOSTS`.
    pub remote_hosts: Hosts,
    /// Who may ask for statistics: `CAIRN_STATS_QUERY`, `nobody` where it is not set.
    pub stats_query: String,
    /// The mail address of the first administrator: `CAIRN_ADMINISTRATOR`, needed by what makes a site ready.
    pub administrator: String,
    /// Where their token is kept: `CAIRN_TOKEN_PARAMETER`, needed there too.
    pub token_parameter: String,
    /// Days in which owners may delete what they published: `CAIRN_DELETION_DAYS`.
    pub deletion_days: Option<u32>,
    /// Days in which owners may change published files: `CAIRN_FILE_MODIFICATION_DAYS`, none where it is not set.
    pub file_modification_days: u32,
    /// Most files of one version of a record: `CAIRN_MAX_FILES`.
    pub max_files: Option<u64>,
    /// Most bytes of them: `CAIRN_QUOTA`.
    pub quota: Option<u64>,
    /// Most bytes of one of them: `CAIRN_MAX_FILE_SIZE`.
    pub max_file_size: Option<u64>,
    /// Where the fields of the site's own are declared: `CAIRN_CUSTOM_FIELDS_PARAMETER`; none where it is not set.
    pub custom_fields_parameter: Option<String>,
    /// How DOIs are made.
    pub dois: DoiSettings,
    /// Where the password of the account at `DataCite` is kept: `CAIRN_DATACITE_PASSWORD_PARAMETER`; empty for none.
    pub datacite_password_parameter: String,
    /// Where that of the account at `Crossref` is kept: `CAIRN_CROSSREF_PASSWORD_PARAMETER`; empty for none.
    pub crossref_password_parameter: String,
    /// Locations beside that bucket, which is the location `default`: `CAIRN_LOCATIONS`, `CAIRN_LOCATION`.
    pub further: Further,
}

/// The variable that says how long owners may delete what they published.
const DELETION_DAYS: &str = "CAIRN_DELETION_DAYS";

/// The variable that says how long owners may change published files.
const FILE_MODIFICATION_DAYS: &str = "CAIRN_FILE_MODIFICATION_DAYS";

/// What the names of indices begin with, unless somebody says otherwise.
pub const INDICES: &str = "cairn-";

/// The storage location that every site on AWS has.
pub(crate) const LOCATION: &str = "default";

/// An environment in which no function can run.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// A variable that is needed and missing.
    #[error("the environment variable {0} is not set")]
    Missing(&'static str),
    /// One that cannot be read.
    #[error("the environment variable {0} cannot be used: {1}")]
    Wrong(&'static str, String),
    /// Storage locations that cannot be used.
    #[error(transparent)]
    Locations(#[from] Unusable),
}

impl Environment {
    /// Reads the environment.
    ///
    /// # Errors
    /// What is missing, or cannot be used.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
    pub fn read() -> Result<Self, Unfit> {
        Self::from_lookup(|name| std::env::var(name).ok())
    }

    /// Reads what `lookup` knows.
    fn from_lookup(lookup: impl Fn(&'static str) -> Option<String>) -> Result<Self, Unfit> {
        let found = |name| lookup(name).filter(|value| !value.is_empty());
        let site_url = found("SITE_URL").ok_or(Unfit::Missing("SITE_URL"))?.trim_end_matches('/').to_owned();
        let host = site_url.split("://").nth(1).and_then(|rest| rest.split([':', '/']).next());
        let oai_prefix = found("CAIRN_OAI_PREFIX").or(host.map(str::to_owned)).unwrap_or_default();
        let number = |name| {
            let parse = |text: String| text.parse().map_err(|_| Unfit::Wrong(name, text));
            found(name).map(parse).transpose()
        };
        let days = |name| {
            let fit = |days| u32::try_from(days).map_err(|_| Unfit::Wrong(name, format!("{days} days")));
            number(name)?.map(fit).transpose()
        };
        Ok(Self {
            handler: found("_HANDLER").ok_or(Unfit::Missing("_HANDLER"))?,
            site_url,
            oai_prefix,
            tables: found("CAIRN_TABLES").unwrap_or_else(|| "cairn-".into()),
            queues: found("CAIRN_QUEUES").unwrap_or_default(),
            opensearch: found("CAIRN_OPENSEARCH"),
            indices: found("CAIRN_INDICES").unwrap_or_else(|| INDICES.into()),
            bucket: found("CAIRN_BUCKET").unwrap_or_default(),
            metrics: found("CAIRN_METRICS"),
            files_url: found("CAIRN_FILES_URL").map(|url| url.trim_end_matches('/').to_owned()),
            behind_edge: found("CAIRN_EDGE").is_some_and(|edge| edge == "on"),
            remote_hosts: remote_hosts(&found(REMOTE_HOSTS).unwrap_or_default())
                .map_err(|why| Unfit::Wrong(REMOTE_HOSTS, why))?,
            stats_query: found("CAIRN_STATS_QUERY").unwrap_or_else(|| "nobody".into()),
            administrator: found("CAIRN_ADMINISTRATOR").unwrap_or_default(),
            token_parameter: found("CAIRN_TOKEN_PARAMETER").unwrap_or_default(),
            deletion_days: days(DELETION_DAYS)?,
            file_modification_days: days(FILE_MODIFICATION_DAYS)?.unwrap_or(0),
            max_files: number("CAIRN_MAX_FILES")?,
            quota: number("CAIRN_QUOTA")?,
            max_file_size: number("CAIRN_MAX_FILE_SIZE")?,
            custom_fields_parameter: found("CAIRN_CUSTOM_FIELDS_PARAMETER"),
            dois: DoiSettings::from_lookup(&lookup),
            datacite_password_parameter: found("CAIRN_DATACITE_PASSWORD_PARAMETER").unwrap_or_default(),
            crossref_password_parameter: found("CAIRN_CROSSREF_PASSWORD_PARAMETER").unwrap_or_default(),
            further: Further::parse(
                found("CAIRN_LOCATIONS").as_deref(),
                found("CAIRN_LOCATION").as_deref(),
                LOCATION,
            )?,
        })
    }
}

/// On a function's own machine its Runtime API listens: no host may lead there.
fn remote_hosts(text: &str) -> Result<Hosts, String> {
    let hosts: Hosts = text.parse()?;
    if hosts.reach_loopback() { Err("a function asks nobody on its own machine".into()) } else { Ok(hosts) }
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
        let environment = Environment::from_lookup(all).unwrap();
        assert_eq!(environment.handler, "records.read");
        assert_eq!(environment.site_url, "https://data.example.org:8443");
        assert_eq!(environment.oai_prefix, "data.example.org");
        assert_eq!(environment.tables, "cairn-");
        for missing in ["_HANDLER", "SITE_URL"] {
            let error = Environment::from_lookup(|name| all(name).filter(|_| name != missing)).unwrap_err();
            assert_eq!(error.to_string(), format!("the environment variable {missing} is not set"));
        }
    }

    #[test]
    fn a_function_is_never_led_to_its_own_machine() {
        let with = |hosts: &'static str| {
            Environment::from_lookup(move |name| match name {
                "CAIRN_REMOTE_HOSTS" => Some(hosts.to_owned()),
                "_HANDLER" | "SITE_URL" => Some("https://data.example.org".to_owned()),
                _ => None,
            })
        };
        assert_eq!(with("a.example.org,private:b.example.org").unwrap().remote_hosts.0.len(), 2);
        for hosts in ["loopback:http://127.0.0.1:9001", "a b"] {
            let refused = with(hosts).unwrap_err().to_string();
            assert!(
                refused.starts_with("the environment variable CAIRN_REMOTE_HOSTS cannot be used: "),
                "{refused}"
            );
        }
    }
}
