//! RDF/XML: what is said of each subject. A thesaurus says of a concept who its parents are, so all of it is held at once.

use std::{collections::BTreeMap, io::BufRead};

use oxrdfxml::RdfXmlParser;

/// Statements that are held; thesauri have some hundred thousand.
const MOST: usize = 5_000_000;

/// What is said by one predicate: an address or a text, and the language of that.
type Said = Vec<(String, Option<String>)>;

/// What is said of subjects: by subject and by predicate.
#[derive(Default)]
pub(crate) struct Graph(BTreeMap<String, BTreeMap<String, Said>>);

impl Graph {
    /// Subjects, in the order of their names.
    pub(crate) fn subjects(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// What is said of a subject by a predicate, with languages.
    pub(crate) fn of(&self, subject: &str, predicate: &str) -> &[(String, Option<String>)] {
        let said = self.0.get(subject).and_then(|said| said.get(predicate));
        said.map(Vec::as_slice).unwrap_or_default()
    }

    fn add(&mut self, subject: String, predicate: &str, object: (String, Option<String>)) {
        self.0.entry(subject).or_default().entry(predicate.to_owned()).or_default().push(object);
    }
}

/// All of a file, of the predicates that are wanted; and the statement that could not be read, if there is one.
pub(crate) fn graph(reader: &mut dyn BufRead, wanted: &[&str]) -> (Graph, Option<String>) {
    use oxrdf::{NamedOrBlankNode, Term};
    let (mut graph, mut held) = (Graph::default(), 0_usize);
    for triple in RdfXmlParser::new().lenient().for_reader(reader) {
        let triple = match triple {
            Ok(triple) => triple,
            Err(error) => return (graph, Some(error.to_string())),
        };
        let (NamedOrBlankNode::NamedNode(subject), predicate) = (triple.subject, triple.predicate) else {
            continue;
        };
        if !wanted.contains(&predicate.as_str()) {
            continue;
        }
        held += 1;
        if held > MOST {
            return (graph, Some(format!("there are more than {MOST} statements")));
        }
        let object = match triple.object {
            Term::NamedNode(node) => (node.into_string(), None),
            Term::Literal(literal) => {
                let (text, _, language) = literal.destruct();
                (text, language)
            }
            Term::BlankNode(_) => continue,
        };
        graph.add(subject.into_string(), predicate.as_str(), object);
    }
    (graph, None)
}
