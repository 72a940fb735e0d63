//! Facets count what the query finds, whatever is selected.

use super::*;

pub(super) async fn all(subject: &Subject) {
    write_collection(subject).await;
    terms(subject).await;
    nested(subject).await;
    years(subject).await;
    selections(subject).await;
    many_values(subject).await;
    over_indices(subject).await;
}

fn terms_of(name: &str, field: &str, size: usize) -> Facet {
    Facet { name: name.into(), kind: FacetKind::Terms { field: field.into(), size }, among: Query::All }
}

fn types() -> Facet {
    let field = "metadata.resource_type.props.type".into();
    let inner = "metadata.resource_type.props.subtype".into();
    let kind = FacetKind::Nested { field, inner, size: 10 };
    Facet { name: "resource_type".into(), kind, among: Query::All }
}

fn published() -> Facet {
    let kind = FacetKind::Years { field: "metadata.publication_date_range".into() };
    Facet { name: "years".into(), kind, among: Query::All }
}

fn counts(found: &Found, facet: &str) -> Vec<(String, u64)> {
    found.facets[facet].iter().map(|bucket| (bucket.key.clone(), bucket.count)).collect()
}

fn pairs(wanted: &[(&str, u64)]) -> Vec<(String, u64)> {
    wanted.iter().map(|(key, count)| ((*key).to_owned(), *count)).collect()
}

fn thing(kind: &str, subtype: Option<&str>, status: &str, types: &[&str], years: &[(&str, &str)]) -> Value {
    let ranges: Vec<Value> = years.iter().map(|(gte, lte)| json!({"gte": gte, "lte": lte})).collect();
    let props = match subtype {
        Some(subtype) => json!({"type": kind, "subtype": subtype}),
        None => json!({"type": kind}),
    };
    json!({"access": {"status": status}, "files": {"types": types}, "is_published": status == "open",
        "pids": {"doi": {"provider": kind}, "oai": {"provider": "oai"}},
        "metadata": {"resource_type": {"props": props}, "publication_date_range": ranges}})
}

async fn write_collection(subject: &Subject) {
    let documents = [
        thing("dataset", None, "open", &["csv", "pdf", "csv"], &[("2018-01-01", "2018-12-31")]),
        thing("dataset", None, "restricted", &["csv"], &[("2018-06-01", "2020-02-01")]),
        thing("image", Some("image-photo"), "open", &["png"], &[("2023-05-05", "2023-05-05")]),
        thing(
            "image",
            Some("image-photo"),
            "open",
            &[],
            &[("2023-01-01", "2023-03-01"), ("2023-02-01", "2023-12-01")],
        ),
        thing("image", Some("image-plot"), "embargoed", &["png"], &[]),
        thing("image", None, "embargoed", &[], &[("2016-01-01", "2016-01-01")]),
    ];
    let documents = documents
        .into_iter()
        .enumerate()
        .map(|(number, source)| record(&format!("t{number}"), 1, Some(source)));
    subject.write(documents.collect()).await;
}

async fn terms(subject: &Subject) {
    let facets = vec![
        terms_of("status", "access.status", 10),
        terms_of("few", "access.status", 2),
        terms_of("types", "files.types", 10),
        terms_of("flags", "is_published", 10),
        terms_of("providers", "pids.doi.provider", 10),
        terms_of("nothing", "nosuch", 10),
        terms_of("empty", "metadata.languages.id", 10),
    ];
    let found = subject.find(Search { facets, size: 0, ..search(Query::All) }).await;
    assert!(found.hits.is_empty());
    assert_eq!(found.total, 6);
    assert_eq!(counts(&found, "status"), pairs(&[("open", 3), ("embargoed", 2), ("restricted", 1)]));
    assert_eq!(counts(&found, "few"), pairs(&[("open", 3), ("embargoed", 2)]));
    assert_eq!(
        counts(&found, "types"),
        pairs(&[("csv", 2), ("png", 2), ("pdf", 1)]),
        "documents, not mentions; ties by key"
    );
    assert_eq!(counts(&found, "flags"), pairs(&[("false", 3), ("true", 3)]));
    assert_eq!(counts(&found, "providers"), pairs(&[("image", 4), ("dataset", 2)]));
    assert_eq!(counts(&found, "nothing"), []);
    assert_eq!(counts(&found, "empty"), []);
}

