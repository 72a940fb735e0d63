//! Search of a vocabulary: "vocabularies.search", "names.search", "affiliations.search", "funders.search",
//! "awards.search", "subjects.search"

use serde_json::json;

use super::own;
use crate::support::Site;

#[tokio::test]
async fn own_vocabularies_are_searched_and_suggest() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    for (vocabulary, body) in own() {
        site.admin().post(format!("/api/{vocabulary}"), body).await.expect(201);
    }
    site.settle().await;
    for (vocabulary, suggest) in [
        ("names", "lov"),
        ("affiliations", "analyt"),
        ("funders", "roy"),
        ("awards", "eng"),
        ("subjects", "FOS:eng"),
    ] {
        let path = format!("/api/{vocabulary}");
        let list = ada.get(&path).await.expect(200).json();
        assert_eq!((vocabulary, &list["hits"]["total"]), (vocabulary, &1.into()));
        let found = ada.get(format!("{path}?suggest={suggest}")).await.expect(200).json();
        assert_eq!((vocabulary, &found["hits"]["total"]), (vocabulary, &1.into()));
        assert_eq!(found["sortBy"], "bestmatch");
        let none = ada.get(format!("{path}?suggest=zzqqxx")).await.expect(200).json();
        assert_eq!(none["hits"]["total"], 0);
    }
    site.nobody().get("/api/names").await.expect(403);
}

#[tokio::test]
async fn suggestions_know_beginnings_accents_acronyms_and_identifiers_and_bear_typing_errors() {
    let site = Site::start().await;
    for entry in [
        json!({"id": "01ggx4157", "name": "European Organization for Nuclear Research", "acronym": "CERN",
            "title": {"fr": "Organisation européenne pour la recherche nucléaire"},
            "identifiers": [{"scheme": "isni", "identifier": "000000012156142X"}], "country_name": "Switzerland"}),
        json!({"id": "0473a4773", "name": "Centre d’Études Nordiques", "aliases": ["Northern Studies Institute"]}),
    ] {
        site.admin().post("/api/affiliations", entry).await.expect(201);
    }
    site.settle().await;
    for (suggest, id) in [
        ("nucl", "01ggx4157"),
        ("cern", "01ggx4157"),
        ("recherche+nucleaire", "01ggx4157"),
        ("01ggx41", "01ggx4157"),
        ("000000012156142X", "01ggx4157"),
        ("organization+switzerland", "01ggx4157"),
        ("etudes", "0473a4773"),
        ("northern", "0473a4773"),
        ("Nucelar", "01ggx4157"),
        ("nothern+stuides", "0473a4773"),
    ] {
        let found =
            site.nobody().get(format!("/api/affiliations?suggest={suggest}")).await.expect(200).json();
        assert_eq!((suggest, &found["hits"]["hits"][0]["id"]), (suggest, &json!(id)));
        assert_eq!((suggest, &found["hits"]["total"]), (suggest, &json!(1)));
    }
    // What is found as it is written is not mixed with what is nearly so.
    site.admin().post("/api/affiliations", json!({"id": "x", "name": "Nucelar Ltd"})).await.expect(201);
    site.settle().await;
    let found = site.nobody().get("/api/affiliations?suggest=Nucelar").await.expect(200).json();
    assert_eq!((&found["hits"]["total"], &found["hits"]["hits"][0]["id"]), (&json!(1), &json!("x")));
}

#[tokio::test]
async fn a_generic_vocabulary_is_searched_by_word_field_and_tag() {
    let site = Site::start().await;
    let get = |query: &str| {
        let (nobody, path) = (site.nobody(), format!("/api/vocabularies/languages?{query}"));
        async move { nobody.get(path).await.expect(200).json() }
    };
    let all = get("size=5").await;
    assert_eq!((&all["sortBy"], all["hits"]["hits"].as_array().unwrap().len()), (&"title".into(), 5));
    for query in ["q=danish", "q=id:dan", "q=title.en:Danish", "suggest=dani", "suggest=DAN"] {
        assert_eq!(get(query).await["hits"]["hits"][0]["id"], "dan", "{query}");
    }
    assert_eq!(get("tags=nosuch").await["hits"]["total"], 0);
    site.nobody().get("/api/vocabularies/languages?q=a&suggest=b").await.expect(400);
    site.nobody().get("/api/vocabularies/nosuch").await.expect(404);
}

#[tokio::test]
async fn what_most_people_look_for_is_suggested_first() {
    let site = Site::start().await;
    for (id, title, code) in [
        ("chn", "Chinook jargon", ""),
        ("cic", "Chickasaw", ""),
        ("qch", "Chinese", "zh"),
        ("qcp", "Pidgin, Chinese", ""),
    ] {
        let entry =
            json!({"id": id, "type": "languages", "title": {"en": title}, "props": {"alpha_2": code}});
        site.admin().post("/api/vocabularies/languages", entry).await.expect(201);
    }
    site.settle().await;
    for (suggest, ids) in
        [("chi", "qch chn cic qcp"), ("Chin", "qch chn qcp"), ("ch", "qch chn"), ("chn", "chn")]
    {
        let found = site
            .nobody()
            .get(format!("/api/vocabularies/languages?suggest={suggest}"))
            .await
            .expect(200)
            .json();
        let hits = found["hits"]["hits"].as_array().unwrap();
        let found: Vec<&str> = hits.iter().filter_map(|hit| hit["id"].as_str()).collect();
        assert!(found.join(" ").starts_with(ids), "{suggest}: {found:?}");
    }
    let found = site.nobody().get("/api/vocabularies/licenses?suggest=creative").await.expect(200).json();
    assert_eq!(found["hits"]["hits"][0]["tags"][0], "recommended");
}

#[tokio::test]
async fn every_vocabulary_has_its_own_orders() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    for (path, own, others) in [
        ("vocabularies/languages", "title", ["name", "subject"]),
        ("names", "name", ["title", "subject"]),
        ("subjects", "subject", ["name", "title"]),
        ("awards", "newest", ["name", "title"]),
    ] {
        let list = ada.get(format!("/api/{path}?sort={own}")).await.expect(200).json();
        assert_eq!((&list["sortBy"], path), (&own.into(), path));
        for other in others {
            let refused = ada.get(format!("/api/{path}?sort={other}")).await.expect(400);
            assert_eq!(refused.errors(), [format!("_schema: Invalid sort option '{other}'.")]);
        }
    }
}

#[tokio::test]
async fn what_has_no_title_comes_after_what_has_one() {
    let site = Site::start().await;
    for entry in [
        json!({"id": "a", "type": "datetypes", "tags": ["own"]}),
        json!({"id": "z", "type": "datetypes", "tags": ["own"], "title": {"en": "Zenith"}}),
        json!({"id": "b", "type": "datetypes", "tags": ["own"], "title": {"en": "aphelion"}}),
    ] {
        site.admin().post("/api/vocabularies/datetypes", entry).await.expect(201);
    }
    site.settle().await;
    let found = site.nobody().get("/api/vocabularies/datetypes?tags=own&sort=title").await.expect(200).json();
    let ids: Vec<_> = found["hits"]["hits"].as_array().unwrap().iter().map(|hit| &hit["id"]).collect();
    assert_eq!(ids, ["b", "z", "a"]);
}
