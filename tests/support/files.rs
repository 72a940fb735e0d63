//! Files to deposit.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Site, User, minimal};

/// A draft with files that can be published once it has one.
pub(crate) fn with_files() -> Value {
    let mut body = minimal();
    body["files"] = json!({"enabled": true});
    body
}

/// A quota of few bytes.
pub(crate) fn quota() -> Value {
    json!({"quota_size": 100, "max_file_size": 60})
}

/// A new draft with files, by its id.
pub(crate) async fn draft(user: &User) -> String {
    let draft = user.post("/api/records", with_files()).await.expect(201).json();
    draft["id"].as_str().unwrap().to_owned()
}

/// Somebody who sends bytes.
pub(crate) fn sender(user: &User) -> User {
    user.with("content-type", "application/octet-stream")
}

/// Sends a file in three steps to the list of a draft's files; gives the committed entry.
pub(crate) async fn send(user: &User, list: &str, key: &str, bytes: &[u8]) -> Value {
    user.post(list, json!([{"key": key}])).await.expect(201);
    let file = format!("{list}/{}", encoded(key));
    sender(user).put(format!("{file}/content"), bytes.to_vec()).await.expect(200);
    user.post(format!("{file}/commit"), ()).await.expect(200).json()
}

/// A file's name in a path.
pub(crate) fn encoded(key: &str) -> String {
    percent_encoding::utf8_percent_encode(key, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// A published record with these files, by its id.
pub(crate) async fn record(site: &Site, user: &User, files: &[(&str, &[u8])]) -> String {
    let id = draft(user).await;
    for (key, bytes) in files {
        send(user, &format!("/api/records/{id}/draft/files"), key, bytes).await;
    }
    user.post(format!("/api/records/{id}/draft/actions/publish"), ()).await.expect(202);
    site.settle().await;
    id
}

/// Puts bytes where a signed address says, as any client of S3.
pub(crate) async fn put_signed(site: &Site, address: &str, bytes: Vec<u8>) -> StatusCode {
    signed(site, Method::PUT, address, bytes).await
}

/// Asks the object storage at a signed address, as any client of S3.
pub(crate) async fn signed(site: &Site, method: Method, address: &str, bytes: Vec<u8>) -> StatusCode {
    let uri: http::Uri = address.parse().unwrap();
    let request = http::Request::builder()
        .method(method)
        .uri(uri.path_and_query().unwrap().as_str())
        .header("host", uri.authority().unwrap().as_str())
        .header("content-length", bytes.len())
        .body(bytes.into())
        .unwrap();
    site.storage.s3.answer(request).await.status()
}

/// What so many do at once.
pub(crate) async fn at_once<T, F: Future<Output = T>>(many: usize, act: impl Fn(usize) -> F) -> Vec<T> {
    futures::future::join_all((0..many).map(act)).await
}
