//! `upload_type` and its finer types: the resource type.

use serde_json::{Map, Value, json};

use super::{problems::Problems, read::given};

/// The types that have finer ones, and the names of these.
const FINER: [(&str, &str); 2] = [("publication", "publication_type"), ("image", "image_type")];
/// A finer type that vocabularies call by another name.
const THESIS: (&str, &str) = ("thesis", "dissertation");
/// All names.
pub(super) const NAMES: [&str; 3] = ["upload_type", "publication_type", "image_type"];

/// What a deposition says of a resource type.
pub(super) fn show(metadata: &Map<String, Value>) -> Vec<(&'static str, Value)> {
    let Some(id) = metadata.get("resource_type").and_then(|kind| kind["id"].as_str()) else {
        return Vec::new();
    };
    let (general, finer) = id.split_once('-').unwrap_or((id, ""));
    let finer = if finer == THESIS.1 { THESIS.0 } else { finer };
    let name = FINER.iter().find(|(known, _)| *known == general && !finer.is_empty()).map(|(_, name)| *name);
    let shown = [("upload_type", general)].into_iter().chain(name.map(|name| (name, finer)));
    shown.map(|(name, word)| (name, json!(word))).collect()
}

/// The resource type that is meant, put into the metadata. One that is not changed may be finer than can be said.
pub(super) fn read(sent: &Map<String, Value>, metadata: &mut Map<String, Value>, problems: &mut Problems) {
    let said: Vec<_> = NAMES.iter().filter_map(|name| Some((*name, given(sent, name)?.clone()))).collect();
    if said == show(metadata) {
        return;
    }
    metadata.shift_remove("resource_type");
    let mut word = |name: &'static str| problems.at(name, |problems| problems.text(given(sent, name)?));
    let Some(general) = word("upload_type") else { return };
    let finer = FINER.iter().find(|(known, _)| *known == general).and_then(|(_, name)| word(name));
    let finer = finer.map(|finer| if finer == THESIS.0 { THESIS.1.to_owned() } else { finer });
    let id = finer.map_or_else(|| general.clone(), |finer| format!("{general}-{finer}"));
    metadata.insert("resource_type".into(), json!({"id": id}));
}
