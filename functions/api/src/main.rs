//! The start of a Lambda function: one artifact for all operations, of which `_HANDLER` names the one to run.

mod config;

use std::{convert::Infallible, process::ExitCode, sync::Arc};

use cairn_aws::{
    dynamo::{DynamoStore, client_from_env},
    search::NoSearch,
    warm::warm,
};
use cairn_core::App;
use cairn_http::{Endpoint, Operation};
use cairn_ports::{Grant, Ports, clock::SystemClock, ids::RandomIds};
use lambda_http::{Error, service_fn};

use config::Config;

fn main() -> ExitCode {
    tracing_subscriber::fmt().json().with_max_level(tracing::Level::INFO).init();
    match start() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the function does not start: {error}");
            ExitCode::FAILURE
        }
    }
}

fn start() -> Result<(), Error> {
    let config = Config::from_env()?;
    let operation = cairn_api::find(&config.handler).ok_or_else(|| unknown(&config.handler))?;
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(run(operation, config))
}

/// Serves one operation, event after event.
async fn run(operation: &'static Operation, config: Config) -> Result<(), Error> {
    let client = client_from_env(None).await;
    if !operation.needs.is_empty() {
        warm(&client).await;
    }
    let ports = Ports {
        store: Arc::new(DynamoStore::new(client, config.tables)),
        search: Arc::new(NoSearch),
        clock: Arc::new(SystemClock),
        ids: Arc::new(RandomIds),
        trips: Arc::default(),
    };
    let app = App::new(ports.scoped(&Grant::of(operation.needs)), config.settings);
    let endpoint = Endpoint::new(operation, cairn_api::all());
    let (app, endpoint) = (&app, &endpoint);
    lambda_http::run(service_fn(
        |request| async move { Ok::<_, Infallible>(endpoint.serve(app, request).await) },
    ))
    .await
}

fn unknown(handler: &str) -> Error {
    let names: Vec<&str> = cairn_api::all().map(|operation| operation.name).collect();
    format!("there is no operation `{handler}`; there are: {}", names.join(", ")).into()
}
