//! Conditions on whole values, ranges, presence, and their combinations.

use super::*;

pub(super) async fn all(subject: &Subject) {
    write_shelf(subject).await;
    terms(subject).await;
    objects(subject).await;
    presence(subject).await;
    combinations(subject).await;
    number_and_text_ranges(subject).await;
    instants(subject).await;
    date_ranges(subject).await;
    refusals(subject).await;
}

async fn write_shelf(subject: &Subject) {
    let documents = [
        json!({"id": "a", "is_published": true, "versions": {"index": 1}, "created": "2020-05-01T10:00:00.000001+00:00",
            "pids": {"doi": {"identifier": "10.1234/AbC", "provider": "external"}, "oai": {"identifier": "oai:x:a"}},
            "metadata": {"publication_date": "2001-02-03",
                "publication_date_range": {"gte": "2001-02-03", "lte": "2001-02-03"},
                "resource_type": {"title": {"en": "Data set", "de": "Datensatz"}},
                "subjects": [{"subject": "Sweet things"}, {"subject": "pie"}], "languages": [{"id": "eng"}]}}),
        json!({"id": "b", "is_published": false, "versions": {"index": 2}, "created": "2020-05-01T23:59:59.999999+00:00",
            "pids": {"doi": {"identifier": "10.1234/abd"}},
            "metadata": {"publication_date": "2005",
                "publication_date_range": {"gte": "2005-01-01", "lte": "2005-12-31"},
                "resource_type": {"title": {"en": "Image"}}, "languages": [{"id": "eng"}, {"id": "deu"}]}}),
        json!({"id": "c", "versions": {"index": 10}, "created": "2021-01-01",
            "metadata": {"publication_date": "2010-06/2011-01", "subjects": [],
                "publication_date_range": [{"gte": "2010-06-01", "lte": "2011-01-31"}, {"gte": "1999-01-01", "lte": "1999-12-31"}]}}),
        json!({"id": "d", "metadata": {"title": "", "subjects": null}}),
    ];
    let documents = documents.into_iter().map(|source| {
        let id = source["id"].as_str().unwrap().to_owned();
        record(&id, 1, Some(source))
    });
    subject.write(documents.collect()).await;
}

async fn terms(subject: &Subject) {
    subject.assert_finds(Query::term("id", "a"), &["a"]).await;
    subject.assert_finds(Query::term("id", "A"), &[]).await;
    subject.assert_finds(Query::term("is_published", "true"), &["a"]).await;
    subject.assert_finds(Query::term("is_published", "false"), &["b"]).await;
    subject.assert_finds(Query::term("versions.index", "10"), &["c"]).await;
    subject.assert_finds(Query::term("metadata.languages.id", "eng"), &["a", "b"]).await;
    subject.assert_finds(Query::term("metadata.subjects.subject.keyword", "Sweet things"), &["a"]).await;
    subject.assert_finds(Query::term("metadata.subjects.subject.keyword", "sweet things"), &[]).await;
    subject.assert_finds(Query::term("metadata.nosuch", "x"), &[]).await;
    let several = |field: &str, values: &[&str]| Query::Terms {
        field: field.into(),
        values: values.iter().map(ToString::to_string).collect(),
    };
    subject.assert_finds(several("id", &["a", "c", "x"]), &["a", "c"]).await;
    subject.assert_finds(several("id", &[]), &[]).await;
    subject.assert_finds(several("versions.index", &["1", "2"]), &["a", "b"]).await;
    subject.assert_finds(Query::Ids(vec!["b".into(), "d".into()]), &["b", "d"]).await;
    subject.assert_finds(Query::Ids(Vec::new()), &[]).await;
}

