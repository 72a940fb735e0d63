//! `GET /api/records?highlight=true`, `GET /api/user/records?highlight=true`: what of a hit matched.

use serde_json::{Value, json};

use super::{publish, site};
use crate::{
    drafts::path,
    support::{
        User,
        files::{send, with_files},
        minimal,
    },
};

/// The hits of a search.
async fn hits(user: &User, list: &str, q: &str) -> Vec<Value> {
    let q: String = form_urlencoded::byte_serialize(q.as_bytes()).collect();
    let answer = user.get(format!("{list}?highlight=true&sort=oldest&q={q}")).await.expect(200).json();
    answer["hits"]["hits"].as_array().unwrap().clone()
}

/// A published record with this metadata beside what every record has.
async fn with(user: &User, metadata: Value) -> Value {
    let mut body = minimal();
    body["metadata"].as_object_mut().unwrap().extend(metadata.as_object().unwrap().clone());
    let draft = user.post("/api/records", body).await.expect(201).json();
    user.post(path(&draft, "publish"), ()).await.expect(202).json()
}

#[tokio::test]
async fn hits_show_what_matched_if_asked() {
    let (site, ada) = site().await;
    publish(&ada, "Vor dem Brennofen von Müller", false).await;
    publish(&ada, "Clay", false).await;
    site.settle().await;
    let nobody = site.nobody();
    let found = hits(&nobody, "/api/records", "muller \"dem brennofen\" clay").await;
    assert_eq!(
        found[0]["highlight"],
        json!({"metadata.title": ["Vor <em>dem Brennofen</em> von <em>Müller</em>"]})
    );
    assert_eq!(found[0].as_object().unwrap().keys().next_back().unwrap(), "highlight");
    assert_eq!(found[1]["highlight"]["metadata.title"], json!(["<em>Clay</em>"]));
    assert_eq!(found[0]["metadata"]["title"], "Vor dem Brennofen von Müller");
    for q in ["", "*", "_exists_:id NOT clay", "type:dataset OR id:*"] {
        let found = hits(&nobody, "/api/records", q).await;
        assert!(!found.is_empty() && found.iter().all(|hit| hit.get("highlight").is_none()), "{q}");
    }
    let plain = nobody.get("/api/records?q=clay").await.expect(200).json();
    let off = nobody.get("/api/records?q=clay&highlight=0").await.expect(200).json();
    assert_eq!(plain["hits"], off["hits"]);
    assert!(plain["hits"]["hits"][0].get("highlight").is_none());
    assert!(off["links"]["self"].as_str().unwrap().contains("?highlight=False&page=1&q=clay"));
    let refused = nobody.get("/api/records?highlight=maybe").await.expect(400).json();
    assert_eq!(refused["errors"], json!([{"field": "highlight", "messages": ["Not a valid boolean."]}]));
}

#[tokio::test]
async fn drafts_versions_and_interfaces_show_it_too() {
    let (site, ada) = site().await;
    let record = publish(&ada, "A kiln", false).await;
    let mut body = minimal();
    body["metadata"]["title"] = json!("Another kiln");
    ada.post("/api/records", body).await.expect(201);
    site.settle().await;
    let own = hits(&ada, "/api/user/records", "title:kiln").await;
    let shown: Vec<&Value> = own.iter().map(|hit| &hit["highlight"]["metadata.title"][0]).collect();
    assert_eq!(shown, ["A <em>kiln</em>", "Another <em>kiln</em>"]);
    let versions = hits(&ada, &path(&record, "versions"), "kiln").await;
    assert_eq!(versions[0]["highlight"]["metadata.title"][0], "A <em>kiln</em>");
    let answer = ada
        .with("accept", "application/vnd.inveniordm.v1+json")
        .get("/api/records?q=kiln&highlight=true")
        .await
        .expect(200)
        .json();
    assert_eq!(answer["hits"]["hits"][0]["highlight"]["metadata.title"][0], "A <em>kiln</em>");
}

#[tokio::test]
async fn markup_never_comes_unescaped() {
    let (site, ada) = site().await;
    publish(&ada, "kiln <script>alert(1)</script> &lt;img src=x onerror=y&gt; <em", false).await;
    with(&ada, json!({"description": "<p>The <b>kil</b>n &lt;script&gt; of <i>Ur</i></p>"})).await;
    site.settle().await;
    let found = hits(&site.nobody(), "/api/records", "kiln alert").await;
    let title = found[0]["highlight"]["metadata.title"][0].as_str().unwrap();
    assert!(title.starts_with("<em>kiln</em>") && title.contains("<em>alert</em>(1)"), "{title}");
    let rest = title.replace("<em>", "").replace("</em>", "");
    assert!(!rest.contains(['<', '>', '"']), "{title}");
    assert_eq!(
        found[1]["highlight"]["metadata.description"],
        json!(["The <em>kiln</em> &lt;script&gt; of Ur"])
    );
}

#[tokio::test]
async fn a_long_description_comes_in_fragments() {
    let (site, ada) = site().await;
    let filler = "lorem ipsum dolor sit amet ".repeat(1_000);
    let long = format!("<p>{filler} kiln {filler} kiln {filler} kiln {filler} kiln</p>");
    assert!(long.len() > 100_000);
    with(&ada, json!({ "description": long, "title": "Pots" })).await;
    site.settle().await;
    let found = hits(&site.nobody(), "/api/records", "kiln").await;
    let fragments = found[0]["highlight"]["metadata.description"].as_array().unwrap();
    assert_eq!(fragments.len(), 3);
    for fragment in fragments {
        let fragment = fragment.as_str().unwrap();
        assert!(fragment.contains("amet <em>kiln</em> lorem") && fragment.len() < 200, "{fragment}");
    }
}

#[tokio::test]
async fn what_may_not_be_seen_is_not_shown() {
    let (site, ada) = site().await;
    publish(&ada, "Secret pot", true).await;
    let mut body = with_files();
    body["metadata"]["title"] = json!("Open pot");
    body["access"] = json!({"record": "public", "files": "restricted"});
    let draft = ada.post("/api/records", body).await.expect(201).json();
    send(&ada, &format!("{}/files", path(&draft, "self")), "pot.txt", b"x").await;
    ada.post(path(&draft, "publish"), ()).await.expect(202);
    site.settle().await;
    let eve = site.user("eve").await;
    for q in ["pot", "pot \\*:pot", "title:pot files.\\*:pot*", "pot OR file:pot.txt"] {
        let found = hits(&eve, "/api/records", q).await;
        assert_eq!(found.len(), 1, "{q}");
        assert_eq!(found[0]["highlight"], json!({"metadata.title": ["Open <em>pot</em>"]}), "{q}");
    }
    assert_eq!(hits(&ada, "/api/records", "pot").await.len(), 2);
}
