//! Citations as InvenioRDM gives them, every style, and styles that are meant to hurt.

use serde_json::{Value, json};

use super::*;

/// The record of the reference's exchanges 138 and 149.
fn full() -> Value {
    json!({
        "id": "a73my-wsa61", "type": "graphic", "title": "A full record with every metadata field", "version": "v1.0",
        "author": [{"family": "Nielsen", "given": "Lars Holm"}, {"family": "CERN"}],
        "issued": {"date-parts": [["2018"], ["2020", "09"]]}, "publisher": "InvenioRDM",
    })
}

fn article() -> Value {
    json!({
        "id": "abcde-fgh12", "type": "article-journal", "title": "Glazes", "DOI": "10.5072/glazes",
        "author": [{"family": "Doe", "given": "Jane Ann"}, {"family": "Lee", "given": "Bo"}],
        "issued": {"date-parts": [["2020", "06", "01"]]}, "container_title": "Journal of Kilns", "volume": "3",
        "issue": "2", "page": "7-12", "language": "eng",
    })
}

fn cited(item: &Value, style: &str, locale: &str) -> String {
    cite(item, &Style::named(style).unwrap(), locale).unwrap()
}

#[test]
fn a_record_is_cited_as_inveniordm_does() {
    let apa = "Nielsen, L. H., & CERN. (2018–2020). A full record with every metadata field (Version v1.0) \
               [Graphic]. InvenioRDM.";
    assert_eq!(cited(&full(), "APA", "en-US"), apa);
    let harvard = "Nielsen, L.H. and CERN (2018–2020) A full record with every metadata field. InvenioRDM.";
    assert_eq!(cited(&full(), DEFAULT_STYLE, DEFAULT_LOCALE), harvard);
    let sample = json!({
        "type": "article", "title": "Search sample 0 climate", "author": [{"family": "Doe", "given": "John"}],
        "issued": {"date-parts": [["2010"]]}, "publisher": "Example Press",
    });
    let expected = "Doe, J. (2010) “Search sample 0 climate”. Example Press.";
    assert_eq!(cited(&sample, DEFAULT_STYLE, DEFAULT_LOCALE), expected);
}

#[test]
fn every_style_cites_in_every_language() {
    assert_eq!(Style::names().count(), 79);
    for name in Style::names() {
        let style = Style::named(name).unwrap();
        bounds::cost(&style.rules).unwrap();
        for item in [full(), article()] {
            let text = cite(&item, &style, "en-US").unwrap();
            let author = item["author"][0]["family"].as_str().unwrap().to_lowercase();
            assert!(text.to_lowercase().contains(&author), "{name}: {text}");
        }
        let year = cite(&article(), &style, "en-US").unwrap();
        assert!(year.contains("2020"), "{name}: {year}");
    }
    for locale in ["de-DE", "fr-FR", "ar", "zh-CN", "pt-BR", "xx-XX", "", "de", "😀", "en_GB"] {
        for name in
            ["apa", "ieee", "vancouver", "chicago-fullnote-bibliography", "modern-language-association"]
        {
            assert!(!cited(&article(), name, locale).is_empty(), "{name}, {locale}");
        }
    }
    assert!(cited(&json!({"title": "T", "author": [{"family": "Doe", "given": "J"}, {"family": "Lee", "given": "B"}]}), "apa", "de-DE").contains("Doe, J., & Lee, B. (o. J.)"));
}

#[test]
fn names_that_users_know_are_found() {
    for name in [
        "apa",
        "harvard-cite-them-right",
        "modern-language-association",
        "vancouver",
        "ieee",
        "Chicago-Fullnote-Bibliography",
    ] {
        assert!(Style::named(name).is_some(), "{name}");
    }
    for name in ["", "nosuch", "alphanumeric", "../apa", "http://www.zotero.org/styles/apa"] {
        assert!(Style::named(name).is_none(), "{name}");
    }
}

