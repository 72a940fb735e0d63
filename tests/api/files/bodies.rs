//! Documents that are too large for the store lie in objects, each as long as its item names it.

use base64::Engine as _;
use cairn_model::{Revision, kinds::RECORDS};
use cairn_ports::{Expect, Item, Key, Work};
use serde_json::{Value, json};

use crate::{
    jobs::done,
    support::{Site, User, minimal},
};

/// A body whose description does not compress.
fn large(seed: u64) -> Value {
    let mut state = seed;
    let noise: Vec<u8> = (0..600_000)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state.to_be_bytes()[0]
        })
        .collect();
    let mut body = minimal();
    body["metadata"]["description"] = json!(base64::engine::general_purpose::STANDARD.encode(noise));
    body
}

async fn bodies(site: &Site) -> usize {
    let objects = site.system.shared.ports.objects.home().unwrap();
    objects.list("bodies/", None).await.unwrap().objects.len()
}

/// A large draft, by its address and its id.
async fn draft(user: &User) -> (String, String) {
    let draft = user.post("/api/records", large(1)).await.expect(201).json();
    let id = draft["id"].as_str().unwrap().to_owned();
    (format!("/api/records/{id}/draft"), id)
}

#[tokio::test]
async fn what_no_item_names_any_more_is_swept_and_the_history_keeps_its_own() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let (draft, id) = draft(&ada).await;
    ada.put(&draft, large(2)).await.expect(200);
    ada.put(&draft, minimal()).await.expect(200);
    assert_eq!(bodies(&site).await, 4, "two states of the draft, and the two in its history");
    done(&site, "sweep_files", json!({})).await;
    assert_eq!(bodies(&site).await, 4, "they are young");
    site.clock.advance(3_601);
    done(&site, "sweep_files", json!({})).await;
    assert_eq!(bodies(&site).await, 2, "those of the history");
    let store = &site.system.shared.ports.store;
    for (revision, seed) in [(1, 1), (2, 2)] {
        let page = cairn_ports::store::Page { prefix: format!("draft#{revision:012}"), ..Default::default() };
        let found = store.query(RECORDS, &format!("{id}#history"), &page).await.unwrap().items;
        assert_eq!(found.len(), 1, "revision {revision}");
        assert_eq!(found[0].body["metadata"]["description"], large(seed)["metadata"]["description"]);
    }
}

#[tokio::test]
async fn what_is_named_stays_and_goes_with_its_item() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let (draft, _) = draft(&ada).await;
    site.clock.advance(8 * 24 * 3_600);
    done(&site, "sweep_files", json!({})).await;
    let read = ada.get(&draft).await.expect(200).json();
    assert_eq!(read["metadata"]["description"], large(1)["metadata"]["description"]);
    ada.delete(&draft).await.expect(204);
    let before = bodies(&site).await;
    done(&site, "sweep_files", json!({})).await;
    assert_eq!(bodies(&site).await, before - 1, "that of the draft; its history stays");
}

#[tokio::test]
async fn a_document_whose_work_is_still_to_be_committed_is_not_swept() {
    let site = Site::start().await;
    let store = &site.system.shared.ports.store;
    let key = Key::new(RECORDS, "abcde-12345#\"é", "record");
    let mut work = Work::new("late".into());
    work.put(Item::new(key.clone(), Revision(2), large(3)), Expect::At(Revision(1)));
    store.commit(&work).await.unwrap_err();
    assert_eq!(bodies(&site).await, 1, "it is there before the item");
    site.clock.advance(3_599);
    done(&site, "sweep_files", json!({})).await;
    let mut first = Work::new("first".into());
    first.put(Item::new(key.clone(), Revision(1), json!({})), Expect::Absent);
    store.commit(&first).await.unwrap();
    store.commit(&work).await.unwrap();
    site.clock.advance(3_601);
    done(&site, "sweep_files", json!({})).await;
    assert_eq!(store.get(&key).await.unwrap().unwrap().body, large(3), "committed after the sweep");

    let mut never = Work::new("never".into());
    never.put(Item::new(key, Revision(9), large(4)), Expect::At(Revision(8)));
    store.commit(&never).await.unwrap_err();
    assert_eq!(bodies(&site).await, 2, "the second copy of the first was swept");
    site.clock.advance(3_601);
    done(&site, "sweep_files", json!({})).await;
    assert_eq!(bodies(&site).await, 1);
}
