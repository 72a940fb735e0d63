//! `PUT /api/records/{id}/access/owner`: "access.owner"

use serde_json::json;

use crate::{
    grants::{findable, grant},
    links::secret,
};

#[tokio::test]
async fn administrators_give_a_record_to_somebody_else() {
    let (site, ada, eve, record) = secret().await;
    let bob = findable(&site, "bob").await;
    grant(&ada, &record, "view", &bob).await;
    let owner = format!("{record}/access/owner");
    for who in [&site.nobody(), &ada, &eve] {
        who.put(&owner, json!({"user": bob.id})).await.expect(403);
    }
    let given = site.admin().put(&owner, json!({"user": bob.id})).await.expect(200).json();
    assert_eq!(given["parent"]["access"]["owned_by"], json!({"user": bob.id}));
    assert_eq!(given["parent"]["access"]["grants"], json!([]));
    ada.get(&record).await.expect(403);
    bob.post(format!("{record}/draft"), ()).await.expect(201);
    site.settle().await;
    assert_eq!(bob.get("/api/user/records?shared_with_me=false").await.json()["hits"]["total"], 1);
    assert_eq!(ada.get("/api/user/records").await.json()["hits"]["total"], 0);
}

#[tokio::test]
async fn to_somebody_who_is_there() {
    let (site, _, _, record) = secret().await;
    let owner = format!("{record}/access/owner");
    let refused = site.admin().put(&owner, json!({"user": "999"})).await.expect(400).errors();
    assert_eq!(refused, ["user: There is no such user."]);
    let refused = site.admin().put(&owner, json!({})).await.expect(400).errors();
    assert_eq!(refused, ["user: Missing data for required field."]);
    site.admin().put("/api/records/zzzzz-zzzzz/access/owner", json!({"user": "999"})).await.expect(404);
}
