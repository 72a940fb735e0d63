//! What an operation answers.

use cairn_model::{Error, Result, Revision};
use http::{
    HeaderName, HeaderValue, StatusCode,
    header::{CONTENT_TYPE, ETAG, LINK, LOCATION},
};
use serde_json::{Value, json};

use crate::{call::Call, format::Content};

/// An answer on its way out. The headers that every answer has are added later.
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The body.
    pub content: Content,
    /// Headers of its own.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The body's type may carry an `ETag`.
    tagged: bool,
}

impl Reply {
    /// A status and no body.
    pub fn empty(status: StatusCode) -> Self {
        Self { status, content: Content::Empty, headers: Vec::new(), tagged: true }
    }

    /// A body whose type is among the headers that are added.
    pub fn with(status: StatusCode, content: Content) -> Self {
        Self { content, ..Self::empty(status) }
    }

    /// 204: done, and nothing to say.
    pub fn no_content() -> Self {
        Self::empty(StatusCode::NO_CONTENT)
    }

    /// JSON without negotiation.
    pub fn json(status: StatusCode, value: Value) -> Self {
        Self::of(status, "application/json", Content::Json(value))
    }

    /// Plain text.
    pub fn text(status: StatusCode, text: impl Into<String>) -> Self {
        Self::of(status, "text/plain; charset=utf-8", Content::Text(text.into()))
    }

    /// A body of a given type.
    pub fn of(status: StatusCode, media: &'static str, content: Content) -> Self {
        Self { content, ..Self::empty(status) }.header(CONTENT_TYPE, HeaderValue::from_static(media))
    }

    /// Points elsewhere: 301 with a JSON body that says so, as InvenioRDM does, other statuses alike.
    ///
    /// # Errors
    /// [`Error::Internal`] if `location` cannot stand in a header.
    pub fn redirect(status: StatusCode, location: &str) -> Result<Self> {
        let header = HeaderValue::from_str(location).map_err(|_| unfit("a redirection"))?;
        let body = json!({"status": status.as_u16(), "message": "Redirecting...", "location": location});
        Ok(Self::json(status, body).header(LOCATION, header))
    }

    /// Says which revision this is, as a strong `ETag`; nothing where the representation has none.
    pub fn etag(self, revision: Revision) -> Self {
        if !self.tagged {
            return self;
        }
        match HeaderValue::from_str(&format!("\"{revision}\"")) {
            Ok(value) => self.header(ETAG, value),
            Err(_) => self,
        }
    }

    /// Adds a `Link` header, written out (`<https://…> ; rel="linkset" ; type="…"`).
    ///
    /// # Errors
    /// [`Error::Internal`] if `link` cannot stand in a header.
    pub fn link(self, link: &str) -> Result<Self> {
        let value = HeaderValue::from_str(link).map_err(|_| unfit("a link"))?;
        Ok(self.header(LINK, value))
    }

    /// Adds a header.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }
}

fn unfit(what: &str) -> Error {
    Error::Internal(format!("{what} has characters that no header may have"))
}

impl Call {
    /// Answers with `value` in the representation that the caller chose.
    ///
    /// # Errors
    /// Those of the format.
    pub fn reply(&self, status: StatusCode, value: Value) -> Result<Reply> {
        let content = (self.format.write)(value, self)?;
        let media = self.format.says.unwrap_or(self.format.media);
        Ok(Reply { tagged: self.format.tagged, ..Reply::of(status, media, content) })
    }
}
