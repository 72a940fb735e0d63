//! Adapters to AWS: the only crate that speaks with its services.

pub mod dynamo;
