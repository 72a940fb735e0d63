//! MARC 21 in XML, as InvenioRDM fills it.

use serde_json::Value;

use super::{
    dublin_core,
    source::{Source, list, prop, text as said, title},
    xml::{Element, element, text},
};

/// Codes and texts of a field's parts.
type Parts = Vec<(&'static str, String)>;

/// A field: tag, two indicators, parts.
struct Field(&'static str, &'static str, Parts);

/// The document of a record.
pub(super) fn write(source: Source<'_>) -> String {
    tree(source).document()
}

/// The element of a record. Fields that would have no part are left out, as the schema wants it.
pub(super) fn tree(source: Source<'_>) -> Element {
    let control = |tag: &str, value: String| text("controlfield", value).with("tag", tag);
    let changed: Option<String> = said(source.at("updated")).map(|time| {
        let digits: String = time.chars().filter(char::is_ascii_digit).take(14).collect();
        format!("{digits}.0")
    });
    let fields = [about(source), described(source), published(source), related(source), belongs(source)];
    let fields = fields.into_iter().flatten().filter(|Field(.., parts)| !parts.is_empty()).map(datafield);
    element("record")
        .with("xmlns", "http://www.loc.gov/MARC21/slim")
        .holding([text("leader", leader(source.kind_id())), control("001", source.id().to_owned())])
        .holding(changed.map(|changed| control("005", changed)))
        .holding(fields)
}

fn datafield(Field(tag, indicators, parts): Field) -> Element {
    let (first, second) = indicators.split_at(1);
    element("datafield")
        .with("tag", tag)
        .with("ind1", first)
        .with("ind2", second)
        .holding(parts.into_iter().map(|(code, value)| text("subfield", value).with("code", code)))
}

fn leader(kind: &str) -> String {
    let letter = match kind {
        "image" => 'k',
        "video" => 'g',
        "dataset" | "software" => 'm',
        _ => 'a',
    };
    format!("00000n{letter}m  2200000uu 4500")
}

/// Parts that have a value.
fn parts<const N: usize>(parts: [(&'static str, Option<&str>); N]) -> Parts {
    parts.into_iter().filter_map(|(code, value)| Some((code, value?.to_owned()))).collect()
}

/// Identifiers, people, title.
fn about(source: Source<'_>) -> Vec<Field> {
    let mut fields = Vec::new();
    let (creators, contributors) = (source.list("creators"), source.list("contributors"));
    fields.push(Field("909", "CO", oai(source)));
    fields.extend(source.doi().map(|doi| Field("024", "  ", parts([("2", Some("doi")), ("a", Some(doi))]))));
    fields.extend(
        contributors.iter().chain(creators.iter().skip(1)).map(|agent| Field("700", "  ", person(agent))),
    );
    fields.push(Field("245", "  ", parts([("a", source.text("title"))])));
    fields.extend(creators.first().map(|agent| Field("100", "  ", person(agent))));
    fields
}

fn oai(source: Source<'_>) -> Parts {
    let mut oai = parts([("o", said(&source.at("pids")["oai"]["identifier"]))]);
    oai.extend(source.communities().into_iter().map(|slug| ("p", format!("user-{slug}"))));
    oai
}

fn person(agent: &Value) -> Parts {
    let who = &agent["person_or_org"];
    let mut person = parts([("a", said(&who["name"]))]);
    let known =
        list(&who["identifiers"]).iter().filter(|row| row["scheme"] == "orcid" || row["scheme"] == "gnd");
    person.extend(
        known.filter_map(|row| {
            Some(("0", format!("({}){}", said(&row["scheme"])?, said(&row["identifier"])?)))
        }),
    );
    person.extend(parts([
        ("u", list(&agent["affiliations"]).first().and_then(|at| said(&at["name"]))),
        ("4", prop(&agent["role"], "marc")),
    ]));
    person
}

/// Rights, subjects, texts, languages.
fn described(source: Source<'_>) -> Vec<Field> {
    let mut fields = vec![Field("540", "  ", parts([("a", dublin_core::openness(source).as_deref())]))];
    let rights = source.list("rights");
    let each = |tag, indicators, values: Vec<String>| {
        values.into_iter().map(move |value| Field(tag, indicators, vec![("a", value)]))
    };
    let owned = |key: &str| source.list(key).iter().filter_map(said).map(str::to_owned).collect::<Vec<_>>();
    fields.extend(rights.iter().map(|right| {
        let address = said(&right["props"]["url"]).or_else(|| said(&right["link"]));
        Field("540", "  ", parts([("a", title(right)), ("u", address)]))
    }));
    fields.extend(rights.iter().filter_map(|right| said(&right["id"]).map(|id| (id, right))).map(
        |(id, right)| Field("650", "17", parts([("a", Some(id)), ("2", said(&right["props"]["scheme"]))])),
    ));
    let subjects = source.list("subjects").iter().filter_map(|row| said(&row["subject"])).map(str::to_owned);
    fields.extend(each("653", "  ", subjects.collect()));
    let main = source.text("description").map(dublin_core::tags_as_text);
    let others = dublin_core::descriptions(source).skip(usize::from(main.is_some())).collect();
    fields.extend(main.map(|text| Field("520", "  ", vec![("a", text)])));
    fields.extend(each("500", "  ", others));
    let languages = source.list("languages").iter().filter_map(|row| said(&row["id"])).map(str::to_owned);
    fields.extend(each("041", "  ", languages.collect()));
    fields.extend(
        source
            .list("references")
            .iter()
            .map(|row| Field("999", "C5", parts([("x", said(&row["reference"]))]))),
    );
    fields.extend(each("520", " 1", owned("formats")));
    fields.extend(each("520", " 2", owned("sizes")));
    fields
}

/// Publisher, dates, kind, grants, where it appeared.
fn published(source: Source<'_>) -> Vec<Field> {
    let kind = source.metadata("resource_type");
    let (journal, university) = (source.custom("journal:journal"), source.custom("thesis:university"));
    let university = said(university).or_else(|| said(&source.custom("thesis:thesis")["university"]));
    let date = source.text("publication_date");
    let embargo = dublin_core::embargo_end(source);
    let mut fields = vec![
        Field("260", "  ", parts([("b", source.text("publisher")), ("c", date), ("c", embargo.as_deref())])),
        Field("502", "  ", parts([("c", university)])),
    ];
    fields.extend(
        source.communities().into_iter().map(|slug| Field("980", "  ", vec![("a", format!("user-{slug}"))])),
    );
    fields.push(Field("980", "  ", parts([("a", dublin_core::eurepo(kind))])));
    fields.push(Field(
        "980",
        "  ",
        parts([("a", prop(kind, "marc21_type")), ("b", prop(kind, "marc21_subtype"))]),
    ));
    fields.extend(source.list("funding").iter().map(grant));
    let own = |key: &str| said(&journal[key]);
    let issue = [("p", own("title")), ("v", own("volume")), ("n", own("issue")), ("c", own("pages"))];
    let mut issue = parts(issue);
    issue.extend(source.year().filter(|_| !issue.is_empty()).map(|year| ("y", year.to_owned())));
    fields.push(Field("909", "C4", issue));
    fields.push(Field("542", "  ", parts([("l", said(&source.at("access")["status"]))])));
    fields
}

fn grant(funding: &Value) -> Field {
    let award = &funding["award"];
    let name = match (said(&funding["funder"]["name"]), title(award)) {
        (Some(funder), Some(award)) => Some(format!("{funder}: {award}")),
        (funder, award) => funder.or(award).map(str::to_owned),
    };
    Field("536", "  ", parts([("c", said(&award["number"])), ("a", name.as_deref())]))
}

/// Related works.
fn related(source: Source<'_>) -> Vec<Field> {
    let rows = source.list("related_identifiers");
    let named = |row: &Value| {
        let (scheme, identifier) = (said(&row["scheme"])?, said(&row["identifier"])?);
        Some(Field("856", " 2", vec![("a", format!("{scheme}:{identifier}"))]))
    };
    let described = |row: &Value| {
        let relation = title(&row["relation_type"]);
        Field(
            "773",
            "  ",
            parts([("a", said(&row["identifier"])), ("i", relation), ("n", said(&row["scheme"]))]),
        )
    };
    let mut fields: Vec<Field> = rows.iter().filter_map(named).chain(rows.iter().map(described)).collect();
    let concept = [("a", source.parent_doi()), ("i", Some("isVersionOf")), ("n", Some("doi"))];
    fields.extend(source.parent_doi().map(|_| Field("773", "  ", parts(concept))));
    fields.push(Field("773", "  ", imprint(source)));
    fields
}

fn imprint(source: Source<'_>) -> Parts {
    let imprint = source.custom("imprint:imprint");
    let own = |key: &str| said(&imprint[key]);
    if !imprint.is_object() {
        return Vec::new();
    }
    let printer: Vec<&str> =
        [source.text("publisher"), source.text("publication_date")].into_iter().flatten().collect();
    let parted = own("place").map(|place| format!("{place} : {}", printer.join(", ")));
    parts([
        ("t", own("title")),
        ("z", own("isbn")),
        ("g", own("pages")),
        ("d", parted.as_deref()),
        ("b", own("edition")),
    ])
}

/// Files.
fn belongs(source: Source<'_>) -> Vec<Field> {
    let file = |(key, file): (&str, &Value)| {
        let size = file["size"].as_u64().map(|size| size.to_string());
        let address = source.file_page(key);
        Field(
            "856",
            "4 ",
            parts([("s", size.as_deref()), ("z", said(&file["checksum"])), ("u", Some(&address))]),
        )
    };
    source.files().map(file).collect()
}
