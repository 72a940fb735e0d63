//! `GET /api/records`: "records.search"

use std::io::Read;

use serde_json::{Value, json};

use super::{publish, site, titles};
use crate::{drafts::path, support::minimal};

#[tokio::test]
async fn what_may_not_be_seen_is_neither_found_nor_counted() {
    let (site, ada) = site().await;
    publish(&ada, "Open kiln", false).await;
    publish(&ada, "Secret kiln", true).await;
    site.settle().await;
    let open = site.nobody().get("/api/records?q=kiln").await.expect(200).json();
    assert_eq!(titles(&open), ["Open kiln"]);
    assert_eq!(open["hits"]["total"], 1);
    assert_eq!(open["aggregations"]["access_status"]["buckets"].as_array().unwrap().len(), 1);
    let eve = site.user("eve").await.get("/api/records?q=kiln").await.expect(200).json();
    assert_eq!(eve["hits"]["total"], 1);
    let own = ada.get("/api/records?q=kiln&sort=oldest").await.expect(200).json();
    assert_eq!(titles(&own), ["Open kiln", "Secret kiln"]);
}

#[tokio::test]
async fn facets_narrow_hits_and_leave_counts_alone() {
    let (site, ada) = site().await;
    for title in ["One", "Two"] {
        publish(&ada, title, false).await;
    }
    site.settle().await;
    let all = site.nobody().get("/api/records").await.expect(200).json();
    let bucket = &all["aggregations"]["resource_type"]["buckets"][0];
    assert_eq!(bucket["doc_count"], 2);
    assert!(bucket["label"].is_string() && bucket["inner"]["buckets"].is_array());
    // Labels are in the reader's language, where there is a title in it.
    let label = async |language: &str| {
        let found =
            site.nobody().with("accept-language", language).get("/api/records").await.expect(200).json();
        found["aggregations"]["resource_type"]["buckets"][0]["label"].clone()
    };
    assert_eq!((label("de-AT").await, label("tlh").await), (json!("Publikation"), bucket["label"].clone()));
    let none = site.nobody().get("/api/records?resource_type=nosuch").await.expect(200).json();
    assert_eq!(none["hits"]["total"], 0);
    assert_eq!(none["aggregations"], all["aggregations"]);
    for bad in ["page=0", "size=x", "sort=nosuch", "allversions=maybe", "suggest=x", "page=401"] {
        site.nobody().get(format!("/api/records?{bad}")).await.expect(400);
    }
}

#[tokio::test]
async fn writers_see_what_they_wrote_at_once() {
    let (_, ada) = site().await;
    for number in 1..=5 {
        publish(&ada, "Fresh pot", false).await;
        assert_eq!(ada.get("/api/records?q=fresh").await.json()["hits"]["total"], number);
    }
}

#[tokio::test]
async fn what_is_indexed_can_be_named() {
    let (site, ada) = site().await;
    publish(&ada, "Named pot", false).await;
    site.settle().await;
    for query in [
        "deletion_status:P",
        "is_deleted:false",
        "parent.created:[2020-01-01 TO *]",
        "versions.latest_index:1",
        "versions.latest_index:>0",
        "files.totalbytes:0",
        "_exists_:pids",
        "_exists_:versions.latest_id",
    ] {
        let query = form_urlencoded::byte_serialize(query.as_bytes()).collect::<String>();
        let found = site.nobody().get(format!("/api/records?q={query}")).await;
        assert_eq!(found.expect(200).json()["hits"]["total"], 1, "{query}");
    }
    let hit = site.nobody().get("/api/records").await.json()["hits"]["hits"][0].clone();
    assert!(hit["versions"].get("latest_index").is_none() && hit["parent"].get("created").is_none());
}

#[tokio::test]
async fn dates_are_computed_from_the_present() {
    let (site, ada) = site().await;
    publish(&ada, "Dated pot", false).await;
    site.settle().await;
    let total = async |q: &str| {
        let q: String = form_urlencoded::byte_serialize(q.as_bytes()).collect();
        site.nobody().get(format!("/api/records?q={q}")).await.expect(200).json()["hits"]["total"].clone()
    };
    for _ in 0..2 {
        assert_eq!(total("created:[now-7d/d TO now/d]").await, 1);
        assert_eq!(total("created:>=now").await, 0);
        assert_eq!(total("metadata.publication_date_range:<now").await, 1);
        site.clock.advance(3 * 86_400);
    }
    assert_eq!(total("created:>=now-1d").await, 0);
    assert_eq!(total("created:[now-7d TO now-5d]").await, 1);
    for bad in ["[now-7x TO *]", "[2020-13||/d TO *]", "now-7x", "[now+9000y TO *]"] {
        let q: String = form_urlencoded::byte_serialize(format!("created:{bad}").as_bytes()).collect();
        let refused = site.nobody().get(format!("/api/records?q={q}")).await.expect(400).json();
        assert_eq!(refused["message"], "Invalid query string syntax.");
    }
}

#[tokio::test]
async fn a_list_is_read_to_its_end_by_cursor() {
    let (site, ada) = site().await;
    for number in 1..=5 {
        publish(&ada, &format!("Pot {number}"), false).await;
    }
    publish(&ada, "Secret pot", true).await;
    site.settle().await;
    let mut page = site.nobody().get("/api/records?q=pot&sort=newest&size=2&after=").await.expect(200).json();
    assert!(page.get("page").is_none() && page["links"].get("prev").is_none(), "{page}");
    let cursor = page["links"]["next"].clone();
    publish(&ada, "Pot that came late", false).await;
    site.settle().await;
    let mut seen = Vec::new();
    loop {
        seen.extend(titles(&page).into_iter().map(ToOwned::to_owned));
        let Some(next) = page["links"].get("next").cloned() else { break };
        page = site.nobody().get(&next).await.expect(200).json();
        assert_eq!(page["links"]["self"], next);
        assert_eq!(page["hits"]["total"], 6);
    }
    assert_eq!(seen, ["Pot 5", "Pot 4", "Pot 3", "Pot 2", "Pot 1"]);
    let elsewhere = cursor.as_str().unwrap().replace("sort=newest", "sort=oldest");
    let refused = site.nobody().get(&elsewhere).await.expect(400);
    assert_eq!(refused.errors(), ["after: Not a valid cursor for this order."]);
    for bad in ["after=x", "after=&page=2"] {
        site.nobody().get(format!("/api/records?{bad}")).await.expect(400);
    }
}

#[tokio::test]
async fn an_answer_too_large_for_a_function_is_compressed_or_refused() {
    let (site, ada) = site().await;
    for number in 0..4 {
        let mut body = minimal();
        body["metadata"]["title"] = json!(format!("Pot {number}"));
        body["metadata"]["description"] = json!("clay ".repeat(400_000));
        let draft = ada.post("/api/records", body).await.expect(201).json();
        ada.post(path(&draft, "publish"), ()).await.expect(202);
    }
    site.settle().await;
    let compressed = ada.with("accept-encoding", "gzip").get("/api/records?size=4").await.expect(200);
    assert_eq!(compressed.header("content-encoding"), "gzip");
    let mut text = String::new();
    flate2::read::GzDecoder::new(compressed.body.as_slice()).read_to_string(&mut text).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["hits"]["total"], 4);
    let refused = ada.get("/api/records?size=4").await.expect(400).json();
    assert!(refused["message"].as_str().unwrap().contains("`size`"), "{refused}");
    ada.get("/api/records?size=1").await.expect(200);
}
