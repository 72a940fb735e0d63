//! What is kept in Systems Manager: read once, when a function starts.

use std::time::Duration;

use aws_sdk_ssm::{Client, error::DisplayErrorContext};
use cairn_model::{Error, metadata::CustomFields};
use cairn_ports::OwnFields;

use crate::config;

/// How long one attempt may take.
pub(crate) const ATTEMPT: Duration = Duration::from_secs(10);

/// A client as the environment says (region, credentials, address).
pub async fn client_from_env() -> Client {
    Client::new(&config::from_env(ATTEMPT).load().await)
}

/// A client of a service on this machine that stands for Systems Manager.
pub async fn local_client(endpoint: &str) -> Client {
    Client::new(&config::local(ATTEMPT, endpoint).await)
}

/// Reads a parameter, whether it is encrypted or not.
///
/// # Errors
/// [`Error::Unavailable`] if it cannot be read.
pub async fn read(client: &Client, parameter: &str) -> Result<String, Error> {
    let failed = |why: String| Error::Unavailable(format!("the parameter {parameter} cannot be read: {why}"));
    let found = client.get_parameter().name(parameter).with_decryption(true).send().await;
    let found = found.map_err(|error| failed(DisplayErrorContext(&error).to_string()))?;
    let value = found.parameter.and_then(|parameter| parameter.value);
    value.ok_or_else(|| failed("it has no value".into()))
}

/// The fields that a site declares in a parameter; none where it names no parameter.
///
/// # Errors
/// [`Error::Unavailable`] if it cannot be read, [`Error::Internal`] for what declares no fields.
pub async fn own_fields(parameter: Option<&str>) -> Result<OwnFields, Error> {
    let Some(parameter) = parameter else { return Ok(OwnFields::default()) };
    let text = read(&client_from_env().await, parameter).await?;
    let fields = CustomFields::parse(&text);
    let fields = fields.map_err(|why| Error::Internal(format!("the parameter {parameter}: {why}")))?;
    Ok(OwnFields::of(fields))
}
