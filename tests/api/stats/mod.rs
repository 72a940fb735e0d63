//! Usage statistics: what counts, and once.

mod count;
mod index;
mod privacy;
mod query;
mod recount;

use cairn_model::Event;
use serde_json::{Value, json};

use crate::support::{Site, User, files};

/// A site with a record that has two files of 10 and 5 bytes; its id.
pub(crate) async fn site() -> (Site, User, String) {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let id = record(&site, &ada).await;
    (site, ada, id)
}

pub(crate) async fn record(site: &Site, ada: &User) -> String {
    files::record(site, ada, &[("a.txt", b"0123456789"), ("b.txt", b"01234")]).await
}

/// Downloads a file of a record.
pub(crate) async fn download(user: &User, id: &str, key: &str) {
    user.get(format!("/api/records/{id}/files/{key}/content")).await.expect(200);
}

/// Sees the page of a record.
pub(crate) async fn view(user: &User, id: &str) {
    let views = format!("/api/records/{id}/views");
    let token = user.get(&views).await.expect(200).json();
    user.post(&views, &token).await.expect(204);
}

/// Numbers as records show them.
pub(crate) fn numbers(views: [u64; 2], downloads: [u64; 2], volume: f64) -> Value {
    json!({
        "views": views[0], "unique_views": views[1],
        "downloads": downloads[0], "unique_downloads": downloads[1], "data_volume": volume,
    })
}

/// What a record shows of its use.
pub(crate) async fn shown(site: &Site, id: &str) -> Value {
    site.admin().get(format!("/api/records/{id}")).await.expect(200).json()["stats"].clone()
}

/// Usage events that wait in the outbox.
pub(crate) async fn waiting(site: &Site) -> Vec<Event> {
    let rows = site.system.shared.ports.store.changes(None, 1_000).await.unwrap().rows;
    let events = rows.into_iter().map(|row| row.event);
    events
        .filter(|event| {
            ["record.viewed", "file.downloaded", "archive.downloaded"].contains(&event.kind.as_str())
        })
        .collect()
}
