//! `GET /api/records`: the golden set. What each search string finds was worked out without Cairn; see
//! `tests/data/golden/golden.py`.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Read,
};

use cairn_core::{dois::Minting, setup::FIXTURES};
use cairn_model::query::values_at;
use serde_json::Value;

use crate::{
    drafts::path,
    support::{Extension, Site, User, site::only},
};

const REAL: &[u8] = include_bytes!("../../data/records.jsonl.gz");
const MORE: &str = include_str!("../../data/golden/records.jsonl");
const QUERIES: &str = include_str!("../../data/golden/queries.jsonl");

const MANUAL: &str = include_str!("../../../docs/search.md");

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn drafts() -> Vec<Value> {
    let mut text = String::new();
    flate2::read::GzDecoder::new(REAL).read_to_string(&mut text).unwrap();
    text.push_str(MORE);
    lines(&text)
}

/// What the golden set calls a record.
fn key(record: &Value) -> String {
    record["metadata"]["identifiers"][0]["identifier"].as_str().unwrap().to_owned()
}

/// Publishes the records; what their ids stand for.
async fn publish(site: &Site, user: &User) -> BTreeMap<String, String> {
    let drafts = drafts();
    let named: BTreeSet<&str> = ["resource_type", "rights", "languages", "dates.type", "contributors.role"]
        .into_iter()
        .chain([
            "additional_titles.type",
            "additional_descriptions.type",
            "related_identifiers.relation_type",
        ])
        .flat_map(|path| drafts.iter().flat_map(move |draft| values_at(&draft["metadata"], path)))
        .filter_map(|entry| entry["id"].as_str())
        .collect();
    let named: Vec<&str> = named.into_iter().collect();
    let fixtures: Vec<_> = FIXTURES.iter().map(|fixture| only(fixture, &named)).collect();
    site.system.load_vocabularies(&fixtures, |_, _| true).await.unwrap();
    let mut keys = BTreeMap::new();
    for draft in &drafts {
        let key = key(draft);
        let draft = user.post("/api/records", draft).await.expect(201).json();
        let record = user.post(path(&draft, "publish"), ()).await.expect(202).json();
        keys.insert(record["id"].as_str().unwrap().to_owned(), key);
    }
    site.settle().await;
    keys
}

#[tokio::test]
async fn every_query_of_the_golden_set_finds_what_it_should() {
    // The set was worked out where only those records have DOIs that came with one.
    let minting = Some(Minting { registries: Vec::new(), ..Minting::default() });
    let site = Site::with(&Extension { minting, ..Extension::default() }).await;
    let ada = site.user("ada").await;
    let keys = publish(&site, &ada).await;
    let queries = lines(QUERIES);
    let mut wrong = Vec::new();
    for query in &queries {
        let text = query["q"].as_str().unwrap();
        let q: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
        let answer = site.nobody().get(format!("/api/records?size=200&q={q}")).await.expect(200).json();
        let hits = answer["hits"]["hits"].as_array().unwrap();
        let found: BTreeSet<&str> =
            hits.iter().map(|hit| keys[hit["id"].as_str().unwrap()].as_str()).collect();
        let wanted: BTreeSet<&str> =
            query["finds"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert_eq!(answer["hits"]["total"], hits.len(), "{text}");
        if found != wanted {
            let missing: Vec<_> = wanted.difference(&found).take(5).collect();
            let surplus: Vec<_> = found.difference(&wanted).take(5).collect();
            wrong.push(format!("{text}\n    missing {missing:?}\n    surplus {surplus:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), queries.len(), wrong.join("\n"));
    assert!(queries.len() >= 200, "{} queries", queries.len());
    marks_are_as_documented(&site).await;
}

/// Each row of the manual's table of marks is what some hit says.
async fn marks_are_as_documented(site: &Site) {
    let (_, section) = MANUAL.split_once("## What matched").unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    let rows: Vec<_> = section
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.strip_suffix("` |")?.split_once("` | `"))
        .collect();
    assert!(rows.len() > 2, "{rows:?}");
    for (search, shown) in rows {
        let q: String = form_urlencoded::byte_serialize(search.as_bytes()).collect();
        let address = format!("/api/records?size=200&highlight=true&q={q}");
        let answer = site.nobody().get(address).await.expect(200).json();
        let shown: Value = serde_json::from_str(shown).unwrap();
        let hits = answer["hits"]["hits"].as_array().unwrap();
        let found: Vec<&Value> = hits.iter().map(|hit| &hit["highlight"]).collect();
        assert!(found.contains(&&shown), "{search}: {found:?}");
    }
}

/// The searches in the tables of the manual, up to what is said of InvenioRDM.
fn documented() -> Vec<String> {
    let (searches, _) = MANUAL.split_once("| InvenioRDM").unwrap();
    let cells = searches.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
    cells.map(|(search, _)| search.replace(r"\|", "|")).collect()
}

#[test]
fn every_search_of_the_manual_is_in_the_golden_set_and_finds_something() {
    let queries = lines(QUERIES);
    let documented = documented();
    assert!(documented.len() > 40, "{documented:?}");
    for search in documented {
        let query = queries.iter().find(|query| query["q"] == search);
        let found = query.and_then(|query| query["finds"].as_array()).map_or(0, Vec::len);
        assert!(found > 0, "{search}");
    }
}
