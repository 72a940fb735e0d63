//! Many entries at once, by the task `import_vocabulary`.

use serde_json::{Value, json};

use crate::{
    drafts::path,
    jobs::{done, upload},
    support::{Site, minimal},
};

/// A run that has written these entries, brought in parts of fifty.
async fn import(site: &Site, name: &str, vocabulary: &str, entries: &[Value], more: Value) -> Value {
    upload(&site.admin(), name, entries).await;
    let mut args = json!({"upload": name, "vocabulary": vocabulary});
    args.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    done(site, "import_vocabulary", args).await
}

/// Created, updated, unchanged, faulty.
fn counts(run: &Value) -> [u64; 4] {
    ["inserted_entries", "updated_entries", "unchanged_entries", "errored_entries"]
        .map(|key| run[key].as_u64().unwrap())
}

async fn faults(site: &Site, run: &Value) -> Vec<String> {
    let path = format!("{}/logs", run["links"]["self"].as_str().unwrap());
    let log = site.admin().get(path).await.expect(200).json();
    let lines = log["hits"]["hits"].as_array().unwrap().iter();
    lines
        .filter(|line| line["level"] == "ERROR")
        .map(|line| line["message"].as_str().unwrap().to_owned())
        .collect()
}

fn kilns(count: usize) -> Vec<Value> {
    (0..count)
        .map(|number| json!({"id": format!("k{number:03}"), "name": format!("Kiln {number}")}))
        .collect()
}

#[tokio::test]
async fn the_same_again_changes_nothing_and_what_differs_is_written() {
    let site = Site::start().await;
    let mut entries = kilns(220);
    let first = import(&site, "one", "affiliations", &entries, json!({})).await;
    assert_eq!((counts(&first), &first["status"]), ([220, 0, 0, 0], &json!("SUCCESS")));
    assert_eq!(first["total_entries"], 220);
    let list = site.nobody().get("/api/affiliations?size=1&sort=name").await.expect(200).json();
    assert_eq!(list["hits"]["total"], 220);
    let entry = site.nobody().get("/api/affiliations/k000").await.expect(200).json();
    assert_eq!((&entry["revision_id"], &entry["name"]), (&json!(2), &json!("Kiln 0")));

    let again = import(&site, "two", "affiliations", &entries, json!({})).await;
    assert_eq!((counts(&again), &again["status"]), ([0, 0, 220, 0], &json!("SUCCESS")));
    assert_eq!(site.nobody().get("/api/affiliations/k000").await.expect(200).json(), entry);

    // More of them than go into one transaction, and some that are new.
    entries.truncate(150);
    for entry in &mut entries {
        entry["acronym"] = json!("KLN");
    }
    entries.extend([json!({"id": "new", "name": "New Kiln"}), json!({"id": "new", "acronym": "NK"})]);
    let changed = import(&site, "three", "affiliations", &entries, json!({})).await;
    assert_eq!(counts(&changed), [1, 151, 0, 0], "what comes twice is written upon what came before");
    let found = site.nobody().get("/api/affiliations?q=acronym:KLN&size=1").await.expect(200).json();
    assert_eq!(found["hits"]["total"], 150);
    let entry = site.nobody().get("/api/affiliations/k000").await.expect(200).json();
    assert_eq!(
        (&entry["name"], &entry["acronym"]),
        (&json!("Kiln 0"), &json!("KLN")),
        "what is not said stays"
    );
    assert_eq!(entry["revision_id"], 3);
    let entry = site.nobody().get("/api/affiliations/new").await.expect(200).json();
    assert_eq!((&entry["name"], &entry["acronym"]), (&json!("New Kiln"), &json!("NK")));
}

#[tokio::test]
async fn what_is_faulty_is_told_with_its_place_and_the_rest_goes_in() {
    let site = Site::start().await;
    site.admin().post("/api/affiliations", json!({"id": "gone", "name": "Gone"})).await.expect(201);
    site.admin().delete("/api/affiliations/gone").await.expect(204);
    let entries = [
        json!({"id": "a", "name": "A"}),
        json!({"id": "b"}),
        json!({"name": "C"}),
        json!({"id": "gone", "name": "Gone again"}),
        json!({"place": "line 12", "entry": {"id": "e", "name": ""}}),
        json!({"place": "line 13", "fault": "it is not JSON"}),
        json!({"place": "line 14", "entry": {"id": "f", "name": "F"}}),
    ];
    let run = import(&site, "some", "affiliations", &entries, json!({})).await;
    assert_eq!((counts(&run), &run["status"]), ([2, 0, 0, 5], &json!("PARTIAL_SUCCESS")));
    let mut told = faults(&site, &run).await;
    told.sort();
    assert_eq!(
        told,
        [
            "line 12 (e): name: Name cannot be blank.",
            "line 13: it is not JSON",
            "part#000001, 2 (b): name: Missing data for required field.",
            "part#000001, 3 (no id): Missing PID.",
            "part#000001, 4 (gone): it was deleted, and its id is not given again",
        ]
    );
    let unknown = done(&site, "import_vocabulary", json!({"upload": "some", "vocabulary": "kilns"})).await;
    assert_eq!(unknown["message"], "there is no vocabulary `kilns`");
    let missing = done(&site, "import_vocabulary", json!({"upload": "none", "vocabulary": "names"})).await;
    assert_eq!(missing["message"], "there is no upload `none`, or it is not yours");
}

