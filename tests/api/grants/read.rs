//! `GET …/access/grants/{grant}` and the like: "grants.read", `"user_grants.read"`, `"group_grants.read"`

use super::{ask, grant, shared};

#[tokio::test]
async fn a_grant_is_read_by_its_place_by_user_and_by_group() {
    let (site, ada, bob, record) = shared().await;
    grant(&ada, &record, "edit", &bob).await;
    ask(&site.admin(), &record, "view", ("role", "admin")).await.expect(201);
    let access = format!("{record}/access");
    let first = ada.get(format!("{access}/grants/0")).await.expect(200).json();
    assert_eq!(first.get("id"), None);
    assert_eq!(ada.get(format!("{access}/users/{}", bob.id)).await.expect(200).json(), first);
    let second = ada.get(format!("{access}/grants/1?expand=1")).await.expect(200).json();
    assert_eq!(second["expanded"]["subject"]["name"], "admin");
    assert_eq!(ada.get(format!("{access}/groups/admin")).await.expect(200).json()["permission"], "view");
    for (path, message) in [
        ("grants/2", "No grant found with the given ID."),
        ("grants/-1", "No grant found with the given ID."),
        ("users/999", "No grant found by given user id."),
        ("groups/nosuch", "No grant found by given group id."),
    ] {
        let missing = ada.get(format!("{access}/{path}")).await.expect(404).json();
        assert_eq!(missing["message"], message, "{path}");
        bob.get(format!("{access}/{path}")).await.expect(403);
        site.nobody().get(format!("{access}/{path}")).await.expect(403);
    }
}
