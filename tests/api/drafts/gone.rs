//! A draft that is discarded while another request is between its reads.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use cairn_model::{Table, kinds::RECORDS};
use cairn_ports::{
    Expect, Item, Key, Ports, Store, StoreError, Work,
    store::{Changes, Cursor, Items, Page, Scanned, Segment},
};
use futures::future::BoxFuture;
use serde_json::json;

use super::{path, with_draft};
use crate::support::{Extension, Site, files};

/// What happens before the next read of a parent.
type Meanwhile = Arc<Mutex<Option<BoxFuture<'static, ()>>>>;

/// A store that lets something happen before it reads a parent.
struct Between {
    inner: Arc<dyn Store>,
    meanwhile: Meanwhile,
}

#[async_trait]
impl Store for Between {
    async fn get(&self, key: &Key) -> Result<Option<Item>, StoreError> {
        self.inner.get(key).await
    }

    async fn batch_get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, StoreError> {
        if keys.iter().any(|key| key.sort == "parent") {
            let meanwhile = self.meanwhile.lock().unwrap().take();
            if let Some(meanwhile) = meanwhile {
                meanwhile.await;
            }
        }
        self.inner.batch_get(keys).await
    }

    async fn query(&self, table: Table, partition: &str, page: &Page) -> Result<Items, StoreError> {
        self.inner.query(table, partition, page).await
    }

    async fn commit(&self, work: &Work) -> Result<(), StoreError> {
        self.inner.commit(work).await
    }

    async fn changes(&self, after: Option<&Cursor>, limit: usize) -> Result<Changes, StoreError> {
        self.inner.changes(after, limit).await
    }

    async fn scan_segment(
        &self,
        table: Table,
        segment: Segment,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<Scanned, StoreError> {
        self.inner.scan_segment(table, segment, after, limit).await
    }
}

#[tokio::test]
async fn whoever_is_between_two_reads_of_a_discarded_draft_finds_none() {
    let meanwhile = Meanwhile::default();
    let between = meanwhile.clone();
    let wrap = move |ports: Ports| Ports {
        store: Arc::new(Between { inner: ports.store.clone(), meanwhile: between.clone() }),
        ..ports
    };
    let site = Site::with(&Extension { wrap: Some(Box::new(wrap)), ..Extension::default() }).await;
    let ada = site.user("ada").await;
    for (method, rest, body) in [
        ("GET", "", json!(null)),
        ("PUT", "", files::with_files()),
        ("DELETE", "", json!(null)),
        ("POST", "/actions/publish", json!({})),
        ("GET", "/files", json!(null)),
        ("POST", "/files", json!([{"key": "a.txt"}])),
        ("GET", "/files/a.txt", json!(null)),
    ] {
        let draft = format!("/api/records/{}/draft", files::draft(&ada).await);
        let (owner, discarded) = (ada.clone(), draft.clone());
        *meanwhile.lock().unwrap() = Some(Box::pin(async move {
            owner.delete(discarded).await.expect(204);
        }));
        let address = format!("{draft}{rest}");
        let answer = if body.is_null() {
            ada.send(method, address, ()).await
        } else {
            ada.send(method, address, body).await
        };
        assert!(meanwhile.lock().unwrap().is_none(), "{method} {rest} read no parent");
        let message = answer.expect(404).json()["message"].clone();
        assert_eq!(message, "The persistent identifier does not exist.", "{method} {rest}");
    }
    site.settle().await;
    assert_eq!(ada.get("/api/user/records").await.json()["hits"]["total"], 0);
}

#[tokio::test]
async fn a_draft_whose_parent_alone_is_lost_is_damaged_and_not_gone() {
    let (site, ada, draft) = with_draft().await;
    let mut work = site.system.shared.work();
    work.delete(Key::new(RECORDS, draft["parent"]["id"].as_str().unwrap(), "parent"), Expect::Any);
    site.system.shared.ports.store.commit(&work).await.unwrap();
    ada.get(path(&draft, "self")).await.expect(500);
    ada.put(path(&draft, "self"), files::with_files()).await.expect(500);
}
