//! The application: every service, built once from the ports.

use cairn_model::{Identity, Result};
use cairn_ports::Ports;

/// What a site decides for itself. Read once at the start.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The site's address without a trailing slash: all links begin with it, never with a `Host` header.
    pub site_url: String,
    /// The prefix of OAI identifiers: `oai:<prefix>:<recid>`.
    pub oai_prefix: String,
}

/// Every service of the repository.
pub struct App {
    /// The world outside.
    pub ports: Ports,
    /// The site's settings.
    pub settings: Settings,
}

impl App {
    /// Builds the services.
    pub fn new(ports: Ports, settings: Settings) -> Self {
        Self { ports, settings }
    }

    /// Who sends this bearer token. A token that is unknown, expired or malformed is nobody's.
    pub async fn authenticate(&self, _token: &str) -> Result<Identity> {
        Ok(Identity::nobody())
    }
}
