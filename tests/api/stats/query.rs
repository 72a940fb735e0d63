//! `POST /api/stats`: "stats.query"

use cairn_core::stats::Openness;
use serde_json::{Value, json};

use super::{download, record, view};
use crate::{
    drafts,
    support::{Extension, Site, User, minimal},
};

async fn open(stats_query: Openness) -> (Site, User, String) {
    let site = Site::with(&Extension { stats_query, ..Extension::default() }).await;
    let ada = site.user("ada").await;
    let id = record(&site, &ada).await;
    (site, ada, id)
}

fn ask(stat: &str, params: impl Into<Value>) -> Value {
    json!({"it": {"stat": stat, "params": params.into()}})
}

#[tokio::test]
async fn by_default_nobody_may_ask() {
    let (site, ada, id) = open(Openness::Nobody).await;
    let asked = ask("record-view", json!({"recid": id}));
    for (user, status) in [(site.nobody(), 401), (ada, 403), (site.admin(), 403)] {
        let refused = user.post("/api/stats", &asked).await.expect(status).json();
        let message =
            "You do not have a permission to query the statistic \"record-view\" with those parameters";
        assert_eq!(refused, json!({"status": status, "message": message}));
        // Before the parameters are looked at.
        user.post("/api/stats", ask("record-view", json!({}))).await.expect(status);
        assert_eq!(user.post("/api/stats", json!({})).await.expect(200).json(), json!({}));
    }
    site.nobody().get("/api/stats").await.expect(405);
}

#[tokio::test]
async fn what_is_no_question_is_told_so() {
    let (site, ada, _id) = open(Openness::Everybody).await;
    let shape = "Invalid Input. It should be of the form { STATISTIC_NAME: { \"stat\": STAT_TYPE, \"params\": STAT_PARAMS }}";
    let params = |params: Value| ask("record-view", params);
    for (asked, message) in [
        (json!([]), shape),
        (json!("x"), shape),
        (json!({"a": 1}), shape),
        (json!({"a": {}}), shape),
        (json!({"a": {"stat": 1}}), shape),
        (json!({"a": {"stat": "record-view", "params": []}}), shape),
        (ask("nosuch", json!({})), "Unknown statistic 'nosuch'"),
        (params(json!({})), "Missing one of the required parameters {'recid'} in query record-view"),
        (
            json!({"a": {"stat": "record-view"}}),
            "Missing one of the required parameters {'recid'} in query record-view",
        ),
        (
            ask("record-download-all-versions", json!({"recid": "x"})),
            "Missing one of the required parameters {'parent_recid'} in query record-download-all-versions",
        ),
        (params(json!({"recid": "x", "start_date": "x"})), "`start_date` is no ISO date: \"x\""),
    ] {
        let refused = ada.post("/api/stats", &asked).await.expect(400).json();
        assert_eq!(refused["message"], message, "{asked}");
    }
    let many: serde_json::Map<_, _> = (0..51).map(|at| (at.to_string(), params(json!({})))).collect();
    site.nobody().post("/api/stats", Value::Object(many)).await.expect(400);
}

#[tokio::test]
async fn numbers_come_by_day_and_by_version() {
    let (site, ada, id) = open(Openness::Everybody).await;
    let parent = ada.get(format!("/api/records/{id}")).await.expect(200).json()["parent"]["id"].clone();
    for day in 0..3 {
        for visitor in 0..=day {
            let reader = site.nobody().from([203, 0, 113, visitor]);
            download(&reader, &id, "a.txt").await;
            view(&reader, &id).await;
        }
        site.settle().await;
        site.clock.advance(24 * 3_600);
    }
    let asked = json!({
        "views": {"stat": "record-view", "params": {"recid": id, "nonsense": 1}},
        "all": {"stat": "record-view-all-versions", "params": {"parent_recid": parent}},
        "files": {"stat": "record-download", "params": {"recid": id, "start_date": "2026-01-02"}},
        "day": {"stat": "record-download-all-versions", "params": {"parent_recid": parent,
            "start_date": "2026-01-01T12:00:00", "end_date": "2026-01-02T00:00:00+00:00"}},
    });
    let told = site.nobody().post("/api/stats", &asked).await.expect(200);
    let expected = json!({
        "all": {"end_date": null, "parent_recid": parent, "start_date": null, "unique_views": 6.0, "views": 6.0},
        "day": {"data_volume": 20.0, "downloads": 2.0, "end_date": "2026-01-02T00:00:00", "parent_recid": parent,
            "start_date": "2026-01-01T12:00:00", "unique_downloads": 2.0},
        "files": {"data_volume": 50.0, "downloads": 5.0, "end_date": null, "parent_recid": parent, "recid": id,
            "start_date": "2026-01-02T00:00:00", "unique_downloads": 5.0},
        "views": {"end_date": null, "parent_recid": parent, "recid": id, "start_date": null, "unique_views": 6.0,
            "views": 6.0},
    });
    assert_eq!(told.text(), expected.to_string());
}

#[tokio::test]
async fn without_data_there_are_zeros() {
    let (site, _ada, id) = open(Openness::Everybody).await;
    let zeros = json!({"it": {"end_date": null, "start_date": null, "unique_views": 0.0, "views": 0.0}});
    let told =
        async |params| site.nobody().post("/api/stats", ask("record-view", params)).await.expect(200).json();
    for recid in ["no-such-id", "00000-00000"] {
        assert_eq!(told(json!({"recid": recid})).await, zeros, "{recid}");
    }
    let unseen = told(json!({"recid": id})).await;
    assert_eq!((&unseen["it"]["recid"], &unseen["it"]["views"]), (&json!(id), &json!(0.0)));
    assert!(unseen["it"]["parent_recid"].is_string(), "{unseen}");
    let some_days = told(json!({"recid": id, "start_date": "2020-01-01", "end_date": "2020-02-01"})).await;
    assert!(some_days["it"].get("recid").is_none(), "{some_days}");
    // A version is no parent, and a parent no version.
    view(&site.nobody(), &id).await;
    site.settle().await;
    let told =
        site.nobody().post("/api/stats", ask("record-view-all-versions", json!({"parent_recid": id}))).await;
    assert_eq!(told.expect(200).json(), zeros);
}

#[tokio::test]
async fn what_may_not_be_read_may_not_be_asked_for() {
    let (site, ada, _id) = open(Openness::Everybody).await;
    let mut body = minimal();
    body["access"] = json!({"record": "restricted", "files": "restricted"});
    let draft = ada.post("/api/records", &body).await.expect(201).json();
    let record = ada.post(drafts::path(&draft, "publish"), ()).await.expect(202).json();
    let eve = site.user("eve").await;
    for asked in [
        ask("record-view", json!({"recid": record["id"]})),
        ask("record-view-all-versions", json!({"parent_recid": record["parent"]["id"]})),
    ] {
        site.nobody().post("/api/stats", &asked).await.expect(401);
        eve.post("/api/stats", &asked).await.expect(403);
        ada.post("/api/stats", &asked).await.expect(200);
    }
}

#[tokio::test]
async fn a_site_may_leave_it_to_its_administrators() {
    let (site, ada, id) = open(Openness::Administrators).await;
    let asked = ask("record-view", json!({"recid": id}));
    ada.post("/api/stats", &asked).await.expect(403);
    site.admin().post("/api/stats", &asked).await.expect(200);
}
