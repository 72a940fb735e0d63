//! The start of a Lambda function: one artifact for all operations, of which `_HANDLER` names the one to run, or the service
//! whose operations it runs.

use std::{convert::Infallible, process::ExitCode, sync::Arc};

use cairn_aws::{env::Environment, function};
use cairn_core::{
    App, Settings,
    app::DELETION_DAYS,
    dois::{Minting, Passwords},
    files::Quota,
};
use cairn_http::{Operation, Service};
use cairn_ports::Grant;
use lambda_http::{Error, service_fn};

fn main() -> ExitCode {
    function::start(run)
}

/// Serves one operation or those of one service, event after event.
async fn run(environment: Environment) -> Result<(), Error> {
    let operations = cairn_api::served(&environment.handler);
    if operations.is_empty() {
        return Err(unknown(&environment.handler));
    }
    let needs_something = operations.iter().any(|operation| !operation.needs.is_empty());
    let declared = environment.custom_fields_parameter.as_deref();
    let ports = function::ports(&environment, declared, needs_something).await?;
    let settings = Settings {
        quota: Quota::said(environment.max_files, environment.quota, environment.max_file_size),
        remote_hosts: environment.remote_hosts,
        stats_query: environment.stats_query.parse()?,
        deletion_days: environment.deletion_days.unwrap_or(DELETION_DAYS),
        minting: Minting::of(&environment.dois, Passwords::default())?,
        file_modification_days: environment.file_modification_days,
        signs_content: environment.files_url.is_some(),
        behind_edge: environment.behind_edge,
        ..Settings::new(environment.site_url, environment.oai_prefix)
    };
    let written = Arc::default();
    let app = |operation: &'static Operation| {
        let ports = ports.scoped(&Grant::of(operation.name, operation.needs));
        App::beside(ports, settings.clone(), Arc::clone(&written))
    };
    let all: Vec<_> = cairn_api::all().collect();
    let service = &Service::new(&operations, &all, app);
    lambda_http::run(service_fn(|request| async move { Ok::<_, Infallible>(service.serve(request).await) }))
        .await
}

fn unknown(handler: &str) -> Error {
    let names: Vec<&str> = cairn_api::all().map(|operation| operation.name).collect();
    format!("there is no operation `{handler}`; there are: {}", names.join(", ")).into()
}
