//! The grammar, case by case; and that no text breaks it.

use std::time::Instant;

use cairn_model::mapping::{FieldType, Mapped};
use cairn_ports::clock::TestClock;
use proptest::prelude::*;

use super::*;

const fn mapped(path: &'static str, kind: FieldType) -> Mapped {
    Mapped { path, kind }
}

static MAPPING: Mapping = Mapping {
    index: "things",
    fields: &[
        mapped("id", FieldType::Keyword),
        mapped("created", FieldType::Date),
        mapped("span", FieldType::DateRange),
        mapped("title", FieldType::TextAndKeyword),
        mapped("creators.name", FieldType::Text),
        mapped("creators.id", FieldType::Keyword),
        mapped("pids", FieldType::Keywords),
        mapped("label", FieldType::Texts),
        mapped("notes.text", FieldType::Text),
    ],
    defaults: &[("title", 2.0), ("id", 1.0)],
    unreturned: &[],
};

fn read(text: &str) -> Query {
    parse(
        text,
        &[&MAPPING],
        Names { restricted: &["notes"], aliases: &[("short", "title"), ("notes", "title")] },
        &TestClock::new(),
    )
}

/// A query in short: `+` must, `-` must not, `f=v` term, `f:w` word, `f:"p"~s` phrase and so on.
fn short(query: &Query) -> String {
    let names = |fields: &[(String, f32)]| match fields {
        [(field, _)] => format!("{field}:"),
        _ => String::new(),
    };
    match query {
        Query::All => "*".into(),
        Query::Nothing => "0".into(),
        Query::Term { field, value } => format!("{field}={value}"),
        Query::Words { fields, text, .. } => format!("{}{text}", names(fields)),
        Query::Phrase { fields, text, slop: 0 } => format!("{}\"{text}\"", names(fields)),
        Query::Phrase { fields, text, slop } => format!("{}\"{text}\"~{slop}", names(fields)),
        Query::Wildcard { fields, pattern } => format!("{}/{pattern}/", names(fields)),
        Query::Fuzzy { fields, word, distance } => {
            format!("{}{word}~{}", names(fields), distance.map(|edits| edits.to_string()).unwrap_or_default())
        }
        Query::Range { field, from, to } => format!("{field}:{from:?}..{to:?}").replace('"', ""),
        Query::Exists { field } => format!("?{field}"),
        Query::Boost(query, factor) => format!("{}^{factor}", short(query)),
        Query::Bool(clauses) => {
            let part = |sign: &str, queries: &[Query]| {
                queries.iter().map(|query| format!("{sign}{}", short(query))).collect::<Vec<_>>()
            };
            let parts = [part("+", &clauses.must), part("", &clauses.should), part("-", &clauses.must_not)];
            format!("({})", parts.concat().join(" "))
        }
        other => format!("{other:?}"),
    }
}

/// Each text is read as the query beside it.
fn assert_all(cases: &[(&str, &str)]) {
    for (text, wanted) in cases {
        assert_eq!(short(&read(text)), *wanted, "{text}");
    }
}

/// Each text is searched as plain words.
fn assert_plain(texts: &[&str]) {
    for text in texts {
        let plain = Query::Words {
            fields: vec![("title".into(), 2.0), ("id".into(), 1.0)],
            text: (*text).to_owned(),
            all: false,
        };
        assert_eq!(read(text), plain, "{text}");
    }
}

#[test]
fn blank_and_star_are_everything() {
    assert_all(&[
        ("", "*"),
        ("  ", "*"),
        ("*", "*"),
        ("*:*", "*"),
        ("a AND *", "(+a +*)"),
        ("*:* -a", "(* -a)"),
    ]);
}

