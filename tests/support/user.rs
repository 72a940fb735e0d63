//! People who ask.

use std::{net::SocketAddr, sync::Arc};

use bytes::Bytes;
use cairn_local::gateway::Gateway;
use http::{Request, header::HeaderName};
use http_body_util::{BodyExt, Full};
use serde_json::Value;

use super::{Answer, site::URL};

/// What people ask with.
const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// Someone with or without a token.
#[derive(Clone)]
pub(crate) struct User {
    pub(super) gateway: Arc<Gateway>,
    /// Their id; empty for nobody.
    pub id: String,
    /// Headers of every request.
    headers: Vec<(String, String)>,
    /// Where they ask from.
    address: SocketAddr,
}

impl User {
    pub(super) fn nobody(gateway: Arc<Gateway>) -> Self {
        let address = ([127, 0, 0, 1], 50_000).into();
        Self { gateway, id: String::new(), headers: Vec::new(), address }
    }

    /// The same person as somebody with a token.
    pub(crate) fn with_token(&self, id: &str, token: &str) -> Self {
        Self { id: id.to_owned(), ..self.with("authorization", &format!("Bearer {token}")) }
    }

    /// The same person, asking another process of the site.
    pub(crate) fn through(&self, gateway: Arc<Gateway>) -> Self {
        Self { gateway, ..self.clone() }
    }

    /// The same person, asking from another address.
    pub(crate) fn from(&self, address: [u8; 4]) -> Self {
        Self { address: (address, 50_000).into(), ..self.clone() }
    }

    /// The same person, sending a header more.
    pub(crate) fn with(&self, name: &str, value: &str) -> Self {
        let mut headers = self.headers.clone();
        headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        headers.push((name.to_owned(), value.to_owned()));
        Self { headers, ..self.clone() }
    }

    /// Headers of every request.
    pub(crate) fn headers(&self) -> Vec<(String, String)> {
        self.headers.clone()
    }

    /// `GET`
    pub(crate) async fn get(&self, target: impl Target) -> Answer {
        self.send("GET", target, ()).await
    }

    /// `HEAD`
    pub(crate) async fn head(&self, target: impl Target) -> Answer {
        self.send("HEAD", target, ()).await
    }

    /// `POST`
    pub(crate) async fn post(&self, target: impl Target, body: impl Payload) -> Answer {
        self.send("POST", target, body).await
    }

    /// `PUT`
    pub(crate) async fn put(&self, target: impl Target, body: impl Payload) -> Answer {
        self.send("PUT", target, body).await
    }

    /// `DELETE`
    pub(crate) async fn delete(&self, target: impl Target) -> Answer {
        self.send("DELETE", target, ()).await
    }

    /// Any method.
    pub(crate) async fn send(&self, method: &str, target: impl Target, body: impl Payload) -> Answer {
        let path = target.path();
        let mut request = Request::builder().method(method).uri(&path).header("host", "cairn.test");
        let body = body.bytes();
        if body.is_some() && !self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            request = request.header("content-type", "application/json");
        }
        for (name, value) in &self.headers {
            request = request.header(HeaderName::from_bytes(name.as_bytes()).unwrap(), value.as_bytes());
        }
        if !self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("user-agent")) {
            request = request.header("user-agent", BROWSER);
        }
        let body = body.unwrap_or_default();
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        parts.extensions.insert(self.address);
        parts.headers.insert("content-length", body.len().into());
        let answer = if self.gateway.sends_on(&parts) {
            self.gateway.send_on(parts, Full::new(body)).await
        } else {
            self.gateway.answer(Request::from_parts(parts, body)).await
        };
        let (parts, body) = answer.into_parts();
        Answer {
            request: format!("{method} {path}"),
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: body.collect().await.unwrap().to_bytes().to_vec(),
        }
    }
}

/// What can be asked for: a path, or a link of an answer.
pub(crate) trait Target {
    /// Path and query.
    fn path(&self) -> String;
}

impl Target for &str {
    fn path(&self) -> String {
        self.strip_prefix(URL).unwrap_or(self).to_owned()
    }
}

impl Target for String {
    fn path(&self) -> String {
        self.as_str().path()
    }
}

impl Target for &String {
    fn path(&self) -> String {
        self.as_str().path()
    }
}

impl Target for &Value {
    fn path(&self) -> String {
        self.as_str().unwrap_or_else(|| panic!("no link: {self}")).path()
    }
}

/// What can be sent: nothing, JSON, or any bytes.
pub(crate) trait Payload {
    /// The body.
    fn bytes(self) -> Option<Bytes>;
}

impl Payload for () {
    fn bytes(self) -> Option<Bytes> {
        None
    }
}

impl Payload for Value {
    fn bytes(self) -> Option<Bytes> {
        Some(self.to_string().into())
    }
}

impl Payload for &Value {
    fn bytes(self) -> Option<Bytes> {
        Some(self.to_string().into())
    }
}

impl Payload for String {
    fn bytes(self) -> Option<Bytes> {
        Some(self.into())
    }
}

impl Payload for &str {
    fn bytes(self) -> Option<Bytes> {
        Some(self.to_owned().into())
    }
}

impl Payload for Vec<u8> {
    fn bytes(self) -> Option<Bytes> {
        Some(self.into())
    }
}
