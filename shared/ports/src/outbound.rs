//! The outbound port: the one way in which the repository asks other machines of the web.
//!
//! The adapter decides who may be asked: hosts that the site's owner has listed, at addresses that they may have. It goes
//! where it was sent and nowhere else: an answer that leads elsewhere is an answer.

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;

/// How long an answer may take, to its last byte, unless the request says otherwise.
const WITHIN: Duration = Duration::from_secs(10);
/// Most bytes of an answer's body, unless the request says otherwise.
const MOST: u64 = 1_000_000;

/// Why there is no answer, or not all of it.
#[derive(Debug, thiserror::Error)]
pub enum OutboundError {
    /// It may not be asked: nothing was sent.
    #[error("it may not be asked: {0}")]
    Refused(String),
    /// It does not answer, or not in time. Nobody knows whether it got the request.
    #[error("it does not answer: {0}")]
    Unreachable(String),
    /// The body has more bytes than the request allows.
    #[error("the answer has more than {0} bytes")]
    TooLarge(u64),
    /// A need that the operation did not declare.
    #[error("the operation did not declare the need {0}")]
    Undeclared(String),
}

/// What is to be done (RFC 9110 §9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Tell of the content, without it.
    Head,
    /// Give the content.
    Get,
    /// Do something with the body.
    Post,
    /// Keep the body.
    Put,
}

/// A request.
#[derive(Debug, Clone)]
pub struct Request {
    /// What is to be done.
    pub method: Method,
    /// The address, `https` unless the host is listed with `http`.
    pub url: String,
    /// Names and values.
    pub headers: Vec<(&'static str, String)>,
    /// The body; empty for none.
    pub body: Bytes,
    /// How long the answer may take, to its last byte. Finding the host takes up to 5 seconds more.
    pub within: Duration,
    /// Most bytes of the answer's body.
    pub most: u64,
}

impl Request {
    /// A request without headers and body, that takes at most 10 seconds and 1 MB.
    pub fn new(method: Method, url: impl Into<String>) -> Self {
        let (headers, body) = (Vec::new(), Bytes::new());
        Self { method, url: url.into(), headers, body, within: WITHIN, most: MOST }
    }

    /// The same request with a header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// An answer, whatever its status.
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its headers, by name in lower case. Of those that come twice, the last; those that are no text are left out.
    pub headers: BTreeMap<String, String>,
    /// Its body as it comes, never decompressed. Whoever drops it ends the connection.
    pub body: BoxStream<'static, Result<Bytes, OutboundError>>,
}

/// Other machines of the web.
#[async_trait]
pub trait Outbound: Send + Sync {
    /// Sends a request, once.
    async fn send(&self, request: Request) -> Result<Answer, OutboundError>;
}

/// For functions that ask nobody.
pub struct NoOutbound;

#[async_trait]
impl Outbound for NoOutbound {
    async fn send(&self, _request: Request) -> Result<Answer, OutboundError> {
        Err(OutboundError::Refused("this function asks nobody".into()))
    }
}
