//! What is marked, and how it is shown.

use cairn_model::{
    kinds::records::RECORD,
    mapping::{FieldType, Mapped},
};
use cairn_ports::clock::TestClock;

use super::*;
use crate::search::{Names, parse};

static MAPPING: Mapping = Mapping {
    index: "things",
    fields: &[
        Mapped { path: "id", kind: FieldType::Keyword },
        Mapped { path: "title", kind: FieldType::TextAndKeyword },
        Mapped { path: "people.name", kind: FieldType::Text },
        Mapped { path: "label", kind: FieldType::Texts },
    ],
    defaults: &[("title", 2.0), ("id", 1.0)],
    unreturned: &[],
};

fn highlighter(q: &str) -> Option<Highlighter> {
    Highlighter::of(&parse(q, &[&MAPPING], Names::default(), &TestClock::new()), &MAPPING)
}

/// What a search marks in a document.
fn found(q: &str, document: &Value) -> Value {
    let fragments = |mut highlighter: Highlighter| highlighter.fragments(document.as_object().unwrap());
    json!(highlighter(q).map(fragments).unwrap_or_default())
}

/// What a search marks in a title.
fn titled(q: &str, title: &str) -> String {
    found(q, &json!({"title": title}))["title"][0].as_str().unwrap_or_default().to_owned()
}

#[test]
fn what_the_search_asked_for_is_marked() {
    for (q, title, shown) in [
        ("fox", "The Fox, a fox", "The <em>Fox</em>, a <em>fox</em>"),
        ("brown fox", "brown fox", "<em>brown</em> <em>fox</em>"),
        ("muller", "Bei MÜLLER's", "Bei <em>MÜLLER</em>&#x27;s"),
        ("Straße", "strasse 1", "<em>strasse</em> 1"),
        ("\"quick fox\"", "fox quick fox", "fox <em>quick fox</em>"),
        ("\"quick fox\"", "quick brown fox", ""),
        ("\"quick fox\"~1", "quick brown fox", "<em>quick</em> brown <em>fox</em>"),
        ("\"quick fox\"~1", "quick or slow fox", ""),
        ("東京大学", "于東京大学院", "于<em>東京大学</em>院"),
        ("snake_case", "a snake_case b", "a <em>snake_case</em> b"),
        ("snakecase", "a snake_case b", "a <em>snake_case</em> b"),
        ("case", "a snake_case b", "a snake_<em>case</em> b"),
        ("heavy-ion", "heavyion and heavy, ion", "<em>heavyion</em> and <em>heavy, ion</em>"),
        ("neutr*", "Neutrinos, neutral", "<em>Neutrinos</em>, <em>neutral</em>"),
        ("*uon", "a muon, muons", "a <em>muon</em>, muons"),
        ("k?ln", "Köln kiln klan", "<em>Köln</em> <em>kiln</em> klan"),
        ("higgz~", "the Higgs hogzz", "the <em>Higgs</em> hogzz"),
        ("nuetrnio~2", "a neutrino", "a <em>neutrino</em>"),
        ("fox NOT dog", "fox and dog", "<em>fox</em> and dog"),
        ("fox -(brown dog)", "brown fox", "brown <em>fox</em>"),
        ("+fox^3 (dog OR cat)", "cat fox", "<em>cat</em> <em>fox</em>"),
        ("title:fox", "fox", "<em>fox</em>"),
        ("ti\\*:fox", "fox", "<em>fox</em>"),
        ("people.name:fox", "fox", ""),
        ("title.keyword:fox", "fox", ""),
        ("title:[a TO z]", "fox", ""),
        ("_exists_:title", "fox", ""),
    ] {
        assert_eq!(titled(q, title), shown, "{q} in {title}");
    }
    for q in ["", "*", "NOT fox", "id:x", "nosuch:fox", "title.keyword:fox"] {
        assert!(highlighter(q).is_none(), "{q}");
    }
}