async fn nested(subject: &Subject) {
    let found = subject.find(Search { facets: vec![types()], ..search(Query::All) }).await;
    let leaf = |key: &str, count| Bucket { key: key.into(), count, inner: Vec::new() };
    let image = Bucket { inner: vec![leaf("image-photo", 2), leaf("image-plot", 1)], ..leaf("image", 4) };
    assert_eq!(found.facets["resource_type"], [image, leaf("dataset", 2)]);
}

async fn years(subject: &Subject) {
    let found = subject.find(Search { facets: vec![published()], ..search(Query::All) }).await;
    let wanted = [
        ("2016", 1),
        ("2017", 0),
        ("2018", 2),
        ("2019", 1),
        ("2020", 1),
        ("2021", 0),
        ("2022", 0),
        ("2023", 2),
    ];
    assert_eq!(
        counts(&found, "years"),
        pairs(&wanted),
        "every year between is there, each document counts once"
    );
    let none = subject.find(Search { facets: vec![published()], ..search(Query::Nothing) }).await;
    assert_eq!(counts(&none, "years"), []);
}

async fn selections(subject: &Subject) {
    let facets = vec![terms_of("status", "access.status", 10), types(), published()];
    let query = Query::term("metadata.resource_type.props.type", "image");
    let open = Query::term("access.status", "open");
    let found = subject.find(Search { facets, post_filter: open, ..search(query) }).await;
    assert_eq!(found.total, 2, "the selection narrows hits and total");
    assert_eq!(found.hits.len(), 2);
    assert_eq!(counts(&found, "status"), pairs(&[("embargoed", 2), ("open", 2)]), "and no counts");
    assert_eq!(counts(&found, "resource_type"), pairs(&[("image", 4)]));
    let among = Query::term("access.status", "open");
    let facets = vec![
        Facet { among: among.clone(), ..types() },
        Facet { among: among.clone(), ..published() },
        Facet { among, ..terms_of("types", "files.types", 10) },
        terms_of("status", "access.status", 10),
    ];
    let found = subject.find(Search { facets, ..search(Query::All) }).await;
    assert_eq!(found.total, 6, "what a facet counts narrows nothing else");
    assert_eq!(counts(&found, "resource_type"), pairs(&[("image", 2), ("dataset", 1)]));
    assert_eq!(found.facets["resource_type"][0].inner[0].count, 2);
    assert_eq!(counts(&found, "years").iter().map(|(_, count)| count).sum::<u64>(), 3);
    assert_eq!(counts(&found, "types"), pairs(&[("csv", 1), ("pdf", 1), ("png", 1)]));
    assert_eq!(counts(&found, "status"), pairs(&[("open", 3), ("embargoed", 2), ("restricted", 1)]));
    let nothing = Search { post_filter: Query::Nothing, facets: vec![types()], ..search(Query::All) };
    let found = subject.find(nothing).await;
    assert_eq!((found.total, counts(&found, "resource_type").len()), (0, 2));
}

/// Counts are exact however many values there are.
async fn many_values(subject: &Subject) {
    let documents = (0..2_000_usize).map(|number| {
        // The value of the last documents is the most frequent one, and rare everywhere else.
        let subject = if number >= 1_980 { "frequent".to_owned() } else { format!("rare {number:04}") };
        record(&format!("m{number:04}"), 1, Some(json!({"metadata": {"subjects": [{"subject": subject}]}})))
    });
    for batch in documents.collect::<Vec<_>>().chunks(250) {
        subject.write(batch.to_vec()).await;
    }
    let facets = vec![terms_of("subjects", "metadata.subjects.subject.keyword", 3)];
    let found = subject.find(Search { facets, ..search(Query::All) }).await;
    assert_eq!(counts(&found, "subjects"), pairs(&[("frequent", 20), ("rare 0000", 1), ("rare 0001", 1)]));
}

async fn over_indices(subject: &Subject) {
    let source = thing("dataset", Some("dataset-odd"), "open", &["csv"], &[("2019-01-01", "2019-01-01")]);
    subject.write(vec![draft("d", 1, Some(source))]).await;
    let both = vec![RECORDS.index, DRAFTS.index];
    let facets = vec![terms_of("types", "files.types", 10), types(), published()];
    let found = subject.find(Search { indices: both, facets, ..search(Query::All) }).await;
    assert_eq!(counts(&found, "types"), pairs(&[("csv", 3), ("png", 2), ("pdf", 1)]));
    assert_eq!(counts(&found, "resource_type"), pairs(&[("image", 4), ("dataset", 3)]));
    assert_eq!(found.facets["resource_type"][1].inner[0].key, "dataset-odd");
    assert_eq!(counts(&found, "years")[3], ("2019".into(), 2));
}
