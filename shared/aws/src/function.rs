//! What every function starts with.

use std::{error::Error, process::ExitCode, sync::Arc};

use cairn_model::kinds::mappings;
use cairn_ports::{
    Overflowing, Ports, SearchIndex, clock::SystemClock, ids::RandomIds, objects::Locations,
    outbound::NoOutbound,
};

use crate::{
    dynamo::{self, DynamoStore},
    env::{Environment, LOCATION},
    metrics::Figures,
    opensearch::{self, NoClient, OpenSearch},
    parameters,
    s3::{self, S3},
    search::NoSearch,
    sqs::{self, SqsQueues},
    warm::warm,
};

/// The ports of a site on AWS, without a way to the web: who needs it adds it, and others stay small. `declared`: the
/// parameter that declares fields of the site's own, read while the connection to the store is made, which, `warmed`, is
/// open when this returns.
///
/// # Errors
/// An address of OpenSearch that is none; fields that cannot be read.
pub async fn ports(
    environment: &Environment,
    declared: Option<&str>,
    warmed: bool,
) -> Result<Ports, Box<dyn Error + Send + Sync>> {
    let connect = Box::pin(async {
        let client = dynamo::client_from_env(None).await;
        if warmed {
            warm(&client).await;
        }
        client
    });
    let (custom_fields, client) = tokio::join!(Box::pin(parameters::own_fields(declared)), connect);
    let store = Arc::new(DynamoStore::new(client, environment.tables.clone()));
    let bucket = S3::new(s3::client_from_env().await, environment.bucket.clone(), LOCATION)
        .shown_at(environment.files_url.clone());
    let clock = Arc::new(SystemClock);
    let search: Arc<dyn SearchIndex> = match index(environment).await? {
        None => Arc::new(NoSearch),
        Some(index) => Arc::new(index),
    };
    let objects = environment.further.beside(Locations::one(LOCATION, Arc::new(bucket))).await;
    Ok(Ports {
        store: Arc::new(Overflowing::new(store, objects.clone())),
        search,
        queues: Arc::new(SqsQueues::new(sqs::client_from_env().await, environment.queues.clone())),
        objects,
        outbound: Arc::new(NoOutbound),
        custom_fields: custom_fields?,
        clock,
        ids: Arc::new(RandomIds),
        trips: Arc::default(),
    })
}

/// The indices of a site, if it has some.
///
/// # Errors
/// An address of OpenSearch that is none.
pub async fn index(environment: &Environment) -> Result<Option<OpenSearch>, NoClient> {
    let Some(address) = &environment.opensearch else { return Ok(None) };
    let client = opensearch::Client::of(address).await?;
    Ok(Some(OpenSearch::new(client, Arc::new(SystemClock), environment.indices.clone(), &mappings())))
}

/// Runs a function until Lambda ends it: logs as JSON, one thread, and a failed start told once.
pub fn start(run: impl AsyncFnOnce(Environment) -> Result<(), Box<dyn Error + Send + Sync>>) -> ExitCode {
    let environment = Environment::read();
    let figures = Figures::kept_as(environment.as_ref().ok().and_then(|read| read.metrics.clone()));
    tracing_subscriber::fmt().json().event_format(figures).with_max_level(tracing::Level::INFO).init();
    let started = || {
        let environment = environment?;
        tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(run(environment))
    };
    match started() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the function does not start: {error}");
            ExitCode::FAILURE
        }
    }
}
