//! The client.

use std::time::Duration;

use aws_config::{BehaviorVersion, ConfigLoader, Region, retry::RetryConfig, timeout::TimeoutConfig};
use aws_sdk_dynamodb::Client;

/// How often the client itself makes a request that was throttled or got no answer. Commits carry a token, so that
/// making them again is safe.
const ATTEMPTS: u32 = 3;

/// A client as the environment says (region, credentials), to DynamoDB, or to another `endpoint` that stands for it.
pub async fn client_from_env(endpoint: Option<&str>) -> Client {
    let loader = loader();
    let loader = match endpoint {
        Some(endpoint) => loader.endpoint_url(endpoint),
        None => loader,
    };
    Client::new(&loader.load().await)
}

/// A client of DynamoDB Local, which takes any region and credentials: nothing is read from the environment.
pub async fn local_client(endpoint: &str) -> Client {
    let loader =
        loader().empty_test_environment().test_credentials().region(Region::from_static("us-east-1"));
    Client::new(&loader.endpoint_url(endpoint).load().await)
}

fn loader() -> ConfigLoader {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_attempt_timeout(Duration::from_secs(3))
        .operation_timeout(Duration::from_secs(9))
        .build();
    aws_config::defaults(BehaviorVersion::latest())
        .timeout_config(timeouts)
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
}