/// Leaves of an object have paths of their own.
async fn objects(subject: &Subject) {
    subject.assert_finds(Query::term("pids.doi.identifier", "10.1234/AbC"), &["a"]).await;
    subject.assert_finds(Query::term("pids.oai.identifier", "10.1234/AbC"), &[]).await;
    subject.assert_finds(Query::term("pids.doi.provider", "external"), &["a"]).await;
    let title = |path: &str, text: &str| Query::Words { fields: within(path), text: text.into(), all: false };
    subject.assert_finds(title("metadata.resource_type.title.en", "data"), &["a"]).await;
    subject.assert_finds(title("metadata.resource_type.title.de", "data"), &[]).await;
    subject.assert_finds(title("metadata.resource_type.title.de", "DATENSATZ"), &["a"]).await;
    subject.assert_finds(title("metadata.resource_type.title", "datensatz image"), &["a", "b"]).await;
    subject.assert_finds(title("metadata.resource_type.title.*", "image"), &["b"]).await;
    let words =
        Query::Phrase { fields: within("metadata.resource_type.title.en"), text: "data set".into(), slop: 0 };
    subject.assert_finds(words, &["a"]).await;
    let wildcard =
        |path: &str, pattern: &str| Query::Wildcard { fields: within(path), pattern: pattern.into() };
    subject.assert_finds(wildcard("pids.doi.identifier", "10.1234/*"), &["a", "b"]).await;
    subject.assert_finds(wildcard("pids.oai.identifier", "*a"), &["a"]).await;
    subject.assert_finds(wildcard("pids.*.identifier", "oai:*"), &["a"]).await;
    subject.assert_finds(wildcard("metadata.resource_type.title.en", "dat*"), &["a"]).await;
    let fuzzy = Query::Fuzzy {
        fields: within("metadata.resource_type.title.en"),
        word: "imige".into(),
        distance: Some(1),
    };
    subject.assert_finds(fuzzy, &["b"]).await;
}

async fn presence(subject: &Subject) {
    let exists = |field: &str| Query::Exists { field: field.into() };
    for (field, wanted) in [
        ("metadata.subjects", &["a"][..]),
        ("metadata.subjects.subject", &["a"]),
        ("metadata.publication_date_range", &["a", "b", "c"]),
        ("metadata", &["a", "b", "c", "d"]),
        ("pids", &["a", "b"]),
        ("pids.oai", &["a"]),
        ("pids.oai.identifier", &["a"]),
        ("metadata.resource_type.title.de", &["a"]),
        ("versions.index", &["a", "b", "c"]),
        ("created", &["a", "b", "c"]),
        ("is_published", &["a", "b"]),
        ("nosuch", &[]),
        ("meta", &[]),
    ] {
        subject.assert_finds(exists(field), wanted).await;
    }
}

async fn combinations(subject: &Subject) {
    let id = |id: &str| Query::term("id", id);
    let all = ["a", "b", "c", "d"];
    subject.assert_finds(Query::All, &all).await;
    subject.assert_finds(Query::Nothing, &[]).await;
    subject.assert_finds(Query::without(id("a")), &["b", "c", "d"]).await;
    subject.assert_finds(Query::without(Query::without(id("a"))), &["a"]).await;
    subject
        .assert_finds(
            Query::any_of([id("a"), Query::without(Query::any_of([id("a"), id("b")]))]),
            &["a", "c", "d"],
        )
        .await;
    let english = Query::term("metadata.languages.id", "eng");
    subject.assert_finds(Query::all_of([english.clone(), Query::without(id("b"))]), &["a"]).await;
    let clauses = |clauses| Query::Bool(Box::new(clauses));
    subject.assert_finds(clauses(Clauses::default()), &all).await;
    let optional =
        Clauses { must: vec![english.clone()], should: vec![id("a"), id("c")], ..Clauses::default() };
    subject.assert_finds(clauses(optional.clone()), &["a", "b"]).await;
    assert_eq!(found_ids(&subject.find(search(clauses(optional))).await)[0], "a", "an optional match counts");
    let filtered = Clauses { filter: vec![english], should: vec![id("c")], ..Clauses::default() };
    subject.assert_finds(clauses(filtered), &["a", "b"]).await;
    let one_of = Clauses { should: vec![id("a"), id("c")], must_not: vec![id("c")], ..Clauses::default() };
    subject.assert_finds(clauses(one_of), &["a"]).await;
    subject.assert_finds(Query::Boost(Box::new(id("a")), 3.0), &["a"]).await;
}

