//! Adapters to AWS: the only crate that speaks with its services.

pub mod dynamo;
pub mod search;
pub mod warm;
