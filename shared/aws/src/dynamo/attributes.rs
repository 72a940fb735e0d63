//! Items as DynamoDB's attributes.
//!
//! `pk` and `sk`: the key. `r`: the revision. `b`: the body, JSON as a string or compressed as binary. `expires`: when
//! DynamoDB may remove the item. `c_<name>`: a counter, an attribute of its own so that conditions can bound it.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::{primitives::Blob, types::AttributeValue};
use cairn_model::{Revision, Table};
use cairn_ports::{
    body::Body,
    store::{Cursor, Item, Key, StoreError},
};

/// The attributes of an item or a key.
pub(super) type Attributes = HashMap<String, AttributeValue>;

/// What counters' attributes begin with.
const COUNTER: &str = "c_";

/// The key's attributes.
pub(super) fn of_key(key: &Key) -> Attributes {
    HashMap::from([
        ("pk".to_owned(), AttributeValue::S(key.partition.clone())),
        ("sk".to_owned(), AttributeValue::S(key.sort.clone())),
    ])
}

/// A number's attribute.
pub(super) fn of_number(number: impl Into<i128>) -> AttributeValue {
    AttributeValue::N(number.into().to_string())
}

/// A body's attribute.
pub(super) fn of_body(body: &Body) -> AttributeValue {
    match body {
        Body::Plain(text) => AttributeValue::S(text.clone()),
        Body::Packed(bytes) => AttributeValue::B(Blob::new(bytes.clone())),
    }
}

/// The name of a counter's attribute.
pub(super) fn of_counter(name: &str) -> String {
    format!("{COUNTER}{name}")
}

/// The item that the attributes hold.
pub(super) fn to_item(table: Table, attributes: &Attributes) -> Result<Item, StoreError> {
    let key = Key::new(table, text(attributes, "pk")?, text(attributes, "sk")?);
    let body = match attributes.get("b") {
        Some(AttributeValue::S(text)) => Body::decode_plain(text),
        Some(AttributeValue::B(bytes)) => Body::decode_packed(bytes.as_ref()),
        _ => Err(StoreError::Damaged("it has no body".into())),
    };
    let body = body.map_err(|error| StoreError::Damaged(format!("`{key}`: {error}")))?;
    let counters = counters_of(attributes)?;
    let expires = attributes.contains_key("expires").then(|| number(attributes, "expires")).transpose()?;
    Ok(Item { key, revision: revision_of(attributes)?, body, counters, expires })
}

/// The revision that the attributes hold.
pub(super) fn revision_of(attributes: &Attributes) -> Result<Revision, StoreError> {
    number(attributes, "r").map(Revision)
}

/// The counters that the attributes hold.
pub(super) fn counters_of(attributes: &Attributes) -> Result<BTreeMap<String, u64>, StoreError> {
    let names = attributes.keys().filter_map(|name| name.strip_prefix(COUNTER));
    names.map(|name| Ok((name.to_owned(), number(attributes, &of_counter(name))?))).collect()
}

/// The sort key that the attributes hold.
pub(super) fn sort_of(attributes: &Attributes) -> Result<String, StoreError> {
    text(attributes, "sk")
}

/// A key as a cursor.
pub(super) fn to_cursor(attributes: &Attributes) -> Result<Cursor, StoreError> {
    Ok(Cursor(serde_json::json!([text(attributes, "pk")?, text(attributes, "sk")?]).to_string()))
}

/// A cursor as a key.
pub(super) fn of_cursor(cursor: &Cursor) -> Result<Attributes, StoreError> {
    let (partition, sort): (String, String) = serde_json::from_str(&cursor.0)
        .map_err(|_| StoreError::TooLarge("the cursor is not one that the store gave".into()))?;
    Ok(of_key(&Key { table: Table(""), partition, sort }))
}

fn text(attributes: &Attributes, name: &str) -> Result<String, StoreError> {
    attributes.get(name).and_then(|value| value.as_s().ok()).cloned().ok_or_else(|| damaged(name))
}

fn number<N: std::str::FromStr>(attributes: &Attributes, name: &str) -> Result<N, StoreError> {
    let digits = attributes.get(name).and_then(|value| value.as_n().ok());
    digits.and_then(|digits| digits.parse().ok()).ok_or_else(|| damaged(name))
}

fn damaged(name: &str) -> StoreError {
    StoreError::Damaged(format!("the attribute `{name}` of an item is missing or not what was written"))
}
