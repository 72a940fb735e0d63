//! The object storage of one machine: it speaks S3, to clients over HTTP, to the repository's own adapter in process.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    sync::Arc,
};

use aws_lambda_events::s3::{S3Event, S3EventRecord};
use bytes::Bytes;
use cairn_aws::s3::{HttpClient, S3, Signers, in_process, local_client};
use cairn_core::{App, files::INBOX};
use cairn_embedded::objects::{Action, Arrival, EmbeddedS3, Keys, Options};
use cairn_events::{CONSUMERS, note_arrivals};
use cairn_http::Operation;
use cairn_ports::{Clock, Ids, Need, Objects, objects::Locations};
use http::{Request, Response};
use http_body_util::{BodyExt, Limited};
use sha2::{Digest, Sha256};

/// The name of the bucket, and of the storage location.
pub const BUCKET: &str = "objects";
/// The access key of those who drop files in.
const INBOX_KEY: &str = "inbox";
/// The access key of what may do everything.
const SYSTEM_KEY: &str = "system";
/// The file that holds the secret of which all secrets are made.
const SECRET: &str = "secret";
/// Arrivals handed over at once.
const HANDED_OVER: usize = 100;
/// Most bytes of an answer to the adapter, which bounds what it reads.
const MOST: usize = 64 * 1024 * 1024;

/// The storage, and where clients find it.
pub struct Storage {
    /// What answers.
    pub s3: EmbeddedS3,
    /// Its address, without a slash at its end: signed addresses begin with it.
    pub endpoint: String,
    keys: Arc<OperationKeys>,
}

impl Storage {
    /// Opens the storage in `folder`, for these operations. Clients know it as `endpoint`.
    ///
    /// # Errors
    /// Damaged data, or a folder that cannot be written.
    pub fn open(
        folder: &Path,
        endpoint: &str,
        operations: &[&'static Operation],
        clock: Arc<dyn Clock>,
        ids: &dyn Ids,
    ) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let secret = secret(&folder.join(SECRET), ids)?;
        let needs = operations.iter().map(|operation| (operation.name, operation.needs));
        let needs = needs.chain(CONSUMERS.iter().map(|consumer| (consumer.name, consumer.needs)));
        let needs = needs.map(|(name, needs)| (access_key(name), needs)).collect();
        let keys = Arc::new(OperationKeys { secret, needs });
        let options =
            Options { bucket: BUCKET.into(), keys: keys.clone(), announced: vec![INBOX.into()], clock };
        let s3 = EmbeddedS3::open(folder, options)?;
        Ok(Self { s3, endpoint: endpoint.to_owned(), keys })
    }

    /// The storage as the repository's only location.
    pub async fn locations(&self) -> Locations {
        Locations::one(BUCKET, self.location(BUCKET).await)
    }

    /// The storage as the repository's port, under this name, by the adapter that speaks to S3 on AWS.
    pub async fn location(&self, name: &str) -> Arc<dyn Objects> {
        let s3 = self.s3.clone();
        let http = in_process::http_client(Arc::new(move |request| {
            let s3 = s3.clone();
            Box::pin(async move { answer(&s3, request).await })
        }));
        self.reached_by(Some(http), name).await
    }

    /// The storage as the port under this name, by this way; by none: over HTTP, as its clients reach it.
    pub async fn reached_by(&self, http: Option<HttpClient>, name: &str) -> Arc<dyn Objects> {
        let client = local_client(&self.endpoint, http).await;
        let adapter = Arc::new(S3::new(client, BUCKET, name).with_signers(self.keys.clone()));
        Objects::signing_as(adapter, SYSTEM_KEY)
    }

    /// Tells the bus of objects that have arrived, by the events that S3 sends.
    ///
    /// # Errors
    /// Those of the storage and of the bus: what was not handed over comes again.
    pub async fn hand_over(&self, app: &App) -> anyhow::Result<()> {
        loop {
            let arrivals = self.s3.arrivals(HANDED_OVER).await?;
            if arrivals.is_empty() {
                return Ok(());
            }
            let mut event = S3Event::default();
            event.records = arrivals.iter().map(record).collect();
            note_arrivals(app, &event).await?;
            let ids: Vec<i64> = arrivals.iter().map(|arrival| arrival.id).collect();
            self.s3.forget_arrivals(&ids).await?;
        }
    }

