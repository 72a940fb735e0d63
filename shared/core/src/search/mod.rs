//! Searching: what a request may ask, and how the answer is put together.
//!
//! `params` checks the request's parameters against what an endpoint offers, `links` writes them back into links,
//! `facets` turns counts into aggregations. The parser of search strings (`query_string`) is beside them.

pub mod facets;
pub mod links;
pub mod params;
