//! Places: `GeoJSON` geometries, names, identifiers.

use serde_json::{Map, Value};

use super::loader::Loader;
use super::rule::{List, MISSING, NOT_AN_OBJECT, NULL, Object, Rule, TEXT, UNKNOWN, optional};
use super::structures::PLACE_IDENTIFIERS;

static FEATURE: Object = Object {
    fields: &[
        optional("geometry", Rule::Custom(geometry)),
        optional("place", TEXT),
        optional("identifiers", Rule::List(&PLACE_IDENTIFIERS)),
        optional("description", TEXT),
    ],
    check: |feature, loader| {
        if feature.values().all(|value| value.as_str() == Some("")) {
            // The blanks are in the sentence that clients know.
            loader.report_at(
                "locations",
                "At least one of ['geometry', 'place',                 identifiers', 'description'] must be present.",
            );
        }
    },
    ..Object::PLAIN
};

static FEATURES: List = List::of(Rule::Custom(feature));

/// A feature whose geometry is of a type that nobody knows is dropped as a whole.
fn feature(value: &Value, loader: &mut Loader<'_>) -> Option<Value> {
    let feature = loader.load(Rule::Object(&FEATURE), value);
    let kind = value.get("geometry").and_then(|geometry| geometry.get("type")).and_then(Value::as_str);
    feature.filter(|_| kind.is_none_or(|kind| KINDS.iter().any(|(name, _)| *name == kind)))
}

/// Where the work was made or what it is about.
pub(super) static LOCATIONS: Object =
    Object { fields: &[optional("features", Rule::List(&FEATURES))], ..Object::PLAIN };

/// Says what is wrong with coordinates.
type Fault = fn(&Value) -> Option<&'static str>;

static KINDS: [(&str, Fault); 3] =
    [("Point", position_fault), ("MultiPoint", positions_fault), ("Polygon", polygon_fault)];

fn geometry(value: &Value, loader: &mut Loader<'_>) -> Option<Value> {
    let Value::Object(input) = value else {
        loader.report_at("_schema", NOT_AN_OBJECT);
        return None;
    };
    let before = loader.errors.len();
    let fault = kind(input, loader);
    match (input.get("coordinates"), fault) {
        (_, None) => {}
        (None, _) => loader.report_at("coordinates", MISSING),
        (Some(Value::Null), _) => loader.report_at("coordinates", NULL),
        (Some(coordinates), Some(fault)) => {
            if let Some(message) = fault(coordinates) {
                loader.at("geojson", |loader| loader.report_at("coordinates", message));
            }
        }
    }
    for key in input.keys().filter(|key| !["type", "coordinates"].contains(&key.as_str())) {
        loader.report_at(key, UNKNOWN);
    }
    if loader.errors.len() > before {
        return None;
    }
    let keys = ["coordinates", "type"];
    let output: Map<_, _> = keys.iter().map(|key| ((*key).to_owned(), input[*key].clone())).collect();
    Some(output.into())
}

/// How coordinates of this geometry's type are checked.
fn kind(input: &Map<String, Value>, loader: &mut Loader<'_>) -> Option<Fault> {
    let Some(value) = input.get("type") else {
        loader.report_at("type", MISSING);
        return None;
    };
    if value.is_null() {
        loader.report_at("type", NULL);
        return None;
    }
    let kind = loader.at("type", |loader| loader.string(value))?;
    let known = KINDS.iter().find(|(name, _)| *name == kind);
    if known.is_none() {
        loader.report_at("type", format!("Unsupported value: {kind}"));
    }
    known.map(|(_, fault)| *fault)
}

fn position_fault(value: &Value) -> Option<&'static str> {
    let Some(numbers) = value.as_array() else { return Some("each position must be a list") };
    if !(2..=3).contains(&numbers.len()) {
        return Some("a position must have exactly 2 or 3 values");
    }
    (!numbers.iter().all(Value::is_number)).then_some("a position cannot have inner positions")
}

fn positions_fault(value: &Value) -> Option<&'static str> {
    let Some(positions) = value.as_array() else { return Some("each position must be a list") };
    positions.iter().find_map(position_fault)
}

fn polygon_fault(value: &Value) -> Option<&'static str> {
    let Some(rings) = value.as_array().filter(|rings| !rings.is_empty()) else {
        return Some("Each polygon must be a list of linear rings");
    };
    rings.iter().find_map(|ring| {
        let Some(positions) = ring.as_array() else {
            return Some("Each element of a polygon's coordinates must be a list");
        };
        if positions.len() < 4 {
            return Some("Each linear ring must contain at least 4 positions");
        }
        if positions.first() != positions.last() {
            return Some("Each linear ring must end where it started");
        }
        positions_fault(ring)
    })
}
