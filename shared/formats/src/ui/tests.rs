//! Records and drafts with their `ui`, as InvenioRDM shows them.

use serde_json::{Map, Value, json};

use super::{Reader, record, record_list};
use crate::language::Language;

fn shown_to(json: &Value, languages: &[&str]) -> Value {
    let languages: Vec<String> = languages.iter().map(|tag| (*tag).to_owned()).collect();
    let mut json = json.as_object().unwrap().clone();
    record(&mut json, Reader { language: Language::new(&languages), anonymous: true });
    assert_eq!(json.keys().next_back().unwrap(), "ui");
    json["ui"].clone()
}

fn shown(json: &Value) -> Value {
    shown_to(json, &[])
}

fn titles(en: &str, de: &str) -> Value {
    json!({"de": de, "en": en})
}

/// Only what the user interface reads.
fn full() -> Value {
    json!({
        "id": "a73my-wsa61", "created": "2026-11-20T22:30:46.464904+00:00", "updated": "2026-12-01T00:00:00.000000+00:00",
        "versions": {"is_latest": true, "index": 3}, "is_published": true, "is_draft": false,
        "metadata": {
            "resource_type": {"id": "image-photo", "title": titles("Photo", "Foto")},
            "creators": [{"person_or_org": {"type": "organizational", "name": "CERN"}}],
            "title": "A full record",
            "additional_titles": [{
                "title": "Ein Datensatz", "type": {"id": "translated-title", "title": titles("Translated title", "Übersetzter Titel")},
                "lang": {"id": "deu", "title": {"en": "German"}}
            }],
            "publisher": "Press", "publication_date": "2018/2020-09",
            "contributors": [{
                "person_or_org": {"type": "personal", "name": "Carberry, Josiah"},
                "role": {"id": "editor", "title": titles("Editor", "EditorIn")}, "affiliations": [{"name": "Wesleyan"}]
            }],
            "dates": [{"date": "1939/1945", "type": {"id": "other", "title": titles("Other", "Sonstiges")}, "description": "A date"}],
            "languages": [{"id": "dan", "title": {"en": "Danish"}}],
            "related_identifiers": [{
                "identifier": "10.1234/foo.bar", "scheme": "doi",
                "relation_type": {"id": "iscitedby", "title": titles("Is cited by", "Wird zitiert von")},
                "resource_type": {"id": "dataset", "title": titles("Dataset", "Datensatz")}
            }],
            "rights": [
                {"id": "cc-by-4.0", "title": {"en": "CC BY"}, "description": {"en": "With credit."}, "icon": "cc-by-icon", "props": {"url": "u"}},
                {"title": {"en": "Own terms"}, "link": "https://example.org/terms"}
            ],
            "description": "<h1>A description</h1><p>with <strong>tags</strong></p>",
            "additional_descriptions": [{"description": "Bla <b>bla</b>", "type": {"id": "methods", "title": titles("Methods", "Methoden")}}],
            "locations": {"features": [{
                "geometry": {"coordinates": [-32.9, -60.6], "type": "Point"}, "place": "Place",
                "identifiers": [{"identifier": "Q52140", "scheme": "wikidata"}], "description": "Text"
            }]},
            "funding": [
                {"funder": {"id": "00k4n6c32", "name": "EC"}, "award": {"number": "246686", "title": {"en": "OpenAIRE"}, "identifiers": []}},
                {"funder": {"name": "A private funder"}}
            ]
        },
        "custom_fields": {}, "files": {"enabled": true}, "access": {"record": "public", "files": "public", "status": "open"}
    })
}

#[test]
fn a_full_record_shows_every_field_in_order() {
    let expected = json!({
        "publication_date_l10n_medium": "Jan 2018\u{2009}–\u{2009}Sep 2020",
        "publication_date_l10n_long": "January 2018\u{2009}–\u{2009}September 2020",
        "created_date_l10n_long": "November 20, 2026", "updated_date_l10n_long": "December 1, 2026",
        "resource_type": {"id": "image-photo", "title_l10n": "Photo"},
        "additional_titles": [{
            "title": "Ein Datensatz", "type": {"id": "translated-title", "title_l10n": "Translated title"},
            "lang": {"id": "deu", "title_l10n": "German"}
        }],
        "custom_fields": {},
        "access_status": {
            "id": "open", "title_l10n": "Open", "description_l10n": "The record and files are publicly accessible.",
            "icon": "unlock", "embargo_date_l10n": null, "message_class": ""
        },
        "creators": {"creators": [{"person_or_org": {"type": "organizational", "name": "CERN"}}], "affiliations": []},
        "contributors": {
            "contributors": [{
                "person_or_org": {"type": "personal", "name": "Carberry, Josiah"},
                "role": {"id": "editor", "title": "Editor"}, "affiliations": [[1, "Wesleyan"]]
            }],
            "affiliations": [[1, "Wesleyan", null]]
        },
        "languages": [{"id": "dan", "title_l10n": "Danish"}],
        "description_stripped": "A description\nwith tags", "version": "v3",
        "related_identifiers": [{
            "identifier": "10.1234/foo.bar", "relation_type": {"id": "iscitedby", "title_l10n": "Is cited by"},
            "scheme": "doi", "resource_type": {"id": "dataset", "title_l10n": "Dataset"}
        }],
        "additional_descriptions": [{"description": "Bla <b>bla</b>", "type": {"id": "methods", "title_l10n": "Methods"}}],
        "dates": [{"date": "1939/1945", "type": {"id": "other", "title_l10n": "Other"}, "description": "A date"}],
        "rights": [
            {"id": "cc-by-4.0", "title_l10n": "CC BY", "description_l10n": "With credit.", "icon": "cc-by-icon", "props": {"url": "u"}},
            {"title_l10n": "Own terms", "link": "https://example.org/terms"}
        ],
        "is_draft": false,
        "funding": [
            {"award": {"title_l10n": "OpenAIRE", "number": "246686", "identifiers": []}, "funder": {"id": "00k4n6c32", "name": "EC"}},
            {"funder": {"name": "A private funder"}}
        ],
        "locations": {"features": [{
            "place": "Place", "description": "Text", "geometry": {"type": "Point", "coordinates": [-32.9, -60.6]},
            "identifiers": [{"scheme": "wikidata", "identifier": "Q52140"}]
        }]}
    });
    assert_eq!(format!("{:#}", shown(&full())), format!("{expected:#}"));
}

