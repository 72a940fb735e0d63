//! `PUT /api/deposit/depositions/{id}`: `"deposits.update"`

use serde_json::json;

use super::{metadata, problems, published, to, with_deposition};

#[tokio::test]
async fn metadata_are_replaced_and_what_zenodo_cannot_say_stays() {
    let (_site, ada, deposition) = with_deposition().await;
    let (this, draft) =
        (to(&deposition, "self"), format!("/api/records/{}/draft", deposition["id"].as_str().unwrap()));
    let mut body = ada.get(&draft).await.expect(200).json();
    body["metadata"]["additional_titles"] = json!([{"title": "Ovens", "type": {"id": "subtitle"}}]);
    body["metadata"]["languages"] = json!([{"id": "eng"}, {"id": "dan"}]);
    body["metadata"]["creators"][0]["role"] = json!({"id": "editor"});
    body["access"] = json!({"record": "restricted", "files": "restricted"});
    ada.put(&draft, &body).await.expect(200);
    let mut sent = ada.get(&this).await.expect(200).json();
    assert_eq!(sent["metadata"]["access_right"], "restricted");
    sent["metadata"]["title"] = json!("My second upload");
    sent["metadata"].as_object_mut().unwrap().remove("version");
    let saved = ada.put(&this, &sent).await.expect(200).json();
    assert_eq!((&saved["title"], saved["metadata"].get("version")), (&json!("My second upload"), None));
    let now = ada.get(&draft).await.expect(200).json();
    for kept in ["additional_titles", "languages", "creators"] {
        let before = &body["metadata"][kept];
        let ids = |value: &serde_json::Value| value.to_string().matches("\"id\"").count();
        assert_eq!(ids(&now["metadata"][kept]), ids(before), "{kept}: {}", now["metadata"][kept]);
    }
    assert_eq!(now["access"]["record"], "restricted");
    assert_eq!(now["metadata"]["creators"][0]["role"]["id"], "editor");
}

#[tokio::test]
async fn a_deposition_with_faults_stays_as_it_was() {
    let (site, ada, deposition) = with_deposition().await;
    let this = to(&deposition, "self");
    let mut body = metadata();
    body["metadata"]["title"] = json!("x");
    body["metadata"]["related_identifiers"] =
        json!([{"identifier": "10.1234/a", "relation": "cites", "scheme": "no"}]);
    assert_eq!(
        problems(&ada.put(&this, &body).await.expect(400)),
        ["metadata.title: Shorter than minimum length 3.", "metadata.related_identifiers: Invalid scheme."]
    );
    assert_eq!(
        problems(&ada.put(&this, json!({})).await.expect(400)),
        ["metadata: Missing data for required field."]
    );
    assert_eq!(ada.get(&this).await.expect(200).json(), deposition);
    for stranger in [site.nobody(), site.user("eve").await] {
        stranger.put(&this, &body).await.expect(403);
        stranger.put(&this, metadata()).await.expect(403);
    }
    let revision = ada.get(&this).await.header("etag").to_owned();
    ada.with("if-match", "17").put(&this, metadata()).await.expect(412);
    ada.with("if-match", &revision).put(&this, metadata()).await.expect(200);
}

#[tokio::test]
async fn the_doi_that_is_shown_can_be_sent_back() {
    let (_site, ada, deposition) = with_deposition().await;
    let this = to(&deposition, "self");
    let mut body = metadata();
    let doi = deposition["metadata"]["prereserve_doi"]["doi"].clone();
    body["metadata"]["doi"] = doi.clone();
    assert_eq!(ada.put(&this, &body).await.expect(200).json()["doi"], doi);
    assert_eq!(ada.put(&this, metadata()).await.expect(200).json()["doi"], doi, "the site's own stays");
    body["metadata"]["doi"] = json!("10.1234/other");
    assert_eq!(ada.put(&this, &body).await.expect(200).json()["doi"], "10.1234/other");
    assert_eq!(ada.put(&this, metadata()).await.expect(200).json().get("doi"), None);
}

#[tokio::test]
async fn what_is_published_has_to_be_edited_first() {
    let (_site, ada, record) = published().await;
    ada.put(to(&record, "self"), metadata()).await.expect(404);
    ada.post(to(&record, "edit"), ()).await.expect(201);
    let whole = ada.get(to(&record, "self")).await.expect(200).json();
    ada.put(to(&record, "self"), &whole).await.expect(200);
}
