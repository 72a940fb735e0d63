//! `GET /records/{id}/export/{format}` and `Accept`: "records.export", "records.read"

use cairn_formats::exports::EXPORTS;
use serde_json::{Value, json};

use super::{publish, site, two_versions};
use crate::{
    drafts::path,
    support::{Site, User, files, minimal},
};

/// A draft in which most fields say something.
const DESCRIBED: &str = include_str!("../../data/described.json");

/// A published record with a file and an external DOI.
async fn exported(ada: &User) -> Value {
    let body: Value = serde_json::from_str(DESCRIBED).unwrap();
    let draft = ada.post("/api/records", body).await.expect(201).json();
    assert_eq!(draft.get("errors"), None, "{draft}");
    files::send(ada, &path(&draft, "files"), "a b.csv", b"a,b\n1,2\n").await;
    ada.post(path(&draft, "publish"), ()).await.expect(202).json()
}

fn export(record: &Value, name: &str) -> String {
    format!("/records/{}/export/{name}", record["id"].as_str().unwrap())
}

#[tokio::test]
async fn a_record_can_be_had_in_every_form() {
    let (site, ada) = site().await;
    let record = exported(&ada).await;
    let (this, mut all) = (path(&record, "self"), String::new());
    for form in &EXPORTS {
        let mut shown = String::new();
        if let Some(name) = form.name {
            let answer = site.nobody().get(export(&record, name)).await.expect(200);
            assert_eq!(answer.header("content-type"), form.media);
            let id = record["id"].as_str().unwrap();
            let file = format!("attachment; filename={id}.{}", form.extension);
            assert_eq!(answer.header("content-disposition"), file);
            let link = answer.header("link");
            assert!(link.contains("rel=\"describes\"") && link.contains("rel=\"linkset\""), "{link}");
            shown = answer.text();
        }
        if let Some(media) = form.accept {
            let answer = site.nobody().with("accept", media).get(&this).await.expect(200);
            assert_eq!(answer.header("content-type"), form.media);
            assert_eq!(answer.headers.contains_key("etag"), form.tagged, "{media}");
            assert!(answer.header("link").contains("linkset"), "{media}");
            if form.name.is_none() {
                shown = answer.text();
            }
            site.nobody().with("accept", media).get("/api/records?size=2").await.expect(200);
            let draft = ada.post("/api/records", minimal()).await.expect(201).json();
            ada.with("accept", media).get(path(&draft, "self")).await.expect(200);
        }
        if form.media != "application/vnd.inveniordm.v1+json" {
            all += &["=== ", form.name.unwrap_or(form.media), "\n", &shown, "\n"].concat();
        }
    }
    insta::assert_snapshot!("every_form", all);
}

#[tokio::test]
async fn a_list_is_one_document_of_json_or_many_of_text() {
    let (site, ada) = site().await;
    for title in ["First", "Second"] {
        publish(&ada, title, false).await;
    }
    site.settle().await;
    let list = |media: &'static str| {
        let nobody = site.nobody().with("accept", media);
        async move { nobody.get("/api/records?sort=oldest").await.expect(200) }
    };
    let described = list("application/ld+json").await.json();
    assert_eq!(described["hits"]["total"], 2);
    assert_eq!(described["hits"]["hits"][1]["name"], "Second");
    assert_eq!(described["hits"]["hits"][1]["@type"], "https://schema.org/ScholarlyArticle");
    let keys: Vec<_> = described.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["hits", "aggregations", "links", "sortBy"]);
    let entries = list("application/x-bibtex").await.text();
    assert_eq!(entries.matches("}\n@misc{").count(), 1, "{entries}");
    let documents = list("application/x-dc+xml").await.text();
    assert_eq!(documents.matches("\n\n<?xml").count(), 1, "{documents}");
    let rows = list("application/vnd.inveniordm.v1.simple+csv").await.text();
    assert_eq!(rows.lines().count(), 3, "{rows}");
}

