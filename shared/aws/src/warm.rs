//! Connections made while a function starts, so that its first request finds them open.

use std::time::Duration;

use aws_sdk_dynamodb::{
    Client,
    config::{Config, retry::RetryConfig},
};

/// Longest time that a start may take for this.
const PATIENCE: Duration = Duration::from_millis(400);

/// Opens a connection to DynamoDB, by one call that needs no rights. If it fails, the first request will tell.
pub async fn warm(client: &Client) {
    let once = Config::builder().retry_config(RetryConfig::disabled());
    let call = client.describe_endpoints().customize().config_override(once).send();
    match tokio::time::timeout(PATIENCE, call).await {
        Ok(Ok(_)) => tracing::debug!("the connection to DynamoDB is open"),
        Ok(Err(error)) => tracing::debug!(%error, "DynamoDB answered the first call with an error"),
        Err(_) => tracing::warn!("DynamoDB did not answer while the function started"),
    }
}
