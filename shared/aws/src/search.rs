//! No search: what runs where no search service is configured.

use std::time::Duration;

use async_trait::async_trait;
use cairn_model::UserId;
use cairn_ports::search::{Document, Found, Generation, Search, SearchError, SearchIndex};

/// Takes documents in and forgets them, and answers no search (callers see 503). What is written reaches a search
/// service, once there is one, by making its index anew from the primary storage.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoSearch;

fn not_configured() -> SearchError {
    SearchError::Unavailable("no search service is configured".into())
}

#[async_trait]
impl SearchIndex for NoSearch {
    async fn write(&self, _documents: Vec<Document>, _writer: Option<&UserId>) -> Result<(), SearchError> {
        Ok(())
    }

    async fn search(&self, _search: &Search) -> Result<Found, SearchError> {
        Err(not_configured())
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

    async fn count(&self, _index: &'static str, _generation: Generation) -> Result<u64, SearchError> {
        Err(not_configured())
    }

    async fn versions(
        &self,
        _index: &'static str,
        _generation: Generation,
        _ids: &[String],
    ) -> Result<Vec<Option<u64>>, SearchError> {
        Err(not_configured())
    }

    async fn list(
        &self,
        _index: &'static str,
        _generation: Generation,
        _after: Option<&str>,
        _most: usize,
    ) -> Result<Vec<(String, u64)>, SearchError> {
        Err(not_configured())
    }

    async fn begin(&self, _index: &'static str) -> Result<String, SearchError> {
        Err(not_configured())
    }

    async fn named(
        &self,
        _index: &'static str,
        _generation: Generation,
    ) -> Result<Option<String>, SearchError> {
        Err(not_configured())
    }

    fn notice(&self) -> Duration {
        Duration::ZERO
    }

    async fn fill(&self, _documents: Vec<Document>) -> Result<(), SearchError> {
        Err(not_configured())
    }

    async fn swap(&self, _indices: &[&'static str]) -> Result<(), SearchError> {
        Err(not_configured())
    }

    async fn abandon(&self, _index: &'static str) -> Result<(), SearchError> {
        Ok(())
    }
}
