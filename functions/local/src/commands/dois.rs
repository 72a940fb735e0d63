//! How DOIs are made by a repository on this machine.

use anyhow::anyhow;
use cairn_core::{dois::Minting, users::Secret};
use cairn_model::DoiSettings;
use clap::Args;

/// Settings of DOIs.
#[derive(Args)]
pub(super) struct Identifying {
    /// Whether every public record has a DOI of this site: required, optional, none
    #[arg(long, env = "CAIRN_DOIS", value_name = "WHETHER")]
    dois: Option<String>,
    /// What the site is called where somebody brings a DOI that only it can make. Default: Cairn
    #[arg(long, env = "CAIRN_SITE_NAME", value_name = "NAME")]
    site_name: Option<String>,
    /// What DOIs begin with. Default: 10.5072, to try things
    #[arg(long, env = "CAIRN_DATACITE_PREFIX", value_name = "PREFIX")]
    datacite_prefix: Option<String>,
    /// The account at DataCite that registers DOIs. Default: none, DOIs stay here
    #[arg(long, env = "CAIRN_DATACITE_REPOSITORY", value_name = "NAME", requires = "datacite_password")]
    datacite_repository: Option<String>,
    /// Its password
    #[arg(long, env = "CAIRN_DATACITE_PASSWORD", value_name = "PASSWORD", hide_env_values = true)]
    datacite_password: Option<String>,
    /// Where DataCite is asked. Default: its production API; api.test.datacite.org is for trying things
    #[arg(long, env = "CAIRN_DATACITE_URL", value_name = "URL")]
    datacite_url: Option<String>,
}

impl Identifying {
    /// How DOIs are made.
    pub(super) fn minting(&self) -> anyhow::Result<Minting> {
        let said = DoiSettings {
            dois: self.dois.clone(),
            site_name: self.site_name.clone(),
            datacite_prefix: self.datacite_prefix.clone(),
            datacite_repository: self.datacite_repository.clone(),
            datacite_url: self.datacite_url.clone(),
        };
        Minting::of(&said, self.datacite_password.clone().map(Secret::new)).map_err(|why| anyhow!(why))
    }
}
