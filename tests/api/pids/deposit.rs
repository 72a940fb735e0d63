//! `Crossref` is told of DOIs by deposits, of which it says later what became.

use serde_json::{Value, json};

use super::{
    LEASE,
    crossref::{Crossref, Fate, PREFIX},
    go_on, is_registered, is_tried_again, publish,
    registry::Mood,
    shown,
};
use crate::{
    drafts::path,
    support::{Site, User, minimal},
};

fn doi(of: &Value) -> String {
    format!("{PREFIX}/{}", of["id"].as_str().unwrap())
}

async fn edit(ada: &User, record: &Value, body: Value) -> Value {
    ada.post(path(record, "draft"), ()).await.expect(201);
    ada.put(path(record, "draft"), body).await.expect(200);
    ada.post(format!("{}/actions/publish", path(record, "draft")), ()).await.expect(202).json()
}

async fn replay(site: &Site) {
    let event = json!({"subscriber": "dois", "since": "2026-01-01T00:00:00+00:00"});
    site.admin().post("/api/events/replay", event).await.expect(200);
    site.settle().await;
}

#[tokio::test]
async fn what_is_published_is_deposited_and_so_are_all_versions_together() {
    let (site, crossref) = Crossref::site(Vec::new()).await;
    let ada = site.user("ada").await;
    let first = publish(&ada, &minimal()).await;
    let expected = json!({"identifier": doi(&first), "provider": "crossref", "client": "crossref"});
    assert_eq!(first["pids"]["doi"], expected);
    assert_eq!(first["links"]["doi"], format!("https://doi.org/{}", doi(&first)));
    assert_eq!(crossref.asked(), 0, "nobody waits for it");
    site.settle().await;
    // It refuses relations to what it does not know: the version goes first, then all of them.
    let dois: Vec<String> = crossref.deposits().into_iter().map(|deposit| deposit.doi).collect();
    let (own, together) = (doi(&first), doi(&first["parent"]));
    assert_eq!(dois, [own.clone(), together.clone()]);
    let known = crossref.knows(&own).unwrap();
    assert!(known.contains("<title>A minimal record</title>"), "{known}");
    assert!(known.contains(&format!("<resource>https://cairn.test/doi/{own}</resource>")), "{known}");
    let version = |of: &Value| format!("identifier-type=\"doi\">{}</rel:intra_work_relation>", doi(of));
    assert!(crossref.knows(&together).unwrap().contains(&version(&first)));
    let state = shown(&site, &first).await;
    let words = |state: &Value| (state["status"].clone(), state["taken"].clone(), state["attempts"].clone());
    assert_eq!(words(&state["doi"]), (json!("registered"), json!(null), json!(0)));
    assert_eq!(words(&state["parent"]["doi"]), (json!("registered"), json!(null), json!(0)));

    let next = ada.post(path(&first, "versions"), ()).await.expect(201).json();
    ada.put(path(&next, "self"), minimal()).await.expect(200);
    let second = ada.post(path(&next, "publish"), ()).await.expect(202).json();
    site.settle().await;
    assert_eq!(crossref.deposits().len(), 2, "nothing is new of the first version");
    let together = crossref.knows(&together).unwrap();
    assert!(together.contains(&version(&first)) && together.contains(&version(&second)), "{together}");
    // What comes again changes nothing.
    crossref.asked();
    replay(&site).await;
    assert_eq!(crossref.asked(), 0);
    // What changes is told at once, whatever the clocks say.
    let mut body = minimal();
    body["metadata"]["title"] = json!("A better title");
    edit(&ada, &first, body).await;
    site.settle().await;
    assert!(crossref.knows(&own).unwrap().contains("A better title"));
}

