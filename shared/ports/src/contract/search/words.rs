//! Words and phrases in text of all kinds.

use super::*;

pub(super) async fn all(subject: &Subject) {
    write_library(subject).await;
    words(subject).await;
    phrases(subject).await;
    punctuation(subject).await;
    scripts(subject).await;
    patterns(subject).await;
    fuzzy_words(subject).await;
    relevance(subject).await;
}

const LIBRARY: &[(&str, &str, &str)] = &[
    ("pie", "Apple pie", "<p>Made of <b>apple</b>s &amp; flour.</p><p>Bake</p>"),
    ("cake", "The cherry CAKE", "no fruit but cherries"),
    ("split", "banana split", "ice cream and banana"),
    ("wine", "elderberry wine", "by M\u{fc}ller and S\u{f8}rensen"),
    ("accents", "Étude numérique à l'École", "Łódź, Straße, naïve, cafe\u{301}"),
    ("doi", "Data for 10.5281/zenodo.1234567", "see https://doi.org/10.5281/zenodo.1234567."),
    ("code", "snake_case_token and kebab-case-name", "run it as foo.bar(baz) v1.2.3"),
    ("cjk", "東京大学の研究データ", "한국어 데이터 中文数据"),
    ("rtl", "שלום עולם", "مرحبا بالعالم"),
    ("hindi", "हिन्दी भाषा", "ไทย"),
    ("orcid", "Author 0000-0002-1825-0097", "C++ & C# and R&D, 13 TeV"),
];

async fn write_library(subject: &Subject) {
    let documents = LIBRARY.iter().map(|(id, title, description)| {
        record(id, 1, Some(json!({"id": id, "metadata": {"title": title, "description": description}})))
    });
    subject.write(documents.collect()).await;
}

fn all_words(text: &str) -> Query {
    Query::Words { fields: defaults(), text: text.into(), all: true }
}

async fn words(subject: &Subject) {
    for (text, wanted) in [
        ("apple", &["pie"][..]),
        ("APPLE", &["pie"]),
        ("apples", &["pie"]),
        ("apple banana", &["pie", "split"]),
        ("cherry cherries nosuch", &["cake"]),
        ("b", &[]),
        ("amp", &[]),
        ("", &[]),
        ("!!!", &[]),
        ("wine", &["wine"]),
        ("13", &["orcid"]),
    ] {
        subject.assert_finds(any_word(text), wanted).await;
    }
    subject.assert_finds(all_words("banana cream"), &["split"]).await;
    subject.assert_finds(all_words("banana apple"), &[]).await;
    subject.assert_finds(all_words("pie flour"), &["pie"]).await;
    subject
        .assert_finds(Query::Words { fields: within("nosuch"), text: "apple".into(), all: false }, &[])
        .await;
    let title = within("metadata.title");
    subject
        .assert_finds(Query::Words { fields: title, text: "flour pie".into(), all: false }, &["pie"])
        .await;
}

async fn phrases(subject: &Subject) {
    subject.assert_finds(phrase("banana split"), &["split"]).await;
    subject.assert_finds(phrase("Banana Split"), &["split"]).await;
    subject.assert_finds(phrase("split banana"), &[]).await;
    subject.assert_finds(phrase("ice banana"), &[]).await;
    subject.assert_finds(phrase(""), &[]).await;
    let near = |slop| Query::Phrase { fields: defaults(), text: "ice banana".into(), slop };
    subject.assert_finds(near(1), &[]).await;
    subject.assert_finds(near(2), &["split"]).await;
    // A phrase does not run over from one value into the next.
    let creators = json!([{"person_or_org": {"name": "Ada One"}}, {"person_or_org": {"name": "Two Bea"}}]);
    subject.put("names", 1, json!({"metadata": {"creators": creators}})).await;
    subject.assert_finds(phrase("Ada One"), &["names"]).await;
    subject.assert_finds(phrase("One Two"), &[]).await;
}

