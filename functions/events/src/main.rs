//! The start of a Lambda function: one artifact for all consumers, of which `_HANDLER` names the one to run.

use std::{pin::Pin, process::ExitCode, sync::Arc};

use cairn_aws::{deployment, env::Environment, function, parameters};
use cairn_core::{
    App, Settings,
    dois::{Minting, Passwords},
    files::Quota,
    users::Secret,
};
use cairn_events::{Asked, SET_UP, set_up};
use cairn_model::{Hosts, Result as Done};
use cairn_outbound::Client;
use cairn_ports::{Grant, Ports};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::Value;

fn main() -> ExitCode {
    function::start(run)
}

/// Runs one consumer, event after event.
async fn run(environment: Environment) -> Result<(), Error> {
    let consumer = cairn_events::find(&environment.handler).ok_or_else(|| unknown(&environment.handler))?;
    // What makes the site ready looks at them itself, so that CloudFormation is told of what cannot be read.
    let declared = environment.custom_fields_parameter.as_deref().filter(|_| consumer.name != SET_UP);
    let (datacite, crossref, ports) = futures::try_join!(
        Box::pin(password(&environment.datacite_password_parameter)),
        Box::pin(password(&environment.crossref_password_parameter)),
        Box::pin(function::ports(&environment, declared, true)),
    )?;
    let minting = Minting::of(&environment.dois, Passwords { datacite, crossref })?;
    if minting.hosts.reach_loopback() {
        return Err(
            "CAIRN_DATACITE_URL, CAIRN_CROSSREF_URL: a function asks nobody on its own machine".into()
        );
    }
    let hosts = environment.remote_hosts.0.iter().chain(&minting.hosts.0).cloned().collect();
    let outbound = Arc::new(Client::new(Hosts(hosts)));
    let ports = Ports { outbound, ..ports };
    let usual = Settings::new(environment.site_url.clone(), environment.oai_prefix.clone());
    let quota = Quota::said(environment.max_files, environment.quota, environment.max_file_size);
    let settings = Settings { minting, quota, ..usual };
    let app = App::new(ports.scoped(&Grant::of(consumer.name, consumer.needs)), settings).reading_afresh();
    let (app, environment) = (&app, &environment);
    lambda_runtime::run(service_fn(move |event: LambdaEvent<Value>| async move {
        if consumer.name == SET_UP {
            return deploy(app, environment, event.payload).await;
        }
        Ok::<_, Error>(cairn_events::run(app, consumer, event.payload).await?)
    }))
    .await
}

/// The password that a parameter keeps; none where there is no parameter.
async fn password(parameter: &str) -> Result<Option<Secret>, Error> {
    if parameter.is_empty() {
        return Ok(None);
    }
    Ok(Some(Secret::new(parameters::read(&parameters::client_from_env().await, parameter).await?)))
}

/// Makes the site ready, and tells `CloudFormation` what became of it.
async fn deploy(app: &App, environment: &Environment, event: Value) -> Result<Value, Error> {
    let asked: Asked = serde_json::from_value(event)?;
    // Without its type, which is too deep for the compiler.
    let ready: Pin<Box<dyn Future<Output = Result<(), Error>>>> = Box::pin(make_ready(app, environment));
    let done = if asked.wants_set_up() { ready.await.map_err(|error| error.to_string()) } else { Ok(()) };
    if let Err(error) = &done {
        tracing::error!(error, "the site could not be made ready: {error}");
    }
    deployment::report(&asked.response_url, &asked.answer(&done)).await?;
    Ok(Value::Null)
}

async fn make_ready(app: &App, environment: &Environment) -> Result<(), Error> {
    parameters::own_fields(environment.custom_fields_parameter.as_deref()).await?;
    let mut unfilled = false;
    if let Some(index) = function::index(environment).await? {
        index.prepare().await?;
        unfilled = !index.unfilled().await?.is_empty();
    }
    let keep = async |token: &Secret| -> Done<()> {
        deployment::keep_secret(&environment.token_parameter, token.expose()).await
    };
    Ok(set_up(app, unfilled, &environment.administrator, keep).await?)
}

fn unknown(handler: &str) -> Error {
    let names: Vec<&str> = cairn_events::CONSUMERS.iter().map(|consumer| consumer.name).collect();
    format!("there is no consumer `{handler}`; there are: {}", names.join(", ")).into()
}