#[tokio::test]
async fn crossref_that_is_not_well_is_told_later() {
    for mood in
        [Mood::Failing(500), Mood::Failing(401), Mood::Tired(90), Mood::Garbled, Mood::Silent, Mood::Mute]
    {
        let (site, crossref) = Crossref::site(Vec::new()).await;
        let ada = site.user("ada").await;
        crossref.is(mood);
        let record = publish(&ada, &minimal()).await;
        go_on(&site, 3).await;
        is_tried_again(&site, &record, mood, ("crossref: ", "gl&ze")).await;
        crossref.is(Mood::Well);
        go_on(&site, 6).await;
        is_registered(&site, &record, mood).await;
        assert!(crossref.knows(&doi(&record)).is_some());
        site.settle().await;
    }
}

#[tokio::test]
async fn what_waits_is_asked_for_and_not_handed_in_again() {
    let (site, crossref) = Crossref::site(Vec::new()).await;
    let ada = site.user("ada").await;
    crossref.does(Fate::Queued);
    let record = publish(&ada, &minimal()).await;
    go_on(&site, 5).await;
    let state = shown(&site, &record).await["doi"].clone();
    assert_eq!(
        (&state["status"], &state["attempts"], &state["error"]),
        (&json!("pending"), &json!(0), &json!(null))
    );
    assert!(state["taken"].is_string(), "{state}");
    // Answers that say nothing, and answers that do not come, change nothing of it.
    for (mood, fate) in
        [(Mood::Well, Fate::Garbled), (Mood::Failing(500), Fate::Queued), (Mood::Silent, Fate::Queued)]
    {
        crossref.is(mood);
        crossref.does(fate);
        go_on(&site, 2).await;
        let state = shown(&site, &record).await["doi"].clone();
        assert!(state["taken"].is_string() && state["attempts"].as_u64() > Some(0), "{state}");
    }
    assert_eq!((crossref.count(), crossref.knows(&doi(&record))), (1, None));
    crossref.is(Mood::Well);
    crossref.does(Fate::Done);
    go_on(&site, 4).await;
    site.settle().await;
    assert_eq!(crossref.count(), 2, "the version, and all of them");
    assert_eq!(shown(&site, &record).await["parent"]["doi"]["status"], "registered");
}

#[tokio::test]
async fn what_is_lost_is_handed_in_again() {
    let (site, crossref) = Crossref::site(Vec::new()).await;
    let ada = site.user("ada").await;
    crossref.does(Fate::Lost);
    let record = publish(&ada, &minimal()).await;
    go_on(&site, 4).await;
    assert_eq!(crossref.count(), 1, "deposits are known only after a while");
    go_on(&site, 4).await;
    assert_eq!(crossref.count(), 2);
    crossref.does(Fate::Done);
    go_on(&site, 4).await;
    site.settle().await;
    assert_eq!(shown(&site, &record).await["doi"]["status"], "registered");
}

#[tokio::test]
async fn what_is_refused_is_said_again_after_a_while_or_when_it_has_changed() {
    let (site, crossref) = Crossref::site(Vec::new()).await;
    let ada = site.user("ada").await;
    crossref.does(Fate::Refused("User not allowed to add records for prefix: 10.54321"));
    let record = publish(&ada, &minimal()).await;
    go_on(&site, 4).await;
    let state = shown(&site, &record).await["doi"].clone();
    assert_eq!((&state["status"], &state["attempts"]), (&json!("pending"), &json!(1)));
    let why = "crossref: User not allowed to add records for prefix: 10.54321";
    assert_eq!((&state["error"], &state["taken"]), (&json!(why), &json!(null)));
    assert_eq!(crossref.count(), 1, "each deposit is a mail to somebody");
    go_on(&site, 6).await;
    assert_eq!(crossref.count(), 2);
    let mut body = minimal();
    body["metadata"]["title"] = json!("A better title");
    crossref.does(Fate::Done);
    edit(&ada, &record, body).await;
    go_on(&site, 4).await;
    assert!(crossref.knows(&doi(&record)).unwrap().contains("A better title"));
    site.settle().await;
    assert_eq!(shown(&site, &record).await["parent"]["doi"]["status"], "registered");
}