fn range(field: &str, from: Edge, to: Edge) -> Query {
    Query::Range { field: field.into(), from, to }
}

fn from(text: &str) -> Edge {
    Edge::Included(text.into())
}

fn after(text: &str) -> Edge {
    Edge::Excluded(text.into())
}

async fn number_and_text_ranges(subject: &Subject) {
    let index = |low, high| range("versions.index", low, high);
    subject.assert_finds(index(from("2"), from("10")), &["b", "c"]).await;
    subject.assert_finds(index(after("2"), Edge::Open), &["c"]).await;
    subject.assert_finds(index(Edge::Open, after("2")), &["a"]).await;
    subject.assert_finds(index(Edge::Open, Edge::Open), &["a", "b", "c"]).await;
    subject.assert_finds(index(from("11"), from("2")), &[]).await;
    let date = |low, high| range("metadata.publication_date", low, high);
    subject.assert_finds(date(from("2001-02-03"), from("2005")), &["a", "b"]).await;
    subject.assert_finds(date(after("2001-02-03"), after("2005")), &[]).await;
    subject.assert_finds(date(from("2005"), Edge::Open), &["b", "c"]).await;
    let pid = |low, high| range("pids.doi.identifier", low, high);
    subject.assert_finds(pid(Edge::Open, Edge::Open), &["a", "b"]).await;
    subject.assert_finds(pid(from("10.1234/B"), Edge::Open), &["b"]).await;
    subject.assert_finds(range("nosuch", Edge::Open, Edge::Open), &[]).await;
}

async fn instants(subject: &Subject) {
    let created = |low, high| range("created", low, high);
    subject.assert_finds(created(from("2020"), from("2020")), &["a", "b"]).await;
    subject.assert_finds(created(from("2020-05-01"), from("2020-05-01")), &["a", "b"]).await;
    subject.assert_finds(created(after("2020-05-01"), Edge::Open), &["c"]).await;
    subject.assert_finds(created(Edge::Open, after("2020-05-01")), &[]).await;
    subject.assert_finds(created(after("2020-05-01T10:00:00Z"), from("2020-12")), &["a", "b"]).await;
    subject.assert_finds(created(from("2020-05-01T10:00:01Z"), from("2020-12")), &["b"]).await;
    subject.assert_finds(Query::term("created", "2020-05"), &["a", "b"]).await;
}

/// Date ranges are found where they touch the range asked for.
async fn date_ranges(subject: &Subject) {
    let days = |low, high| range("metadata.publication_date_range", low, high);
    for (low, high, wanted) in [
        (from("2000"), from("2006"), &["a", "b"][..]),
        (from("2005-06"), from("2005-06"), &["b"]),
        (from("2005-06-15"), from("2005-06-15"), &["b"]),
        (after("2001"), after("2005"), &[]),
        (after("2001"), from("2005"), &["b"]),
        (from("2011"), Edge::Open, &["c"]),
        (Edge::Open, from("2001-02-02"), &["c"]),
        (Edge::Open, from("2001-02-03"), &["a", "c"]),
        // Between the two ranges of one document there is nothing.
        (from("2000"), from("2000"), &[]),
        (from("2008"), from("2009"), &[]),
        (from("1999-06-01"), from("1999-06-01"), &["c"]),
    ] {
        subject.assert_finds(days(low, high), wanted).await;
    }
}

async fn refusals(subject: &Subject) {
    for query in [
        range("created", from("yesterday"), Edge::Open),
        range("metadata.publication_date_range", Edge::Open, from("2001-13")),
        range("versions.index", from("few"), Edge::Open),
        Query::term("versions.index", "few"),
    ] {
        let refused = subject.index.search(&search(query.clone())).await;
        assert!(matches!(refused, Err(SearchError::BadQuery(_))), "{query:?}");
    }
}
