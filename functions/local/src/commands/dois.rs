//! How DOIs are made by a repository on this machine.

use anyhow::anyhow;
use cairn_core::{
    dois::{Minting, Passwords},
    users::Secret,
};
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
    /// What DOIs begin with that Crossref registers. Default: none are
    #[arg(long, env = "CAIRN_CROSSREF_PREFIX", value_name = "PREFIX")]
    crossref_prefix: Option<String>,
    /// The account at Crossref that registers DOIs: name, or name/role. Default: none, DOIs stay here
    #[arg(long, env = "CAIRN_CROSSREF_USER", value_name = "NAME", requires = "crossref_password")]
    crossref_user: Option<String>,
    /// Its password
    #[arg(long, env = "CAIRN_CROSSREF_PASSWORD", value_name = "PASSWORD", hide_env_values = true)]
    crossref_password: Option<String>,
    /// Where Crossref is asked. Default: its production system; test.crossref.org is for trying things
    #[arg(long, env = "CAIRN_CROSSREF_URL", value_name = "URL")]
    crossref_url: Option<String>,
    /// Who deposits at Crossref. Default: what the site is called
    #[arg(long, env = "CAIRN_CROSSREF_DEPOSITOR", value_name = "NAME")]
    crossref_depositor: Option<String>,
    /// Where Crossref writes to them about each deposit
    #[arg(long, env = "CAIRN_CROSSREF_EMAIL", value_name = "ADDRESS")]
    crossref_email: Option<String>,
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
            crossref_prefix: self.crossref_prefix.clone(),
            crossref_user: self.crossref_user.clone(),
            crossref_url: self.crossref_url.clone(),
            crossref_depositor: self.crossref_depositor.clone(),
            crossref_email: self.crossref_email.clone(),
        };
        let secret = |password: &Option<String>| password.clone().map(Secret::new);
        let passwords = Passwords {
            datacite: secret(&self.datacite_password),
            crossref: secret(&self.crossref_password),
        };
        Minting::of(&said, passwords).map_err(|why| anyhow!(why))
    }
}