#[tokio::test]
async fn only_what_is_wanted_is_written() {
    let site = Site::start().await;
    let entries = [json!({"id": "a", "title": {"en": "A"}}), json!({"id": "dan", "title": {"en": "Dansk"}})];
    let only = json!({"update": false});
    let run = import(&site, "new", "languages", &entries, only).await;
    assert_eq!(counts(&run), [1, 0, 1, 0]);
    let entries = [json!({"id": "b", "title": {"en": "B"}}), json!({"id": "dan", "title": {"en": "Dansk"}})];
    let run = import(&site, "known", "languages", &entries, json!({"insert": false})).await;
    assert_eq!(counts(&run), [0, 1, 0, 1]);
    assert_eq!(
        faults(&site, &run).await,
        ["part#000001, 1 (b): it does not exist, and new ones are not wanted"]
    );
    let danish = site.nobody().get("/api/vocabularies/languages/dan").await.expect(200).json();
    assert_eq!((&danish["title"]["en"], &danish["props"]["alpha_2"]), (&json!("Dansk"), &json!("da")));
}

#[tokio::test]
async fn records_show_what_an_import_has_changed() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    import(&site, "one", "affiliations", &kilns(3), json!({})).await;
    let mut body = minimal();
    body["metadata"]["creators"][0]["affiliations"] = json!([{"id": "k001"}]);
    let draft = ada.post("/api/records", &body).await.expect(201).json();
    ada.post(path(&draft, "publish"), ()).await.expect(202);
    site.settle().await;
    let renamed = [json!({"id": "k001", "name": "Porcelain Institute"})];
    import(&site, "two", "affiliations", &renamed, json!({})).await;
    let found = ada.get("/api/records?q=porcelain").await.expect(200).json();
    assert_eq!(found["hits"]["total"], 1);
}

#[tokio::test]
async fn people_and_awards_lead_to_what_is_there_and_keep_words_for_the_rest() {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    import(&site, "orgs", "affiliations", &kilns(1), json!({})).await;
    import(&site, "funders", "funders", &[json!({"id": "f", "name": "Fund"})], json!({})).await;
    let orcid = "0000-0002-1825-0097";
    let person = json!({
        "id": orcid, "given_name": "Josiah", "family_name": "Carberry",
        "identifiers": [{"scheme": "orcid", "identifier": orcid}],
        "affiliations": [{"id": "k000", "name": "As ORCID has it"}, {"id": "nowhere", "name": "Elsewhere"}],
    });
    let run = import(&site, "people", "names", std::slice::from_ref(&person), json!({})).await;
    assert_eq!(counts(&run), [1, 0, 0, 0], "{:?}", faults(&site, &run).await);
    let entry = ada.get(format!("/api/names/orcid/{orcid}")).await.expect(200).json();
    assert_eq!(entry["affiliations"], json!([{"id": "k000", "name": "Kiln 0"}, {"name": "Elsewhere"}]));
    assert_eq!(counts(&import(&site, "again", "names", &[person], json!({})).await), [0, 0, 1, 0]);
    let awards = [
        json!({"id": "f::1", "number": "1", "funder": {"id": "f"}, "subjects": [{"id": "s:1", "subject": "Kilns"}]}),
        json!({"id": "g::1", "number": "1", "funder": {"id": "g"}}),
    ];
    let run = import(&site, "awards", "awards", &awards, json!({})).await;
    assert_eq!(
        (counts(&run), faults(&site, &run).await),
        ([1, 0, 0, 1], vec!["part#000001, 2 (g::1): Invalid value g.".into()])
    );
    let award = ada.get("/api/awards/f::1").await.expect(200).json();
    assert_eq!(
        (&award["funder"]["name"], &award["subjects"]),
        (&json!("Fund"), &json!([{"subject": "Kilns"}]))
    );
}

#[tokio::test]
async fn what_was_not_indexed_at_once_is_indexed_by_the_event() {
    let site = Site::start().await;
    import(&site, "one", "affiliations", &kilns(120), json!({})).await;
    let search = &site.system.shared.ports.search;
    let version = search.version("vocabularies", "affiliations#k100").await.unwrap().unwrap();
    // As if the process had died between store and index: the index knows nothing of them.
    let grave = |number: usize| cairn_ports::search::Document {
        index: "vocabularies",
        id: format!("affiliations#k{number:03}"),
        version: version - 1,
        source: None,
    };
    search.begin("vocabularies").await.unwrap();
    search.fill((0..120).map(grave).collect()).await.unwrap();
    search.swap(&["vocabularies"]).await.unwrap();
    let total = async || {
        site.nobody().get("/api/affiliations?size=1").await.expect(200).json()["hits"]["total"].clone()
    };
    assert_eq!(total().await, 0);
    let mut replay = json!({"subscriber": "index", "since": "2020-01-01T00:00:00+00:00"});
    loop {
        let step = site.admin().post("/api/events/replay", &replay).await.expect(200).json();
        if step["next"].is_null() {
            break;
        }
        replay["cursor"] = step["next"].clone();
    }
    site.settle().await;
    assert_eq!(total().await, 120);
}
