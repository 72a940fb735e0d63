//! The record framework knows no kind: specimens of a museum, declared in these tests alone, go through every layer.

mod components;
mod dumps;
mod field;
mod kind;
mod life;
mod old;
mod operations;

use cairn_core::framework::Kinds;

use crate::support::{Extension, Site, User};

/// Specimens and their parents.
const KINDS: Kinds = Kinds { record: &kind::SPECIMEN, parent: &kind::HOLDING };

/// Who keeps all specimens in order.
const CURATOR: &str = "curator";

/// What makes a repository a museum.
static MUSEUM: Extension = Extension {
    operations: operations::OPERATIONS,
    mappings: &[&kind::MAPPING, &kind::DRAFTS],
    sources: &[&KINDS],
    subscribers: &[],
    tasks: &[],
    roles: &[CURATOR],
    composes: false,
    at_edge: false,
    remote_hosts: None,
    custom_fields: "",
    file_modification_days: 0,
    has_second: false,
    wrap: None,
    minting: None,
    stats_query: cairn_core::stats::Openness::Nobody,
};

/// A site that also has specimens.
async fn museum() -> Site {
    Site::with(&MUSEUM).await
}

/// A museum with someone who deposits and someone who curates.
async fn people() -> (Site, User, User) {
    let site = museum().await;
    let (ada, cora) = (site.user("ada").await, site.user_as("cora", &[CURATOR]).await);
    (site, ada, cora)
}
