//! `POST /api/records/{id}/citation`, and `Accept: text/x-bibliography`: "records.cite", "records.read"

use serde_json::{Value, json};

use super::{publish, site, two_versions};
use crate::{
    drafts::path,
    support::{User, minimal},
};

const MEDIA: &str = "text/x-bibliography";

/// A style of three words.
const OWN: &str = r#"<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">
    <info><title>Own</title><id>own</id><updated>2026-01-01T00:00:00+00:00</updated></info>
    <citation><layout><text variable="title"/></layout></citation>
    <bibliography><layout><text variable="title" quotes="true"/><text term="in" prefix=" "/></layout></bibliography>
  </style>"#;

fn citation(record: &Value) -> String {
    path(record, "self") + "/citation"
}

async fn cited(who: &User, address: &str) -> String {
    let answer = who.with("accept", MEDIA).get(address).await.expect(200);
    assert_eq!(answer.header("content-type"), "text/plain");
    answer.text()
}

#[tokio::test]
async fn a_record_is_cited_in_the_style_that_is_asked_for() {
    let (site, ada) = site().await;
    let (record, nobody) = (publish(&ada, "Glazes", false).await, site.nobody());
    let (this, doi) = (path(&record, "self"), record["links"]["doi"].as_str().unwrap());
    assert!(doi.starts_with("https://handle.test.datacite.org/10.5072/"), "{doi}");
    let plain = cited(&nobody, &this).await;
    assert_eq!(plain, cited(&nobody, &format!("{this}?style=Harvard-Cite-Them-Right&locale=en-US")).await);
    assert!(plain.contains("Glazes") && plain.ends_with(&format!("Available at: {doi}.")), "{plain}");
    let apa = cited(&nobody, &format!("{this}?style=apa")).await;
    assert!(apa.ends_with(doi) && apa != plain, "{apa}");
    let draft = ada.post("/api/records", minimal()).await.expect(201).json();
    assert!(cited(&ada, &path(&draft, "self")).await.contains('.'));
    for unknown in ["nosuch", "", "alphanumeric", "%3Cstyle%3E"] {
        let address = format!("{this}?style={unknown}");
        let refused = nobody.with("accept", MEDIA).get(&address).await.expect(400).json();
        if unknown == "nosuch" {
            assert_eq!(refused, json!({"status": 400, "message": "Citation string style not found."}));
        }
        nobody.get(&address).await.expect(200);
    }
}

#[tokio::test]
async fn a_list_is_cited_line_by_line() {
    let (site, ada) = site().await;
    for title in ["First", "Second"] {
        publish(&ada, title, false).await;
    }
    site.settle().await;
    let list = cited(&site.nobody(), "/api/records?sort=oldest&style=apa").await;
    let [first, second] = list.lines().collect::<Vec<_>>().try_into().unwrap();
    assert!(first.contains("First") && second.contains("Second"), "{list}");
    let none = site.nobody().with("accept", MEDIA).get("/api/records?q=nosuch&style=nosuch").await;
    none.expect(400);
}

#[tokio::test]
async fn a_style_can_be_sent_along() {
    let (site, ada) = site().await;
    let (record, nobody) = (publish(&ada, "Glazes", false).await, site.nobody());
    let ask = |body: Value| {
        let (nobody, address) = (site.nobody(), citation(&record));
        async move { nobody.post(address, body).await }
    };
    let german = ask(json!({"style": OWN, "locale": "de-DE"})).await.expect(200);
    assert_eq!((german.text().as_str(), german.header("content-type")), ("„Glazes“ in", "text/plain"));
    let named = ask(json!({"style": "apa", "locale": null})).await.expect(200).text();
    assert_eq!(named, cited(&nobody, &(path(&record, "self") + "?style=apa")).await);
    let usual = ask(json!({})).await.expect(200).text();
    assert_eq!(usual, cited(&nobody, &path(&record, "self")).await);
    ask(json!({"style": "nosuch"})).await.expect(400);
    let refused = ask(json!({"style": "<style/>"})).await.expect(400).json();
    assert_eq!(refused["errors"][0]["field"], "style", "{refused}");
    ask(json!({"style": 3})).await.expect(400);
    let silent =
        OWN.replace("<text variable=\"title\" quotes=\"true\"/><text term=\"in\" prefix=\" \"/>", "");
    ask(json!({"style": silent})).await.expect(400);
}

#[tokio::test]
async fn who_may_not_read_a_record_may_not_cite_it() {
    let (site, ada) = site().await;
    let (_, latest) = two_versions(&ada, ("First", false), ("Second", false)).await;
    let address = |of: &Value| format!("/api/records/{}/citation", of["id"].as_str().unwrap());
    let moved = site.nobody().post(address(&latest["parent"]), json!({})).await.expect(307);
    assert_eq!(moved.header("location"), address(&latest));
    let hidden = publish(&ada, "Mine alone", true).await;
    site.nobody().post(citation(&hidden), json!({})).await.expect(403);
    ada.post(citation(&hidden), json!({})).await.expect(200);
    let draft = ada.post("/api/records", minimal()).await.expect(201).json();
    ada.post(address(&draft), json!({})).await.expect(404);
}
