//! Thesauri in SKOS: EuroSciVoc, GEMET, and the vocabularies of the NERC Vocabulary Server.

use std::{collections::BTreeSet, io, io::BufRead, ops::ControlFlow};

use serde_json::{Map, Value, json};

use super::{Form, put};
use crate::{
    Row, Sink,
    read::{Graph, graph},
};

const PLAIN: Form = Form {
    name: "",
    title: "",
    vocabularies: &["subjects"],
    endings: &[".rdf", ".xml"],
    read: |_, _, _, _| Ok(ControlFlow::Continue(())),
};

pub(super) const EUROSCIVOC: Form = Form {
    name: "euroscivoc",
    title: "EuroSciVoc, the fields of science of the European Commission (RDF/XML)",
    read: |_, reader, _, sink| concepts(reader, &EUROSCIVOC_IDS, sink),
    ..PLAIN
};

pub(super) const GEMET: Form = Form {
    name: "gemet",
    title: "GEMET, the thesaurus of the environment (RDF/XML)",
    read: |_, reader, _, sink| concepts(reader, &GEMET_IDS, sink),
    ..PLAIN
};

pub(super) const NVS: Form = Form {
    name: "nvs",
    title: "A collection of the NERC Vocabulary Server (RDF/XML)",
    read: |_, reader, _, sink| concepts(reader, &NVS_IDS, sink),
    ..PLAIN
};

/// What a thesaurus calls its concepts.
struct Scheme {
    name: &'static str,
    /// The id of a concept, by its address.
    id: fn(&Graph, &str) -> Option<String>,
}

const EUROSCIVOC_IDS: Scheme = Scheme {
    name: "EuroSciVoc",
    id: |graph, concept| {
        let is_number = |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = graph.of(concept, NOTATION).iter().map(|(text, _)| text.as_str()).find(is_number);
        number.map(|number| format!("euroscivoc:{number}"))
    },
};

const GEMET_IDS: Scheme = Scheme {
    name: "GEMET",
    id: |_, concept| {
        let mut parts = concept.trim_end_matches('/').rsplit('/');
        let (number, kind) = (parts.next()?, parts.next()?);
        Some(format!("gemet:{kind}/{number}"))
    },
};

const NVS_IDS: Scheme = Scheme {
    name: "NVS-P02",
    id: |graph, concept| graph.of(concept, NOTATION).first().map(|(text, _)| text.clone()),
};

const TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const CONCEPT: &str = "http://www.w3.org/2004/02/skos/core#Concept";
const LABEL: &str = "http://www.w3.org/2004/02/skos/core#prefLabel";
const OTHER_LABEL: &str = "http://www.w3.org/2004/02/skos/core#altLabel";
const BROADER: &str = "http://www.w3.org/2004/02/skos/core#broader";
const NOTATION: &str = "http://www.w3.org/2004/02/skos/core#notation";
const MEMBER: &str = "http://www.w3.org/2004/02/skos/core#member";
const DEFINITION: &str = "http://www.w3.org/2004/02/skos/core#definition";
const DEPRECATED: &str = "http://www.w3.org/2002/07/owl#deprecated";
const WANTED: &[&str] = &[TYPE, LABEL, OTHER_LABEL, BROADER, NOTATION, MEMBER, DEFINITION, DEPRECATED];

fn concepts(reader: &mut dyn BufRead, scheme: &Scheme, sink: &mut Sink<'_>) -> io::Result<ControlFlow<()>> {
    let (graph, fault) = graph(reader, WANTED);
    if let Some(reason) = fault {
        let reason = format!("it is no RDF/XML, and what was read is incomplete: {reason}");
        return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
    }
    for concept in graph.subjects() {
        let is =
            |predicate, object: &str| graph.of(concept, predicate).iter().any(|(text, _)| text == object);
        if is(TYPE, CONCEPT) && !is(DEPRECATED, "true") {
            let row = Row { place: concept.to_owned(), entry: entry(&graph, scheme, concept) };
            if sink(row).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
    }
    Ok(ControlFlow::Continue(()))
}

fn entry(graph: &Graph, scheme: &Scheme, concept: &str) -> Result<Map<String, Value>, String> {
    let id = (scheme.id)(graph, concept).ok_or("it has no notation that could be its id")?;
    let titles = titles(graph, concept);
    let subject = titles.get("en").or_else(|| titles.values().next()).cloned().ok_or("it has no label")?;
    let mut props = Map::new();
    let parents: Vec<String> =
        parents(graph, concept).iter().rev().filter_map(|parent| (scheme.id)(graph, parent)).collect();
    put(&mut props, "parents", (!parents.is_empty()).then(|| parents.join(",")));
    put(&mut props, "definition", graph.of(concept, DEFINITION).first().map(|(text, _)| text.as_str()));
    for (key, part) in [("groups", "/group/"), ("themes", "/theme/")] {
        let around: Vec<&str> = graph
            .subjects()
            .filter(|subject| subject.contains(part))
            .filter(|subject| graph.of(subject, MEMBER).iter().any(|(member, _)| member == concept))
            .collect();
        put(&mut props, key, (!around.is_empty()).then(|| json!(around)));
    }
    let mut entry = Map::new();
    entry.insert("id".into(), json!(id));
    entry.insert("scheme".into(), json!(scheme.name));
    entry.insert("subject".into(), subject);
    entry.insert("title".into(), Value::Object(titles));
    put(&mut entry, "props", (!props.is_empty()).then_some(props));
    if concept.starts_with("http") {
        entry.insert("identifiers".into(), json!([{"scheme": "url", "identifier": concept}]));
    }
    Ok(entry)
}

/// Labels by language, those of two letters; where none is English, other labels fill in.
fn titles(graph: &Graph, concept: &str) -> Map<String, Value> {
    let mut titles = Map::new();
    for predicate in [LABEL, OTHER_LABEL] {
        for (text, language) in graph.of(concept, predicate) {
            let language = language.as_deref().unwrap_or("en");
            let is_wanted = language.len() == 2 && !text.trim().is_empty();
            if is_wanted && !titles.contains_key(language) {
                titles.insert(language.to_owned(), json!(capital(text.trim())));
            }
        }
        if titles.contains_key("en") {
            break;
        }
    }
    titles
}

/// The text with a capital at its beginning.
fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().into_iter().flat_map(char::to_uppercase).chain(rest).collect()
}

/// What is broader, and what is broader than that, the nearest first; each once.
fn parents<'g>(graph: &'g Graph, concept: &'g str) -> Vec<&'g str> {
    let (mut found, mut seen, mut next) = (Vec::new(), BTreeSet::from([concept]), vec![concept]);
    while let Some(one) = next.pop() {
        for (broader, _) in graph.of(one, BROADER) {
            if seen.insert(broader) {
                found.push(broader.as_str());
                next.push(broader);
            }
        }
    }
    found
}
