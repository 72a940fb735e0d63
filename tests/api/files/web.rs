//! Other machines, as tests want them.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use cairn_ports::{
    Outbound, OutboundError, Ports,
    outbound::{Answer, Method, Request},
};
use futures::{StreamExt, stream};

use crate::support::{Extension, Site};

/// What is answered to the head, and to the first byte: status, size and `ETag`.
#[derive(Clone)]
pub(super) enum Answers {
    /// Status, size and `ETag`.
    As(u16, u64, &'static str),
    /// To the first byte only.
    Ranges(u16, &'static str),
    Silent,
    /// Content.
    Content(Vec<u8>),
}

/// Other machines, as a test wants them.
#[derive(Default)]
pub(super) struct Web {
    answers: Mutex<Option<Answers>>,
    requests: Mutex<Vec<Request>>,
}

impl Web {
    /// A site that asks it, at `https://links.test`.
    pub(super) async fn site() -> (Site, Arc<Self>) {
        let web = Arc::new(Self::default());
        let outbound = web.clone();
        let wrap = move |ports: Ports| Ports { outbound: outbound.clone(), ..ports };
        let remote_hosts = Some("links.test".to_owned());
        let site =
            Site::with(&Extension { wrap: Some(Box::new(wrap)), remote_hosts, ..Extension::default() }).await;
        (site, web)
    }

    pub(super) fn answers(&self, answers: Answers) {
        *self.answers.lock().unwrap() = Some(answers);
    }

    pub(super) fn asked(&self) -> Vec<Request> {
        std::mem::take(&mut self.requests.lock().unwrap())
    }
}

#[async_trait]
impl Outbound for Web {
    async fn send(&self, request: Request) -> Result<Answer, OutboundError> {
        let (method, most) = (request.method, request.most);
        self.requests.lock().unwrap().push(request);
        let header = |name: &str, value: String| (name.to_owned(), value);
        let mut body = Vec::new();
        let (status, headers) = match (self.answers.lock().unwrap().clone().unwrap(), method) {
            (Answers::Silent, _) => return Err(OutboundError::Unreachable("10.9.8.7 is silent".into())),
            (Answers::As(status, size, etag), _) => {
                (status, vec![header("content-length", size.to_string()), header("etag", etag.to_owned())])
            }
            (Answers::Ranges(..), Method::Head) => (405, Vec::new()),
            (Answers::Ranges(status, range), _) => (status, vec![header("content-range", range.to_owned())]),
            (Answers::Content(content), _) => {
                body = content.chunks(1_000_000).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
                if content.len() as u64 > most {
                    body = vec![Err(OutboundError::TooLarge(most))];
                }
                (200, Vec::new())
            }
        };
        Ok(Answer { status, headers: headers.into_iter().collect(), body: stream::iter(body).boxed() })
    }
}
