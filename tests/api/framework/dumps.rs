//! `load(dump(record)) == record`, whatever is in the record.

use cairn_core::{
    app::RECORD_KINDS,
    framework::{Family, Kinds, Shared, State, dumps::load},
    users, vocabularies,
};
use cairn_model::{
    Record, Revision, Timestamp,
    fields::versions::{Family as FamilyField, FamilyState, Member, ParentId, Version, VersionIndex},
    kind::Kind,
    kinds::{entries::ENTRY, users::USER},
    relation,
};
use cairn_ports::Item;
use proptest::{collection::vec, option, prelude::*, sample::select, test_runner::TestRunner};
use serde_json::{Map, Value, json};

use super::{KINDS, kind::SPECIMEN, museum};
use crate::support::Site;

/// Keys of a document and their values, some of them left out.
fn some(members: Vec<(&'static str, BoxedStrategy<Value>)>) -> BoxedStrategy<Value> {
    let members: Vec<_> = members
        .into_iter()
        .map(|(key, value)| option::of(value).prop_map(move |value| (key, value)))
        .collect();
    let document = |members: Vec<(&str, Option<Value>)>| {
        let kept = members.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
        Value::Object(kept.collect::<Map<_, _>>())
    };
    members.prop_map(document).boxed()
}

fn text() -> BoxedStrategy<Value> {
    "\\PC{0,20}".prop_map(Value::from).boxed()
}

fn one_of(values: &'static [&'static str]) -> BoxedStrategy<Value> {
    select(values).prop_map(Value::from).boxed()
}

fn reference(ids: &'static [&'static str]) -> BoxedStrategy<Value> {
    one_of(ids).prop_map(|id| json!({"id": id})).boxed()
}

fn list(element: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    vec(element, 0..4).prop_map(Value::from).boxed()
}

const DATES: &[&str] = &["2020", "2020-06", "2020-06-01", "1990/2001-05", "not a date"];

fn metadata() -> BoxedStrategy<Value> {
    let agent = || {
        some(vec![
            ("person_or_org", some(vec![("type", one_of(&["personal"])), ("name", text())])),
            ("role", reference(&["editor", "nosuch"])),
            ("affiliations", list(some(vec![("name", text())]))),
        ])
    };
    let date =
        some(vec![("date", one_of(DATES)), ("type", reference(&["accepted"])), ("description", text())]);
    some(vec![
        ("title", text()),
        ("description", text()),
        ("publication_date", one_of(DATES)),
        ("resource_type", reference(&["publication-article", "dataset", "nosuch"])),
        ("creators", list(agent())),
        ("contributors", list(agent())),
        ("languages", list(reference(&["eng", "dan", "nosuch"]))),
        ("subjects", list(some(vec![("subject", text())]))),
        ("dates", list(date)),
        ("rights", list(reference(&["cc-by-4.0"]).boxed())),
        ("rights", list(some(vec![("title", text().prop_map(|title| json!({"en": title})).boxed())]))),
        ("additional_titles", list(some(vec![("title", text()), ("lang", reference(&["deu"]))]))),
    ])
}

fn research_record() -> BoxedStrategy<Value> {
    let visible = || one_of(&["public", "restricted"]);
    let embargo = any::<bool>().prop_map(|active| json!({"active": active, "reason": null})).boxed();
    some(vec![
        ("metadata", metadata()),
        ("custom_fields", some(vec![("code:codeRepository", text())])),
        ("access", some(vec![("record", visible()), ("files", visible()), ("embargo", embargo)])),
        ("files", any::<bool>().prop_map(|enabled| json!({"enabled": enabled, "order": []})).boxed()),
        ("pids", some(vec![("oai", some(vec![("identifier", text()), ("provider", text())]))])),
        ("deletion_status", one_of(&["D", "X"])),
        ("tombstone", tombstone()),
    ])
}

fn tombstone() -> BoxedStrategy<Value> {
    some(vec![
        ("removal_date", one_of(&["2026-11-20T22:30:34.328554+00:00"])),
        ("removal_reason", reference(&["spam", "nosuch"])),
        ("note", text()),
    ])
}

fn specimen() -> BoxedStrategy<Value> {
    let condition = (select(&["intact", "damaged", "sealed"][..]), 0..100_000_u64, any::<bool>());
    let condition = condition
        .prop_map(|(state, grams, fragile)| json!({"state": state, "grams": grams, "fragile": fragile}));
    some(vec![
        ("label", text()),
        ("accession", text()),
        ("notes", text()),
        ("script", reference(&["eng", "nosuch"])),
        ("condition", condition.boxed()),
    ])
}

/// What every version has beside its content.
fn record(kind: &'static Kind, content: &Value, touch: u64, revision: u64) -> Record {
    let instant = |micros: i64| Timestamp::from_micros(1_700_000_000_000_000 + micros);
    let mut record = Record::create(kind, "zege4-jwk51", instant(1)).unwrap();
    record.document.extend(content.as_object().unwrap().clone());
    record.set::<ParentId>(&"pgfpj-aqp47".to_owned()).unwrap();
    record.set::<Version>(&VersionIndex { index: 3 }).unwrap();
    (record.touch, record.revision, record.updated) = (touch, Revision(revision), instant(987_654));
    record
}

