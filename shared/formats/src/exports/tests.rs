//! What is easily got wrong. What whole records look like is in the snapshots of `records.export`.

use serde_json::{Map, json};

use super::*;
use crate::links::Site;

fn map(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("no object: {other}"),
    }
}

/// A record with this metadata, as one form writes it.
fn text(name: &str, metadata: Value) -> String {
    let id = ("id".to_owned(), json!("abcde-fgh12"));
    whole(name, Value::Object(Map::from_iter([id, ("metadata".to_owned(), metadata)])))
}

fn whole(name: &str, record: Value) -> String {
    let record = map(record);
    match named(name).unwrap().write {
        Write::Json(write) => write(source(&record)).to_string(),
        Write::Text(write) => write(source(&record)),
        other => panic!("{other:?}"),
    }
}

fn source(record: &Map<String, Value>) -> Source<'_> {
    Source { record, site: Site::new("https://x.org") }
}

fn article(more: Value) -> Value {
    let mut metadata = json!({
        "title": "On a & b", "publication_date": "2020-06/2021", "resource_type": {"id": "publication-article"},
        "creators": [{"person_or_org": {"type": "personal", "name": "Åström, Ö", "family_name": "Åström", "given_name": "Ö"}}]
    });
    metadata.as_object_mut().unwrap().extend(map(more));
    metadata
}

#[test]
fn every_form_is_found_by_its_names_alone() {
    for export in &EXPORTS {
        if let Some(name) = export.name {
            assert_eq!(named(name).unwrap().media, export.media);
        }
        if let Some(media) = export.accept {
            assert_eq!(accepted(media).unwrap().media, export.media);
        }
    }
    assert!(named("").is_none() && named("JSON").is_none() && accepted("application/x-yaml").is_none());
}

#[test]
fn an_entry_is_of_the_first_type_whose_fields_are_all_there() {
    let plain = text("bibtex", article(json!({})));
    let expected = "@misc{astrom_2020_abcde-fgh12,\n  author       = {Åström, Ö},\n  title        = {On a \\& b},\n  \
                    month        = jun,\n  year         = 2020,\n}";
    assert_eq!(plain, expected);
    let record = json!({
        "id": "abcde-fgh12", "metadata": article(json!({})),
        "custom_fields": {"journal:journal": {"title": "Journal", "issue": "7", "pages": "1-2"}}
    });
    let in_journal = whole("bibtex", record);
    assert!(in_journal.starts_with("@article{"), "{in_journal}");
    assert!(in_journal.contains("  number       = 7,\n  pages        = {1-2},\n"), "{in_journal}");
}

#[test]
fn values_of_bibtex_cannot_leave_their_braces() {
    for (title, expected) in [
        ("A } in {", "{A  in }"),
        ("A \\} in", "{A \\ in}"),
        ("{Kept} {as {it} is}", "{{Kept} {as {it} is}}"),
        ("50% of $x_1$ \\& more \\", "{50\\% of \\$x\\_1\\$ \\& more \\ }"),
        ("2024", "2024"),
    ] {
        let entry = text("bibtex", article(json!({"title": title})));
        assert!(entry.contains(&format!("  title        = {expected},\n")), "{title}: {entry}");
    }
    let long = text("bibtex", article(json!({"title": "word ".repeat(20).trim()})));
    let word = ["word"; 10].join(" ");
    assert!(long.contains(&format!("= {{{word}\n{:20}{word}}},\n", "")), "{long}");
}

#[test]
fn csv_quotes_what_it_must_and_has_the_columns_of_all_rows() {
    let one = map(json!({"id": "a", "ok": true, "none": null, "list": [{"x": 1.5}, {}], "empty": {}}));
    let other = map(json!({"id": "b", "text": "one, \"two\"\nthree"}));
    let table = csv::full(&[source(&one), source(&other)]);
    let expected = "id,list.0.x,none,ok,text\r\na,1.5,,True,\r\nb,,,,\"one, \"\"two\"\"\nthree\"\r\n";
    assert_eq!(table, expected);
    let record = map(json!({"id": "a", "metadata": {"rights": [{"id": "x"}, {"link": "l"}, {"id": "y"}]}}));
    let simple = csv::simple(&[source(&record)]);
    assert_eq!(simple.split_once("\r\n").unwrap().1, "a,,,,,,,,,\"x\ny\"\r\n");
}

