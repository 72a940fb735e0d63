//! The client.

use std::time::Duration;

use aws_config::SdkConfig;
pub use aws_sdk_s3::config::SharedHttpClient as HttpClient;
use aws_sdk_s3::{
    Client,
    config::{Builder, Credentials, RequestChecksumCalculation, ResponseChecksumValidation},
};

use crate::config;

/// A part of some megabytes may take a while.
pub(super) const ATTEMPT: Duration = Duration::from_secs(20);

/// The keys with which operations sign, where each has its own.
pub trait Signers: Send + Sync {
    /// The access key and secret of an operation.
    fn keys(&self, operation: &str) -> (String, String);

    /// The same as the client wants them.
    fn credentials(&self, operation: &str) -> Credentials {
        let (key, secret) = self.keys(operation);
        Credentials::new(key, secret, None, None, "cairn")
    }
}

/// A client as the environment says (region, credentials, address).
pub async fn client_from_env() -> Client {
    Client::from_conf(of(&config::from_env(ATTEMPT).load().await).build())
}

/// A client of a storage on this machine, which it reaches by `http` and which clients know as `endpoint`.
pub async fn local_client(endpoint: &str, http: Option<HttpClient>) -> Client {
    let builder = of(&config::local(ATTEMPT, endpoint).await).force_path_style(true);
    let builder = match http {
        Some(http) => builder.http_client(http),
        None => builder,
    };
    Client::from_conf(builder.build())
}

/// Checksums are ours to say: what is signed for others must not depend on what a client would add.
pub(super) fn of(config: &SdkConfig) -> Builder {
    Builder::from(config)
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
        .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
}
