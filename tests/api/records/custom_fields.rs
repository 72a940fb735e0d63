//! Fields that a site adds to records: saved, published, searched, counted, exported.

use serde_json::{Value, json};

use super::titles;
use crate::{
    drafts::path,
    support::{Extension, Site, User, minimal},
};

const FIELDS: &str = r#"["journal", "meeting", "codemeta",
    {"name": "astro:band", "type": "keyword", "multiple": true, "facet": "Band"},
    {"name": "astro:note", "type": "text"}, {"name": "astro:nights", "type": "integer"},
    {"name": "code:developmentStatus", "facet": "Status"}]"#;

async fn site() -> (Site, User) {
    site_with(FIELDS).await
}

/// A site that declares these fields, and a user.
pub(super) async fn site_with(custom_fields: &'static str) -> (Site, User) {
    let site = Site::with(&Extension { custom_fields, ..Extension::default() }).await;
    let ada = site.user("ada").await;
    (site, ada)
}

/// A draft with these fields of the site's own.
pub(super) fn with_fields(title: &str, fields: Value) -> Value {
    let mut body = minimal();
    body["metadata"]["title"] = json!(title);
    body["custom_fields"] = fields;
    body
}

/// Publishes one.
pub(super) async fn publish(user: &User, title: &str, fields: Value) -> Value {
    let draft = user.post("/api/records", with_fields(title, fields)).await.expect(201).json();
    assert_eq!(draft.get("errors"), None);
    user.post(path(&draft, "publish"), ()).await.expect(202).json()
}

#[tokio::test]
async fn what_is_valid_is_kept_shown_with_titles_and_exported() {
    let (site, ada) = site().await;
    let fields = json!({
        "journal:journal": {"title": "Kiln Letters", "volume": "7"},
        "code:developmentStatus": {"id": "active"},
        "astro:band": ["H", "K"],
        "astro:nights": "3",
    });
    let record = publish(&ada, "A custom pot", fields).await;
    let shown = &record["custom_fields"];
    assert_eq!(shown["code:developmentStatus"]["title"]["en"], "Active");
    assert_eq!(shown["astro:nights"], 3);
    assert_eq!(shown["astro:band"], json!(["H", "K"]));
    let bibtex =
        site.nobody().with("accept", "application/x-bibtex").get(path(&record, "self")).await.expect(200);
    assert!(bibtex.text().contains("Kiln Letters"), "{}", bibtex.text());
    let list =
        site.nobody().with("accept", "application/vnd.inveniordm.v1+json").get(path(&record, "self")).await;
    let list = list.expect(200).json();
    assert_eq!(list["ui"]["custom_fields"]["code:developmentStatus"]["title_l10n"], "Active");
    let next = ada.post(path(&record, "versions"), ()).await.expect(201).json();
    assert_eq!(next["custom_fields"], *shown);
}

#[tokio::test]
async fn what_is_wrong_is_reported_when_saved_and_keeps_a_draft_from_being_published() {
    let (_, ada) = site().await;
    let fields = json!({
        "journal:journal": {"title": "Kiln Letters", "issn": "1"}, "astro:nights": "many", "imprint:imprint": {},
        "code:developmentStatus": {"id": "active"},
    });
    let draft = ada.post("/api/records", with_fields("A custom pot", fields)).await.expect(201);
    assert_eq!(
        draft.errors(),
        [
            "custom_fields.journal:journal.issn: Please provide a valid ISSN.",
            "custom_fields.astro:nights: Not a valid integer.",
            "custom_fields.imprint:imprint: Unknown field.",
        ]
    );
    let draft = draft.json();
    let kept = draft["custom_fields"].as_object().unwrap().keys().collect::<Vec<_>>();
    assert_eq!(kept, ["journal:journal", "code:developmentStatus"]);
    assert_eq!(draft["custom_fields"]["journal:journal"], json!({"title": "Kiln Letters"}));
    let unknown = with_fields("A custom pot", json!({"code:programmingLanguage": [{"id": "nosuch"}]}));
    let refused = ada.put(path(&draft, "self"), unknown).await.expect(400).json();
    assert_eq!(refused["message"], "Invalid value nosuch.");
}

#[tokio::test]
async fn they_are_searched_by_words_or_as_a_whole_and_counted() {
    let (site, ada) = site().await;
    let one = json!({
        "journal:journal": {"title": "Kiln Letters", "issn": "1050-124X"}, "astro:band": ["H", "K"],
        "astro:note": "Clear <b>skies</b>", "astro:nights": 3, "code:developmentStatus": {"id": "active"},
    });
    publish(&ada, "One", one).await;
    publish(&ada, "Two", json!({"astro:band": ["K"], "astro:note": "Clouds"})).await;
    publish(&ada, "Three", json!({})).await;
    site.settle().await;
    let find = async |query: &str| {
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("q", query).finish();
        let found = site.nobody().get(format!("/api/records?sort=oldest&{query}")).await.expect(200).json();
        titles(&found).join(" ")
    };
    for (query, expected) in [
        (r"custom_fields.journal\:journal.title:letters", "One"),
        (r#"custom_fields.journal\:journal.title.keyword:"Kiln Letters""#, "One"),
        (r"custom_fields.journal\:journal.title.keyword:letters", ""),
        (r"custom_fields.journal\:journal.issn:1050\-124X", "One"),
        (r"custom_fields.astro\:note:SKIES", "One"),
        (r"custom_fields.astro\:band:K", "One Two"),
        (r"custom_fields.astro\:band:k", ""),
        (r"custom_fields.astro\:nights:3", "One"),
        (r"custom_fields.code\:developmentStatus.id:active", "One"),
        (r"_exists_:custom_fields.astro\:note", "One Two"),
    ] {
        assert_eq!(find(query).await, expected, "{query}");
    }
    let found = site.nobody().get("/api/records?astro:band=H").await.expect(200).json();
    assert_eq!(titles(&found), ["One"]);
    assert!(found["hits"]["hits"][0].get("custom_words").is_none());
    let bands = &found["aggregations"]["astro:band"];
    assert_eq!(bands["label"], "Band");
    let counts: Vec<_> =
        bands["buckets"].as_array().unwrap().iter().map(|bucket| &bucket["doc_count"]).collect();
    assert_eq!(counts, [2, 1]);
    assert_eq!(found["aggregations"]["code:developmentStatus"]["buckets"][0]["label"], "Active");
}

#[tokio::test]
async fn a_site_that_has_none_reports_them_all() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let body = with_fields("A pot", json!({"journal:journal": {"title": "Kiln Letters"}}));
    let draft = ada.post("/api/records", body).await.expect(201);
    assert_eq!(draft.errors(), ["custom_fields.journal:journal: Unknown field."]);
    let counted = site.nobody().get("/api/records").await.expect(200).json();
    assert_eq!(counted["aggregations"].as_object().unwrap().len(), 4);
}
