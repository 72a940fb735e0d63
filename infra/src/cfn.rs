//! Words of `CloudFormation`.

use serde_json::{Value, json};

/// The value of a parameter, or the name of a resource.
pub(crate) fn reference(name: &str) -> Value {
    json!({"Ref": name})
}

/// A text with names of parameters in `${}`.
pub(crate) fn sub(text: &str) -> Value {
    json!({"Fn::Sub": text})
}

/// An attribute of a resource.
pub(crate) fn attribute(resource: &str, name: &str) -> Value {
    json!({"Fn::GetAtt": [resource, name]})
}

/// One of two, as a condition says.
pub(crate) fn either(condition: &str, then: &Value, otherwise: &Value) -> Value {
    json!({"Fn::If": [condition, then, otherwise]})
}

/// Only where a condition holds.
pub(crate) fn only_if(condition: &str, value: &Value) -> Value {
    either(condition, value, &reference("AWS::NoValue"))
}

/// The name of a resource after words: `NewVersion` of `new_version`.
pub(crate) fn camel(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| word[..1].to_ascii_uppercase() + &word[1..]).collect()
}