    /// The access key and secret of those who drop files in.
    pub fn inbox_keys(&self) -> (String, String) {
        self.keys.keys(INBOX_KEY)
    }

    /// The access key and secret of an operation or a consumer, as its function has them.
    pub fn keys_of(&self, name: &str) -> (String, String) {
        self.keys.keys(name)
    }
}

/// An arrival as S3 tells of it.
fn record(arrival: &Arrival) -> S3EventRecord {
    let mut record = S3EventRecord::default();
    record.event_name = Some("ObjectCreated:Put".into());
    record.event_time = arrival.time.utc();
    record.s3.bucket.name = Some(arrival.bucket.clone());
    let key = form_urlencoded::byte_serialize(arrival.key.as_bytes()).collect();
    record.s3.object.key = Some(key);
    record.s3.object.size = i64::try_from(arrival.size).ok();
    record.s3.object.e_tag = Some(arrival.etag.clone());
    record.s3.object.version_id = Some(arrival.version.clone());
    record.s3.object.sequencer = Some(arrival.sequencer.clone());
    record
}

async fn answer(s3: &EmbeddedS3, request: Request<Bytes>) -> Result<Response<Bytes>, String> {
    let (parts, body) = s3.answer(request.map(s3s::Body::from)).await.into_parts();
    let body = Limited::new(body, MOST).collect().await.map_err(|error| error.to_string())?;
    Ok(Response::from_parts(parts, body.to_bytes()))
}

/// The secret of which all others are made: random, made once.
fn secret(path: &Path, ids: &dyn Ids) -> io::Result<Vec<u8>> {
    match fs::read(path) {
        Ok(secret) if secret.len() == 32 => return Ok(secret),
        Ok(_) => return Err(io::Error::other(format!("{} is damaged", path.display()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let mut secret = vec![0; 32];
    ids.fill(&mut secret);
    let staged = path.with_extension("new");
    let mut file =
        fs::OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&staged)?;
    file.write_all(&secret)?;
    file.sync_all()?;
    fs::rename(staged, path)?;
    Ok(secret)
}

/// A key for each operation: it may do what the operation declared, and nothing else.
struct OperationKeys {
    secret: Vec<u8>,
    /// By access key.
    needs: BTreeMap<String, &'static [Need]>,
}

/// The access key of an operation or a consumer: letters and digits, as AWS's are.
fn access_key(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect()
}

impl Signers for OperationKeys {
    fn keys(&self, operation: &str) -> (String, String) {
        let key = access_key(operation);
        let mut digest = Sha256::new();
        digest.update(&self.secret);
        digest.update(key.as_bytes());
        digest.update(&self.secret);
        (key, hex::encode(digest.finalize()))
    }
}

impl Keys for OperationKeys {
    fn secret(&self, access_key: &str) -> Option<String> {
        let known = self.needs.contains_key(access_key) || [SYSTEM_KEY, INBOX_KEY].contains(&access_key);
        known.then(|| self.keys(access_key).1)
    }

    fn may(&self, access_key: &str, action: Action, key: &str) -> bool {
        match access_key {
            SYSTEM_KEY => true,
            INBOX_KEY => matches!(action, Action::Put | Action::List) && key.starts_with(INBOX),
            _ => self.needs.get(access_key).is_some_and(|needs| {
                needs.iter().any(|need| {
                    matches!(
                        (action, need),
                        (Action::Get, Need::GetObjects(_))
                            | (Action::Put, Need::PutObjects(_))
                            | (Action::Delete, Need::DeleteObjects(_))
                            | (Action::List, Need::ListObjects(_))
                    ) && prefix(*need).is_some_and(|prefix| key.starts_with(prefix))
                })
            }),
        }
    }
}

fn prefix(need: Need) -> Option<&'static str> {
    match need {
        Need::GetObjects(prefix)
        | Need::PutObjects(prefix)
        | Need::DeleteObjects(prefix)
        | Need::ListObjects(prefix) => Some(prefix),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_has_an_access_key_of_its_own() {
        let names = cairn_api::all().map(|operation| operation.name);
        let names: Vec<_> = names.chain(CONSUMERS.iter().map(|consumer| consumer.name)).collect();
        let mut keys: Vec<_> = names.iter().copied().chain([SYSTEM_KEY, INBOX_KEY]).map(access_key).collect();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), names.len() + 2);
    }
}
