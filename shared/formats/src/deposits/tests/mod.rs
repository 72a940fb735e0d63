//! Depositions read, shown and read again.

use cairn_model::FieldError;
use serde_json::{Map, Value, json};

use super::{Ground, Sent, body, deposition, explained, is_fault, metadata};
use crate::links::Site;

const GROUND: Ground<'static> = Ground {
    today: chrono::NaiveDate::from_ymd_opt(2026, 3, 1).unwrap(),
    publisher: "Kiln",
    minted: Some(("10.5072/abcde-fgh12", "datacite")),
};

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => panic!("{value} is no object"),
    }
}

/// What a new draft is made of; or what is wrong.
fn new(metadata: &Value) -> Result<Value, Vec<String>> {
    let sent = object(json!({"metadata": metadata}));
    body(Sent::New(&sent), GROUND).map(Value::Object).map_err(|faults| lines(&faults))
}

/// What a draft is saved as.
fn instead(metadata: &Value, before: &Value) -> Value {
    let (sent, before) = (object(json!({"metadata": metadata})), object(before.clone()));
    Value::Object(body(Sent::Instead(&sent, &before), GROUND).unwrap())
}

fn shown(document: &Value) -> Value {
    Value::Object(metadata("abcde-fgh12", document.as_object().unwrap(), GROUND))
}

fn lines(faults: &[FieldError]) -> Vec<String> {
    faults.iter().map(|fault| format!("{}: {}", fault.field, fault.messages.join("|"))).collect()
}

/// A part of the form, where a record has it, and what stands there.
fn parts() -> Vec<(Value, String, Value)> {
    serde_json::from_str(include_str!("parts.json")).unwrap()
}

#[test]
fn each_part_has_its_place_in_a_record_and_comes_back_as_it_was() {
    for (said, place, stored) in parts() {
        let draft = new(&said.clone()).unwrap();
        assert_eq!(draft.pointer(&place), Some(&stored), "{said}");
        let back = shown(&draft);
        for (name, value) in said.as_object().unwrap() {
            assert_eq!(back[name], *value, "{name} of {said}");
        }
        assert_eq!(instead(&back, &draft)["metadata"], draft["metadata"], "{said}, sent back");
    }
}

#[test]
fn people_have_names_affiliations_and_identifiers() {
    let who = json!({"name": "Doe, Jane", "affiliation": "Kiln", "orcid": "0000-0002-1694-233X", "gnd": "170118215"});
    let mut helper = who.clone();
    helper["type"] = json!("DataCurator");
    let sent = json!({"creators": [who, {"name": "Kiln Works", "affiliation": null}], "contributors": [helper],
        "thesis_supervisors": [{"name": "Poe, Al"}]});
    let draft = new(&sent.clone()).unwrap();
    let stored = json!({
        "person_or_org": {"type": "personal", "family_name": "Doe", "given_name": "Jane", "identifiers": [
            {"scheme": "orcid", "identifier": "0000-0002-1694-233X"}, {"scheme": "gnd", "identifier": "170118215"}]},
        "affiliations": [{"name": "Kiln"}],
    });
    assert_eq!(draft["metadata"]["creators"][0], stored);
    assert_eq!(
        draft["metadata"]["creators"][1],
        json!({"person_or_org": {"type": "personal", "family_name": "Kiln Works"}})
    );
    let roles: Vec<_> =
        draft["metadata"]["contributors"].as_array().unwrap().iter().map(|who| &who["role"]["id"]).collect();
    assert_eq!(roles, ["datacurator", "supervisor"]);
    let mut record = draft.clone();
    record["metadata"]["creators"][0]["person_or_org"]["name"] = json!("Doe, Jane");
    record["metadata"]["contributors"][0]["person_or_org"]["name"] = json!("Doe, Jane");
    let back = shown(&record);
    assert_eq!(back["creators"][0], sent["creators"][0]);
    assert_eq!(back["contributors"][0], sent["contributors"][0]);
}

