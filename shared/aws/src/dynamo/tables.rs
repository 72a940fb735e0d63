//! Making tables, for tests and local use. On AWS the template makes them, with the same shape.

use aws_sdk_dynamodb::{
    Client,
    error::{BuildError, DisplayErrorContext, ProvideErrorMetadata as _},
    operation::create_table::CreateTableError,
    types::{
        AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
        StreamSpecification, StreamViewType, TimeToLiveSpecification,
    },
};
use cairn_model::{Table, table::OUTBOX};
use cairn_ports::StoreError;

/// Makes the tables that are not there yet, and the outbox with its stream.
///
/// # Errors
/// [`StoreError::Unavailable`] if DynamoDB refuses or does not answer.
pub async fn create_tables(client: &Client, prefix: &str, tables: &[Table]) -> Result<(), StoreError> {
    for table in tables.iter().filter(|table| **table != OUTBOX).chain([&OUTBOX]) {
        create(client, format!("{prefix}{table}"), *table == OUTBOX).await?;
    }
    Ok(())
}

async fn create(client: &Client, name: String, is_outbox: bool) -> Result<(), StoreError> {
    let (keys, attributes) = key_schema().map_err(|error| StoreError::Unavailable(error.to_string()))?;
    let request = client.create_table().table_name(&name).billing_mode(BillingMode::PayPerRequest);
    let request = request.set_key_schema(Some(keys)).set_attribute_definitions(Some(attributes));
    let request = request.set_stream_specification(is_outbox.then(stream).transpose().map_err(unavailable)?);
    if let Err(error) = request.send().await
        && !error.as_service_error().is_some_and(CreateTableError::is_resource_in_use_exception)
    {
        return Err(unavailable(error));
    }
    let expiry = TimeToLiveSpecification::builder().attribute_name("expires").enabled(true).build();
    let expiry = expiry.map_err(unavailable)?;
    let request = client.update_time_to_live().table_name(name).time_to_live_specification(expiry);
    match request.send().await {
        // By an attempt whose answer was lost.
        Err(error) if error.message().is_some_and(|why| why.contains("already enabled")) => Ok(()),
        done => done.map(|_| ()).map_err(unavailable),
    }
}

fn stream() -> Result<StreamSpecification, BuildError> {
    StreamSpecification::builder().stream_enabled(true).stream_view_type(StreamViewType::NewImage).build()
}

type KeySchema = (Vec<KeySchemaElement>, Vec<AttributeDefinition>);

fn key_schema() -> Result<KeySchema, BuildError> {
    let (mut keys, mut attributes) = (Vec::new(), Vec::new());
    for (name, role) in [("pk", KeyType::Hash), ("sk", KeyType::Range)] {
        keys.push(KeySchemaElement::builder().attribute_name(name).key_type(role).build()?);
        let attribute = AttributeDefinition::builder().attribute_name(name);
        attributes.push(attribute.attribute_type(ScalarAttributeType::S).build()?);
    }
    Ok((keys, attributes))
}

fn unavailable(error: impl std::error::Error) -> StoreError {
    StoreError::Unavailable(DisplayErrorContext(&error).to_string())
}
