//! What records of each kind are to Crossref, and what is easily got wrong.

use serde_json::{Map, Value, json};

use super::*;
use crate::links::Site;

const URL: &str = "https://kiln.test/doi/10.1234/abcde-fgh12";

fn record(kind: &str, metadata: Value, custom: Value) -> Map<String, Value> {
    let mut whole = json!({
        "title": "On a & b", "publication_date": "2020-06-01/2021", "publisher": "Kiln",
        "resource_type": {"id": kind},
        "creators": [
            {"person_or_org": {"type": "personal", "name": "Åström, Ö", "family_name": "Åström", "given_name": "Ö",
                               "identifiers": [{"scheme": "orcid", "identifier": "0000-0002-1825-0097"}]},
             "affiliations": [{"name": "CERN", "identifiers": [{"scheme": "ror", "identifier": "01ggx4157"}]}]},
            {"person_or_org": {"type": "organizational", "name": "The 2nd Kiln"}}
        ]
    });
    if let Value::Object(more) = metadata {
        whole.as_object_mut().unwrap().extend(more);
    }
    let created = json!("2026-11-20T22:30:34.328554+00:00");
    let members =
        [("id", json!("abcde-fgh12")), ("created", created), ("metadata", whole), ("custom_fields", custom)];
    members.map(|(key, value)| (key.to_owned(), value)).into_iter().collect()
}

fn about() -> About<'static> {
    About { doi: "10.1234/abcde-fgh12", url: URL, repository: "Kiln", versions: &[], unknown: &[] }
}

fn written(record: &Map<String, Value>, about: &About<'_>) -> String {
    write(Source { record, site: Site::new("https://kiln.test") }, about).to_string()
}

/// How one kind of work is written, without what it is indented by.
fn work(kind: &str, metadata: Value, custom: Value) -> String {
    let xml = written(&record(kind, metadata, custom), &about());
    xml.lines().skip(1).map(str::trim).collect()
}

#[test]
fn a_kind_of_record_is_a_kind_of_work() {
    let journal = json!({"journal:journal": {"title": "Kiln Letters", "issn": "0317-8471", "volume": "3", "pages": "1-2"}});
    for (kind, custom, begins) in [
        (
            "publication-article",
            journal.clone(),
            "<journal><journal_metadata><full_title>Kiln Letters</full_title>",
        ),
        (
            "publication-article",
            json!({"journal:journal": {"title": "X"}}),
            "<posted_content type=\"other\">",
        ),
        ("dataset", journal, "<database><database_metadata><titles><title>Kiln</title></titles>"),
        ("publication-dissertation", json!({}), "<dissertation publication_type=\"full_text\">"),
        (
            "publication-report",
            json!({}),
            "<report-paper publication_type=\"full_text\"><report-paper_metadata>",
        ),
        ("publication-book", json!({}), "<book book_type=\"monograph\"><book_metadata>"),
        ("publication-preprint", json!({}), "<posted_content type=\"preprint\">"),
        ("software", json!({}), "<posted_content type=\"other\">"),
        ("", json!({}), "<posted_content type=\"other\">"),
    ] {
        let work = work(kind, json!({}), custom);
        assert!(work.starts_with(begins), "{kind}: {work}");
        let leads = format!("<doi_data><doi>10.1234/abcde-fgh12</doi><resource>{URL}</resource></doi_data>");
        assert!(work.contains(&leads), "{kind}: {work}");
        assert!(work.contains("<month>06</month><day>01</day><year>2020</year>"), "{kind}: {work}");
    }
}

#[test]
fn people_have_names_roles_and_places() {
    let contributors = json!([
        {"person_or_org": {"type": "personal", "family_name": "Stein?", "name": "Stein?"}, "role": {"id": "editor"}},
        {"person_or_org": {"type": "personal", "family_name": "Nobody"}, "role": {"id": "sponsor"}},
    ]);
    let work = work("dataset", json!({"contributors": contributors}), json!({}));
    let people = "<contributors><person_name sequence=\"first\" contributor_role=\"author\"><given_name>Ö</given_name>\
                  <surname>Åström</surname><affiliations><institution><institution_name>CERN</institution_name>\
                  <institution_id type=\"ror\">https://ror.org/01ggx4157</institution_id></institution></affiliations>\
                  <ORCID>https://orcid.org/0000-0002-1825-0097</ORCID></person_name>\
                  <organization sequence=\"additional\" contributor_role=\"author\">The 2nd Kiln</organization>\
                  <person_name sequence=\"additional\" contributor_role=\"editor\"><surname>Stein</surname></person_name>\
                  </contributors>";
    assert!(work.contains(people), "{work}");
}

