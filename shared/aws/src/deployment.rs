//! What a deployment is told, and where it leaves a secret.

use std::time::Duration;

use aws_sdk_ssm::{Client, error::DisplayErrorContext, types::ParameterType};
use cairn_model::Error;
use serde_json::Value;

use crate::config;

/// How long one attempt may take.
const ATTEMPT: Duration = Duration::from_secs(10);

/// Keeps a secret in Systems Manager, encrypted.
///
/// # Errors
/// [`Error::Unavailable`] if it cannot be kept.
pub async fn keep_secret(parameter: &str, secret: &str) -> Result<(), Error> {
    let client = Client::new(&config::from_env(ATTEMPT).load().await);
    let kept = client
        .put_parameter()
        .name(parameter)
        .value(secret)
        .r#type(ParameterType::SecureString)
        .description("The token of the first administrator of this site")
        .overwrite(true)
        .send()
        .await;
    let failed = |why| Error::Unavailable(format!("the parameter {parameter} cannot be written: {why}"));
    kept.map(|_| ()).map_err(|error| failed(DisplayErrorContext(&error).to_string()))
}

/// Reads a secret that is kept in Systems Manager.
///
/// # Errors
/// [`Error::Unavailable`] if it cannot be read.
pub async fn read_secret(parameter: &str) -> Result<String, Error> {
    let client = Client::new(&config::from_env(ATTEMPT).load().await);
    let failed = |why: String| Error::Unavailable(format!("the parameter {parameter} cannot be read: {why}"));
    let found = client.get_parameter().name(parameter).with_decryption(true).send().await;
    let found = found.map_err(|error| failed(DisplayErrorContext(&error).to_string()))?;
    let value = found.parameter.and_then(|parameter| parameter.value);
    value.ok_or_else(|| failed("it has no value".into()))
}

/// Sends the answer to where `CloudFormation` waits for it: a signed address, which takes no type of content.
///
/// # Errors
/// [`Error::Unavailable`] if nobody takes it.
pub async fn report(address: &str, answer: &Value) -> Result<(), Error> {
    let sent = reqwest::Client::new().put(address).timeout(ATTEMPT).body(answer.to_string()).send().await;
    let taken = sent.and_then(reqwest::Response::error_for_status);
    taken
        .map(|_| ())
        .map_err(|error| Error::Unavailable(format!("CloudFormation was not told: {}", error.without_url())))
}
