//! `PATCH …/access/grants/{grant}` and the like: "grants.update", `"user_grants.update"`, `"group_grants.update"`

use serde_json::json;

use super::{ask, grant, shared};

#[tokio::test]
async fn a_grant_is_changed_by_its_place_by_user_and_by_group() {
    let (site, ada, bob, record) = shared().await;
    grant(&ada, &record, "view", &bob).await;
    ask(&site.admin(), &record, "view", ("role", "admin")).await.expect(201);
    let access = format!("{record}/access");
    let (user, group) = (format!("{access}/users/{}", bob.id), format!("{access}/groups/admin"));
    for path in [&format!("{access}/grants/0"), &user, &group] {
        let changed = ada.send("PATCH", path, json!({"permission": "edit"})).await.expect(200).json();
        assert_eq!((&changed["permission"], changed.get("id")), (&json!("edit"), None), "{path}");
        assert_eq!(ada.get(path).await.json(), changed);
        assert_eq!(ada.send("PATCH", path, json!({})).await.expect(200).json(), changed);
        let problems =
            ada.send("PATCH", path, json!({"permission": "own", "x": 1})).await.expect(400).errors();
        let wanted = ["permission: Must be one of: view, preview, edit, manage.", "x: Unknown field."];
        assert_eq!(problems, wanted);
        site.nobody().send("PATCH", path, json!({"permission": "edit"})).await.expect(403);
        bob.send("PATCH", path, json!({"permission": "manage"})).await.expect(403);
    }
    for path in ["grants/7", "users/999", "groups/nosuch"] {
        ada.send("PATCH", format!("{access}/{path}"), json!({"permission": "edit"})).await.expect(404);
    }
}
