//! How a mapping lies in a tantivy index: which field and column holds which path.

use std::collections::BTreeMap;

use cairn_model::mapping::{FieldType, Mapping};
use tantivy::{
    Term,
    schema::{FAST, Field, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions},
};

use super::tokens::{LEAVES, WORDS};

/// Between the path of a leaf and its value in fields that hold a whole object.
pub(super) const SEPARATOR: char = '\0';
/// Column of ids, and their key among the terms.
pub(super) const ID: &str = "_id";
/// The key of the paths that are present in a document, parents too.
pub(super) const PATH: &str = "_path";
/// The term of every document that is not the grave of a deleted one.
pub(super) const LIVE: &str = "_live";
/// Column of versions.
pub(super) const VERSION: &str = "_version";

/// Where the values of one path are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Slot {
    /// Analysed words, each preceded by `prefix`.
    Words { field: Field, prefix: String },
    /// Whole values: as terms, each preceded by `prefix`; and in a column, each preceded by `within`.
    Whole { field: Field, prefix: String, column: String, within: String },
    /// Whole numbers.
    Integer { column: String },
    /// Microseconds since 1970.
    Instant { column: String },
    /// First and last days, since 1970, in two columns side by side.
    Days { from: String, to: String },
}

/// The fields that the values at one mapped path go to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held {
    pub kind: FieldType,
    /// Analysed words.
    pub words: Option<Field>,
    /// The column of whole values.
    pub whole: Option<Field>,
    /// Numbers: integers, instants, first days.
    pub number: Option<Field>,
    /// Last days.
    pub to: Option<Field>,
}

/// A mapping and its place in the index.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub mapping: &'static Mapping,
    pub schema: Schema,
    /// The column of ids.
    pub id: Field,
    pub version: Field,
    pub source: Field,
    /// Every whole value, preceded by its path. They share one dictionary because making one costs about a megabyte
    /// of memory, whatever is in it, in every segment.
    pub terms: Field,
    held: BTreeMap<&'static str, Held>,
}

impl Layout {
    pub(super) fn of(mapping: &'static Mapping) -> Self {
        let mut schema = Schema::builder();
        let id = schema.add_text_field(ID, column());
        let version = schema.add_u64_field(VERSION, FAST);
        let source = schema.add_text_field("_source", STORED);
        let terms = schema.add_text_field("_terms", indexed("raw", IndexRecordOption::Basic, false));
        let held = mapping
            .fields
            .iter()
            .map(|mapped| {
                let name = mapped.path;
                let mut held = Held { kind: mapped.kind, words: None, whole: None, number: None, to: None };
                match mapped.kind {
                    FieldType::Text => held.words = Some(schema.add_text_field(name, words(WORDS))),
                    FieldType::Texts => held.words = Some(schema.add_text_field(name, words(LEAVES))),
                    FieldType::TextAndKeyword => {
                        held.words = Some(schema.add_text_field(name, words(WORDS)));
                        held.whole = Some(schema.add_text_field(&format!("{name}.keyword"), column()));
                    }
                    FieldType::Keyword | FieldType::Boolean | FieldType::Keywords => {
                        held.whole = Some(schema.add_text_field(name, column()));
                    }
                    FieldType::Integer | FieldType::Date => {
                        held.number = Some(schema.add_i64_field(name, FAST));
                    }
                    FieldType::DateRange => {
                        held.number = Some(schema.add_i64_field(&format!("{name}.gte"), FAST));
                        held.to = Some(schema.add_i64_field(&format!("{name}.lte"), FAST));
                    }
                }
                (name, held)
            })
            .collect();
        Self { mapping, schema: schema.build(), id, version, source, terms, held }
    }

    /// The term that only the document with this id has.
    pub(super) fn id_term(&self, id: &str) -> Term {
        Term::from_field_text(self.terms, &format!("{}{id}", key(ID)))
    }

    /// Every mapped path with the fields its values go to.
    pub(super) fn held(&self) -> impl Iterator<Item = (&'static str, &Held)> {
        self.held.iter().map(|(path, held)| (*path, held))
    }

    /// Where the values of `path` are; nothing if it is not mapped.
    pub(super) fn slot(&self, path: &str) -> Option<Slot> {
        // All leaves of an object of texts are also indexed together.
        let path = path.strip_suffix(".*").filter(|path| self.is_texts(path)).unwrap_or(path);
        if let Some(held) = self.held.get(path) {
            return self.own_slot(path, held);
        }
        if let Some((base, held)) = SUB_FIELDS.iter().find_map(|sub| self.base(path, sub)) {
            let wants_whole = path.ends_with(".keyword");
            return match held.whole {
                Some(field) if wants_whole => Some(self.whole_slot(field)),
                _ => {
                    self.own_slot(base, held).filter(|slot| wants_whole == matches!(slot, Slot::Whole { .. }))
                }
            };
        }
        self.leaf_slot(path)
    }

    fn is_texts(&self, path: &str) -> bool {
        self.held.get(path).is_some_and(|held| held.kind == FieldType::Texts)
    }