#[test]
fn nothing_of_a_text_is_markup() {
    for (title, shown) in [
        ("<script>fox</script>", " <em>fox</em>"),
        ("&lt;script&gt;fox&lt;/script&gt;", "&lt;script&gt;<em>fox</em>&lt;/script&gt;"),
        ("1 < 2 \"fox\" & 'x'", "1 &lt; 2 &quot;<em>fox</em>&quot; &amp; &#x27;x&#x27;"),
        ("&lt;em&gt;a&lt;/em&gt; fox", "&lt;em&gt;a&lt;/em&gt; <em>fox</em>"),
        ("<b>f</b>ox <a href='x'>y</a>", "<em>fox</em> y"),
        ("a\n\n \tfox  \u{a0} b ", "a <em>fox</em> b"),
    ] {
        assert_eq!(titled("fox", title), shown.trim_start(), "{title}");
    }
}

#[test]
fn leaves_and_lists_are_fields_with_a_few_fragments() {
    let document = json!({
        "title": "x",
        "people": [{"name": "Fox A"}, {"name": "B"}, {"name": "Fox C"}, {"name": "Fox D"}, {"name": "Fox E"}],
        "label": {"en": "a fox", "de": "ein Fuchs", "nl": "fox"},
    });
    assert_eq!(
        found("people.name:fox label.en:fox label:fuchs", &document),
        json!({
            "label.de": ["ein <em>Fuchs</em>"],
            "label.en": ["a <em>fox</em>"],
            "people.name": ["<em>Fox</em> A", "<em>Fox</em> C", "<em>Fox</em> D"],
        })
    );
    assert_eq!(found("label.\\*:fox", &document)["label.nl"], json!(["<em>fox</em>"]));
}

#[test]
fn long_texts_are_cut_between_words() {
    let filler = "lorem ipsum dolor ".repeat(50);
    let text = format!("{filler}fox {filler}fox fox {filler}fox {filler}fox");
    let shown = found("fox", &json!({ "title": text }))["title"].clone();
    let shown: Vec<&str> = shown.as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    assert_eq!(shown.len(), 3);
    assert!(
        shown[0].starts_with("… ")
            && shown[0].ends_with(" …")
            && shown[0].contains("dolor <em>fox</em> lorem")
    );
    assert!(shown[1].contains("<em>fox</em> <em>fox</em>"));
    for fragment in &shown {
        assert!((120..200).contains(&fragment.chars().count()), "{fragment}");
        let words = fragment.split_whitespace();
        for word in words.filter(|word| !word.contains("<em>") && *word != "…") {
            assert!(["lorem", "ipsum", "dolor"].contains(&word), "{word} in {fragment}");
        }
    }
    assert_eq!(titled("fox", &format!("fox {}", "y".repeat(295))).chars().count(), 308, "300 come whole");
    let signs = titled("fox", &format!("{}fox{}", "-".repeat(9_000), "-".repeat(9_000)));
    assert!(signs.contains("<em>fox</em>") && signs.chars().count() < 200, "{signs}");
    let characters = titled("東京", &format!("{0}東京{0}", "本".repeat(9_000)));
    assert_eq!(characters.chars().filter(|letter| *letter == '本').count(), 148);
}

/// Fragments are as cheap in the records' own mapping, with everything that a query may hold.
#[test]
fn no_text_costs_much() {
    let numbers: Vec<String> = (0..20_000).map(|number| format!("w{number}")).collect();
    let mut long = numbers.join(" ") + " ";
    long.push_str(&"a ".repeat(200_000));
    for q in
        ["a?b* b?c*", "\"a b\"~1000 \"a c\"~1000", "wwww1~ wwww2~ wwww3~ aaaaaa~", "w1* w2* w3* x* y*", "zzz"]
    {
        let q = format!("metadata.description:({q})");
        let asked = parse(&q, &[RECORD.mapping.unwrap()], Names::default(), &TestClock::new());
        let mut highlighter = Highlighter::of(&asked, RECORD.mapping.unwrap()).unwrap();
        let document = json!({"metadata": {"description": long}});
        for _ in 0..100 {
            highlighter.fragments(document.as_object().unwrap());
        }
        assert_eq!(highlighter.budget, 0, "{q}: whatever is read or compared is paid for");
    }
}

#[test]
fn a_long_hit_leaves_something_for_the_next() {
    let mut highlighter = highlighter("fox").unwrap();
    let long = json!({"title": "a ".repeat(1_000_000) + "fox"});
    assert!(highlighter.fragments(long.as_object().unwrap()).is_empty());
    let short = json!({"title": "fox"});
    assert_eq!(highlighter.fragments(short.as_object().unwrap()).len(), 1);
}
