//! An object storage in a folder that speaks S3: one bucket, with versions.
//!
//! What was answered outlives a power cut: bytes are synced and in their place, and a row names them, before the client
//! is told. Objects that came in parts stay in parts on the disk, and copies share their files: no byte is moved twice.

mod access;
mod arrivals;
mod conditions;
mod contents;
mod cors;
mod declared;
mod digest;
mod download;
mod failure;
mod files;
mod gate;
mod headers;
mod listing;
mod readers;
mod schema;
mod service;
mod standstill;
#[cfg(test)]
mod tests;
mod upkeep;
mod upload;
mod uploads;
mod versions;
mod writer;

use std::{
    io::{Error, ErrorKind},
    panic::AssertUnwindSafe,
    path::Path,
    sync::Arc,
    time::Duration,
};

use cairn_ports::Clock;
use futures::FutureExt;
use http::{Method, Request, Response, StatusCode, header};
use s3s::{
    Body, S3ErrorCode,
    path::check_bucket_name,
    service::{S3Service, S3ServiceBuilder},
};
use tokio::sync::watch;

use self::{access::Guard, files::Files, readers::Readers, service::Objects, writer::Writer};
pub use self::{
    access::{Action, Keys},
    arrivals::Arrival,
    standstill::{DataFile, Standstill, check, copy_ahead},
};

/// The database's file in the folder.
pub const FILE: &str = "objects.db";

/// An extension of a request by which others in this process say that its body has no length that they know. From
/// outside nothing comes without one, as on S3.
#[derive(Debug, Clone, Copy)]
pub struct UnknownLength;

/// How an object storage is set up.
#[derive(Clone)]
pub struct Options {
    /// The name of the one bucket.
    pub bucket: String,
    /// Who may do what.
    pub keys: Arc<dyn Keys>,
    /// Beginnings of keys whose new objects are announced as arrivals.
    pub announced: Vec<String>,
    /// When objects were made.
    pub clock: Arc<dyn Clock>,
}

/// An object storage in a folder, which speaks S3. Clones share it.
#[derive(Clone)]
pub struct EmbeddedS3 {
    objects: Objects,
    service: S3Service,
}

impl EmbeddedS3 {
    /// Opens the storage of a folder that is no other process's, made if absent: `objects.db`, `data/` and `tmp/`, which
    /// is emptied.
    ///
    /// # Errors
    /// If the folder cannot be read or written, its database has another version, or no bucket can have the name.
    pub fn open(folder: &Path, options: Options) -> std::io::Result<Self> {
        if !check_bucket_name(&options.bucket) {
            let message = format!("`{}` is no name for a bucket", options.bucket);
            return Err(Error::new(ErrorKind::InvalidInput, message));
        }
        std::fs::create_dir_all(folder)?;
        let path = folder.join(FILE);
        let connection = schema::open(&path)?;
        let files = Arc::new(Files::open(folder)?);
        let writer = Writer::start(connection, Arc::clone(&options.clock))?;
        let guard = || Guard { keys: Arc::clone(&options.keys), bucket: options.bucket.clone() };
        let (auth, access) = (guard(), guard());
        let objects = Objects::new(options, files, Readers::of(path), writer);
        let mut builder = S3ServiceBuilder::new(objects.clone());
        builder.set_auth(auth);
        builder.set_access(access);
        Ok(Self { objects, service: builder.build() })
    }

    /// Answers a request, with the bucket as the first part of its path. Never fails.
    pub async fn answer(&self, mut request: Request<Body>) -> Response<Body> {
        let is_head = request.method() == Method::HEAD;
        let mut response = match cors::preflight(&request) {
            Some(response) => response,
            None => match gate::check(&mut request) {
                Ok(()) => self.serve(request).await,
                Err(error) => error.to_http_response().unwrap_or_else(|_| broken()),
            },
        };
        cors::protect(response.headers_mut());
        if is_head && response.headers().contains_key(header::CONTENT_RANGE) {
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        }
        if is_head || response.status() == StatusCode::NOT_MODIFIED {
            *response.body_mut() = Body::empty();
        }
        response
    }

    async fn serve(&self, request: Request<Body>) -> Response<Body> {
        match AssertUnwindSafe(self.service.call(request)).catch_unwind().await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => {
                tracing::error!(?error, "the object storage could not write its answer");
                broken()
            }
            Err(_) => {
                tracing::error!("the object storage panicked");
                broken()
            }
        }
    }

    /// At most so many arrivals that were not handed over yet, the oldest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub async fn arrivals(&self, most: usize) -> std::io::Result<Vec<Arrival>> {
        let objects = self.objects.clone();
        let read = move || objects.read(|connection| arrivals::oldest(connection, objects.bucket(), most));
        Ok(tokio::task::spawn_blocking(read).await??)
    }

    /// Forgets arrivals that were handed over.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub async fn forget_arrivals(&self, ids: &[i64]) -> std::io::Result<()> {
        let ids = ids.to_vec();
        let task =
            move |transaction: &mut writer::Transaction<'_>| arrivals::forget(transaction.connection, &ids);
        Ok(self.objects.write(Vec::new(), task).await?)
    }

    /// Changes whenever there are new arrivals.
    pub fn arrived(&self) -> watch::Receiver<u64> {
        self.objects.arrived()
    }

    /// Removes data files that nothing names and that did not change for `age`, and forgets what uploads made that were
    /// completed a day ago; tells how many files went.
    ///
    /// # Errors
    /// If the folder or the database cannot be read or written.
    pub async fn sweep(&self, age: Duration) -> std::io::Result<usize> {
        upkeep::sweep(&self.objects, age).await
    }
}

/// The answer when there is no other.
fn broken() -> Response<Body> {
    let error = s3s::S3Error::new(S3ErrorCode::InternalError);
    error.to_http_response().unwrap_or_else(|_| {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        response
    })
}