    fn base<'p>(&self, path: &'p str, sub: &str) -> Option<(&'p str, &Held)> {
        let base = path.strip_suffix(sub)?;
        let held = self.held.get(base)?;
        (!matches!(held.kind, FieldType::Keywords | FieldType::Texts)).then_some((base, held))
    }

    fn own_slot(&self, path: &str, held: &Held) -> Option<Slot> {
        let column = path.to_owned();
        match held.kind {
            FieldType::Text | FieldType::TextAndKeyword => {
                held.words.map(|field| Slot::Words { field, prefix: String::new() })
            }
            FieldType::Keyword | FieldType::Boolean => held.whole.map(|field| self.whole_slot(field)),
            FieldType::Integer => Some(Slot::Integer { column }),
            FieldType::Date => Some(Slot::Instant { column }),
            FieldType::DateRange => {
                Some(Slot::Days { from: format!("{path}.gte"), to: format!("{path}.lte") })
            }
            FieldType::Texts => held.words.map(|field| Slot::Words { field, prefix: SEPARATOR.into() }),
            FieldType::Keywords => None,
        }
    }

    /// A path below a mapped object.
    fn leaf_slot(&self, path: &str) -> Option<Slot> {
        let mut dots = path.rmatch_indices('.').map(|(at, _)| at);
        let (parent, leaf, held) =
            dots.find_map(|at| Some((&path[..at], &path[at + 1..], self.held.get(&path[..at])?)))?;
        match held.kind {
            FieldType::Keywords => {
                let leaf = leaf.strip_suffix(".keyword").unwrap_or(leaf);
                Some(Slot::Whole {
                    field: self.terms,
                    prefix: key(&format!("{parent}.{leaf}")),
                    column: parent.to_owned(),
                    within: format!("{leaf}{SEPARATOR}"),
                })
            }
            FieldType::Texts => {
                held.words.map(|field| Slot::Words { field, prefix: format!("{leaf}{SEPARATOR}") })
            }
            _ => None,
        }
    }

    fn whole_slot(&self, field: Field) -> Slot {
        let column = self.schema.get_field_name(field).to_owned();
        Slot::Whole { field: self.terms, prefix: key(&column), column, within: String::new() }
    }
}

/// What precedes the values of a path among the terms.
pub(super) fn key(path: &str) -> String {
    format!("{path}{SEPARATOR}")
}

/// Names under which InvenioRDM indexes a field a second time.
const SUB_FIELDS: &[&str] = &[".keyword", ".original", ".text"];

fn indexed(tokenizer: &str, record: IndexRecordOption, norms: bool) -> TextOptions {
    let indexing =
        TextFieldIndexing::default().set_tokenizer(tokenizer).set_index_option(record).set_fieldnorms(norms);
    TextOptions::default().set_indexing_options(indexing)
}

fn words(tokenizer: &str) -> TextOptions {
    indexed(tokenizer, IndexRecordOption::WithFreqsAndPositions, true)
}

fn column() -> TextOptions {
    TextOptions::default().set_fast("raw")
}

#[cfg(test)]
mod tests {
    use cairn_model::mapping::Mapped;

    use super::*;

    static MAPPING: Mapping = Mapping {
        index: "things",
        fields: &[
            Mapped { path: "id", kind: FieldType::Keyword },
            Mapped { path: "title", kind: FieldType::TextAndKeyword },
            Mapped { path: "name", kind: FieldType::Text },
            Mapped { path: "label", kind: FieldType::Texts },
            Mapped { path: "pids", kind: FieldType::Keywords },
            Mapped { path: "day", kind: FieldType::Date },
            Mapped { path: "span", kind: FieldType::DateRange },
        ],
        defaults: &[],
        unreturned: &[],
    };

    fn prefix(slot: Option<Slot>) -> Option<(bool, String)> {
        match slot? {
            Slot::Words { prefix, .. } => Some((true, prefix)),
            Slot::Whole { prefix, .. } => Some((false, prefix)),
            _ => None,
        }
    }

    #[test]
    fn paths_lead_to_their_fields() {
        let layout = Layout::of(&MAPPING);
        assert_eq!(prefix(layout.slot("title")), Some((true, String::new())));
        assert_eq!(prefix(layout.slot("title.original")), Some((true, String::new())));
        assert_eq!(prefix(layout.slot("title.keyword")), Some((false, "title.keyword\0".into())));
        assert_eq!(prefix(layout.slot("id.keyword")), Some((false, "id\0".into())));
        assert_eq!(prefix(layout.slot("pids.doi.identifier")), Some((false, "pids.doi.identifier\0".into())));
        assert_eq!(
            prefix(layout.slot("pids.doi.identifier.keyword")),
            Some((false, "pids.doi.identifier\0".into()))
        );
        assert_eq!(prefix(layout.slot("label.en")), Some((true, "en\0".into())));
        assert_eq!(prefix(layout.slot("label")), Some((true, "\0".into())));
        assert_eq!(layout.slot("label.*"), layout.slot("label"));
        assert!(matches!(layout.slot("span"), Some(Slot::Days { .. })));
        for unknown in ["nosuch", "name.keyword", "title.nosuch", "pids", "", ".", "id."] {
            assert_eq!(layout.slot(unknown), None, "{unknown}");
        }
    }
}
