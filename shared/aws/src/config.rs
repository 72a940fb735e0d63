//! What all clients share: time-outs, retries, where they find what they need.

use std::time::Duration;

use aws_config::{
    BehaviorVersion, ConfigLoader, Region, SdkConfig, retry::RetryConfig, timeout::TimeoutConfig,
};

/// How often a client itself makes a request that was throttled or got no answer. Every call of the adapters may be
/// made twice: commits carry a token, and messages may be there twice.
const ATTEMPTS: u32 = 3;

/// How the environment says (region, credentials, addresses), where one attempt of a call may take so long.
pub(crate) fn from_env(attempt: Duration) -> ConfigLoader {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_attempt_timeout(attempt)
        .operation_timeout(attempt * ATTEMPTS)
        .build();
    aws_config::defaults(BehaviorVersion::latest())
        .timeout_config(timeouts)
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
}

/// For a service on this machine that takes any region and credentials: nothing is read from the environment.
pub(crate) async fn local(attempt: Duration, endpoint: &str) -> SdkConfig {
    let loader = from_env(attempt).empty_test_environment().test_credentials();
    loader.region(Region::from_static("us-east-1")).endpoint_url(endpoint).load().await
}