#[test]
fn operators_bind_as_in_the_classic_grammar() {
    assert_all(&[
        ("a", "a"),
        ("a b", "(a b)"),
        ("a OR b", "(a b)"),
        ("a AND b", "(+a +b)"),
        ("a && b", "(+a +b)"),
        ("a || b", "(a b)"),
        ("a AND b OR c", "(+a +b c)"),
        ("a OR b AND c", "(+b +c a)"),
        ("a OR b AND c OR d", "(+b +c a d)"),
        ("a b AND c", "(+b +c a)"),
        ("NOT a", "(-a)"),
        ("!a", "(-a)"),
        ("a NOT b", "(a -b)"),
        ("a AND NOT b", "(+a -b)"),
        ("NOT a AND b", "(+b -a)"),
        ("NOT a AND NOT b", "(-a -b)"),
        ("+a -b c", "(+a c -b)"),
        ("+a", "a"),
        ("a OR +b", "(+b a)"),
        ("(a OR b) AND c", "(+(a b) +c)"),
        ("a AND (b OR NOT c)", "(+a +(b -c))"),
        ("((a))", "a"),
        ("and or not", "(and or not)"),
        ("a - b", "(a b)"),
        ("a & b", "(a b)"),
        ("a AND & AND b", "(+a +b)"),
        ("&", "0"),
    ]);
}

#[test]
fn words_have_many_forms() {
    assert_all(&[
        ("\"a b\"", "\"a b\""),
        ("\"a b\"~2", "\"a b\"~2"),
        ("'a b'", "('a b')"),
        ("10.1234/abc", "10.1234/abc"),
        ("/a/", "/a/"),
        ("a* ?b c*d", "(/a*/ /?b/ /c*d/)"),
        ("a~", "a~"),
        ("a~1", "a~1"),
        ("a~2^3", "a~2^3"),
        ("abcd~0.5", "abcd~2"),
        ("abcd~0.8", "abcd~0"),
        ("abcd~9", "abcd~2"),
        ("a^2", "a^2"),
        ("(a b)^0.5", "(a b)^0.5"),
        ("a\\ b", "a b"),
        ("a\\*", "a*"),
        ("\\\"a", "\"a"),
        ("a-b a+b", "(a-b a+b)"),
        ("日本語", "日本語"),
        (r"a \AND b", "(a AND b)"),
        (r"a\u0020b", "a b"),
    ]);
}

#[test]
fn fields_are_searched_as_they_are_mapped() {
    assert_all(&[
        ("title:a", "title:a"),
        ("title : a", "title:a"),
        ("title:\"a b\"", "title:\"a b\""),
        ("title.keyword:\"a b\"", "title.keyword=a b"),
        ("title.original:a", "title.original:a"),
        ("id:A-1", "id=A-1"),
        ("id:\"a b\"", "id=a b"),
        ("id:a*", "id:/a*/"),
        ("id:a~1", "id:a~1"),
        ("pids.doi.identifier:\"10.1/x\"", "pids.doi.identifier=10.1/x"),
        ("pids.doi.identifier.keyword:x", "pids.doi.identifier.keyword=x"),
        ("label.en:a", "label.en:a"),
        ("label:a", "label:a"),
        ("title:(a OR \"b c\") d", "((title:a title:\"b c\") d)"),
        ("title:(a AND id:b)", "(+title:a +id=b)"),
        ("id:(a b)^2", "(id=a id=b)^2"),
        (r"creators.\*:x", "creators.*:x"),
        ("title:a AND id:b", "(+title:a +id=b)"),
    ]);
}

#[test]
fn what_is_no_field_holds_nothing() {
    assert_all(&[
        ("nosuch:a", "0"),
        ("doi:10.1234", "0"),
        ("Title:a", "0"),
        ("pids:a", "0"),
        ("creators:a", "0"),
        ("title.nosuch:a", "0"),
        ("a OR nosuch:b", "(a 0)"),
        ("nosuch:[a TO b]", "0"),
        ("nosuch:(a title:b)", "(0 title:b)"),
        ("_exists_:nosuch", "0"),
    ]);
}

