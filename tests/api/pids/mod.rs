//! Identifiers of records: reserved, minted, brought along, followed.

mod crossref;
mod delete;
mod deposit;
mod mint;
mod optional;
mod read;
mod register;
mod registry;
mod reserve;
mod resolve;
mod two;

use serde_json::{Value, json};

use self::registry::Mood;
use crate::{
    drafts::path,
    support::{Site, User, minimal},
};

/// What is said to those who take away a DOI of this site.
const KEPT: &str = "pids.doi: Cannot discard a reserved or registered persistent identifier.";

/// Seconds after which a message that was being acted on comes again.
const LEASE: i64 = 401;

/// A site and an owner.
async fn site() -> (Site, User) {
    let site = Site::start().await;
    let ada = site.user("ada").await;
    (site, ada)
}

/// A draft that says this of its DOI.
fn with_doi(doi: &Value) -> Value {
    let mut body = minimal();
    body["pids"] = json!({"doi": doi});
    body
}

fn external(identifier: &str) -> Value {
    json!({"identifier": identifier, "provider": "external"})
}

/// What records show of a DOI that this site has made.
fn managed(id: &Value) -> Value {
    let identifier = format!("10.5072/{}", id.as_str().unwrap());
    json!({"identifier": identifier, "provider": "datacite", "client": "datacite"})
}

async fn draft(ada: &User, body: &Value) -> Value {
    ada.post("/api/records", body).await.expect(201).json()
}

async fn publish(ada: &User, body: &Value) -> Value {
    let draft = draft(ada, body).await;
    ada.post(path(&draft, "publish"), ()).await.expect(202).json()
}

async fn shown(site: &Site, record: &Value) -> Value {
    site.admin().get(format!("{}/pids", path(record, "self"))).await.expect(200).json()
}

/// Has what is due acted on until nothing is left, letting the time pass that failures are put off for.
async fn go_on(site: &Site, times: usize) {
    for _ in 0..times {
        site.act().await;
        site.clock.advance(601);
    }
}

/// A registry that is in a bad mood is asked again, and why is told without what is secret; the record is there meanwhile.
async fn is_tried_again(site: &Site, record: &Value, mood: Mood, (begins, secret): (&str, &str)) {
    let state = shown(site, record).await["doi"].clone();
    assert_eq!(state["status"], "pending", "{mood:?}");
    assert!(state["attempts"].as_u64() >= Some(2), "{mood:?}: {state}");
    let error = state["error"].as_str().unwrap();
    assert!(error.starts_with(begins) && !error.contains(secret), "{error}");
    site.nobody().get(path(record, "self")).await.expect(200);
}

/// The registry knows the DOI, whatever its mood was.
async fn is_registered(site: &Site, record: &Value, mood: Mood) {
    let state = shown(site, record).await["doi"].clone();
    assert_eq!((&state["status"], &state["error"]), (&json!("registered"), &json!(null)), "{mood:?}");
}

/// The path of an operation on a draft, with a DOI reserved if it is to be given back, or on a record with a DOI that somebody
/// else has made.
pub(crate) async fn plausible(owner: &User, verb: &str, address: &str, count: usize) -> String {
    let doi = format!("10.4321/{count}");
    let (mut body, is_draft) = (crate::access::restricted(), ["reserve", "delete"].contains(&verb));
    if !is_draft {
        body["pids"] = json!({"doi": external(&doi)});
    }
    let draft = draft(owner, &body).await;
    let address = address.replace("{id}", draft["id"].as_str().unwrap());
    let address = address.replace("{scheme}", "doi").replace("{doi+}", &doi);
    match verb {
        "delete" => drop(owner.post(&address, ()).await.expect(201)),
        "reserve" => {}
        _ => drop(owner.post(path(&draft, "publish"), ()).await.expect(202)),
    }
    address
}