#[tokio::test]
async fn an_export_tells_nobody_more_than_the_record_does() {
    let (site, ada) = site().await;
    let hidden = publish(&ada, "Mine alone", true).await;
    let draft = ada.post("/api/records", minimal()).await.expect(201).json();
    let eve = site.user("eve").await;
    for form in &EXPORTS {
        for who in [&site.nobody(), &eve] {
            if let Some(name) = form.name {
                who.get(export(&hidden, name)).await.expect(403);
                who.get(export(&draft, name)).await.expect(404);
                who.get(export(&draft, name) + "?preview=1").await.expect(403);
                who.get(export(&json!({"id": "zege4-jwk51"}), name)).await.expect(404);
            }
            if let Some(media) = form.accept {
                who.with("accept", media).get(path(&hidden, "self")).await.expect(403);
                let listed = who.with("accept", media).get("/api/records").await.expect(200).text();
                assert!(!listed.contains("Mine alone"), "{listed}");
            }
        }
    }
    ada.get(export(&draft, "bibtex") + "?preview=1").await.expect(200);
    ada.get(export(&hidden, "bibtex")).await.expect(200);
}

#[tokio::test]
async fn files_that_are_not_seen_are_in_no_export() {
    let (site, ada) = site().await;
    let record = exported(&ada).await;
    let draft = path(&record, "draft");
    let mut body = ada.post(&draft, ()).await.expect(201).json();
    body["access"]["files"] = json!("restricted");
    ada.put(&draft, body).await.expect(200);
    ada.post(format!("{draft}/actions/publish"), ()).await.expect(202);
    let this = path(&record, "self");
    for form in &EXPORTS {
        let name = form.name.map(|name| export(&record, name));
        let asked = name.or_else(|| form.accept.map(|_| this.clone())).unwrap();
        let media = form.accept.unwrap_or("*/*");
        let told = |answer: String| answer.contains("b.csv") || answer.contains("md5:");
        assert!(!told(site.nobody().with("accept", media).get(&asked).await.expect(200).text()), "{form:?}");
    }
    assert!(ada.get(export(&record, "datapackage")).await.expect(200).text().contains("a b.csv"));
}

#[tokio::test]
async fn unknown_forms_are_404_and_parents_lead_to_their_latest_version() {
    let (site, ada) = site().await;
    let (_, latest) = two_versions(&ada, ("First", false), ("Second", false)).await;
    site.nobody().get(export(&latest, "pdf")).await.expect(404);
    let parent = latest["parent"]["id"].as_str().unwrap();
    let moved = site.nobody().get(format!("/records/{parent}/export/csl")).await.expect(302);
    assert_eq!(moved.header("location"), export(&latest, "csl"));
}

#[tokio::test]
async fn what_is_lent_of_vocabularies_is_as_they_are_now() {
    let (site, ada): (Site, User) = site().await;
    let record = publish(&ada, "Typed", false).await;
    let entry = "/api/vocabularies/resourcetypes/publication-article";
    let mut changed = site.admin().get(entry).await.expect(200).json();
    changed["props"]["csl"] = json!("report");
    site.admin().put(entry, changed).await.expect(200);
    let item = site.nobody().get(export(&record, "csl")).await.expect(200).json();
    assert_eq!(item["type"], "report");
    let plain = site.nobody().get(path(&record, "self")).await.expect(200).json();
    assert_eq!(plain["metadata"]["resource_type"].get("props"), None);
}

const MANUAL: &str = include_str!("../../../docs/exports.md");

#[test]
fn the_manual_lists_every_form_in_order() {
    let cell = |line: &str, at: usize| {
        line.split('|').nth(at).unwrap_or_default().replace('`', "").trim().to_owned()
    };
    let rows = MANUAL.lines().skip_while(|line| !line.starts_with("| name |")).skip(2);
    let rows = rows.take_while(|line| line.starts_with('|')).map(|line| (cell(line, 1), cell(line, 2)));
    let told = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let table: Vec<_> = EXPORTS.iter().map(|form| (told(form.name), told(form.accept))).collect();
    assert_eq!(rows.collect::<Vec<_>>(), table);
}