#[test]
fn what_was_called_otherwise_is_found() {
    for (said, place, stored) in [
        (json!({"license": "cc-zero"}), "/metadata/rights/0/id", "cc0-1.0"),
        (json!({"license": {"id": "CC-BY-4.0"}}), "/metadata/rights/0/id", "cc-by-4.0"),
        (json!({"language": "de"}), "/metadata/languages/0/id", "deu"),
        (json!({"grants": [{"id": "283595"}]}), "/metadata/funding/0/award/id", "00k4n6c32::283595"),
        (json!({"grants": [{"id": "10.13039/100000001::12"}]}), "/metadata/funding/0/funder/id", "021nxhr62"),
        (json!({"grants": [{"id": "04wfr2810::7"}]}), "/metadata/funding/0/award/id", "04wfr2810::7"),
        (json!({"journal_volume": 7}), "/custom_fields/journal:journal/volume", "7"),
        (json!({"doi": "10.5072/ABCDE-fgh12"}), "/pids/doi/provider", "datacite"),
        (
            json!({"subjects": [{"term": "Clay", "identifier": "x", "scheme": "y"}]}),
            "/metadata/subjects/0/subject",
            "Clay",
        ),
        (json!({"access_right": "closed"}), "/access/files", "restricted"),
    ] {
        let draft = new(&said.clone()).unwrap();
        assert_eq!(draft.pointer(place), Some(&json!(stored)), "{said}");
    }
    let funded = json!({"metadata": {"funding": [{"funder": {"id": "021nxhr62", "name": "NSF"}, "award": {"number": "12"}}]}});
    assert_eq!(shown(&funded)["grants"], json!([{"id": "10.13039/100000001::12"}]));
}

#[test]
fn what_says_nothing_has_what_zenodo_gives_it() {
    let draft = new(
        &json!({"title": "", "keywords": [], "communities": [{"identifier": "c"}], "prereserve_doi": true,
        "access_conditions": "Ask.", "notes": null}),
    );
    let expected = json!({
        "metadata": {"publication_date": "2026-03-01", "publisher": "Kiln"},
        "custom_fields": {},
        "files": {"enabled": true},
    });
    assert_eq!(draft, Ok(expected.clone()));
    assert_eq!(body(Sent::New(&Map::new()), GROUND).map(Value::Object), Ok(expected));
}

#[test]
fn everything_that_is_wrong_is_told_where_it_is() {
    let problems = new(&json!({
        "title": {"en": "no"},
        "creators": [{"affiliation": "x"}, "Jane", {"name": "Doe, Jane", "email": "x"}],
        "contributors": [{"name": "Poe, Al"}],
        "keywords": "clay",
        "related_identifiers": [{"identifier": "10.1/x"}, {"relation": "cites"}, 7],
        "locations": [{"lat": "north"}],
        "dates": [{"type": "Collected"}, {"start": "2020"}],
        "access_right": "secret",
        "custom": [],
        "colour": "red",
    }));
    let missing = "Missing data for required field.";
    assert_eq!(
        problems.unwrap_err(),
        [
            "metadata.title: Not a valid string.".to_owned(),
            format!("metadata.creators.0.name: {missing}"),
            "metadata.creators.1: Invalid input type.".to_owned(),
            "metadata.creators.2.email: Unknown field name.".to_owned(),
            format!("metadata.contributors.0.type: {missing}"),
            "metadata.keywords: Not a valid list.".to_owned(),
            format!("metadata.related_identifiers.0.relation: {missing}"),
            format!("metadata.related_identifiers.1.identifier: {missing}"),
            "metadata.related_identifiers.2: Invalid input type.".to_owned(),
            format!("metadata.dates.0.start: {missing}"),
            format!("metadata.dates.1.type: {missing}"),
            "metadata.locations.0.lat: Not a valid number.".to_owned(),
            format!("metadata.locations.0.place: {missing}"),
            "metadata.access_right: Not a valid choice.".to_owned(),
            "metadata.custom: Invalid input type.".to_owned(),
            "metadata.colour: Unknown field name.".to_owned(),
        ]
    );
    for (sent, expected) in [
        (json!({"metadata": []}), "metadata: Invalid input type."),
        (json!({"metadata": {}, "state": "done", "colour": 1}), "colour: Unknown field name."),
        (
            json!({"metadata": {"access_right": "embargoed"}}),
            "metadata.embargo_date: Missing data for required field.",
        ),
    ] {
        assert_eq!(
            body(Sent::New(&object(sent)), GROUND).map_err(|faults| lines(&faults)),
            Err(vec![expected.to_owned()])
        );
    }
    let nothing = body(Sent::Instead(&Map::new(), &Map::new()), GROUND).map_err(|faults| lines(&faults));
    assert_eq!(nothing, Err(vec![format!("metadata: {missing}")]));
}

