//! How a mapping lies in a tantivy index: which field and column holds which path.

use std::collections::BTreeMap;

use cairn_analysis::{SEPARATOR, places::Places, plan::Column};
use cairn_model::mapping::{FieldType, Mapping};
use tantivy::{
    Term,
    schema::{FAST, Field, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions},
};

use super::tokens::{LEAVES, WORDS};

/// Column of ids, and their key among the terms.
pub(super) const ID: &str = "_id";
/// The key of the paths that are present in a document, parents too.
pub(super) const PATH: &str = "_path";
/// The term of every document that is not the grave of a deleted one.
pub(super) const LIVE: &str = "_live";
/// Column of versions.
pub(super) const VERSION: &str = "_version";

/// The fields that the values at one mapped path go to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held {
    /// Analysed words.
    pub words: Option<Field>,
    /// The column of whole values.
    pub whole: Option<Field>,
    /// Numbers: integers, instants, first days, latitudes.
    pub number: Option<Field>,
    /// Last days, longitudes.
    pub to: Option<Field>,
}

/// A mapping and its place in the index.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub mapping: &'static Mapping,
    pub places: Places,
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
                let mut held = Held { words: None, whole: None, number: None, to: None };
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
                        let (from, to) = day_columns(name);
                        held.number = Some(schema.add_i64_field(&from, FAST));
                        held.to = Some(schema.add_i64_field(&to, FAST));
                    }
                    FieldType::Points => {
                        let (latitude, longitude) = point_columns(name);
                        held.number = Some(schema.add_i64_field(&latitude, FAST));
                        held.to = Some(schema.add_i64_field(&longitude, FAST));
                    }
                }
                (name, held)
            })
            .collect();
        Self {
            mapping,
            places: Places::of(mapping),
            schema: schema.build(),
            id,
            version,
            source,
            terms,
            held,
        }
    }

    /// The term that only the document with this id has.
    pub(super) fn id_term(&self, id: &str) -> Term {
        Term::from_field_text(self.terms, &format!("{}{id}", key(ID)))
    }

    /// The fields of a mapped path.
    pub(super) fn held(&self, path: &str) -> Option<&Held> {
        self.held.get(path)
    }

    /// The name of a field.
    pub(super) fn name(&self, field: Field) -> &str {
        self.schema.get_field_name(field)
    }

    /// The name of the column of whole values of a mapped path.
    pub(super) fn whole_column(&self, path: &str) -> &str {
        self.held(path).and_then(|held| held.whole).map_or("", |field| self.name(field))
    }

    /// The field that the tokens of a column are in, and what precedes them there.
    pub(super) fn tokens(&self, column: Column) -> Option<(Field, String)> {
        match column {
            Column::Words(path) => Some((self.held(path)?.words?, String::new())),
            Column::Whole(path) => Some((self.terms, key(self.name(self.held(path)?.whole?)))),
        }
    }
}

/// The columns of first and last days of a mapped path.
pub(super) fn day_columns(path: &str) -> (String, String) {
    (format!("{path}.gte"), format!("{path}.lte"))
}

/// The columns of latitudes and longitudes of a mapped path.
pub(super) fn point_columns(path: &str) -> (String, String) {
    (format!("{path}.lat"), format!("{path}.lon"))
}

/// What precedes the values of a path among the terms.
pub(super) fn key(path: &str) -> String {
    format!("{path}{SEPARATOR}")
}

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
