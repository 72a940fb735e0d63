//! Which field holds the values of a path.

use std::collections::BTreeMap;

use cairn_model::mapping::{FieldType, Mapping};

use crate::SEPARATOR;

/// Where the values of one path are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Analysed words of a mapped path, each preceded by `prefix`.
    Words {
        /// The mapped path.
        field: &'static str,
        /// Empty, or a leaf and [`SEPARATOR`], or that alone for all leaves.
        prefix: String,
    },
    /// Whole values of a mapped path, each preceded by `prefix`.
    Whole {
        /// The mapped path.
        field: &'static str,
        /// Empty, or a leaf and [`SEPARATOR`].
        prefix: String,
    },
    /// Whole numbers of a mapped path.
    Integer(&'static str),
    /// Microseconds since 1970.
    Instant(&'static str),
    /// First and last days, since 1970.
    Days(&'static str),
    /// Points on the earth.
    Points(&'static str),
}

/// The mapped paths, for looking them up and for going along them.
#[derive(Debug, Clone)]
pub struct Places {
    kinds: BTreeMap<&'static str, FieldType>,
    steps: Vec<Step>,
}

/// A step of mapped paths.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    /// The key that it goes along.
    pub(crate) name: &'static str,
    /// All of the path up to here.
    pub(crate) path: &'static str,
    /// What is mapped here; nothing where it only leads on.
    pub(crate) kind: Option<FieldType>,
    /// The steps from here.
    pub(crate) below: Vec<Step>,
}

/// Names under which InvenioRDM indexes a field a second time.
const SUB_FIELDS: &[&str] = &[".keyword", ".original", ".text"];

impl Places {
    /// Those of a mapping.
    pub fn of(mapping: &Mapping) -> Self {
        Self::from_kinds(mapping.fields.iter().map(|mapped| (mapped.path, mapped.kind)).collect())
    }

    fn from_kinds(kinds: BTreeMap<&'static str, FieldType>) -> Self {
        let mut steps = Vec::new();
        for (path, kind) in &kinds {
            add(&mut steps, path, 0, *kind);
        }
        Self { kinds, steps }
    }

    /// Those of some of the mapped paths.
    #[must_use]
    pub fn among(&self, wanted: impl Fn(&str) -> bool) -> Self {
        Self::from_kinds(self.mapped().filter(|(path, _)| wanted(path)).collect())
    }

    /// The first steps of all mapped paths, in their order.
    pub(crate) fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Every mapped path.
    pub fn mapped(&self) -> impl Iterator<Item = (&'static str, FieldType)> {
        self.kinds.iter().map(|(path, kind)| (*path, *kind))
    }

    /// Where the values of `path` are; nothing if it is not mapped.
    pub fn find(&self, path: &str) -> Option<Place> {
        // All leaves of an object of texts are also indexed together.
        let is_texts = |path: &str| self.kinds.get(path) == Some(&FieldType::Texts);
        let path = path.strip_suffix(".*").filter(|path| is_texts(path)).unwrap_or(path);
        if let Some((field, kind)) = self.kinds.get_key_value(path) {
            return own(field, *kind);
        }
        let base = SUB_FIELDS.iter().find_map(|sub| self.base(path.strip_suffix(sub)?));
        if let Some((field, kind)) = base {
            let wants_whole = path.ends_with(".keyword");
            return match kind {
                FieldType::TextAndKeyword if wants_whole => {
                    Some(Place::Whole { field, prefix: String::new() })
                }
                _ => own(field, kind).filter(|place| wants_whole == matches!(place, Place::Whole { .. })),
            };
        }
        self.leaf(path)
    }

    fn base(&self, path: &str) -> Option<(&'static str, FieldType)> {
        let (field, kind) = self.kinds.get_key_value(path)?;
        (!matches!(kind, FieldType::Keywords | FieldType::Texts)).then_some((field, *kind))
    }

    /// A path below a mapped object.
    fn leaf(&self, path: &str) -> Option<Place> {
        let mut dots = path.rmatch_indices('.').map(|(at, _)| at);
        let (leaf, (field, kind)) =
            dots.find_map(|at| Some((&path[at + 1..], self.kinds.get_key_value(&path[..at])?)))?;
        match kind {
            FieldType::Keywords => {
                let leaf = leaf.strip_suffix(".keyword").unwrap_or(leaf);
                Some(Place::Whole { field, prefix: format!("{leaf}{SEPARATOR}") })
            }
            FieldType::Texts => Some(Place::Words { field, prefix: format!("{leaf}{SEPARATOR}") }),
            _ => None,
        }
    }
}

/// Adds the way along `path`, of which `from` bytes are behind. Paths come in their order, so that a way that is shared is
/// the last one.
fn add(steps: &mut Vec<Step>, path: &'static str, from: usize, kind: FieldType) {
    let end = path[from..].find('.').map_or(path.len(), |dot| from + dot);
    let name = &path[from..end];
    if steps.last().is_none_or(|step| step.name != name) {
        steps.push(Step { name, path: &path[..end], kind: None, below: Vec::new() });
    }
    let Some(step) = steps.last_mut() else { return };
    if end == path.len() {
        step.kind = Some(kind);
    } else {
        add(&mut step.below, path, end + 1, kind);
    }
}

/// The place of a mapped path itself.
fn own(field: &'static str, kind: FieldType) -> Option<Place> {
    match kind {
        FieldType::Text | FieldType::TextAndKeyword => Some(Place::Words { field, prefix: String::new() }),
        FieldType::Keyword | FieldType::Boolean => Some(Place::Whole { field, prefix: String::new() }),
        FieldType::Integer => Some(Place::Integer(field)),
        FieldType::Date => Some(Place::Instant(field)),
        FieldType::DateRange => Some(Place::Days(field)),
        FieldType::Points => Some(Place::Points(field)),
        FieldType::Texts => Some(Place::Words { field, prefix: SEPARATOR.into() }),
        FieldType::Keywords => None,
    }
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
            Mapped { path: "spot", kind: FieldType::Points },
        ],
        defaults: &[],
        unreturned: &[],
    };

    fn words(field: &'static str, prefix: &str) -> Place {
        Place::Words { field, prefix: prefix.into() }
    }

    fn whole(field: &'static str, prefix: &str) -> Place {
        Place::Whole { field, prefix: prefix.into() }
    }

    #[test]
    fn paths_lead_to_their_fields() {
        let places = Places::of(&MAPPING);
        assert_eq!(places.find("title"), Some(words("title", "")));
        assert_eq!(places.find("title.original"), Some(words("title", "")));
        assert_eq!(places.find("title.keyword"), Some(whole("title", "")));
        assert_eq!(places.find("id.keyword"), Some(whole("id", "")));
        assert_eq!(places.find("pids.doi.identifier"), Some(whole("pids", "doi.identifier\0")));
        assert_eq!(places.find("pids.doi.identifier.keyword"), Some(whole("pids", "doi.identifier\0")));
        assert_eq!(places.find("label.en"), Some(words("label", "en\0")));
        assert_eq!(places.find("label"), Some(words("label", "\0")));
        assert_eq!(places.find("label.*"), places.find("label"));
        assert_eq!(places.find("span"), Some(Place::Days("span")));
        assert_eq!(places.find("spot"), Some(Place::Points("spot")));
        assert_eq!(places.find("day"), Some(Place::Instant("day")));
        for unknown in
            ["nosuch", "name.keyword", "spot.keyword", "spot.type", "title.nosuch", "pids", "", ".", "id."]
        {
            assert_eq!(places.find(unknown), None, "{unknown}");
        }
    }
}
