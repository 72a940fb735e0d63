//! With whom versions are shared, as those who manage them write it. `InvenioRDM`: access, records reference §8.

use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::Context;
use super::access::day;
use super::loader::Loader;
use super::rule::{Field, List, MISSING, Object, Rule, TEXT, nullable, optional, required, required_or};
use crate::fields::sharing::{Grantee, LINK_PERMISSIONS, PERMISSIONS, Settings};
use crate::{Error, Result};

/// What is said of a link. What is not said stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct LinkInput {
    /// What it is to allow.
    pub permission: Option<String>,
    /// Its last day.
    pub expires_at: Option<NaiveDate>,
    /// What it is for.
    pub description: Option<String>,
    /// Where it comes from.
    pub origin: Option<String>,
}

/// What is said of a grant. What is not said stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct GrantInput {
    /// What it is to allow.
    pub permission: Option<String>,
    /// Whom it is for.
    pub subject: Option<Grantee>,
    /// They are to be told.
    #[serde(default)]
    pub notify: bool,
}

const NO_LEVEL: &str = "An access permission level is required";
const EXPIRES: Field = optional("expires_at", Rule::Custom(day));

static NEW_LINK: Object = Object {
    fields: &[
        required_or("permission", Rule::Custom(link_permission), NO_LEVEL),
        EXPIRES,
        optional("description", TEXT),
        nullable("origin", TEXT),
    ],
    ..Object::PLAIN
};

static LINK: Object = Object {
    fields: &[
        optional("permission", Rule::Custom(link_permission)),
        EXPIRES,
        optional("description", TEXT),
        nullable("origin", TEXT),
    ],
    ..Object::PLAIN
};

static GRANTS: Object = Object { fields: &[required("grants", Rule::Custom(grants))], ..Object::PLAIN };

static GRANT_LIST: List = List::of(Rule::Object(&WHOLE_GRANT));

const SUBJECT: Rule = Rule::Object(&Object {
    fields: &[required("id", Rule::Custom(identifier)), required("type", Rule::Custom(subject_type))],
    ..Object::PLAIN
});

static WHOLE_GRANT: Object = Object {
    fields: &[
        required("permission", Rule::Custom(permission)),
        required("subject", SUBJECT),
        ORIGIN,
        nullable("message", TEXT),
        optional("notify", Rule::Boolean),
    ],
    ..Object::PLAIN
};

static PART_OF_GRANT: Object = Object {
    fields: &[optional("permission", Rule::Custom(permission)), optional("subject", SUBJECT), ORIGIN],
    ..Object::PLAIN
};

/// Read and not believed: where a grant comes from is known.
const ORIGIN: Field = nullable("origin", TEXT);

static SETTINGS: Object = Object {
    fields: &[
        optional("allow_user_requests", Rule::Boolean),
        optional("allow_guest_requests", Rule::Boolean),
        nullable("accept_conditions_text", super::rule::html_from(0)),
        optional("secret_link_expiration", Rule::Custom(days)),
    ],
    ..Object::PLAIN
};

/// Nothing here depends on the day or on the site's languages.
static ANYWHERE: Context = Context::ANYWHERE;

/// Reads what is said of a link; a `new` one needs a permission.
///
/// # Errors
/// [`Error::Invalid`] with all that is wrong.
pub fn load_link(body: &Map<String, Value>, new: bool) -> Result<LinkInput> {
    let link = object(if new { &NEW_LINK } else { &LINK }, body)?;
    read(link)
}

/// Reads a list of grants.
///
/// # Errors
/// [`Error::Invalid`] with all that is wrong.
pub fn load_grants(body: &Map<String, Value>) -> Result<Vec<GrantInput>> {
    let mut grants = object(&GRANTS, body)?;
    read_value(grants.shift_remove("grants").unwrap_or_default())
}

/// Reads what is said of one grant; the `whole` of it, or what is to be another.
///
/// # Errors
/// [`Error::Invalid`] with all that is wrong.
pub fn load_grant(body: &Map<String, Value>, whole: bool) -> Result<GrantInput> {
    read(object(if whole { &WHOLE_GRANT } else { &PART_OF_GRANT }, body)?)
}

/// Reads what others may ask of an owner; what is not said stays as it is in `settings`.
///
/// # Errors
/// [`Error::Invalid`] with all that is wrong.
pub fn load_settings(body: &Map<String, Value>, settings: &Settings) -> Result<Settings> {
    const TEXT_KEY: &str = "accept_conditions_text";
    let given = object(&SETTINGS, body)?;
    let Ok(Value::Object(mut all)) = serde_json::to_value(settings) else {
        return Err(Error::Internal("settings of access cannot be written".into()));
    };
    if body.get(TEXT_KEY).is_some_and(Value::is_null) {
        all.insert(TEXT_KEY.into(), Value::Null);
    }
    all.extend(given);
    read(all)
}

fn object(table: &'static Object, body: &Map<String, Value>) -> Result<Map<String, Value>> {
    let mut loader = Loader::new(&ANYWHERE);
    let read = loader.object(table, &Value::Object(body.clone())).unwrap_or_default();
    if loader.errors.is_empty() { Ok(read) } else { Err(Error::Invalid(loader.errors)) }
}

