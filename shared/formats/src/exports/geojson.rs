//! GeoJSON (RFC 7946): where a record is about.

use serde_json::{Value, json};

use super::{
    json::object,
    source::{Source, list},
};

/// A feature for each location.
pub(super) fn write(source: Source<'_>) -> Value {
    let features: Vec<Value> = list(&source.metadata("locations")["features"]).iter().map(feature).collect();
    json!({"features": features, "type": "FeatureCollection"})
}

fn feature(location: &Value) -> Value {
    let said = |key: &str| location.get(key).cloned();
    let properties = object([
        ("place", said("place")),
        ("description", said("description")),
        ("identifiers", said("identifiers")),
    ]);
    // A feature has the member in any case (RFC 7946 §3.2).
    let geometry = said("geometry").unwrap_or_default();
    json!({"type": "Feature", "geometry": geometry, "properties": properties})
}
