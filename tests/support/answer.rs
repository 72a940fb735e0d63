//! What came back.

use http::HeaderMap;
use serde_json::Value;

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    /// The request, for messages.
    pub request: String,
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The answer itself, if it has this status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}: {}", self.request, self.text());
        self
    }

    /// The body as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{}: {error}: {}", self.request, self.text()))
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header, empty if there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap_or_default())
    }

    /// `field: message` of every problem.
    #[track_caller]
    pub(crate) fn errors(&self) -> Vec<String> {
        let body = self.json();
        let fields = body["errors"].as_array().cloned().unwrap_or_default();
        let lines = fields.iter().flat_map(|error| {
            let messages = error["messages"].as_array().cloned().unwrap_or_default();
            let field = error["field"].as_str().unwrap_or_default().to_owned();
            messages
                .into_iter()
                .map(move |message| format!("{field}: {}", message.as_str().unwrap_or_default()))
        });
        lines.collect()
    }
}
