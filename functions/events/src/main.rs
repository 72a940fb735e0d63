//! The start of a Lambda function: one artifact for all consumers, of which `_HANDLER` names the one to run.

use std::{process::ExitCode, sync::Arc};

use cairn_aws::{env::Environment, function};
use cairn_core::{App, Settings};
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
    let outbound = Arc::new(Client::new(environment.remote_hosts.clone()));
    let ports = Ports { outbound, ..function::ports(&environment, true).await? };
    let settings = Settings::new(environment.site_url, environment.oai_prefix);
    let app = App::new(ports.scoped(&Grant::of(consumer.name, consumer.needs)), settings).reading_afresh();
    let app = &app;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<Value>| async move {
        Ok::<_, Error>(cairn_events::run(app, consumer, event.payload).await?)
    }))
    .await
}

fn unknown(handler: &str) -> Error {
    let names: Vec<&str> = cairn_events::CONSUMERS.iter().map(|consumer| consumer.name).collect();
    format!("there is no consumer `{handler}`; there are: {}", names.join(", ")).into()
}
