//! Where hosts are.

use std::{io, net::IpAddr};

use async_trait::async_trait;

/// Knows the addresses of hosts.
#[async_trait]
pub trait Names: Send + Sync {
    /// All addresses of a host.
    async fn find(&self, name: &str) -> io::Result<Vec<IpAddr>>;
}

/// As this machine finds them.
pub struct SystemNames;

#[async_trait]
impl Names for SystemNames {
    async fn find(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((name, 0)).await?.map(|address| address.ip()).collect())
    }
}