#[test]
fn texts_of_yaml_are_read_as_the_same_texts() {
    let value = json!({
        "z": ["no", "Yes it is", "2020-01-01", "a: b", "- x", "é", "tab\t\"q\"\u{85}\n", "end "],
        "a": [{"b": "x", "a": "~"}, {"c": "d"}], "b": true
    });
    let expected = "a:\n- a: \"~\"\n  b: x\n- c: d\nb: true\nz:\n- \"no\"\n- Yes it is\n- \"2020-01-01\"\n- \"a: b\"\n\
                    - \"- x\"\n- \"é\"\n- \"tab\\t\\\"q\\\"\\u0085\\n\"\n- \"end \"\n";
    assert_eq!(yaml::document(&value), expected);
}

#[test]
fn a_citation_file_says_only_what_its_format_takes() {
    let file = text(
        "cff",
        article(json!({"rights": [{"id": "cc-by-4.0"}, {"id": "own"}, {"link": "https://x.org/l"}]})),
    );
    assert!(file.contains("license:\n- CC-BY-4.0\nlicense-url: \"https://x.org/l\"\n"), "{file}");
    assert!(!file.contains("date-released"), "{file}");
    let twice = article(json!({"publication_date": "2020-06-01"}));
    let (first, mut twice) = (twice["creators"][0].clone(), twice);
    twice["contributors"] = json!([first]);
    let file = text("cff", twice);
    assert!(file.contains("date-released: \"2020-06-01\"\n"), "{file}");
    assert_eq!(file.matches("family-names").count(), 1, "{file}");
}

#[test]
fn places_are_points_boxes_or_polygons() {
    let features =
        |geometry: Value| json!({"locations": {"features": [{"place": "P", "geometry": geometry}]}});
    let point = features(json!({"type": "Point", "coordinates": [-32.5, 7]}));
    assert!(
        text("datacite-json", point)
            .contains(r#""geoLocationPoint":{"pointLongitude":"-32.5","pointLatitude":"7"}"#)
    );
    let ring = |ring: Value| features(json!({"type": "Polygon", "coordinates": [ring]}));
    let bounds = text("datacite-xml", ring(json!([[1, 2], [3, 2], [3, 4], [1, 4], [1, 2]])));
    for edge in [
        "<westBoundLongitude>1<",
        "<eastBoundLongitude>3<",
        "<southBoundLatitude>2<",
        "<northBoundLatitude>4<",
    ] {
        assert!(bounds.contains(edge), "{bounds}");
    }
    let triangle = ring(json!([[0, 0], [1, 2.5], [3, 1], [0, 0]]));
    assert_eq!(text("datacite-xml", triangle.clone()).matches("<polygonPoint>").count(), 4);
    assert!(text("dcat-ap", triangle).contains(">POLYGON((0 0,1 2.5,3 1,0 0))<"));
    let several = features(json!({"type": "MultiPoint", "coordinates": [[1, 2]]}));
    assert!(text("datacite-json", several.clone()).contains(r#""geoLocations":[{"geoLocationPlace":"P"}]"#));
    assert!(
        text("geojson", json!({"locations": {"features": [{"place": "P"}]}})).contains(r#""geometry":null"#)
    );
}

#[test]
fn json_of_unexpected_shape_is_written_without_a_panic() {
    let odd = json!({"creators": {}, "rights": ["x", null], "resource_type": "x", "funding": [3], "title": 3,
        "locations": {"features": [{"geometry": 3, "identifiers": "x"}]}, "dates": "x", "publication_date": "/",
        "related_identifiers": [{}], "identifiers": [[]], "description": {}, "languages": [null]});
    let record = json!({"metadata": odd, "pids": 3, "files": {"entries": {"": null}, "enabled": true}, "links": [],
        "custom_fields": {"journal:journal": "x"}, "parent": {"communities": {"entries": [1]}}, "updated": "ü"});
    for export in &EXPORTS {
        for record in [&map(json!({})), &map(record.clone())] {
            match export.write {
                Write::Json(write) => drop(write(source(record))),
                Write::Text(write) => drop(write(source(record))),
                Write::Rows(write) => drop(write(&[source(record)])),
                Write::Plain | Write::Interface | Write::Citation => {}
            }
        }
    }
}

#[test]
fn sizes_are_for_people() {
    for (bytes, shown) in
        [(0_u64, "0.0 B"), (128, "128.0 B"), (1_258_291, "1.2 MB"), (1_536, "1.5 KB"), (1 << 40, "1.0 TB")]
    {
        let record = json!({"files": {"enabled": true, "total_bytes": bytes}});
        assert!(whole("json-ld", record).contains(&format!(r#""size":"{shown}""#)), "{bytes}");
    }
}
