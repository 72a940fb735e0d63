//! `GET …/access/grants`, `…/users`, `…/groups`: "grants.list", `"user_grants.list"`, `"group_grants.list"`

use serde_json::json;

use super::{ask, grant, shared};

#[tokio::test]
async fn grants_are_listed_all_and_by_sort() {
    let (site, ada, bob, record) = shared().await;
    let list = |part: &str| {
        let (ada, path) = (ada.clone(), format!("{record}/access/{part}"));
        async move { ada.get(path).await.expect(200).json()["hits"].clone() }
    };
    assert_eq!(list("grants").await, json!({"total": 0, "hits": []}));
    ask(&ada, &record, "view", ("system_role", "authenticated_user")).await.expect(201);
    grant(&ada, &record, "edit", &bob).await;
    let all = list("grants").await;
    assert_eq!(
        (&all["total"], &all["hits"][0]["id"], &all["hits"][1]["id"]),
        (&json!(2), &json!(0), &json!(1))
    );
    let users = list("users").await;
    assert_eq!((&users["total"], &users["hits"][0]["id"]), (&json!(1), &json!(bob.id)));
    assert_eq!(list("groups").await["total"], 0);
    for part in ["grants", "users", "groups"] {
        for who in [&site.nobody(), &bob] {
            who.get(format!("{record}/access/{part}")).await.expect(403);
        }
        ada.get(format!("/api/records/zzzzz-zzzzz/access/{part}")).await.expect(404);
        ada.get(format!("{record}/access/{part}?expand=perhaps")).await.expect(400);
    }
}

#[tokio::test]
async fn whom_a_grant_is_for_is_told_if_asked_for() {
    let (_, ada, bob, record) = shared().await;
    grant(&ada, &record, "edit", &bob).await;
    let hit = ada.get(format!("{record}/access/users?expand=1")).await.json()["hits"]["hits"][0].clone();
    let subject = &hit["expanded"]["subject"];
    assert_eq!((&subject["id"], &subject["is_current_user"]), (&json!(bob.id), &json!(false)));
    assert!(subject["links"]["avatar"].as_str().unwrap().contains(&bob.id));
    assert_eq!(subject.get("preferences"), None);
}