#[tokio::test]
async fn relations_to_what_is_registered_nowhere_are_left_out() {
    let (site, crossref) = Crossref::site(Vec::new()).await;
    let ada = site.user("ada").await;
    let related = |id: &str| json!({"identifier": id, "scheme": "doi", "relation_type": {"id": "cites"}});
    let mut body = minimal();
    body["metadata"]["related_identifiers"] = json!([related("10.4321/nowhere"), related("10.1/somewhere")]);
    let record = publish(&ada, &body).await;
    site.settle().await;
    let known = crossref.knows(&doi(&record)).unwrap();
    assert!(known.contains("10.1/somewhere") && !known.contains("10.4321/nowhere"), "{known}");
    let state = shown(&site, &record).await;
    assert_eq!((&state["doi"]["status"], &state["doi"]["error"]), (&json!("registered"), &json!(null)));
    assert_eq!(state["parent"]["doi"]["status"], "registered");
    crossref.asked();
    replay(&site).await;
    assert_eq!(crossref.asked(), 0);
}

#[tokio::test]
async fn crossref_hides_nothing_and_is_told_nothing_of_what_nobody_may_see() {
    let (site, crossref) = Crossref::site(Vec::new()).await;
    let ada = site.user("ada").await;
    let record = publish(&ada, &minimal()).await;
    site.settle().await;
    crossref.asked();
    let mut body = minimal();
    body["access"] = json!({"record": "restricted", "files": "restricted"});
    body["metadata"]["title"] = json!("A secret title");
    edit(&ada, &record, body).await;
    site.settle().await;
    let address = format!("{}/delete", path(&record, "self"));
    site.admin().send("DELETE", address, json!({"removal_reason": {"id": "spam"}})).await.expect(204);
    site.settle().await;
    assert_eq!(crossref.asked(), 0);
    assert_eq!(shown(&site, &record).await["doi"]["status"], "registered");
    let led = site.nobody().get(format!("/doi/{}", doi(&record))).await.expect(302);
    assert_eq!(
        led.header("location"),
        format!("https://cairn.test/records/{}", record["id"].as_str().unwrap())
    );
}

#[tokio::test]
async fn what_is_deleted_while_it_waits_is_followed_to_its_end() {
    let (site, crossref) = Crossref::site(Vec::new()).await;
    let ada = site.user("ada").await;
    crossref.does(Fate::Queued);
    let record = publish(&ada, &minimal()).await;
    go_on(&site, 2).await;
    let address = format!("{}/delete", path(&record, "self"));
    site.admin().send("DELETE", address, json!({"removal_reason": {"id": "spam"}})).await.expect(204);
    crossref.does(Fate::Done);
    go_on(&site, 3).await;
    site.settle().await;
    let state = shown(&site, &record).await;
    assert_eq!((&state["doi"]["status"], &state["doi"]["taken"]), (&json!("registered"), &json!(null)));
    assert_eq!(state["parent"]["doi"]["status"], "pending");
    assert_eq!(crossref.count(), 1);
}

#[tokio::test]
async fn who_dies_while_depositing_leaves_nothing_undone() {
    let (site, crossref) = Crossref::site(Vec::new()).await;
    let ada = site.user("ada").await;
    crossref.is(Mood::Hanging);
    let record = publish(&ada, &minimal()).await;
    site.system.relay().await.unwrap();
    tokio::select! {
        _ = site.poll(&cairn_model::queue::PIDS) => panic!("it answers"),
        () = async { while crossref.asked() == 0 { tokio::time::sleep(std::time::Duration::from_millis(1)).await } } => {}
    }
    crossref.is(Mood::Well);
    site.clock.advance(LEASE);
    go_on(&site, 4).await;
    site.settle().await;
    assert_eq!(shown(&site, &record).await["doi"]["status"], "registered");
}
