//! `POST /api/deposit/depositions`: `"deposits.create"`

use serde_json::json;

use super::{LIST, metadata, problems, to};
use crate::{noise::records_stored, support::Site};

#[tokio::test]
async fn metadata_become_those_of_a_draft_with_files() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    let created = ada.post(format!("{LIST}/"), metadata()).await.expect(201).json();
    assert_eq!(created["owner"], json!(ada.id));
    let draft = ada.get(format!("{}/draft", to_record(&created))).await.expect(200).json();
    assert_eq!(draft["metadata"]["resource_type"]["id"], "dataset");
    assert_eq!(draft["metadata"]["publisher"], "Cairn");
    let person = &draft["metadata"]["creators"][0]["person_or_org"];
    assert_eq!((&person["family_name"], &person["name"]), (&json!("Doe"), &json!("Doe, John")));
    assert_eq!((&draft["files"]["enabled"], &draft["access"]["files"]), (&json!(true), &json!("public")));
    assert_eq!(draft["parent"]["id"], created["conceptrecid"]);
}

fn to_record(deposition: &serde_json::Value) -> String {
    format!("/api/records/{}", deposition["id"].as_str().unwrap())
}

#[tokio::test]
async fn what_is_wrong_is_told_and_nothing_is_written() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    for (sent, expected) in [
        (
            json!({"metadata": {"title": ["x"], "colour": "red"}, "more": 1}),
            vec![
                "more: Unknown field name.",
                "metadata.title: Not a valid string.",
                "metadata.colour: Unknown field name.",
            ],
        ),
        (
            json!({"metadata": {"title": "x", "creators": [{"name": "Doe, J", "orcid": "1234"}], "publication_date": "May"}}),
            vec![
                "metadata.creators.0: Invalid ORCID identifier.",
                "metadata.title: Shorter than minimum length 3.",
                "metadata.publication_date: Please provide a valid date or interval.",
            ],
        ),
        (json!({"metadata": {"license": "no-such"}}), vec!["metadata.license: Invalid value no-such."]),
        (json!({"metadata": {"upload_type": "pot"}}), vec!["metadata.upload_type: Invalid value pot."]),
        (
            json!({"metadata": {"access_right": "embargoed", "embargo_date": "2001-01-01"}}),
            vec!["metadata.embargo_date: Embargo end date must be set to a future date."],
        ),
        // Fields that the site does not have.
        (json!({"metadata": {"journal_title": "Letters"}}), vec!["metadata.journal_title: Unknown field."]),
        (
            json!({"metadata": {"doi": "10.5072/abcde-fgh12"}}),
            vec![
                "metadata.doi: The prefix '10.5072' is managed by Cairn. Please supply an external DOI or select 'No' to \
                 have a DOI generated for you.",
            ],
        ),
    ] {
        let refused = ada.post(LIST, &sent).await.expect(400);
        assert_eq!(problems(&refused), expected, "{sent}");
    }
    ada.post(LIST, json!([])).await.expect(400);
    ada.post(LIST, ()).await.expect(400);
    assert_eq!(records_stored(&site).await, 0);
}

#[tokio::test]
async fn the_same_key_makes_one_deposition() {
    let site = Site::start().await;
    let ada = site.user("ada").await.with("idempotency-key", "once");
    let (first, second) = (ada.post(LIST, metadata()).await, ada.post(LIST, metadata()).await);
    assert_eq!(first.expect(201).json()["id"], second.expect(201).json()["id"]);
    ada.post(LIST, json!({})).await.expect(422);
}

#[tokio::test]
async fn nobody_deposits_and_a_doi_of_somebody_else_is_taken() {
    let site = Site::start().await;
    site.nobody().post(LIST, json!({})).await.expect(403);
    let ada = site.user("ada").await;
    let created = ada.post(LIST, json!({"metadata": {"doi": "10.1234/own"}})).await.expect(201).json();
    assert_eq!(
        (&created["doi"], &created["metadata"]["doi"]),
        (&json!("10.1234/own"), &json!("10.1234/own"))
    );
    assert_eq!(to(&created, "doi"), "https://doi.org/10.1234/own");
}
