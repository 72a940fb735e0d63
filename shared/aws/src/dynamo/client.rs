//! The client.

use std::time::Duration;

use aws_sdk_dynamodb::Client;

use crate::config;

/// DynamoDB answers within milliseconds or not at all.
const ATTEMPT: Duration = Duration::from_secs(3);

/// A client as the environment says (region, credentials), to DynamoDB, or to another `endpoint` that stands for it.
pub async fn client_from_env(endpoint: Option<&str>) -> Client {
    let loader = config::from_env(ATTEMPT);
    let loader = match endpoint {
        Some(endpoint) => loader.endpoint_url(endpoint),
        None => loader,
    };
    Client::new(&loader.load().await)
}

/// A client of DynamoDB Local.
pub async fn local_client(endpoint: &str) -> Client {
    Client::new(&config::local(ATTEMPT, endpoint).await)
}
