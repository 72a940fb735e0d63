//! Users, as administrators write them. `InvenioRDM`: users reference, create and preferences.

use chrono::NaiveDate;
use serde_json::{Map, Value};

use super::Context;
use super::loader::Loader;
use super::rule::{Field, List, Object, Rule, TEXT, nullable, optional, required};
use crate::{Error, Result};

static USER: Object = Object {
    fields: &[
        required("email", Rule::Custom(email)),
        nullable("username", Rule::Custom(username)),
        nullable("password", Rule::Custom(password)),
        nullable("roles", Rule::List(&ROLES)),
        nullable("profile", Rule::Object(&PROFILE)),
        nullable("preferences", Rule::Object(&PREFERENCES)),
    ],
    ..Object::PLAIN
};

static ROLES: List = List::of(TEXT);

static PROFILE: Object =
    Object { fields: &[optional("full_name", TEXT), optional("affiliations", TEXT)], ..Object::PLAIN };

static PREFERENCES: Object = Object {
    fields: &[
        VISIBILITY,
        Field { key: "email_visibility", ..VISIBILITY },
        optional("locale", Rule::Custom(locale)),
        optional("timezone", Rule::Custom(timezone)),
        optional("notifications", Rule::Object(&NOTIFICATIONS)),
    ],
    ..Object::PLAIN
};

const VISIBILITY: Field = optional(
    "visibility",
    Rule::Custom(|value, loader| {
        let known = |text: &str| ["public", "restricted"].contains(&text);
        choice(value, loader, known, "Value must be either 'public' or 'restricted'.")
    }),
);

static NOTIFICATIONS: Object = Object { fields: &[optional("enabled", Rule::Boolean)], ..Object::PLAIN };

const USERNAME_RULE: &str = "Username must start with a letter, be at least three characters long and only contain \
    alphanumeric characters, dashes and underscores.";

/// Nothing of a user depends on the day or on the site's languages.
static ANYWHERE: Context = Context { today: NaiveDate::MIN, locales: &[] };

/// Reads the body of a new user.
///
/// # Errors
/// [`Error::Invalid`] with all that is wrong.
pub fn load_user(body: &Map<String, Value>) -> Result<Map<String, Value>> {
    let mut loader = Loader::new(&ANYWHERE);
    let user = loader.object(&USER, &Value::Object(body.clone())).unwrap_or_default();
    if loader.errors.is_empty() { Ok(user) } else { Err(Error::Invalid(loader.errors)) }
}

/// The text of `value` as it came, if it is `good`.
fn choice(
    value: &Value,
    loader: &mut Loader<'_>,
    good: impl Fn(&str) -> bool,
    message: &str,
) -> Option<Value> {
    let text = loader.string(value)?;
    if good(text) {
        return Some(text.into());
    }
    loader.report(message);
    None
}

fn email(value: &Value, loader: &mut Loader<'_>) -> Option<Value> {
    let trimmed = value.as_str().map(|text| Value::from(text.trim()));
    choice(trimmed.as_ref().unwrap_or(value), loader, is_email, "Not a valid email address.")
}

fn username(value: &Value, loader: &mut Loader<'_>) -> Option<Value> {
    choice(value, loader, is_username, USERNAME_RULE)
}

fn password(value: &Value, loader: &mut Loader<'_>) -> Option<Value> {
    let good = |text: &str| text.chars().count() >= 6 && text.len() <= 1_024;
    choice(value, loader, good, "Password must be at least 6 characters")
}

fn locale(value: &Value, loader: &mut Loader<'_>) -> Option<Value> {
    choice(value, loader, is_locale, "Value must be a valid locale.")
}

fn timezone(value: &Value, loader: &mut Loader<'_>) -> Option<Value> {
    let known = |text: &str| text.parse::<chrono_tz::Tz>().is_ok();
    choice(value, loader, known, "Value must be a valid timezone.")
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let plain = |part: &str| {
        !part.is_empty() && part.chars().all(|c| !c.is_whitespace() && !c.is_control() && c != '@')
    };
    text.len() <= 255 && plain(local) && plain(domain) && !domain.starts_with('.') && !domain.ends_with('.')
}

fn is_username(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (3..=256).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(allowed)
}

/// A language of ISO 639, alone or with a region: `de`, `pt-BR`, `pt_BR`.
fn is_locale(text: &str) -> bool {
    let (language, region) = text.split_once(['-', '_']).map_or((text, None), |(a, b)| (a, Some(b)));
    let known = match language.len() {
        2 => isolang::Language::from_639_1(language).is_some(),
        3 => isolang::Language::from_639_3(language).is_some(),
        _ => false,
    };
    known && region.is_none_or(|region| region.len() == 2 && region.bytes().all(|c| c.is_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn problems(body: &Value) -> Vec<String> {
        match load_user(body.as_object().unwrap()) {
            Err(Error::Invalid(errors)) => {
                errors.iter().map(|error| format!("{}: {}", error.field, error.messages[0])).collect()
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_user_is_read_as_sent() {
        let body = json!({"email": "ada@example.org", "username": "ada", "roles": ["curator"],
            "profile": {"full_name": "Ada"}, "preferences": {"visibility": "public", "locale": "pt_BR",
            "timezone": "Europe/Zurich", "notifications": {"enabled": false}}});
        assert_eq!(Value::Object(load_user(body.as_object().unwrap()).unwrap()), body);
    }

    #[test]
    fn every_problem_is_told() {
        let body = json!({"email": null, "username": "1", "password": "short", "roles": [1], "x": 1,
            "profile": {"age": 3}, "preferences": {"visibility": "all", "email_visibility": 1,
            "locale": "xx", "timezone": "Mars/Base", "notifications": {"enabled": "perhaps"}}});
        assert_eq!(
            problems(&body),
            [
                "email: Field may not be null.",
                &format!("username: {USERNAME_RULE}"),
                "password: Password must be at least 6 characters",
                "roles.0: Not a valid string.",
                "profile.age: Unknown field.",
                "preferences.visibility: Value must be either 'public' or 'restricted'.",
                "preferences.email_visibility: Not a valid string.",
                "preferences.locale: Value must be a valid locale.",
                "preferences.timezone: Value must be a valid timezone.",
                "preferences.notifications.enabled: Not a valid boolean.",
                "x: Unknown field.",
            ]
        );
        assert_eq!(problems(&json!({})), ["email: Missing data for required field."]);
        for email in ["", "x", "a@", "@b", "a b@c", "a@.b"] {
            assert_eq!(problems(&json!({"email": email})), ["email: Not a valid email address."], "{email}");
        }
    }
}