#[test]
fn titles_follow_the_reader_where_a_translation_exists() {
    let german = shown_to(&full(), &["de-ch", "en"]);
    assert_eq!(german["resource_type"]["title_l10n"], "Foto");
    assert_eq!(german["contributors"]["contributors"][0]["role"]["title"], "EditorIn");
    assert_eq!(german["languages"][0]["title_l10n"], "Danish");
}

#[test]
fn an_empty_draft_shows_only_what_is_always_there() {
    let draft = json!({
        "created": "2026-11-20T22:30:46.464904+00:00", "updated": "2026-11-20T22:30:46.464904+00:00",
        "versions": {"index": 1}, "is_draft": true, "metadata": {}, "ui": {"stale": true},
        "access": {"record": "public", "files": "public", "status": "metadata-only"}
    });
    let shown = shown(&draft);
    let keys: Vec<&str> = shown.as_object().unwrap().keys().map(String::as_str).collect();
    let expected = [
        "created_date_l10n_long",
        "updated_date_l10n_long",
        "custom_fields",
        "access_status",
        "version",
        "is_draft",
    ];
    assert_eq!(keys, expected);
    assert_eq!((&shown["version"], &shown["is_draft"]), (&json!("v1"), &json!(true)));
}

#[test]
fn custom_fields_keep_their_keys_and_one_title_of_each_entry() {
    let json = json!({
        "metadata": {"publication_date": "2020"},
        "custom_fields": {
            "code:codeRepository": "https://example.org/repo",
            "code:programmingLanguage": [{"id": "python", "title": {"en": "Python"}}],
            "code:developmentStatus": {"id": "active", "title": titles("Active", "Aktiv")},
            "meeting:meeting": {"title": "Conference", "acronym": "C24"},
            "journal:journal": {"title": "Journal"}
        }
    });
    let shown = shown_to(&json, &["de"]);
    let expected = json!({
        "code:codeRepository": "https://example.org/repo",
        "code:programmingLanguage": [{"id": "python", "title_l10n": "Python"}],
        "code:developmentStatus": {"id": "active", "title_l10n": "Aktiv"},
        "meeting:meeting": {"title": "Conference", "acronym": "C24"},
        "journal:journal": {"title": "Journal"}
    });
    assert_eq!(shown["custom_fields"], expected);
    assert_eq!(shown["conference"], json!({"title": "Conference", "acronym": "C24"}));
    assert_eq!(shown["publishing_information"], json!({"journal": "Journal, 2020."}));
}

#[test]
fn a_list_shows_each_hit_and_orders_its_keys() {
    let list = json!({
        "hits": {"hits": [{"id": "a", "metadata": {"version": "v9"}}, {"id": "b"}], "total": 7},
        "aggregations": {}, "sortBy": "oldest", "page": 1, "links": {}
    });
    let reader = Reader { language: Language::default(), anonymous: true };
    let list = record_list(list.as_object().unwrap().clone(), reader);
    assert_eq!(list.keys().collect::<Vec<_>>(), ["hits", "aggregations", "links", "sortBy"]);
    assert_eq!(list["hits"]["total"], 7);
    assert_eq!(list["hits"]["hits"][0]["ui"]["version"], "v9");
    assert_eq!(list["hits"]["hits"][1]["ui"]["version"], "v1");
}

#[test]
fn json_of_unexpected_shape_is_shown_without_a_panic() {
    let odd = json!({"metadata": {"creators": {}, "rights": ["x", null], "resource_type": "x", "funding": [3],
        "locations": {"features": [{"geometry": 3, "identifiers": "x"}]}, "dates": "x", "publication_date": 3},
        "custom_fields": [], "access": "x", "versions": 3, "tombstone": "x", "created": 5});
    let ui = shown(&odd);
    assert_eq!(ui["custom_fields"], json!({}));
    let reader = Reader { language: Language::default(), anonymous: false };
    for list in [json!({}), json!({"hits": []}), json!({"hits": {"hits": [3]}})] {
        record_list(list.as_object().unwrap().clone(), reader);
    }
    record(&mut Map::new(), reader);
}
