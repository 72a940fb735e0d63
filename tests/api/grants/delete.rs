//! `DELETE …/access/grants/{grant}` and the like: "grants.delete", `"user_grants.delete"`, `"group_grants.delete"`

use super::{ask, grant, shared};

#[tokio::test]
async fn a_grant_that_is_taken_away_opens_nothing() {
    let (site, ada, bob, record) = shared().await;
    let access = format!("{record}/access");
    ask(&site.admin(), &record, "view", ("role", "admin")).await.expect(201);
    for path in ["grants/1", &format!("users/{}", bob.id)] {
        grant(&ada, &record, "view", &bob).await;
        bob.get(&record).await.expect(200);
        bob.delete(format!("{access}/{path}")).await.expect(403);
        site.nobody().delete(format!("{access}/{path}")).await.expect(403);
        assert!(ada.delete(format!("{access}/{path}")).await.expect(204).body.is_empty());
        bob.get(&record).await.expect(403);
        site.settle().await;
        assert_eq!(bob.get("/api/records").await.json()["hits"]["total"], 0);
        ada.delete(format!("{access}/{path}")).await.expect(404);
    }
    ada.delete(format!("{access}/groups/admin")).await.expect(204);
    ada.delete(format!("{access}/groups/admin")).await.expect(404);
}
