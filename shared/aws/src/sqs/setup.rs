//! Makes the queues of a site where no template does: in tests, and on services that stand for SQS.

use aws_sdk_sqs::{Client, types::QueueAttributeName};
use cairn_model::queue::Queue;
use cairn_ports::queue::QueueError;

use super::unavailable;

/// Makes each queue and its dead-letter queue, with names that begin with `prefix`. Returns what their addresses begin
/// with. Queues that are there stay.
///
/// # Errors
/// Those of the service.
pub async fn create_queues(
    client: &Client,
    prefix: &str,
    queues: &[&'static Queue],
) -> Result<String, QueueError> {
    let mut base = String::new();
    for queue in queues {
        let dead = create(client, &format!("{prefix}{}", queue.dead()), &[]).await?;
        let policy = format!(
            r#"{{"deadLetterTargetArn":"{}","maxReceiveCount":"{}"}}"#,
            arn(client, &dead).await?,
            queue.receives
        );
        let attributes = [
            (QueueAttributeName::RedrivePolicy, policy),
            (QueueAttributeName::VisibilityTimeout, queue.visibility.to_string()),
        ];
        let url = create(client, &format!("{prefix}{}", queue.name), &attributes).await?;
        base = url.strip_suffix(queue.name).unwrap_or(&url).to_owned();
    }
    Ok(base)
}

async fn create(
    client: &Client,
    name: &str,
    attributes: &[(QueueAttributeName, String)],
) -> Result<String, QueueError> {
    let call = client.create_queue().queue_name(name);
    let call = attributes.iter().fold(call, |call, (key, value)| call.attributes(key.clone(), value));
    Ok(call.send().await.map_err(unavailable)?.queue_url.unwrap_or_default())
}

async fn arn(client: &Client, url: &str) -> Result<String, QueueError> {
    let call = client.get_queue_attributes().queue_url(url).attribute_names(QueueAttributeName::QueueArn);
    let attributes = call.send().await.map_err(unavailable)?.attributes.unwrap_or_default();
    attributes
        .get(&QueueAttributeName::QueueArn)
        .cloned()
        .ok_or_else(|| QueueError::Unavailable("a queue has no ARN".into()))
}