async fn there_and_back(site: &Site, kinds: Kinds, record: Record, state: State) {
    let mut parent = Record::create(kinds.parent, "pgfpj-aqp47", record.created).unwrap();
    let latest = Some(Member::new(&record.id, 3));
    parent.set::<FamilyField>(&FamilyState { latest, ..FamilyState::default() }).unwrap();
    let references = relation::references(record.kind.relations, &record.document);
    let (entries, _) = site.system.shared.entries_and(&references, Vec::new()).await.unwrap();
    let (draft, published) = match state {
        State::Draft => (Some(record.clone()), None),
        State::Published => (None, Some(record.clone())),
    };
    let id = record.id.clone();
    let family = Family {
        kinds,
        id,
        record: published,
        draft,
        draft_revision: Revision(1),
        draft_created: None,
        parent,
    };
    let dump = family.dump(state, &entries).unwrap();
    let loaded = load(record.kind, dump.clone()).unwrap();
    assert_eq!(loaded, record, "dumped as {dump:?}");
    // A round trip through storage changes nothing either.
    let mut item = Item::new(kinds.record_key(&record.id), record.revision, record.to_stored());
    item.counters.insert("touch".into(), record.touch);
    assert_eq!(Shared::record(record.kind, &record.id, item).unwrap(), record);
}

fn check(kinds: Kinds, content: &BoxedStrategy<Value>, state: State) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let site = runtime.block_on(museum());
    let mut runner = TestRunner::deterministic();
    let outcome = runner.run(&(content, 0..3_u64, 1..1_000_u64), |(content, touch, revision)| {
        let mut record = record(kinds.record, &content, touch, revision);
        if state == State::Draft {
            // Only what is published can have been deleted.
            record.document.shift_remove("deletion_status");
        }
        runtime.block_on(there_and_back(&site, kinds, record, state));
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn a_published_research_record_is_loaded_as_it_was_dumped() {
    check(RECORD_KINDS, &research_record(), State::Published);
}

#[test]
fn a_draft_is_loaded_as_it_was_dumped() {
    check(RECORD_KINDS, &research_record(), State::Draft);
}

#[test]
fn a_specimen_is_loaded_as_it_was_dumped() {
    assert_eq!(KINDS.record.name, SPECIMEN.name);
    check(KINDS, &specimen(), State::Published);
    check(KINDS, &specimen(), State::Draft);
}

/// A record of a kind without versions.
fn single(kind: &'static Kind, id: &str, content: &Value, touch: u64, revision: u64) -> Record {
    let instant = |micros: i64| Timestamp::from_micros(1_700_000_000_000_000 + micros);
    let mut record = Record::create(kind, id, instant(1)).unwrap();
    record.document.extend(content.as_object().unwrap().clone());
    (record.touch, record.revision, record.updated) = (touch, Revision(revision), instant(987_654));
    record
}

fn entry() -> BoxedStrategy<Value> {
    let titles = || some(vec![("en", text()), ("da", text())]);
    some(vec![
        ("type", one_of(&["languages"])),
        ("title", titles()),
        ("description", titles()),
        ("name", text()),
        ("subject", text()),
        ("tags", list(text())),
        ("props", some(vec![("is_open", text())])),
        ("funder", reference(&["04jsz6e67", "nosuch"])),
        ("affiliations", list(prop_oneof![reference(&["01ggx4157"]), some(vec![("name", text())])].boxed())),
        ("subjects", list(reference(&["nosuch"]))),
    ])
}

fn user() -> BoxedStrategy<Value> {
    let visible = || one_of(&["public", "restricted"]);
    let instant = || one_of(&["2026-01-01T00:00:00+00:00"]);
    some(vec![
        ("email", one_of(&["ada@example.org", "@", ""])),
        ("username", text()),
        ("roles", list(text())),
        ("profile", some(vec![("full_name", text()), ("affiliations", text())])),
        ("preferences", some(vec![("visibility", visible()), ("email_visibility", visible())])),
        ("active", any::<bool>().prop_map(Value::from).boxed()),
        ("confirmed_at", instant()),
        ("blocked_at", instant()),
    ])
}

#[test]
fn an_entry_is_loaded_as_it_was_dumped() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let site = runtime.block_on(museum());
    let outcome =
        TestRunner::deterministic().run(&(entry(), 0..3_u64, 1..1_000_u64), |(content, touch, at)| {
            let mut entry = single(&ENTRY, "languages#x-1", &content, touch, at);
            entry.document.insert("vocabulary".into(), json!("languages"));
            entry.document.insert("id".into(), json!("x-1"));
            let references = relation::references(ENTRY.relations, &entry.document);
            let entries =
                runtime.block_on(site.system.shared.entries_and(&references, Vec::new())).unwrap().0;
            let Some(Value::Object(dump)) = vocabularies::dump(&entry, &entries).source else {
                panic!("no dump")
            };
            assert_eq!(vocabularies::load(dump.clone()).unwrap(), entry, "dumped as {dump:?}");
            Ok(())
        });
    outcome.unwrap();
}

#[test]
fn a_user_is_loaded_as_they_were_dumped() {
    let outcome =
        TestRunner::deterministic().run(&(user(), 0..3_u64, 1..1_000_u64), |(content, touch, at)| {
            let user = single(&USER, "17", &content, touch, at);
            let Some(Value::Object(dump)) = users::dump(&user).source else { panic!("no dump") };
            assert_eq!(users::load(dump.clone()).unwrap(), user, "dumped as {dump:?}");
            Ok(())
        });
    outcome.unwrap();
}
