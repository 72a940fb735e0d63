//! Places as `DataCite` describes them.

use serde_json::{Value, json};

use super::{
    json::{have, object},
    source::{list, text},
};

/// A place for each location that has a name or an extent.
pub(super) fn write(locations: &Value) -> impl Iterator<Item = Value> {
    list(&locations["features"])
        .iter()
        .map(place)
        .filter(|place| place.as_object().is_some_and(|place| !place.is_empty()))
}

fn place(location: &Value) -> Value {
    let (coordinates, kind) = (&location["geometry"]["coordinates"], &location["geometry"]["type"]);
    let ring = list(&coordinates[0]);
    let corners = if *kind == "Polygon" { rectangle(ring) } else { None };
    object([
        ("geoLocationPlace", have(text(&location["place"]))),
        ("geoLocationPoint", (*kind == "Point").then(|| point(coordinates))),
        ("geoLocationBox", corners.clone()),
        (
            "geoLocationPolygon",
            (*kind == "Polygon" && corners.is_none() && !ring.is_empty())
                .then(|| ring.iter().map(|position| json!({"polygonPoint": point(position)})).collect()),
        ),
    ])
}

fn point(position: &Value) -> Value {
    json!({"pointLongitude": position[0].to_string(), "pointLatitude": position[1].to_string()})
}

/// The edges of a closed or open ring of four corners that lie on two meridians and two parallels.
fn rectangle(ring: &[Value]) -> Option<Value> {
    if !(4..=5).contains(&ring.len()) {
        return None;
    }
    let (west, east) = edges(ring, 0)?;
    let (south, north) = edges(ring, 1)?;
    Some(json!({
        "westBoundLongitude": west, "eastBoundLongitude": east, "southBoundLatitude": south, "northBoundLatitude": north
    }))
}

/// The least and the greatest of the two values that one coordinate has, as they were written.
fn edges(ring: &[Value], axis: usize) -> Option<(String, String)> {
    let mut values: Vec<(f64, &Value)> = ring
        .iter()
        .map(|position| Some((position[axis].as_f64()?, &position[axis])))
        .collect::<Option<_>>()?;
    values.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    values.dedup_by(|(one, _), (other, _)| one.total_cmp(other).is_eq());
    match values.as_slice() {
        [(_, least), (_, greatest)] => Some((least.to_string(), greatest.to_string())),
        _ => None,
    }
}