/// What punctuation joins is found by its parts, and as a whole, quoted or not.
async fn punctuation(subject: &Subject) {
    for text in
        ["10.5281/zenodo.1234567", "https://doi.org/10.5281/zenodo.1234567", "zenodo.1234567", "1234567"]
    {
        subject.assert_finds(any_word(text), &["doi"]).await;
        subject.assert_finds(phrase(text), &["doi"]).await;
    }
    subject.assert_finds(any_word("10.5281/zenodo.7"), &[]).await;
    for text in [
        "snake_case_token",
        "snake",
        "token",
        "snakecasetoken",
        "kebab-case-name",
        "foo.bar",
        "bar(baz)",
        "v1.2.3",
    ] {
        subject.assert_finds(any_word(text), &["code"]).await;
    }
    subject.assert_finds(any_word("kebab-name"), &[]).await;
    subject.assert_finds(any_word("0000-0002-1825-0097"), &["orcid"]).await;
    subject.assert_finds(any_word("0000-0002-1825-0098"), &[]).await;
    subject.assert_finds(any_word("R&D"), &["orcid"]).await;
    subject.assert_finds(any_word("apple!"), &["pie"]).await;
    subject.assert_finds(phrase("case_token and"), &["code"]).await;
}

async fn scripts(subject: &Subject) {
    for (text, wanted) in [
        ("Müller", "wine"),
        ("muller", "wine"),
        ("MU\u{308}LLER", "wine"),
        ("Sorensen", "wine"),
        ("etude numerique", "accents"),
        ("lodz", "accents"),
        ("strasse", "accents"),
        ("café", "accents"),
        ("naive", "accents"),
        ("École", "accents"),
        ("東京大学", "cjk"),
        ("研究", "cjk"),
        ("데이터", "cjk"),
        ("中文", "cjk"),
        ("שלום", "rtl"),
        ("مرحبا", "rtl"),
        ("हिन्दी", "hindi"),
    ] {
        subject.assert_finds(any_word(text), &[wanted]).await;
        subject.assert_finds(phrase(text), &[wanted]).await;
    }
    subject.assert_finds(any_word("日本語"), &[]).await;
    subject.assert_finds(phrase("עולם שלום"), &[]).await;
}

async fn patterns(subject: &Subject) {
    let wildcard = |pattern: &str| Query::Wildcard { fields: defaults(), pattern: pattern.into() };
    for (pattern, wanted) in [
        ("elder*", &["wine"][..]),
        ("ELDER*", &["wine"]),
        ("*berry", &["wine"]),
        ("e?der*y", &["wine"]),
        ("cher*", &["cake"]),
        ("mülle?", &["wine"]),
        ("10.5281/zen*", &["doi"]),
        ("snake_ca*", &["code"]),
        ("appl", &[]),
        ("?", &["accents", "code", "doi", "hindi", "cjk", "orcid"]),
        ("nosuch*", &[]),
    ] {
        if pattern == "?" {
            assert!(!subject.ids(wildcard(pattern)).await.is_empty());
        } else {
            subject.assert_finds(wildcard(pattern), wanted).await;
        }
    }
    let by_id = |pattern: &str| Query::Wildcard { fields: within("id"), pattern: pattern.into() };
    subject.assert_finds(by_id("p*"), &["pie"]).await;
    subject.assert_finds(by_id("P*"), &[]).await;
}

async fn fuzzy_words(subject: &Subject) {
    let fuzzy = |word: &str, distance| Query::Fuzzy { fields: defaults(), word: word.into(), distance };
    subject.assert_finds(fuzzy("bananna", Some(1)), &["split"]).await;
    subject.assert_finds(fuzzy("banxnna", Some(1)), &[]).await;
    subject.assert_finds(fuzzy("banxnna", Some(2)), &["split"]).await;
    subject.assert_finds(fuzzy("elderbrery", Some(1)), &["wine"]).await;
    subject.assert_finds(fuzzy("Müler", Some(1)), &["wine"]).await;
    subject.assert_finds(fuzzy("chery", None), &["cake"]).await;
    subject.assert_finds(fuzzy("elderbarri", None), &["wine"]).await;
    subject.assert_finds(fuzzy("pi", None), &[]).await;
    subject.assert_finds(fuzzy("banana", Some(0)), &["split"]).await;
}

async fn relevance(subject: &Subject) {
    let text =
        |title: &str, description: &str| json!({"metadata": {"title": title, "description": description}});
    subject.put("best", 1, text("quark", "quark quark")).await;
    subject.put("good", 1, text("a quark among many other words of a title", "nothing")).await;
    subject
        .put("weak", 1, text("nothing", "of a quark and a great many other words besides it, on and on"))
        .await;
    let found = subject.find(search(any_word("quark"))).await;
    assert_eq!(found_ids(&found), ["best", "good", "weak"], "titles weigh more, short ones most");
    let boosted = Query::any_of([any_word("pie"), Query::Boost(Box::new(any_word("cake")), 50.0)]);
    assert_eq!(found_ids(&subject.find(search(boosted)).await), ["cake", "pie"]);
}
