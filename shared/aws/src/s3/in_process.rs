//! A way to a storage that lives in this very process: the client's requests are answered without a connection.

use std::{future::Future, pin::Pin, sync::Arc};

use aws_sdk_s3::config::SharedHttpClient;
use aws_smithy_runtime_api::client::{
    http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn},
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
};
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;

/// What answers a request.
pub type Answering = Arc<
    dyn Fn(
            http::Request<Bytes>,
        ) -> Pin<Box<dyn Future<Output = Result<http::Response<Bytes>, String>> + Send>>
        + Send
        + Sync,
>;

#[derive(Clone)]
struct Connector(Answering);

/// A client's way to what `answering` answers. Bodies are in memory on both sides: the adapter bounds them.
pub fn http_client(answering: Answering) -> SharedHttpClient {
    let connector = SharedHttpConnector::new(Connector(answering));
    http_client_fn(move |_, _| connector.clone())
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let answering = self.0.clone();
        HttpConnectorFuture::new(async move {
            let unfit = |error| ConnectorError::user(Box::new(error));
            let request = request.try_into_http1x().map_err(unfit)?;
            let request = request.map(|body| body.bytes().map(Bytes::copy_from_slice).unwrap_or_default());
            let request =
                as_received(request).map_err(|error| ConnectorError::other(Box::new(error), None))?;
            let answer = answering(request).await;
            let answer = answer.map_err(|why| ConnectorError::io(std::io::Error::other(why).into()))?;
            HttpResponse::try_from(answer.map(SdkBody::from)).map_err(unfit)
        })
    }
}

/// The request as a server reads it: the host among the headers, the target without it.
fn as_received(mut request: http::Request<Bytes>) -> Result<http::Request<Bytes>, http::Error> {
    if let Some(authority) = request.uri().authority() {
        let host = http::HeaderValue::from_str(authority.as_str())?;
        request.headers_mut().insert(http::header::HOST, host);
    }
    if let Some(target) = request.uri().path_and_query().cloned() {
        *request.uri_mut() = http::Uri::from(target);
    }
    Ok(request)
}

impl std::fmt::Debug for Connector {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a storage in this process")
    }
}