#[test]
fn ranges_and_presence() {
    assert_all(&[
        ("created:[2020 TO 2021]", "created:Included(2020)..Included(2021)"),
        ("created:{2020 TO 2021]", "created:Excluded(2020)..Included(2021)"),
        ("created:[* TO \"2021-01-01T00:00:00Z\"}", "created:Open..Excluded(2021-01-01T00:00:00Z)"),
        ("created:>=2020", "created:Included(2020)..Open"),
        ("created:>2020", "created:Excluded(2020)..Open"),
        ("created:(<=2020 AND >2010)", "(+created:Open..Included(2020) +created:Excluded(2010)..Open)"),
        ("id:[a TO b]^2", "id:Included(a)..Included(b)^2"),
        ("[a TO b]", "(title:Included(a)..Included(b) id:Included(a)..Included(b))"),
        ("_exists_:creators", "?creators"),
        ("_exists_:creators.id", "?creators.id"),
        ("_exists_:\"pids.doi.identifier\"", "?pids.doi.identifier"),
        ("_exists_:creators.*", "(?creators.name ?creators.id)"),
        ("creators:*", "?creators"),
        ("title:*", "?title"),
        ("-title:*", "(-?title)"),
        ("title:**^2", "?title^2"),
    ]);
}

#[test]
fn dates_are_computed_where_fields_hold_dates() {
    assert_all(&[
        (
            "created:[now-7d TO now-1s}",
            "created:Included(2025-12-25T00:00:00.000000+00:00)..Included(2025-12-31T23:59:58.999999+00:00)",
        ),
        ("created:>now-1M/M", "created:Included(2026-01-01T00:00:00.000000+00:00)..Open"),
        (
            "created:now/d",
            "created:Included(2026-01-01T00:00:00.000000+00:00)..Included(2026-01-01T23:59:59.999999+00:00)",
        ),
        (
            "created:\"2024||/y\"",
            "created:Included(2024-01-01T00:00:00.000000+00:00)..Included(2024-12-31T23:59:59.999999+00:00)",
        ),
        (
            "created:2024-01-01||+1M/d^2",
            "created:Included(2024-02-01T00:00:00.000000+00:00)..Included(2024-02-01T23:59:59.999999+00:00)^2",
        ),
        ("span:<now", "span:Open..Included(2025-12-31)"),
        ("span:[2020 TO now/y]", "span:Included(2020)..Included(2026-12-31)"),
        ("created:[now-7x TO *]", "created:Included(now-7x)..Open"),
        ("created:now-7x", "created:Included(now-7x)..Included(now-7x)"),
        ("id:[now-7d TO now]", "id:Included(now-7d)..Included(now)"),
        ("id:now title:now", "(id=now title:now)"),
    ]);
    // One instant for all of a query, however often the clock is looked at.
    let Query::Bool(clauses) = read("created:now AND created:now") else { panic!("not both") };
    assert_eq!(clauses.must[0], clauses.must[1]);
}

#[test]
fn what_the_grammar_does_not_allow_is_plain_text() {
    assert_plain(&[
        "((",
        "(a",
        "a)",
        "title:",
        "title:[",
        "AND AND",
        "a AND",
        "OR a",
        "AND",
        "\"unclosed",
        "[1 TO",
        "{}",
        "\\",
        "foo:bar:baz",
        "!!!",
        "a^",
        "a^b",
        "()",
        "title:()",
        "creators.*:x",
        "a:b:c",
        ":",
        "metadata:[x TO",
        "a +",
        "/[a/",
        "a OR OR b",
        "^2",
        "~1",
        "title:AND",
        "a AND OR b",
    ]);
}

#[test]
fn restricted_paths_are_plain_text() {
    assert_plain(&[
        "notes.text:a",
        "title:b OR notes.text:a",
        "_exists_:notes",
        "_exists_:notes*",
        "_exists_:note*",
        "notes.text:*",
        r"note\*:a",
        "(a (notes.nosuch:b))",
    ]);
    assert_all(&[(r"\*:a", "a"), ("notes", "notes")]);
}

