//! `GET /api/names/{scheme}/{identifier}`: "names.resolve"

use serde_json::json;

use crate::support::Site;

#[tokio::test]
async fn a_person_is_found_by_identifier() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let orcid = "0000-0002-1825-0097";
    let name = json!({"id": "n1", "given_name": "Josiah", "family_name": "Carberry",
        "identifiers": [{"scheme": "orcid", "identifier": orcid}]});
    site.admin().post("/api/names", name).await.expect(201);
    let found = ada.get(format!("/api/names/orcid/{orcid}")).await.expect(200).json();
    assert_eq!((found["id"].as_str(), found["name"].as_str()), (Some("n1"), Some("Carberry, Josiah")));
    for missing in ["orcid/0000-0001-5109-3700", "isni/0000-0002-1825-0097", "nosuch/x"] {
        let answer = ada.get(format!("/api/names/{missing}")).await.expect(404).json();
        assert_eq!(answer["message"], "The persistent identifier does not exist.");
    }
    let isni = json!({"given_name": "Josiah", "family_name": "Carberry",
        "identifiers": [{"scheme": "isni", "identifier": "0000000121032683"}]});
    site.admin().put("/api/names/n1", isni).await.expect(200);
    ada.get(format!("/api/names/orcid/{orcid}")).await.expect(404);
    ada.get("/api/names/isni/0000000121032683").await.expect(200);
    site.nobody().get(format!("/api/names/orcid/{orcid}")).await.expect(403);
    site.admin().delete("/api/names/n1").await.expect(204);
    ada.get("/api/names/isni/0000000121032683").await.expect(404);
    site.nobody().get("/api/names/nosuch").await.expect(403);
}

#[tokio::test]
async fn counts_of_awards_are_labelled_with_their_funder() {
    let site = Site::start().await;
    let funder = json!({"id": "f1", "name": "Fonds", "title": {"en": "Fund"}, "country": "FR"});
    site.admin().post("/api/funders", funder).await.expect(201);
    let award = json!({"id": "f1::1", "number": "1", "funder": {"id": "f1"}});
    site.admin().post("/api/awards", award).await.expect(201);
    site.settle().await;
    let found = site.nobody().get("/api/awards").await.expect(200).json();
    assert_eq!(found["aggregations"]["funders"]["buckets"][0]["label"], "Fund (FR)");
}
