//! Notifications of the object storage.

use aws_lambda_events::s3::{S3Event, S3EventRecord};
use cairn_core::{App, bus::Arrived};
use cairn_model::{Result, Timestamp};

/// Tells the bus of objects that have arrived; tells how many.
///
/// # Errors
/// Those of the store; Lambda delivers the event again.
pub async fn note_arrivals(app: &App, event: &S3Event) -> Result<usize> {
    let arrived: Vec<Arrived> = event.records.iter().filter_map(arrival).collect();
    for one in &arrived {
        app.note_arrival(one).await?;
    }
    Ok(arrived.len())
}

fn arrival(record: &S3EventRecord) -> Option<Arrived> {
    let object = &record.s3.object;
    // Keys come encoded as in forms: `+` is a blank.
    let key = object.key.as_deref()?.replace('+', " ");
    let key = percent_encoding::percent_decode_str(&key).decode_utf8().ok()?.into_owned();
    let is_new = record.event_name.as_deref()?.trim_start_matches("s3:").starts_with("ObjectCreated:");
    is_new.then(|| Arrived {
        bucket: record.s3.bucket.name.clone().unwrap_or_default(),
        key,
        size: object.size.and_then(|size| u64::try_from(size).ok()).unwrap_or(0),
        etag: object.e_tag.as_deref().unwrap_or_default().trim_matches('"').to_owned(),
        version: object.version_id.clone(),
        sequencer: object.sequencer.clone().unwrap_or_default(),
        time: Timestamp::from_micros(record.event_time.timestamp_micros()),
    })
}