#[test]
fn costs_are_bounded() {
    let nested = |depth| format!("{}a{}", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(short(&read(&nested(32))), "a");
    assert_plain(&[
        &nested(33),
        &"(".repeat(4_000),
        &"a ".repeat(97),
        &"\"a b\" ".repeat(49),
        &"a* ".repeat(17),
        &"*a ".repeat(3),
        &"/a* ".repeat(3),
        &"a~ ".repeat(9),
        // Three fields, where words by themselves are looked for in two.
        &r"c\*:a ".repeat(49),
        &r"c\*:a* ".repeat(9),
        &r"c\*:a~ ".repeat(5),
    ]);
    for most in ["a ".repeat(96), "\"a b\" ".repeat(48), "a* ".repeat(16), "*a ".repeat(2), "a~ ".repeat(8)] {
        assert!(matches!(read(&most), Query::Bool(_)), "{most}");
    }
    for most in [r"c\*:a ".repeat(48), r"c\*:a* ".repeat(8), r"c\*:a~ ".repeat(4)] {
        assert!(matches!(read(&most), Query::Bool(_)), "{most}");
    }
    let Query::Words { text, .. } = read(&"é".repeat(5_000)) else { panic!("not plain") };
    assert_eq!(text.chars().count(), 4_096);
}

#[test]
fn several_mappings_are_one_set_of_fields() {
    static OTHER: Mapping = Mapping {
        index: "others",
        fields: &[mapped("extra", FieldType::Keyword)],
        defaults: &[("id", 1.0), ("extra", 1.0)],
        unreturned: &[],
    };
    let query = parse("extra:a b", &[&MAPPING, &OTHER], Names::default(), &TestClock::new());
    let Query::Bool(clauses) = query else { panic!("{query:?}") };
    assert_eq!(clauses.should[0], Query::term("extra", "a"));
    let Query::Words { fields, .. } = &clauses.should[1] else { panic!("{clauses:?}") };
    assert_eq!(fields.iter().map(|(field, _)| field.as_str()).collect::<Vec<_>>(), ["title", "id", "extra"]);
}

proptest! {
    #[test]
    fn no_text_breaks_the_parser(text in "\\PC{0,200}") {
        read(&text);
    }

    #[test]
    fn no_syntax_breaks_the_parser(parts in prop::collection::vec(prop::sample::select(vec![
        "a", "b c", "(", ")", "[", "]", "{", "}", " TO ", "\"", "\\", ":", "title:", "_exists_:", "*", "?", "~", "~1", "^",
        "^2", " AND ", " OR ", " NOT ", "&&", "||", "!", "+", "-", " ", "/", ">", "<=", "\u{3000}", "é", "\u{0}", "1.5",
    ]), 0..60)) {
        let text = parts.concat();
        read(&text);
    }
}

/// The time grows with the length, not with its square: sixteen times the text may not take a hundred times as long.
#[test]
fn long_texts_take_linear_time() {
    for part in ["(", "a ", "a:", "title:(", "[a TO b] ", "\\", "\"a\" ", "a~^2 ", "-", "title:a AND "] {
        let time = |length: usize| {
            let text: String = part.chars().cycle().take(length).collect();
            (0..5)
                .map(|_| {
                    let start = Instant::now();
                    read(&text);
                    start.elapsed()
                })
                .min()
                .unwrap_or_default()
        };
        let (short, long) = (time(250), time(4_000));
        assert!(long < short * 100 + std::time::Duration::from_millis(5), "{part}: {short:?} {long:?}");
    }
}

#[test]
fn short_names_stand_for_paths_even_where_they_are_restricted() {
    for alias in ["short", "notes"] {
        assert_eq!(read(&format!("{alias}:(a b)")), read("title:(a b)"));
    }
    assert_ne!(read("notes.text:a"), read("title:a"));
}
