//! The search index of a site on this machine: in its folder, or in an OpenSearch beside it.

use std::{path::Path, sync::Arc};

use anyhow::Context;
use cairn_aws::{
    env::INDICES,
    opensearch::{Client, OpenSearch},
};
use cairn_embedded::search::TantivyIndex;
use cairn_model::kinds::mappings;
use cairn_ports::{Clock, SearchIndex};

/// One of the two.
#[derive(Clone)]
pub(crate) enum Index {
    Embedded(Arc<TantivyIndex>),
    OpenSearch(Arc<OpenSearch>),
}

impl Index {
    /// Opens the index in a site's folder.
    pub(crate) fn embedded(data: &Path) -> anyhow::Result<Self> {
        let index = TantivyIndex::open(&data.join("index"), &mappings());
        Ok(Self::Embedded(Arc::new(index.context("the index cannot be opened")?)))
    }

    /// Opens the indices in an OpenSearch, and makes those that are missing.
    pub(crate) async fn opensearch(address: &str, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        let index = OpenSearch::new(Client::of(address).await?, clock, INDICES, &mappings());
        index.prepare().await.with_context(|| format!("OpenSearch at {address} cannot be used"))?;
        Ok(Self::OpenSearch(Arc::new(index)))
    }

    /// As services use it.
    pub(crate) fn port(&self) -> Arc<dyn SearchIndex> {
        match self {
            Self::Embedded(index) => index.clone(),
            Self::OpenSearch(index) => index.clone(),
        }
    }

    /// The indices that lack what the store holds.
    pub(crate) async fn unfilled(&self) -> anyhow::Result<Vec<&'static str>> {
        match self {
            Self::Embedded(index) => Ok(index.unfilled()),
            Self::OpenSearch(index) => Ok(index.unfilled().await?),
        }
    }

    /// Notes that every index holds what it should.
    pub(crate) fn mark_filled(&self) -> anyhow::Result<()> {
        match self {
            Self::Embedded(index) => index.mark_filled().context("the index cannot be marked as complete"),
            // Only what a rebuild has filled bears the mark of its mapping.
            Self::OpenSearch(_) => Ok(()),
        }
    }
}
