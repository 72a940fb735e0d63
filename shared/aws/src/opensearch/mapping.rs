//! What an index is made with: settings, analysers, and a field for every sort of value of a mapped path.
//!
//! Words come to OpenSearch as [`words::written`](cairn_analysis::words::written) writes them, so that both engines find the
//! same; it only parts them at blanks, and what shares a place at `|`.

use cairn_analysis::places::Places;
use cairn_model::mapping::{FieldType, Mapping};
use cairn_ports::search::Generation;
use crc_fast::CrcAlgorithm;
use serde_json::{Map, Value, json};

/// A cursor may begin anywhere; a page ends before this hit.
const WINDOW: usize = 20_000;
/// Tokens may be this long, in characters; Lucene takes no longer terms.
const LONGEST_TOKEN: usize = 32_766;

/// To be counted up when words or values are made in another way.
const ANALYSIS: u32 = 2;

/// Which sort of value a field holds: what its name begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Words,
    Values,
    Numbers,
    Days,
    Years,
    Points,
}

impl Sort {
    /// The object that holds the fields of this sort.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Words => "words",
            Self::Values => "values",
            Self::Numbers => "numbers",
            Self::Days => "days",
            Self::Years => "years",
            Self::Points => "points",
        }
    }
}

/// The field that holds values of a mapped path.
pub(super) fn field(sort: Sort, path: &str) -> String {
    format!("{}.{path}", sort.name())
}

/// The sorts of values that a mapped path has.
fn sorts(kind: FieldType) -> &'static [(Sort, &'static str)] {
    match kind {
        FieldType::Text | FieldType::Texts => &[(Sort::Words, "text")],
        FieldType::TextAndKeyword => &[(Sort::Words, "text"), (Sort::Values, "keyword")],
        FieldType::Keyword | FieldType::Boolean | FieldType::Keywords => &[(Sort::Values, "keyword")],
        FieldType::Integer | FieldType::Date => &[(Sort::Numbers, "long")],
        FieldType::DateRange => &[(Sort::Numbers, "long"), (Sort::Days, "long_range"), (Sort::Years, "long")],
        FieldType::Points => &[(Sort::Points, "geo_point")],
    }
}

/// What tells an index of this mapping from one of another: how words are made is part of it.
pub(super) fn mark(mapping: &Mapping) -> String {
    let text = format!("{ANALYSIS} {:?} {:?}", mapping.fields, mapping.unreturned);
    hex::encode(crc_fast::checksum(CrcAlgorithm::Crc64Nvme, text.as_bytes()).to_be_bytes())
}

/// How often what is written to an index that is searched is shown.
const REFRESHED: &str = "1s";

/// The settings of an index that begins to be searched.
pub(super) fn searched() -> Value {
    json!({"index": {"refresh_interval": REFRESHED}})
}

/// The body that creates an index. A live one is not marked, as documents will be missing at first; the next one is not
/// shown but when somebody asks for it, which takes its time.
pub(super) fn body(mapping: &Mapping, shards: u32, alias: &str, generation: Generation) -> Value {
    let (mark, refreshed) = match generation {
        Generation::Live => (None, REFRESHED),
        Generation::Next => (Some(mark(mapping)), "-1"),
    };
    let mut properties = Map::from_iter([
        ("index".to_owned(), json!({"type": "keyword"})),
        ("id".to_owned(), json!({"type": "keyword"})),
        ("live".to_owned(), json!({"type": "boolean"})),
        ("paths".to_owned(), json!({"type": "keyword"})),
        ("source".to_owned(), json!({"type": "object", "enabled": false})),
    ]);
    for (path, kind) in Places::of(mapping).mapped() {
        for (sort, made) in sorts(kind) {
            let mut settings = json!({"type": made});
            if *sort == Sort::Words {
                settings["analyzer"] = json!("written");
                settings["search_analyzer"] = json!("parted");
                // As far apart as in the embedded index: values of a list are no phrase.
                // Words are weighed by what the caller may find: see `weights`.
                settings["similarity"] = json!("boolean");
                settings["position_increment_gap"] = json!(1);
            }
            insert(&mut properties, &field(*sort, path), settings);
        }
    }
    json!({
        "aliases": {alias: {}},
        "settings": {
            "number_of_shards": shards,
            "refresh_interval": refreshed,
            "max_result_window": WINDOW,
            "mapping.total_fields.limit": 2_000,
            "analysis": {
                "tokenizer": {"blanks": {"type": "whitespace", "max_token_length": LONGEST_TOKEN}},
                "filter": {"places": {
                    "type": "pattern_capture", "preserve_original": false, "patterns": ["([^|]+)"]
                }},
                "analyzer": {
                    "written": {"type": "custom", "tokenizer": "blanks", "filter": ["places"]},
                    "parted": {"type": "custom", "tokenizer": "blanks"},
                },
            },
        },
        "mappings": {
            "dynamic": "strict",
            "_meta": {"mark": mark},
            "_source": {"includes": ["source"]},
            "properties": properties,
        },
    })
}

/// Puts the settings of a field with dots in its name among the properties.
fn insert(properties: &mut Map<String, Value>, name: &str, settings: Value) {
    match name.split_once('.') {
        None => {
            properties.insert(name.to_owned(), settings);
        }
        Some((first, rest)) => {
            let inner = properties.entry(first).or_insert_with(|| json!({"properties": {}}));
            if let Some(Value::Object(inner)) = inner.get_mut("properties") {
                insert(inner, rest, settings);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use cairn_model::kinds::KINDS;

    use super::*;

    /// OpenSearch holds either a value or an object at a path.
    #[test]
    fn no_field_of_a_sort_lies_below_another() {
        for mapping in KINDS.iter().flat_map(|kind| [kind.mapping, kind.drafts]).flatten() {
            let fields: Vec<String> = Places::of(mapping)
                .mapped()
                .flat_map(|(path, kind)| sorts(kind).iter().map(move |(sort, _)| field(*sort, path)))
                .collect();
            for one in &fields {
                let below = fields.iter().find(|other| other.starts_with(&format!("{one}.")));
                assert_eq!(below, None, "{} of `{}`", one, mapping.index);
            }
        }
    }
}