/// A draft that says much that a deposition cannot.
fn rich() -> Value {
    json!({
        "metadata": {
            "resource_type": {"id": "software-computationalnotebook", "title": {"en": "Notebook"}},
            "title": "Kilns",
            "additional_titles": [{"title": "Ovens", "type": {"id": "subtitle", "title": {"en": "Subtitle"}}}],
            "publication_date": "2020",
            "publisher": "Press",
            "creators": [{
                "person_or_org": {"type": "organizational", "name": "Kiln Works", "identifiers": [
                    {"scheme": "ror", "identifier": "04wfr2810"}]},
                "role": {"id": "producer", "title": {"en": "Producer"}},
                "affiliations": [{"id": "01ggx4157", "name": "CERN"}, {"name": "Kiln"}],
            }],
            "subjects": [{"subject": "clay"}, {"id": "https://x/1", "subject": "Fire", "scheme": "X"}],
            "rights": [{"id": "mit", "title": {"en": "MIT"}}, {"id": "cc-by-4.0", "title": {"en": "CC"}}],
            "languages": [{"id": "eng", "title": {"en": "English"}}, {"id": "dan", "title": {"en": "Danish"}}],
            "additional_descriptions": [
                {"description": "Notes", "type": {"id": "other"}}, {"description": "Contents", "type": {"id": "table-of-contents"}}],
            "locations": {"features": [{"identifiers": [{"scheme": "wikidata", "identifier": "Q1"}]}, {"place": "Delft"}]},
            "funding": [{"funder": {"name": "A friend"}}],
            "sizes": ["3 kg"],
            "copyright": "(C) Kiln",
        },
        "custom_fields": {"journal:journal": {"title": "Letters", "issn": "1234-5679"}, "astro:tongue": {"id": "eng", "title": {}}},
        "access": {"record": "restricted", "files": "restricted", "embargo": {"active": false, "reason": null}},
        "files": {"enabled": true, "default_preview": "a.txt", "count": 1, "entries": {}},
        "pids": {"doi": {"identifier": "10.1234/own", "provider": "external"}, "oai": {"identifier": "oai:x:y", "provider": "oai"}},
    })
}

#[test]
fn what_comes_back_as_it_was_shown_changes_nothing() {
    let before = rich();
    let saved = instead(&shown(&before), &before);
    let mut expected = json!({
        "metadata": before["metadata"], "custom_fields": before["custom_fields"], "access": before["access"],
        "files": {"enabled": true, "default_preview": "a.txt"},
    });
    // Entries are named by their ids.
    let metadata = &mut expected["metadata"];
    metadata["resource_type"] = json!({"id": "software-computationalnotebook"});
    metadata["additional_titles"][0]["type"] = json!({"id": "subtitle"});
    metadata["creators"][0]["role"] = json!({"id": "producer"});
    metadata["creators"][0]["affiliations"][0] = json!({"id": "01ggx4157"});
    metadata["subjects"][1] = json!({"id": "https://x/1"});
    metadata["rights"] = json!([{"id": "mit"}, {"id": "cc-by-4.0"}]);
    metadata["languages"] = json!([{"id": "eng"}, {"id": "dan"}]);
    metadata["locations"] = json!({"features": [{"place": "Delft"}, {"identifiers": [{"scheme": "wikidata", "identifier": "Q1"}]}]});
    expected["custom_fields"]["astro:tongue"] = json!({"id": "eng"});
    assert_eq!(saved, expected);
}

#[test]
fn what_is_not_sent_again_is_gone_and_what_cannot_be_said_stays() {
    let before = rich();
    let saved = instead(&json!({"title": "Ovens"}), &before);
    assert_eq!(
        saved["metadata"],
        json!({
            "title": "Ovens",
            "additional_titles": [{"title": "Ovens", "type": {"id": "subtitle"}}],
            "publication_date": "2020", "publisher": "Press",
            "rights": [{"id": "cc-by-4.0"}],
            "languages": [{"id": "dan"}],
            "additional_descriptions": [{"description": "Contents", "type": {"id": "table-of-contents"}}],
            "locations": {"features": [{"identifiers": [{"scheme": "wikidata", "identifier": "Q1"}]}]},
            "funding": [{"funder": {"name": "A friend"}}],
            "sizes": ["3 kg"],
            "copyright": "(C) Kiln",
        })
    );
    assert_eq!(saved["custom_fields"]["journal:journal"], json!({"issn": "1234-5679"}));
    assert_eq!(saved["access"], before["access"], "who says nothing of access opens nothing");
    assert_eq!(saved["pids"], json!({"oai": {"identifier": "oai:x:y", "provider": "oai"}}));
    let opened = instead(&json!({"title": "Ovens", "access_right": "open"}), &before);
    assert_eq!(opened["access"], json!({"record": "public", "files": "public"}));
    let embargoed = instead(&json!({"access_right": "embargoed", "embargo_date": "2030-01-01"}), &before);
    assert_eq!(embargoed["access"]["record"], "restricted", "the record itself stays hidden");
    let same = instead(&json!({"access_right": "closed"}), &before);
    assert_eq!(same["access"], before["access"]);
}

