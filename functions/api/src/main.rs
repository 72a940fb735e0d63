//! The start of a Lambda function: one artifact for all operations, of which `_HANDLER` names the one to run.

use std::{convert::Infallible, process::ExitCode};

use cairn_aws::{env::Environment, function};
use cairn_core::{App, Settings};
use cairn_http::Endpoint;
use cairn_ports::Grant;
use lambda_http::{Error, service_fn};

fn main() -> ExitCode {
    function::start(run)
}

/// Serves one operation, event after event.
async fn run(environment: Environment) -> Result<(), Error> {
    let operation = cairn_api::find(&environment.handler).ok_or_else(|| unknown(&environment.handler))?;
    let ports = function::ports(&environment, !operation.needs.is_empty()).await?;
    let remote_hosts = environment.remote_hosts;
    let stats_query = environment.stats_query.parse()?;
    let settings =
        Settings { remote_hosts, stats_query, ..Settings::new(environment.site_url, environment.oai_prefix) };
    let app = App::new(ports.scoped(&Grant::of(operation.name, operation.needs)), settings);
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
