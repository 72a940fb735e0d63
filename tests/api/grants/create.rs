//! `POST /api/records/{id}/access/grants`: "grants.create"

use serde_json::json;

use super::{ask, findable, grant, shared};
use crate::support::minimal;

/// What a grant to view opens.
const VIEWED: &[&str] =
    &["", "/files", "/files/a.txt", "/files/a.txt/content", "/files-archive", "/versions"];

#[tokio::test]
async fn a_grant_is_answered_as_it_is_kept() {
    let (_, ada, bob, record) = shared().await;
    let made = grant(&ada, &record, "view", &bob).await;
    let kept = json!({
        "permission": "view", "subject": {"id": bob.id, "type": "user"}, "origin": format!("api:{}", ada.id),
    });
    let mut listed = kept.clone();
    listed["id"] = json!(0);
    assert_eq!(made, json!({"hits": {"total": 1, "hits": [listed]}}));
    let shown = ada.get(&record).await.expect(200).json();
    assert_eq!(shown["parent"]["access"]["grants"], json!([kept]));
    let shown = bob.get(&record).await.expect(200).json();
    assert_eq!(shown["parent"]["access"].get("grants"), None, "with whom else is not for everybody");
}

#[tokio::test]
async fn a_grant_to_view_opens_the_record_and_lets_it_be_found() {
    let (site, ada, bob, record) = shared().await;
    ada.post(format!("{record}/draft"), ()).await.expect(201);
    grant(&ada, &record, "view", &bob).await;
    for path in VIEWED {
        bob.get(format!("{record}{path}")).await.expect(200);
        site.nobody().get(format!("{record}{path}")).await.expect(403);
    }
    bob.get(format!("{record}/draft")).await.expect(403);
    bob.post(format!("{record}/draft"), ()).await.expect(403);
    site.settle().await;
    let found = bob.get("/api/records").await.json();
    assert_eq!(found["hits"]["total"], 1);
    assert_eq!(found["hits"]["hits"][0]["parent"]["access"].get("grants"), None);
    assert_eq!(site.nobody().get("/api/records").await.json()["hits"]["total"], 0);
    // Who else has a grant cannot be asked of the index either.
    for query in [
        format!("parent.access.grant_tokens:view.user.{}", bob.id),
        "_exists_:parent.access.grant_tokens".into(),
    ] {
        let asked = format!("/api/records?q={query}");
        assert_eq!(bob.get(&asked).await.json()["hits"]["total"], 0, "{query}");
        assert_eq!(ada.get(&asked).await.json()["hits"]["total"], 1, "{query}");
    }
}

#[tokio::test]
async fn each_permission_holds_those_before_it() {
    let (_, ada, bob, record) = shared().await;
    let draft = format!("{record}/draft");
    ada.post(&draft, ()).await.expect(201);
    grant(&ada, &record, "preview", &bob).await;
    bob.get(&draft).await.expect(200);
    bob.get(&record).await.expect(200);
    bob.put(&draft, minimal()).await.expect(403);
    let one = format!("{record}/access/users/{}", bob.id);
    ada.send("PATCH", &one, json!({"permission": "edit"})).await.expect(200);
    let mut body = bob.get(&draft).await.expect(200).json();
    body["metadata"]["title"] = json!("By Bob");
    bob.put(&draft, body).await.expect(200);
    bob.post(format!("{draft}/actions/publish"), ()).await.expect(202);
    bob.get(format!("{record}/access/grants")).await.expect(403);
    ada.send("PATCH", &one, json!({"permission": "manage"})).await.expect(200);
    bob.get(format!("{record}/access/grants")).await.expect(200);
    bob.put(format!("{record}/access"), json!({})).await.expect(200);
}

#[tokio::test]
async fn what_is_shared_is_among_ones_own_records_if_asked_for() {
    let (site, ada, bob, record) = shared().await;
    ada.post(format!("{record}/draft"), ()).await.expect(201);
    grant(&ada, &record, "preview", &bob).await;
    site.settle().await;
    let total = |query: &str| {
        let (bob, path) = (bob.clone(), format!("/api/user/records{query}"));
        async move { bob.get(path).await.expect(200).json()["hits"]["total"].as_u64() }
    };
    assert_eq!(total("?shared_with_me=true").await, Some(1));
    assert_eq!(total("?shared_with_me=false").await, Some(0));
    assert_eq!(total("").await, Some(1));
    let administrators = site.admin().get("/api/user/records?shared_with_me=true").await.expect(200).json();
    assert_eq!(administrators["hits"]["total"], 0, "who may see all has not been given all");
}

