//! `GET` of an entry: "vocabularies.read", "names.read", "affiliations.read", "funders.read", "awards.read",
//! "subjects.read"

use super::own;
use crate::support::Site;
use serde_json::json;

#[tokio::test]
async fn entries_are_for_everybody_but_names() {
    let site = Site::start().await;
    for (vocabulary, body) in own() {
        site.admin().post(format!("/api/{vocabulary}"), body.clone()).await.expect(201);
        let path = format!("/api/{vocabulary}/{}", body["id"].as_str().unwrap());
        let expected = if vocabulary == "names" { 403 } else { 200 };
        site.nobody().get(&path).await.expect(expected);
        let entry = site.user(&format!("reader-{vocabulary}")).await.get(&path).await.expect(200);
        assert_eq!(entry.json()["id"], body["id"]);
        assert!(!entry.header("etag").is_empty());
        site.admin().get(format!("/api/{vocabulary}/nosuch")).await.expect(404);
    }
    site.nobody().get("/api/vocabularies/affiliations/a1").await.expect(404);
}

#[tokio::test]
async fn a_fixture_is_read_with_links_and_for_user_interfaces() {
    let site = Site::start().await;
    let path = "/api/vocabularies/languages/eng";
    let entry = site.nobody().get(path).await.expect(200).json();
    assert_eq!(entry["links"]["self"], format!("https://cairn.test{path}"));
    assert_eq!(entry["props"]["alpha_2"], "en");
    insta::assert_json_snapshot!(entry);
    assert!(entry.get("vocabulary").is_none());
    let ui = site.nobody().with("accept", "application/vnd.inveniordm.v1+json").get(path).await.expect(200);
    assert_eq!(ui.json()["title_l10n"], "English");
    for missing in ["/api/vocabularies/languages/xxxx", "/api/vocabularies/nosuch/eng"] {
        assert_eq!(
            site.nobody().get(missing).await.expect(404).json()["message"],
            "The persistent identifier does not exist."
        );
    }
}

#[tokio::test]
async fn texts_come_in_the_language_asked_for_else_preferred_else_accepted() {
    let site = Site::start().await;
    let path = "/api/vocabularies/languages/eng";
    let titles = json!({"en": "English", "de": "Englisch", "fr": "Anglais"});
    site.admin().put(path, json!({"type": "languages", "title": titles})).await.expect(200);
    let body = json!({"email": "hans@cairn.test", "preferences": {"locale": "de"}});
    let hans = site.admin().post("/api/users", body).await.expect(201).json();
    let tokens = format!("/api/users/{}/tokens", hans["id"].as_str().unwrap());
    let token = site.admin().post(tokens, json!({"name": "t"})).await.expect(201).json();
    let hans = site.nobody().with_token("", token["token"].as_str().unwrap());
    for (reader, accepted, query, title) in [
        (site.nobody(), "fr", "", "Anglais"),
        (hans.clone(), "fr", "", "Englisch"),
        (hans, "fr", "?ln=fr", "Anglais"),
        (site.nobody(), "fr", "?ln=sv", "English"),
    ] {
        let reader = reader.with("accept", "application/vnd.inveniordm.v1+json");
        let entry = reader.with("accept-language", accepted).get(format!("{path}{query}")).await.expect(200);
        assert_eq!(entry.json()["title_l10n"], title, "{query}");
    }
}