#[test]
fn items_of_any_shape_are_cited_or_refused() {
    let odd = [
        json!({}),
        json!(null),
        json!({"title": ""}),
        json!({"title": "T", "issued": {"date-parts": [["0000", "13", "99"]]}}),
        json!({"title": "T", "issued": {"date-parts": [["99999"], ["-44"]]}}),
        json!({"title": "T", "issued": {"date-parts": [[], []]}, "author": [{}, 3, {"given": "A"}]}),
        json!({"title": {"a": 1}, "author": "x", "page": -3, "volume": 1e40, "issued": []}),
        json!({"title": "<b>\u{0} \u{200f}", "issued": {"date-parts": [["2020"], ["2021"], ["2022"]]}}),
        json!({"title": "T".repeat(100_000), "page": "1-2-3,,;-", "DOI": "😀"}),
    ];
    for name in ["apa", DEFAULT_STYLE, "vancouver", "ieee", "nature"] {
        let style = Style::named(name).unwrap();
        for item in &odd {
            let _ = cite(item, &style, "en-US");
        }
        assert!(cite(&odd[3], &style, "en-US").unwrap().contains('T'));
    }
}

/// A style whose list of references is this.
fn own(macros: &str, layout: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="utf-8"?>
        <style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">
          <info><title>Own</title><id>own</id><updated>2026-01-01T00:00:00+00:00</updated></info>
          {macros}
          <citation><layout><text variable="title"/></layout></citation>
          <bibliography><layout>{layout}</layout></bibliography>
        </style>"#
    )
}

#[test]
fn a_style_that_is_sent_along_is_used() {
    let style = own(
        r#"<macro name="who"><names variable="author"><label prefix=" "/></names></macro>"#,
        r#"<text macro="who" suffix=": "/><text variable="title" quotes="true"/>"#,
    );
    let style = Style::parse(&style).unwrap();
    assert_eq!(cite(&article(), &style, "de-DE").unwrap(), "Jane Ann Doe, Bo Lee: „Glazes“");
    let child = r#"<style xmlns="http://purl.org/net/xbiblio/csl" version="1.0" default-locale="de-DE"><info>
        <title>Child</title><id>http://www.zotero.org/styles/child</id>
        <link href="http://www.zotero.org/styles/apa" rel="independent-parent"/>
        <updated>2026-01-01T00:00:00+00:00</updated></info></style>"#;
    let undated = json!({"title": "T", "author": [{"family": "Doe", "given": "J"}]});
    assert_eq!(cite(&undated, &Style::parse(child).unwrap(), "en-US").unwrap(), "Doe, J. (o. J.). T.");
}

#[test]
fn styles_that_are_none_or_cost_too_much_are_refused() {
    let said = |xml: &str| Style::parse(xml).unwrap_err().to_string();
    assert!(said("<style>").starts_with("This is no"), "{}", said("<style>"));
    assert!(said("<a></b>").starts_with("This is no"));
    assert!(said(&"x".repeat(2 << 20)).contains("bytes"));
    let deep = own("", &("<group>".repeat(100) + &"</group>".repeat(100)));
    assert!(said(&deep).contains("deeper"), "{}", said(&deep));
    assert!(said(&"<group>".repeat(100_000)).contains("deeper"));
    let ring = own(
        r#"<macro name="a"><text macro="b"/></macro><macro name="b"><text macro="a"/></macro>"#,
        r#"<text macro="a"/>"#,
    );
    assert!(said(&ring).contains("uses itself"), "{}", said(&ring));
    let double = |at: u32| {
        let next = at + 1;
        format!(r#"<macro name="m{at}"><text macro="m{next}"/><text macro="m{next}"/></macro>"#)
    };
    let doubles = (0..20).map(double).collect::<Vec<_>>().concat();
    let laughs =
        own(&(doubles + r#"<macro name="m20"><text variable="title"/></macro>"#), r#"<text macro="m0"/>"#);
    assert!(said(&laughs).contains("elements"), "{}", said(&laughs));
    let bomb = r#"<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>"#.to_owned()
        + &own("", "<text value=\"&b;\"/>");
    assert!(Style::parse(&bomb).is_err());
}

#[test]
fn a_style_as_deep_as_may_be_is_read_and_used_on_any_thread() {
    let (open, close) = ("<group>".repeat(55), "</group>".repeat(55));
    let nested = |at: u32| format!(r#"<macro name="m{at}">{open}<text macro="m{}"/>{close}</macro>"#, at + 1);
    let macros = (0..23).map(nested).collect::<Vec<_>>().concat();
    let style =
        own(&(macros + r#"<macro name="m23"><text variable="title"/></macro>"#), r#"<text macro="m0"/>"#);
    let small = std::thread::Builder::new().stack_size(256 << 10);
    let cited = small.spawn(move || Style::parse(&style).and_then(|style| cite(&article(), &style, "en-US")));
    assert_eq!(cited.unwrap().join().unwrap().unwrap(), "Glazes");
}
