//! The client.

use std::time::Duration;

use aws_config::{BehaviorVersion, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_dynamodb::Client;

/// How often the client itself makes a request that was throttled or got no answer. Commits carry a token, so that
/// making them again is safe.
const ATTEMPTS: u32 = 3;

/// A client as the environment says (region, credentials), to DynamoDB or to `endpoint` (DynamoDB Local).
pub async fn client_from_env(endpoint: Option<&str>) -> Client {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_attempt_timeout(Duration::from_secs(3))
        .operation_timeout(Duration::from_secs(9))
        .build();
    let loader = aws_config::defaults(BehaviorVersion::latest())
        .timeout_config(timeouts)
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS));
    let loader = match endpoint {
        Some(endpoint) => loader.endpoint_url(endpoint),
        None => loader,
    };
    Client::new(&loader.load().await)
}
