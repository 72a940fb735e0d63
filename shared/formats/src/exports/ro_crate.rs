//! RO-Crate 1.1 metadata: the record as root of a crate, its files by their addresses.

use serde_json::{Map, Value, json};

use super::{
    json::{have, object, some},
    source::{Source, list, plain, text, title, url},
};

/// What its JSON-LD is a profile of.
pub(super) const PROFILE: &str = "https://w3id.org/ro/crate/1.1";

/// What describes the crate, and that it is one.
const DESCRIPTOR: &str = "ro-crate-metadata.json";

/// Entities by identifier, in the order they came up.
#[derive(Default)]
struct Graph(Map<String, Value>);

impl Graph {
    /// Adds an entity, unless it is there, and refers to it.
    fn refer(&mut self, entity: Value) -> Value {
        let id = text(&entity["@id"]).unwrap_or_default().to_owned();
        let reference = json!({"@id": id});
        self.0.entry(id).or_insert(entity);
        reference
    }
}

/// The crate of a record.
pub(super) fn write(source: Source<'_>) -> Value {
    let mut graph = Graph::default();
    graph.refer(json!({
        "@id": DESCRIPTOR, "@type": "CreativeWork", "conformsTo": {"@id": PROFILE}, "about": {"@id": "./"}
    }));
    // The root stands before what it refers to.
    graph.refer(json!({"@id": "./"}));
    let root = root(source, &mut graph);
    graph.0.insert("./".to_owned(), root);
    let entities: Vec<Value> = graph.0.into_iter().map(|(_, entity)| entity).collect();
    json!({"@context": format!("{PROFILE}/context"), "@graph": entities})
}

fn root(source: Source<'_>, graph: &mut Graph) -> Value {
    let mut people = |key: &'static str| {
        let agents = source.list(key).iter().enumerate();
        let refer = |(at, agent): (usize, &Value)| person(graph, agent, &format!("#{key}-{}", at + 1));
        some(agents.map(refer).collect::<Vec<_>>())
    };
    let (authors, contributors) = (people("creators"), people("contributors"));
    let publisher = source
        .text("publisher")
        .map(|name| graph.refer(json!({"@id": "#publisher", "@type": "Organization", "name": name})));
    let rights = source.list("rights").iter().enumerate();
    let mut rights: Vec<Value> = rights.map(|(at, right)| graph.refer(license(right, at))).collect();
    if rights.is_empty() {
        // A root must say what it is under (RO-Crate 1.1, root data entity).
        let nothing = "Nobody has said under which terms this may be used.";
        let unsaid =
            json!({"@id": "#license", "@type": "CreativeWork", "name": "No licence", "description": nothing});
        rights.push(graph.refer(unsaid));
    }
    let files: Vec<Value> =
        source.files().map(|(key, entry)| graph.refer(file(source, key, entry))).collect();
    let doi = source.doi().map(|doi| format!("https://doi.org/{doi}"));
    let said = plain(source.metadata("description")).or_else(|| source.text("title").map(str::to_owned));
    let subjects = source.list("subjects").iter();
    object([
        ("@id", have(Some("./"))),
        ("@type", have(Some("Dataset"))),
        ("name", have(source.text("title"))),
        ("description", have(said)),
        ("datePublished", have(source.published())),
        ("dateModified", have(text(source.at("updated")))),
        ("identifier", have(doi.or_else(|| source.link("self_html").map(str::to_owned)))),
        ("url", have(source.link("self_html"))),
        ("version", have(source.text("version"))),
        ("author", authors),
        ("contributor", contributors),
        ("publisher", publisher),
        ("license", some(rights)),
        ("keywords", some(subjects.filter_map(|row| have(text(&row["subject"]))))),
        ("hasPart", some(files)),
    ])
}

fn person(graph: &mut Graph, agent: &Value, else_id: &str) -> Value {
    let who = &agent["person_or_org"];
    let kind = if who["type"] == "organizational" { "Organization" } else { "Person" };
    let at = list(&agent["affiliations"]).iter().enumerate().map(|(number, at)| {
        let id = list(&at["identifiers"]).iter().find_map(url);
        let id = id.unwrap_or_else(|| format!("{else_id}-affiliation-{}", number + 1));
        let name = text(&at["name"]).or_else(|| text(&at["id"])).unwrap_or_default();
        graph.refer(json!({"@id": id, "@type": "Organization", "name": name}))
    });
    let at = some(at.collect::<Vec<_>>());
    let id = list(&who["identifiers"]).iter().find_map(url).unwrap_or_else(|| else_id.to_owned());
    graph.refer(object([
        ("@id", have(Some(id))),
        ("@type", have(Some(kind))),
        ("name", have(text(&who["name"]))),
        ("givenName", have(text(&who["given_name"]))),
        ("familyName", have(text(&who["family_name"]))),
        ("affiliation", at),
    ]))
}

fn license(right: &Value, at: usize) -> Value {
    let address = text(&right["props"]["url"]).or_else(|| text(&right["link"]));
    let id = address.map_or_else(|| format!("#license-{}", at + 1), str::to_owned);
    object([
        ("@id", have(Some(id))),
        ("@type", have(Some("CreativeWork"))),
        ("name", have(title(right).or(address))),
        ("description", have(crate::language::Language::default().pick(&right["description"]))),
        ("identifier", have(text(&right["id"]))),
    ])
}

fn file(source: Source<'_>, key: &str, entry: &Value) -> Value {
    object([
        ("@id", have(Some(source.content(key)))),
        ("@type", have(Some("File"))),
        ("name", have(Some(key))),
        ("encodingFormat", have(text(&entry["mimetype"]))),
        ("contentSize", entry["size"].as_u64().map(|size| size.to_string().into())),
        ("sdDatePublished", have(text(source.at("updated")))),
    ])
}
