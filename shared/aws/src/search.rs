//! No search: what runs where no search service is configured.

use async_trait::async_trait;
use cairn_model::UserId;
use cairn_ports::search::{Document, Found, Search, SearchError, SearchIndex};

/// Takes documents in and forgets them, and answers no search (callers see 503). What is written reaches a search
/// service, once there is one, by making its index anew from the primary storage.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoSearch;

const NOT_CONFIGURED: &str = "no search service is configured";

#[async_trait]
impl SearchIndex for NoSearch {
    async fn write(&self, _documents: Vec<Document>, _writer: Option<&UserId>) -> Result<(), SearchError> {
        Ok(())
    }

    async fn search(&self, _search: &Search) -> Result<Found, SearchError> {
        Err(SearchError::Unavailable(NOT_CONFIGURED.into()))
    }

    async fn version(&self, _index: &'static str, _id: &str) -> Result<Option<u64>, SearchError> {
        Ok(None)
    }

    async fn flush(&self) -> Result<(), SearchError> {
        Ok(())
    }

    async fn settled(&self) -> Result<(), SearchError> {
        Ok(())
    }

    async fn count(&self, _index: &'static str) -> Result<u64, SearchError> {
        Err(SearchError::Unavailable(NOT_CONFIGURED.into()))
    }
}