#[test]
fn the_sites_own_doi_stays_and_is_reserved_where_it_is_named() {
    let own = json!({"identifier": "10.5072/abcde-fgh12", "provider": "datacite", "client": "datacite"});
    let reserved = json!({"pids": {"doi": own}});
    for sent in [json!({"title": "x"}), json!({"doi": "10.5072/abcde-fgh12"})] {
        assert_eq!(instead(&sent, &reserved).get("pids"), None, "it stays as it is");
    }
    let named = instead(&json!({"doi": "10.5072/abcde-fgh12"}), &json!({}));
    assert_eq!(named["pids"]["doi"], json!({"identifier": "10.5072/abcde-fgh12", "provider": "datacite"}));
    assert_eq!(shown(&reserved)["doi"], "10.5072/abcde-fgh12");
    assert_eq!(
        shown(&json!({}))["prereserve_doi"],
        json!({"doi": "10.5072/abcde-fgh12", "recid": "abcde-fgh12"})
    );
}

#[test]
fn faults_of_drafts_are_told_where_depositions_have_them() {
    let sent =
        object(json!({"metadata": {"journal_title": "x", "journal_pages": "", "journal_volume": "1"}}));
    for (path, expected) in [
        ("metadata.title", &["metadata.title"][..]),
        ("metadata.creators.1.person_or_org.identifiers.0.identifier", &["metadata.creators.1"]),
        ("metadata.resource_type", &["metadata.upload_type"]),
        ("metadata.rights.0.id", &["metadata.license"]),
        ("metadata.related_identifiers.0.scheme", &["metadata.related_identifiers"]),
        ("metadata.locations.features.2.place", &["metadata.locations.2"]),
        ("metadata.publisher", &["metadata.imprint_publisher"]),
        ("metadata.sizes.0", &["metadata.sizes.0"]),
        ("access.embargo.until", &["metadata.embargo_date"]),
        ("access", &["metadata.access_right"]),
        ("pids.doi", &["metadata.doi"]),
        ("files.enabled", &["files"]),
        ("custom_fields.journal:journal.volume", &["metadata.journal_volume"]),
        ("custom_fields.journal:journal", &["metadata.journal_title", "metadata.journal_volume"]),
        ("custom_fields.astro:band.0", &["metadata.custom.astro:band.0"]),
        ("custom_fields.astro:band", &["metadata.custom.astro:band"]),
    ] {
        let told = explained(vec![FieldError::new(path, "x")], &sent);
        let fields: Vec<String> = told.into_iter().map(|fault| fault.field).collect();
        assert_eq!(fields, expected, "{path}");
    }
}

#[test]
fn what_is_missing_may_come_later_and_what_is_wrong_may_not() {
    let missing = "Missing data for required field.";
    for (field, message, fault) in [
        ("metadata.title", missing, false),
        ("files.enabled", "Missing uploaded files.", false),
        ("metadata.title", "Shorter than minimum length 3.", true),
        ("metadata.contributors.0.role", missing, true),
        ("access.embargo.until", "Not a valid date.", true),
    ] {
        assert_eq!(is_fault(&FieldError::new(field, message)), fault, "{field}: {message}");
    }
}

#[test]
fn states_and_links_tell_how_far_a_deposition_is() {
    let site = Site::new("https://x.org");
    let of = |is_draft: bool, is_published: bool| {
        let record = json!({"is_draft": is_draft, "is_published": is_published, "links": {"self_html": "https://x.org/records/a"}});
        deposition("a", record.as_object().unwrap(), site, Ground { minted: None, ..GROUND })
    };
    for (is_draft, is_published, state) in
        [(true, false, "unsubmitted"), (true, true, "inprogress"), (false, true, "done")]
    {
        let shown = of(is_draft, is_published);
        assert_eq!((&shown["state"], &shown["submitted"]), (&json!(state), &json!(is_published)));
        assert_eq!(shown["links"].get("latest").is_some(), is_published);
        assert_eq!(shown["links"]["bucket"], "https://x.org/api/files/a");
        assert_eq!(shown["links"]["latest_draft"], "https://x.org/api/deposit/depositions/a");
        assert_eq!(shown["metadata"].get("prereserve_doi"), None);
    }
}
