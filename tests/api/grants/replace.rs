//! `PUT …/access/grants/{grant}`: "grants.replace"

use serde_json::json;

use super::{findable, grant, shared};

#[tokio::test]
async fn a_grant_is_replaced_whole() {
    let (site, ada, bob, record) = shared().await;
    let eva = findable(&site, "eva").await;
    grant(&ada, &record, "view", &bob).await;
    grant(&ada, &record, "view", &eva).await;
    let (one, other) = (format!("{record}/access/grants/0"), format!("{record}/access/grants/1"));
    let mut body = ada.get(&one).await.json();
    body["permission"] = json!("preview");
    assert_eq!(ada.put(&one, &body).await.expect(200).json(), body);
    let twice = ada.put(&other, &body).await.expect(400).json();
    assert_eq!(twice["message"], "Grant for this user/role already exists within this record.");
    let problems = ada.put(&one, json!({})).await.expect(400).errors();
    let missing =
        ["permission: Missing data for required field.", "subject: Missing data for required field."];
    assert_eq!(problems, missing);
    body["subject"]["id"] = json!("999");
    let problems = ada.put(&one, &body).await.expect(400).errors();
    assert_eq!(problems, ["subject.id: Could not find the specified subject."]);
    for who in [&site.nobody(), &bob] {
        who.put(&one, &body).await.expect(403);
    }
    ada.put(format!("{record}/access/grants/7"), &body).await.expect(404);
}