fn read<T: for<'de> Deserialize<'de>>(object: Map<String, Value>) -> Result<T> {
    read_value(Value::Object(object))
}

/// What a table let pass has the shape that the table says.
fn read_value<T: for<'de> Deserialize<'de>>(value: Value) -> Result<T> {
    serde_json::from_value(value)
        .map_err(|error| Error::Internal(format!("what was read of a body: {error}")))
}

fn grants(value: &Value, loader: &mut Loader<'_>) -> Option<Value> {
    if value.as_array().is_some_and(|grants| !(1..=100).contains(&grants.len())) {
        loader.report("Length must be between 1 and 100.");
        return None;
    }
    loader.load(Rule::List(&GRANT_LIST), value)
}

fn link_permission(value: &Value, loader: &mut Loader<'_>) -> Option<Value> {
    one_of(value, loader, &LINK_PERMISSIONS)
}

fn permission(value: &Value, loader: &mut Loader<'_>) -> Option<Value> {
    one_of(value, loader, &PERMISSIONS)
}

fn subject_type(value: &Value, loader: &mut Loader<'_>) -> Option<Value> {
    one_of(value, loader, &["user", "role", "system_role"])
}

fn one_of(value: &Value, loader: &mut Loader<'_>, words: &[&str]) -> Option<Value> {
    let text = loader.string(value)?;
    if words.contains(&text) {
        return Some(text.into());
    }
    loader.report(format!("Must be one of: {}.", words.join(", ")));
    None
}

/// As it came; an empty one is none.
fn identifier(value: &Value, loader: &mut Loader<'_>) -> Option<Value> {
    let text = loader.string(value)?;
    if text.is_empty() {
        loader.report(MISSING);
        return None;
    }
    Some(text.into())
}

/// Days that a link holds.
fn days(value: &Value, loader: &mut Loader<'_>) -> Option<Value> {
    let number = match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    match number {
        Some(days) if (0..=365).contains(&days) => Some(days.into()),
        Some(_) => {
            loader.report("Must be greater than or equal to 0 and less than or equal to 365.");
            None
        }
        None => {
            loader.report("Not a valid integer.");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn problems<T: std::fmt::Debug>(read: Result<T>) -> Vec<String> {
        match read {
            Err(Error::Invalid(errors)) => {
                errors.iter().map(|error| format!("{}: {}", error.field, error.messages[0])).collect()
            }
            other => panic!("{other:?}"),
        }
    }

    fn body(value: &Value) -> &Map<String, Value> {
        value.as_object().unwrap()
    }

    #[test]
    fn every_problem_of_a_link_is_told() {
        let bad = json!({"permission": "own", "expires_at": "soon", "description": 1, "x": 1});
        assert_eq!(
            problems(load_link(body(&bad), true)),
            [
                "permission: Must be one of: view, preview, edit.",
                "expires_at: Not a valid date.",
                "description: Not a valid string.",
                "x: Unknown field.",
            ]
        );
        assert_eq!(problems(load_link(&Map::new(), true)), [format!("permission: {NO_LEVEL}")]);
        assert_eq!(load_link(&Map::new(), false).unwrap(), LinkInput::default());
        let null = json!({"expires_at": null});
        assert_eq!(problems(load_link(body(&null), false)), ["expires_at: Field may not be null."]);
    }

    #[test]
    fn every_problem_of_grants_is_told() {
        let bad = json!({"grants": [{"permission": "own", "subject": {"type": "robot"}}, {"y": 1}, 7]});
        assert_eq!(
            problems(load_grants(body(&bad))),
            [
                "grants.0.permission: Must be one of: view, preview, edit, manage.",
                "grants.0.subject.id: Missing data for required field.",
                "grants.0.subject.type: Must be one of: user, role, system_role.",
                "grants.1.permission: Missing data for required field.",
                "grants.1.subject: Missing data for required field.",
                "grants.1.y: Unknown field.",
                "grants.2._schema: Invalid input type.",
            ]
        );
        let none = json!({"grants": []});
        assert_eq!(problems(load_grants(body(&none))), ["grants: Length must be between 1 and 100."]);
        assert_eq!(problems(load_grants(&Map::new())), ["grants: Missing data for required field."]);
    }

    #[test]
    fn settings_change_where_something_is_said() {
        let before = Settings { accept_conditions_text: Some("a".into()), ..Settings::default() };
        assert_eq!(load_settings(&Map::new(), &before).unwrap(), before);
        let said = json!({"accept_conditions_text": null, "secret_link_expiration": "30", "allow_user_requests": true});
        let after = load_settings(body(&said), &before).unwrap();
        assert_eq!((after.accept_conditions_text, after.secret_link_expiration), (None, 30));
        assert!(after.allow_user_requests && !after.allow_guest_requests);
        let bad = json!({"allow_user_requests": "maybe", "secret_link_expiration": 366, "z": 0});
        assert_eq!(
            problems(load_settings(body(&bad), &before)),
            [
                "allow_user_requests: Not a valid boolean.",
                "secret_link_expiration: Must be greater than or equal to 0 and less than or equal to 365.",
                "z: Unknown field.",
            ]
        );
    }
}
