//! Bodies that are read on when nobody wants them any more: whoever is still sending gets to read the answer, and not
//! that the connection was cut.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::time::timeout;

use crate::server::{COURTESY, PATIENCE};

/// A body that comes in. Dropped before its end, it is read on for as much and as long as courtesy asks.
pub(crate) struct Courteous(Option<Incoming>);

impl From<Incoming> for Courteous {
    fn from(body: Incoming) -> Self {
        Self(Some(body))
    }
}

impl Body for Courteous {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let Some(body) = &mut self.0 else { return Poll::Ready(None) };
        let polled = Pin::new(body).poll_frame(context);
        if matches!(polled, Poll::Ready(None | Some(Err(_)))) {
            self.0 = None;
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.0.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.0.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}

impl Drop for Courteous {
    fn drop(&mut self) {
        let Some(body) = self.0.take().filter(|body| !body.is_end_stream()) else { return };
        #[expect(clippy::disallowed_methods, reason = "this process does not freeze between requests")]
        tokio::spawn(timeout(PATIENCE, read_on(body)));
    }
}

async fn read_on(mut body: Incoming) {
    let mut left = COURTESY;
    while let Some(Ok(frame)) = body.frame().await {
        left = left.saturating_sub(frame.data_ref().map_or(0, Bytes::len));
        if left == 0 {
            return;
        }
    }
}
