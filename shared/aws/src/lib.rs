//! Adapters to AWS: the only crate that speaks with its services.

mod config;
pub mod deployment;
pub mod dynamo;
pub mod env;
pub mod function;
mod metrics;
pub mod opensearch;
pub mod parameters;
pub mod s3;
pub mod search;
pub mod sqs;
pub mod warm;
