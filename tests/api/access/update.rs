//! `PUT /api/records/{id}/access`: "access.update"

use serde_json::json;

use crate::{
    grants::{findable, grant},
    links::secret,
};

#[tokio::test]
async fn the_owner_says_what_others_may_ask() {
    let (site, ada, eve, record) = secret().await;
    let access = format!("{record}/access");
    let text = "<p onclick=\"x()\">Be <b>kind</b></p>";
    let body =
        json!({"allow_user_requests": true, "accept_conditions_text": text, "secret_link_expiration": 30});
    let answer = ada.put(&access, body).await.expect(200);
    assert_eq!(answer.header("etag"), "");
    let settings = answer.json()["parent"]["access"]["settings"].clone();
    let wanted = json!({
        "allow_user_requests": true, "allow_guest_requests": false,
        "accept_conditions_text": "<p>Be <b>kind</b></p>", "secret_link_expiration": 30,
    });
    assert_eq!(settings, wanted);
    assert_eq!(ada.put(&access, json!({})).await.expect(200).json()["parent"]["access"]["settings"], wanted);
    let none = ada.put(&access, json!({"accept_conditions_text": null})).await.expect(200).json();
    assert_eq!(none["parent"]["access"]["settings"]["accept_conditions_text"], json!(null));
    for days in [-1, 366] {
        let problems = ada.put(&access, json!({"secret_link_expiration": days})).await.expect(400).errors();
        let message = "Must be greater than or equal to 0 and less than or equal to 365.";
        assert_eq!(problems, [format!("secret_link_expiration: {message}")]);
    }
    for who in [&site.nobody(), &eve] {
        who.put(&access, json!({"secret_link_expiration": "x"})).await.expect(403);
    }
    ada.put("/api/records/zzzzz-zzzzz/access", json!({})).await.expect(404);
}

#[tokio::test]
async fn a_draft_has_settings_too() {
    let (site, ada, _, _) = secret().await;
    let draft = ada.post("/api/records", json!({})).await.expect(201).json();
    let access = format!("/api/records/{}/access", draft["id"].as_str().unwrap());
    let answer = ada.put(&access, json!({"allow_guest_requests": true})).await.expect(200).json();
    assert_eq!((&answer["is_draft"], &answer["id"]), (&json!(true), &draft["id"]));
    site.nobody().put(&access, json!({})).await.expect(403);
}

#[tokio::test]
async fn who_may_edit_does_not_say_who_sees() {
    let (site, ada, _, record) = secret().await;
    let bob = findable(&site, "bob").await;
    grant(&ada, &record, "edit", &bob).await;
    let draft = format!("{record}/draft");
    let before = ada.post(&draft, json!({})).await.expect(201).json();
    let mut open = before.clone();
    open["access"] = json!({"record": "public", "files": "public"});
    let saved = bob.put(&draft, open.clone()).await.expect(200).json();
    assert_eq!(saved["access"], before["access"]);
    let message = "You don't have permissions to manage record access.";
    assert_eq!(saved["errors"], json!([{"field": "access", "messages": [message]}]));
    let mut silent = before.clone();
    silent.as_object_mut().unwrap().remove("access");
    for same in [silent, before.clone()] {
        let saved = bob.put(&draft, same).await.expect(200).json();
        assert_eq!((saved.get("errors"), &saved["access"]), (None, &before["access"]));
    }
    let theirs = format!("{record}/access/users/{}", bob.id);
    ada.send("PATCH", theirs, json!({"permission": "manage"})).await.expect(200);
    let saved = bob.put(&draft, open).await.expect(200).json();
    assert_eq!((saved.get("errors"), &saved["access"]["record"]), (None, &json!("public")));
}