#[test]
fn money_and_terms_are_told_in_the_words_of_others() {
    let metadata = json!({
        "rights": [{"id": "cc-by-4.0", "props": {"url": "https://creativecommons.org/licenses/by/4.0/"}},
                   {"title": {"en": "Mine"}}],
        "funding": [
            {"funder": {"id": "01ggx4157", "name": "CERN"}, "award": {"number": "C-1"}},
            {"funder": {"name": "A & B", "identifiers": [{"scheme": "doi", "identifier": "10.13039/1"}]}},
            {"award": {"number": "lost"}},
        ],
        "version": "1.0", "description": "<p>One.</p>"
    });
    let work = work("publication-preprint", metadata, json!({}));
    for part in [
        "<ai:program name=\"AccessIndicators\">\
         <ai:license_ref>https://creativecommons.org/licenses/by/4.0/</ai:license_ref></ai:program>",
        "<fr:assertion name=\"fundgroup\"><fr:assertion name=\"ror\">https://ror.org/01ggx4157</fr:assertion>\
         <fr:assertion name=\"award_number\">C-1</fr:assertion></fr:assertion>",
        "<fr:assertion name=\"funder_name\">A &amp; B<fr:assertion name=\"funder_identifier\">\
         https://doi.org/10.13039/1</fr:assertion></fr:assertion>",
        "<version_info><version>1.0</version></version_info>",
        "<jats:abstract><jats:p>One.</jats:p></jats:abstract>",
    ] {
        assert!(work.contains(part), "{part}: {work}");
    }
    assert!(!work.contains("lost"), "{work}");
}

#[test]
fn works_are_related_to_what_is_known_and_to_nothing_else() {
    let row = |scheme: &str, id: &str, relation: &str| json!({"scheme": scheme, "identifier": id, "relation_type": {"id": relation}});
    let related = json!([
        row("doi", "10.1/a", "cites"),
        row("doi", "10.1/LOST", "cites"),
        row("doi", "10.1234/ABCDE-fgh12", "isidenticalto"),
        row("url", "https://x.org", "istranslationof"),
        row("ads", "1924MNRAS..84..308E", "cites"),
        row("doi", "10.1/b", "hasmetadata"),
    ]);
    let record = record("dataset", json!({"related_identifiers": related}), json!({}));
    let unknown = ["10.1/lost".to_owned()];
    let xml = written(&record, &About { versions: &["10.1234/v1"], unknown: &unknown, ..about() });
    let rows: Vec<&str> =
        xml.lines().map(str::trim).filter(|line| line.contains("relationship-type")).collect();
    let expected = [
        "<rel:inter_work_relation relationship-type=\"references\" identifier-type=\"doi\">10.1/a</rel:inter_work_relation>",
        "<rel:intra_work_relation relationship-type=\"isTranslationOf\" identifier-type=\"uri\">https://x.org\
         </rel:intra_work_relation>",
        "<rel:intra_work_relation relationship-type=\"hasVersion\" identifier-type=\"doi\">10.1234/v1\
         </rel:intra_work_relation>",
    ];
    assert_eq!(rows, expected);
}

#[test]
fn what_the_schema_has_no_room_for_is_made_to_fit() {
    let long = "x ".repeat(400);
    let custom = json!({"thesis:thesis": {"university": &long, "type": "?"}, "imprint:imprint": {"isbn": "080442957x"}});
    let thesis = work("publication-dissertation", json!({"publication_date": "1066"}), custom);
    assert!(thesis.contains("<month>11</month><day>20</day><year>2026</year>"), "{thesis}");
    assert!(thesis.contains("<isbn media_type=\"electronic\">080442957X</isbn>"), "{thesis}");
    assert!(!thesis.contains("<degree>"), "{thesis}");
    let book = work("publication-book", json!({"publisher": &long}), json!({}));
    assert!(book.contains("<noisbn reason=\"monograph\"/>"), "{book}");
    let name = book.split("<publisher_name>").nth(1).unwrap().split('<').next().unwrap();
    assert!(name.chars().count() <= 255, "{name}");
}

#[test]
fn a_deposit_says_whose_it_is() {
    let record = record("dataset", json!({}), json!({}));
    let work = write(Source { record: &record, site: Site::new("https://kiln.test") }, &about());
    let head =
        Head { batch: "b-1", timestamp: 7, depositor: "Kiln", email: "ada@kiln.test", registrant: "Kiln" };
    let xml: String = document(&head, &work).lines().map(str::trim).collect();
    let begins = "<head><doi_batch_id>b-1</doi_batch_id><timestamp>7</timestamp><depositor>\
                  <depositor_name>Kiln</depositor_name><email_address>ada@kiln.test</email_address></depositor>\
                  <registrant>Kiln</registrant></head><body><database>";
    assert!(xml.contains(begins), "{xml}");
}
