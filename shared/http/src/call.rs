//! A request after parsing: everything in it is valid, and nothing else can be reached.

use std::str::FromStr;

use bytes::Bytes;
use cairn_core::stats::Visitor;
use cairn_model::{Error, Identity, Pid, Result, UserId};
use http::{HeaderMap, HeaderName};
use serde_json::{Map, Value};

use crate::{format::Format, json};

/// What the caller asks, validated.
#[derive(Debug)]
pub struct Call {
    /// The name of the operation that is called.
    pub operation: &'static str,
    /// Who asks, and from where.
    pub identity: Identity,
    /// The request's id: in the logs and in the answer's `X-Request-ID`.
    pub request_id: String,
    /// The site's address without a trailing slash.
    pub site_url: String,
    /// The prefix of DOIs that only a test system resolves; empty where there is none.
    pub test_prefix: String,
    /// The revision named by `If-Match`; never set on reads.
    pub if_match: Option<u64>,
    /// `Idempotency-Key`: 1 to 255 visible ASCII characters.
    pub idempotency_key: Option<String>,
    /// Languages the caller reads, best first, lower case (`de-at`); `ln` comes before the caller's preference, that before
    /// `Accept-Language`.
    pub languages: Vec<String>,
    /// JSON is to be indented.
    pub pretty: bool,
    /// The representation chosen by `Accept`.
    pub format: &'static Format,
    pub(crate) params: Vec<(String, String)>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: Option<Value>,
    pub(crate) raw: Bytes,
    pub(crate) headers: HeaderMap,
    /// Only the headers of the answer are wanted.
    pub is_head: bool,
}

/// The header by which a gateway says that it holds the body back until it knows where it is to go: its length, or `?`
/// where nobody knows that. From outside it never comes in.
pub const HELD_BACK: HeaderName = HeaderName::from_static("x-cairn-held-back");

/// What stands there once the body has gone where it was to go.
pub const ARRIVED: &str = "arrived";

/// The header by which an answer that says where a body is to go asks for the same request again once it is there.
pub const ASK_AGAIN: HeaderName = HeaderName::from_static("x-cairn-ask-again");

/// Texts that read as true.
const TRUE: &[&str] =
    &["1", "t", "T", "true", "True", "TRUE", "on", "On", "ON", "y", "Y", "yes", "Yes", "YES"];

/// Texts that read as false.
const FALSE: &[&str] =
    &["0", "f", "F", "false", "False", "FALSE", "off", "Off", "OFF", "n", "N", "no", "No", "NO"];

impl Call {
    /// A variable part of the path, decoded once; empty if the route has no such part.
    pub fn param(&self, name: &str) -> &str {
        find(&self.params, name).unwrap_or_default()
    }

    /// Who asks, as far as counting is concerned.
    pub fn visitor(&self) -> Visitor<'_> {
        let agent = self.header(&http::header::USER_AGENT).unwrap_or_default();
        Visitor { who: &self.identity, address: self.identity.address().unwrap_or_default(), agent }
    }

    /// The record identifier in the path's `{id}`.
    ///
    /// # Errors
    /// [`Error::NotFound`] for what cannot be one.
    pub fn pid(&self) -> Result<Pid> {
        Pid::parse(self.param("id"))
    }

    /// The caller's user id.
    ///
    /// # Errors
    /// [`Error::Denied`] for nobody.
    pub fn user(&self) -> Result<&UserId> {
        self.identity.id().ok_or(Error::Denied)
    }

    /// All query parameters, decoded, in order. `access_token` is not among them.
    pub fn query(&self) -> &[(String, String)] {
        &self.query
    }

    /// The first query parameter of this name.
    pub fn query_value(&self, name: &str) -> Option<&str> {
        find(&self.query, name)
    }

    /// A yes or no among the query parameters; absent means no.
    ///
    /// # Errors
    /// [`Error::Invalid`] for anything that is neither.
    pub fn flag(&self, name: &str) -> Result<bool> {
        Ok(self.optional_flag(name)?.unwrap_or(false))
    }

    /// A yes, a no, or nothing among the query parameters.
    ///
    /// # Errors
    /// [`Error::Invalid`] for anything that is neither.
    pub fn optional_flag(&self, name: &str) -> Result<Option<bool>> {
        match self.query_value(name) {
            None => Ok(None),
            Some(text) if TRUE.contains(&text) => Ok(Some(true)),
            Some(text) if FALSE.contains(&text) => Ok(Some(false)),
            Some(_) => Err(Error::field(name, "Not a valid boolean.")),
        }
    }

    /// A whole number among the query parameters.
    ///
    /// # Errors
    /// [`Error::Invalid`] for anything else.
    pub fn integer(&self, name: &str) -> Result<Option<i64>> {
        let Some(text) = self.query_value(name) else { return Ok(None) };
        i64::from_str(text.trim()).map(Some).map_err(|_| Error::field(name, "Not a valid integer."))
    }

    /// The body: always an object, empty if there was none.
    pub fn object(&self) -> &Map<String, Value> {
        static EMPTY: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
        self.body.as_ref().and_then(Value::as_object).unwrap_or(&EMPTY)
    }

    /// The body as one JSON value: an object, empty if there was none.
    pub fn json(&self) -> Value {
        Value::Object(self.object().clone())
    }

    /// The body as it came; null if there was none.
    pub fn value(&self) -> &Value {
        self.body.as_ref().unwrap_or(&Value::Null)
    }

    /// The bytes of an operation that takes bytes.
    pub fn raw(&self) -> &Bytes {
        &self.raw
    }

    /// The bytes read as a JSON object, where the path is one that takes JSON.
    ///
    /// # Errors
    /// [`Error::BadRequest`] for what is no JSON; [`Error::Invalid`] for what is no object.
    pub fn raw_object(&self) -> Result<Map<String, Value>> {
        if self.raw.is_empty() {
            return Ok(Map::new());
        }
        match json::read(&self.raw)? {
            Value::Object(members) => Ok(members),
            _ => Err(Error::field("_schema", "Invalid input type.")),
        }
    }

    /// Bytes of a body that the gateway holds back: `Some(None)` where nobody knows how many.
    pub fn held_back(&self) -> Option<Option<u64>> {
        self.header(&HELD_BACK).filter(|text| *text != ARRIVED).map(|text| text.parse().ok())
    }

    /// The body has gone by itself to where an earlier answer to the same request has said.
    pub fn has_arrived(&self) -> bool {
        self.header(&HELD_BACK) == Some(ARRIVED)
    }

    /// A header of the request that is text.
    pub fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The body says that it is of this type, or says nothing.
    pub fn is_of(&self, media: &str) -> bool {
        if media == "application/json" {
            return crate::parse::is_json(&self.headers);
        }
        let given = self.header(&http::header::CONTENT_TYPE).unwrap_or_default();
        given.is_empty()
            || given.split(';').next().is_some_and(|given| given.trim().eq_ignore_ascii_case(media))
    }

    /// There was a body.
    pub fn has_body(&self) -> bool {
        self.body.is_some()
    }

    /// The language to answer in: the caller's first choice, else English.
    pub fn language(&self) -> &str {
        self.languages.first().map_or("en", String::as_str)
    }
}

fn find<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}
