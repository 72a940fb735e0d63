//! The contract of the objects port.

mod kept;
mod parts;
mod signed;
mod versions;

use std::sync::Arc;

use bytes::Bytes;
use cairn_model::objects::Place;
use futures::future::BoxFuture;

use crate::{
    Clock, Ids,
    clock::SystemClock,
    ids::RandomIds,
    objects::{Facts, Objects, SMALLEST_PART},
};

/// A request to a signed address.
#[derive(Debug, Clone)]
pub struct Asked {
    /// `GET` or `PUT`.
    pub method: &'static str,
    /// The whole address.
    pub address: String,
    /// Beside `Host` and `Content-Length`.
    pub headers: Vec<(&'static str, String)>,
    /// What is sent.
    pub body: Bytes,
}

/// What a signed address answered.
#[derive(Debug, Clone)]
pub struct Answered {
    /// The HTTP status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// All of it.
    pub body: Bytes,
}

/// Sends a request as clients do, who know nothing but the address.
pub type Ask = Arc<dyn Fn(Asked) -> BoxFuture<'static, Answered> + Send + Sync>;

/// The storage under test.
pub struct Storage {
    /// Through the port.
    pub objects: Arc<dyn Objects>,
    /// Around it.
    pub ask: Ask,
    /// It takes what S3 refuses: signatures that do not fit, other lengths than were signed. It does not keep CRC-64/NVME,
    /// cannot list parts, does not know when an upload began, and completes one twice to two versions.
    pub lenient: bool,
}

/// Runs all cases, on keys that nobody else uses.
pub async fn objects(storage: Storage) {
    let subject = Subject { prefix: RandomIds.ulid(SystemClock.now()), storage };
    kept::all(&subject).await;
    versions::all(&subject).await;
    parts::all(&subject).await;
    signed::all(&subject).await;
}

/// Short words for what the cases do.
struct Subject {
    storage: Storage,
    prefix: String,
}

impl Subject {
    fn objects(&self) -> &Arc<dyn Objects> {
        &self.storage.objects
    }

    fn key(&self, name: &str) -> String {
        format!("{}/{name}", self.prefix)
    }

    async fn put(&self, name: &str, bytes: &'static [u8]) -> (Place, Facts) {
        let facts = self.objects().put(&self.key(name), Bytes::from_static(bytes)).await.unwrap();
        (self.at(name, facts.version.as_deref()), facts)
    }

    /// The location's name is the adapter's business: calls name keys of one storage.
    fn at(&self, name: &str, version: Option<&str>) -> Place {
        Place { location: String::new(), key: self.key(name), version: version.map(str::to_owned) }
    }

    async fn all_of(&self, place: &Place) -> Bytes {
        let size = self.objects().head(place).await.unwrap().unwrap().size;
        self.objects().read(place, 0..size).await.unwrap()
    }

    async fn ask(&self, method: &'static str, address: &str, headers: &[(&'static str, &str)]) -> Answered {
        self.send(method, address, headers, Bytes::new()).await
    }

    async fn send(
        &self,
        method: &'static str,
        address: &str,
        headers: &[(&'static str, &str)],
        body: Bytes,
    ) -> Answered {
        let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        (self.storage.ask)(Asked { method, address: address.to_owned(), headers, body }).await
    }

    /// What S3 refuses, and a lenient storage may take.
    fn refused(&self, answer: &Answered, status: u16) {
        assert!(self.storage.lenient || answer.status == status, "{} instead of {status}", answer.status);
    }
}

impl Answered {
    fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.as_str())
    }
}

/// Bytes of one sort, as many as a part must have.
fn part_of(byte: u8) -> Bytes {
    vec![byte; usize::try_from(SMALLEST_PART).unwrap()].into()
}
