//! JSON without what is not there.

use serde_json::{Map, Value};

/// An object of the members that have a value, in this order.
pub(super) fn object<const N: usize>(members: [(&str, Option<Value>); N]) -> Value {
    Value::Object(members.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect())
}

/// A list, if there is something in it.
pub(super) fn some(list: impl IntoIterator<Item = Value>) -> Option<Value> {
    let list: Vec<Value> = list.into_iter().collect();
    (!list.is_empty()).then_some(Value::Array(list))
}

/// A value that is there.
pub(super) fn have(value: Option<impl Into<Value>>) -> Option<Value> {
    value.map(Into::into)
}

/// With its keys in alphabetical order, at every depth.
pub fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<(String, Value)> =
                members.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            members.sort_by(|(one, _), (other, _)| one.cmp(other));
            Value::Object(Map::from_iter(members))
        }
        Value::Array(elements) => elements.into_iter().map(sorted).collect(),
        other => other,
    }
}
