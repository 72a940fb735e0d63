//! Custom fields whose values are entries of vocabularies.

use serde_json::json;

use super::{
    custom_fields::{publish, site_with, with_fields},
    titles,
};
use crate::{
    drafts::path,
    support::{Site, User, minimal},
};

const FIELDS: &str = r#"[
    {"name": "astro:made", "type": "vocabulary", "vocabulary": "resourcetypes"},
    {"name": "astro:tongues", "type": "vocabulary", "vocabulary": "languages", "multiple": true, "facet": "Tongues"}]"#;

async fn site() -> (Site, User) {
    site_with(FIELDS).await
}

#[tokio::test]
async fn entries_are_kept_by_id_and_shown_with_their_titles() {
    let (site, ada) = site().await;
    let fields = json!({
        "astro:made": {"id": "image-photo", "title": {"en": "Mine"}},
        "astro:tongues": [{"id": "dan"}, {"id": "eng"}],
    });
    let record = publish(&ada, "A pot", fields).await;
    let shown = &record["custom_fields"];
    assert_eq!(
        (&shown["astro:made"]["id"], &shown["astro:made"]["title"]["de"]),
        (&json!("image-photo"), &json!("Foto"))
    );
    assert_eq!(shown["astro:made"].as_object().unwrap().len(), 2);
    let tongue = |at: usize| shown["astro:tongues"][at]["title"]["en"].clone();
    assert_eq!((tongue(0), tongue(1)), (json!("Danish"), json!("English")));
    let reader = site.nobody().with("accept", "application/vnd.inveniordm.v1+json");
    let german = reader.with("accept-language", "de").get(path(&record, "self")).await.expect(200).json();
    let made = &german["ui"]["custom_fields"]["astro:made"];
    assert_eq!(*made, json!({"id": "image-photo", "title_l10n": "Foto"}));
    assert_eq!(german["ui"]["custom_fields"]["astro:tongues"][0]["title_l10n"], "Danish");
    let next = ada.post(path(&record, "versions"), ()).await.expect(201).json();
    assert_eq!(next["custom_fields"], *shown);
}

#[tokio::test]
async fn what_is_no_entry_is_refused_as_everywhere() {
    let (_, ada) = site().await;
    let draft = ada.post("/api/records", minimal()).await.expect(201).json();
    for fields in [
        json!({"astro:made": {"id": "nosuch"}}),
        json!({"astro:tongues": [{"id": "eng"}, {"id": "nosuch"}]}),
        // An entry of another vocabulary is none of this one.
        json!({"astro:made": {"id": "eng"}}),
    ] {
        let refused =
            ada.put(path(&draft, "self"), with_fields("A pot", fields.clone())).await.expect(400).json();
        let id = if fields["astro:made"]["id"] == "eng" { "eng" } else { "nosuch" };
        assert_eq!(refused["message"], format!("Invalid value {id}."));
    }
    for (fields, problem) in [
        (json!({"astro:made": "dataset"}), "custom_fields.astro:made._schema: Invalid input type."),
        (json!({"astro:made": {"id": 5}}), "custom_fields.astro:made.id: Not a valid string."),
        (json!({"astro:tongues": {"id": "eng"}}), "custom_fields.astro:tongues: Not a valid list."),
    ] {
        let saved = ada.put(path(&draft, "self"), with_fields("A pot", fields)).await.expect(200);
        assert_eq!(saved.errors(), [problem]);
    }
}

#[tokio::test]
async fn they_are_found_counted_and_follow_their_entries() {
    let (site, ada) = site().await;
    publish(&ada, "One", json!({"astro:tongues": [{"id": "dan"}, {"id": "eng"}]})).await;
    publish(&ada, "Two", json!({"astro:tongues": [{"id": "eng"}], "astro:made": {"id": "dataset"}})).await;
    publish(&ada, "Three", json!({})).await;
    site.settle().await;
    let find = async |query: &str| {
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("q", query).finish();
        let found = site.nobody().get(format!("/api/records?sort=oldest&{query}")).await.expect(200).json();
        titles(&found).join(" ")
    };
    assert_eq!(find(r"custom_fields.astro\:tongues.id:eng").await, "One Two");
    assert_eq!(find(r"custom_fields.astro\:made.id:dataset").await, "Two");
    let found = site.nobody().get("/api/records?astro:tongues=dan").await.expect(200).json();
    assert_eq!(titles(&found), ["One"]);
    let counted = &found["aggregations"]["astro:tongues"];
    assert_eq!(counted["label"], "Tongues");
    let buckets = counted["buckets"].as_array().unwrap().iter();
    let buckets: Vec<_> =
        buckets.map(|bucket| (&bucket["key"], &bucket["label"], &bucket["doc_count"])).collect();
    assert_eq!(
        buckets,
        [(&json!("eng"), &json!("English"), &json!(2)), (&json!("dan"), &json!("Danish"), &json!(1))]
    );

    let entry = "/api/vocabularies/languages/dan";
    let mut danish = site.admin().get(entry).await.expect(200).json();
    danish["title"]["en"] = json!("Old Danish");
    site.admin().put(entry, &danish).await.expect(200);
    site.settle().await;
    let found = site.nobody().get("/api/records?astro:tongues=dan").await.expect(200).json();
    let hit = &found["hits"]["hits"][0]["custom_fields"]["astro:tongues"][0];
    assert_eq!(hit["title"]["en"], "Old Danish");
    assert_eq!(find(r#"custom_fields.astro\:tongues.title.en:"Old Danish""#).await, "One");
}