#[tokio::test]
async fn everybody_who_says_who_they_are_can_be_granted_something_and_everybody_too() {
    let (site, ada, bob, record) = shared().await;
    ask(&ada, &record, "view", ("system_role", "authenticated_user")).await.expect(201);
    bob.get(&record).await.expect(200);
    site.nobody().get(&record).await.expect(403);
    site.settle().await;
    assert_eq!(bob.get("/api/records").await.json()["hits"]["total"], 1);
    ask(&ada, &record, "edit", ("system_role", "any_user")).await.expect(201);
    site.nobody().get(&record).await.expect(200);
    site.settle().await;
    assert_eq!(site.nobody().get("/api/records").await.json()["hits"]["total"], 1);
    site.nobody().post(format!("{record}/draft"), ()).await.expect(403);
    bob.post(format!("{record}/draft"), ()).await.expect(201);
    site.nobody().get(format!("{record}/draft")).await.expect(200);
    site.nobody().put(format!("{record}/draft"), minimal()).await.expect(403);
}

#[tokio::test]
async fn a_grant_opens_every_version_in_the_index_too() {
    let (site, ada, bob, record) = shared().await;
    for _ in 0..2 {
        let next = ada.post(format!("{record}/versions"), ()).await.expect(201).json();
        let draft = format!("/api/records/{}/draft", next["id"].as_str().unwrap());
        let mut body = next.clone();
        body["files"] = json!({"enabled": false});
        ada.put(&draft, body).await.expect(200);
        ada.post(format!("{draft}/actions/publish"), ()).await.expect(202);
    }
    site.settle().await;
    grant(&ada, &record, "view", &bob).await;
    site.settle().await;
    let all = "/api/records?allversions=true";
    assert_eq!(bob.get(all).await.json()["hits"]["total"], 3);
    ada.delete(format!("{record}/access/users/{}", bob.id)).await.expect(204);
    site.settle().await;
    assert_eq!(bob.get(all).await.json()["hits"]["total"], 0);
}

#[tokio::test]
async fn administrators_grant_to_groups() {
    let (site, ada, _, record) = shared().await;
    let unknown = ["subject.id: Could not find the specified subject."];
    assert_eq!(ask(&ada, &record, "view", ("role", "admin")).await.expect(400).errors(), unknown);
    ask(&site.admin(), &record, "view", ("role", "admin")).await.expect(201);
    let listed = ada.get(format!("{record}/access/groups")).await.expect(200).json();
    assert_eq!(listed["hits"]["hits"][0]["id"], "admin");
}

#[tokio::test]
async fn what_is_no_grant_is_refused_whole() {
    let (site, ada, bob, record) = shared().await;
    let eve = site.user("hidden").await;
    let unknown = ["subject.id: Could not find the specified subject."];
    for subject in
        [("user", "999"), ("user", &*eve.id), ("role", "nosuch"), ("system_role", "system_process")]
    {
        assert_eq!(ask(&ada, &record, "view", subject).await.expect(400).errors(), unknown, "{subject:?}");
    }
    grant(&ada, &record, "view", &bob).await;
    let twice = ask(&ada, &record, "edit", ("user", &bob.id)).await.expect(400).json();
    assert_eq!(twice["message"], "Grant for this user/role already exists within this record.");
    let eva = findable(&site, "eva").await;
    let one = json!({"permission": "view", "subject": {"id": eva.id, "type": "user"}});
    let grants = format!("{record}/access/grants");
    ada.post(&grants, json!({"grants": [one, one]})).await.expect(400);
    let bad = json!({"grants": [{"permission": "own", "subject": {"type": "robot", "id": "1"}}, one]});
    let problems = [
        "grants.0.permission: Must be one of: view, preview, edit, manage.",
        "grants.0.subject.type: Must be one of: user, role, system_role.",
    ];
    assert_eq!(ada.post(&grants, &bad).await.expect(400).errors(), problems);
    assert_eq!(ada.get(&grants).await.json()["hits"]["total"], 1, "nothing of it was kept");
    for who in [&site.nobody(), &bob] {
        who.post(&grants, &bad).await.expect(403);
        ask(who, &record, "view", ("user", "999")).await.expect(403);
    }
    ask(&ada, "/api/records/zzzzz-zzzzz", "view", ("user", &bob.id)).await.expect(404);
}
