//! What a deployment is told, and where it leaves a secret.

use aws_sdk_ssm::{error::DisplayErrorContext, types::ParameterType};
use cairn_model::Error;
use serde_json::Value;

use crate::parameters::{ATTEMPT, client_from_env};

/// Keeps a secret in Systems Manager, encrypted.
///
/// # Errors
/// [`Error::Unavailable`] if it cannot be kept.
pub async fn keep_secret(parameter: &str, secret: &str) -> Result<(), Error> {
    let kept = client_from_env()
        .await
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
