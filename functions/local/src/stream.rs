//! Bodies that are not held in memory: sent on to the object storage, and fetched from it.

use std::sync::Arc;

use bytes::Bytes;
use cairn_embedded::objects::UnknownLength;
use cairn_ports::objects::{Composed, LARGEST_PUT};
use futures::{Stream, StreamExt, TryStreamExt, stream};
use http::{
    HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri,
    header::{ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, HOST, LOCATION, RANGE},
};
use http_body_util::{BodyExt, BodyStream, Either, Full, Limited, StreamBody, combinators::UnsyncBoxBody};
use hyper::body::{Body, Frame};

use crate::{
    event::{Answer, broken, refuse},
    storage::Storage,
};

/// What goes wrong while a body streams.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Failure(String);

impl Failure {
    /// A failure that says this.
    pub fn of(why: impl std::fmt::Display) -> Self {
        Self(why.to_string())
    }
}

/// The body of an answer: in memory, or as it comes.
pub type AnswerBody = Either<Full<Bytes>, UnsyncBoxBody<Bytes, Failure>>;

/// Headers of what the storage serves that go on to the client.
const SERVED: [HeaderName; 4] = [CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ACCEPT_RANGES];

/// A request to the storage, at a signed address.
fn to_storage<B>(method: Method, address: &str, body: B) -> Option<Request<B>> {
    let uri: Uri = address.parse().ok()?;
    let host = uri.authority()?.as_str().to_owned();
    let target: Uri = uri.path_and_query()?.as_str().parse().ok()?;
    Request::builder().method(method).uri(target).header(HOST, host).body(body).ok()
}

/// Sends a body to a signed address.
///
/// # Errors
/// The answer, if the storage does not take it.
pub(crate) async fn send<B>(
    storage: &Storage,
    address: &str,
    size: Option<u64>,
    body: B,
) -> Result<(), Answer>
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let most = usize::try_from(LARGEST_PUT).unwrap_or(usize::MAX);
    let body = s3s::Body::http_body_unsync(Limited::new(body, most));
    let Some(mut request) = to_storage(Method::PUT, address, body) else {
        return Err(broken("a signed address that is none"));
    };
    match size {
        Some(size) => drop(request.headers_mut().insert(CONTENT_LENGTH, size.into())),
        None => drop(request.extensions_mut().insert(UnknownLength)),
    }
    let answer = storage.s3.answer(request).await;
    match answer.status() {
        status if status.is_success() => Ok(()),
        status if status.is_client_error() => Err(refuse(
            StatusCode::BAD_REQUEST,
            "The content could not be stored: it is not what was announced.",
        )),
        _ => {
            Err(refuse(StatusCode::SERVICE_UNAVAILABLE, "The content could not be stored, please try again."))
        }
    }
}

/// A body of the storage's, as an answer's.
pub(crate) fn streamed(body: s3s::Body) -> AnswerBody {
    Either::Right(BodyExt::map_err(body, Failure::of).boxed_unsync())
}

/// Whether an answer leads to the storage.
pub(crate) fn leads_to(storage: &Storage, answer: &Answer) -> Option<String> {
    let location = answer.headers().get(LOCATION)?.to_str().ok()?;
    let inside = location.strip_prefix(&storage.endpoint).is_some_and(|rest| rest.starts_with('/'));
    inside.then(|| location.to_owned())
}

/// The content that an answer leads to, in its place: its headers, with the bytes that were asked for.
pub(crate) async fn follow(
    storage: &Storage,
    answer: Answer,
    address: &str,
    range: Option<HeaderValue>,
    if_range: Option<HeaderValue>,
) -> Answer {
    let current = if_range.is_none_or(|tag| answer.headers().get(ETAG) == Some(&tag));
    let Some(fetched) = fetch(storage, address, range.filter(|_| current)).await else {
        return broken("a signed address that is none");
    };
    let (mut parts, _) = answer.into_parts();
    let (found, body) = fetched.into_parts();
    let served = [StatusCode::OK, StatusCode::PARTIAL_CONTENT, StatusCode::RANGE_NOT_SATISFIABLE];
    if !served.contains(&found.status) {
        return broken("the object storage does not serve what it has");
    }
    parts.status = found.status;
    for name in [LOCATION, CONTENT_TYPE, CONTENT_LENGTH] {
        parts.headers.remove(name);
    }
    for name in SERVED {
        if let Some(value) = found.headers.get(&name) {
            parts.headers.insert(name, value.clone());
        }
    }
    Response::from_parts(parts, streamed(body))
}

async fn fetch(storage: &Storage, address: &str, range: Option<HeaderValue>) -> Option<Response<s3s::Body>> {
    let mut request = to_storage(Method::GET, address, s3s::Body::empty())?;
    if let Some(range) = range {
        request.headers_mut().insert(RANGE, range);
    }
    Some(storage.s3.answer(request).await)
}

/// An answer that is made of pieces.
pub(crate) fn compose(storage: Arc<Storage>, answer: Answer, pieces: Vec<Composed>) -> Answer {
    let size: u64 = pieces.iter().map(size_of).sum();
    let (mut parts, _) = answer.into_parts();
    parts.headers.insert(CONTENT_LENGTH, size.into());
    let frames = stream::iter(pieces)
        .then(move |piece| read(storage.clone(), piece))
        .try_flatten()
        .map_ok(Frame::data);
    Response::from_parts(parts, Either::Right(StreamBody::new(frames).boxed_unsync()))
}

fn size_of(piece: &Composed) -> u64 {
    match piece {
        Composed::Bytes(bytes) => bytes.len() as u64,
        Composed::Object { range, .. } => range.end - range.start,
    }
}

type Bits = std::pin::Pin<Box<dyn Stream<Item = Result<Bytes, Failure>> + Send>>;

async fn read(storage: Arc<Storage>, piece: Composed) -> Result<Bits, Failure> {
    let (address, range) = match piece {
        Composed::Bytes(bytes) => return Ok(Box::pin(stream::iter([Ok(bytes)]))),
        Composed::Object { address, range } => (address, range),
    };
    let wanted = format!("bytes={}-{}", range.start, range.end - 1);
    let wanted = HeaderValue::from_str(&wanted).map_err(Failure::of)?;
    let fetched = fetch(&storage, &address, Some(wanted))
        .await
        .ok_or_else(|| Failure::of("a signed address that is none"))?;
    if !fetched.status().is_success() {
        return Err(Failure::of(format!("the object storage answered {}", fetched.status())));
    }
    let frames = BodyStream::new(BodyExt::map_err(fetched.into_body(), Failure::of));
    let bytes = frames.try_filter_map(|frame| async move { Ok(frame.into_data().ok()) });
    Ok(Box::pin(bytes))
}
