//! The client.

use std::time::Duration;

use aws_sdk_sqs::Client;

use crate::config;

/// Receiving may wait for 20 seconds.
const ATTEMPT: Duration = Duration::from_secs(25);

/// A client as the environment says (region, credentials, address).
pub async fn client_from_env() -> Client {
    Client::new(&config::from_env(ATTEMPT).load().await)
}

/// A client of a service on this machine that stands for SQS.
pub async fn local_client(endpoint: &str) -> Client {
    Client::new(&config::local(ATTEMPT, endpoint).await)
}
