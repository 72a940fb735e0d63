//! Users, as administrators write them. `InvenioRDM`: users reference, create and preferences.

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
static ANYWHERE: Context = Context::ANYWHERE;

/// Reads the body of a new user; `roles` are those that there are.
///
/// # Errors
/// [`Error::Invalid`] with all that is wrong.
pub fn load_user(body: &Map<String, Value>, roles: &[&str]) -> Result<Map<String, Value>> {
    let mut loader = Loader::new(&ANYWHERE);
    let user = loader.object(&USER, &Value::Object(body.clone())).unwrap_or_default();
    let mut given =
        user.get("roles").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    if given.any(|role| !roles.contains(&role)) {
        loader.report_at("roles", format!("Must be one of: {}.", roles.join(", ")));
    }
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

/// As marshmallow reads addresses, without those that need quotes.
fn is_email(text: &str) -> bool {
    let Some((user, domain)) = text.rsplit_once('@') else { return false };
    let atom = |part: &str| {
        !part.is_empty()
            && part.chars().all(|c| c.is_ascii_alphanumeric() || "-!#$%&'*+/=?^_`{}|~".contains(c))
    };
    text.len() <= 255 && user.split('.').all(atom) && (domain == "localhost" || is_domain(domain))
}

/// A name with a dot, in any script, or an IPv4 address in brackets.
fn is_domain(text: &str) -> bool {
    if let Some(address) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return address.parse::<std::net::Ipv4Addr>().is_ok();
    }
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let dotted = |name: &str| {
        let last = name.rsplit_once('.').map(|(_, last)| last);
        name.split('.').all(label) && last.is_some_and(|last| last.len() > 1)
    };
    if text.is_ascii() {
        return dotted(text);
    }
    !text.contains('%') && matches!(url::Host::parse(text), Ok(url::Host::Domain(name)) if dotted(&name))
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
        match load_user(body.as_object().unwrap(), &["curator", "admin"]) {
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
        assert_eq!(Value::Object(load_user(body.as_object().unwrap(), &["curator"]).unwrap()), body);
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
        let body = json!({"email": "ada@example.org", "roles": ["curator", "nosuch"]});
        assert_eq!(problems(&body), ["roles: Must be one of: curator, admin."]);
    }

    #[test]
    fn addresses_are_those_that_mail_can_be_sent_to() {
        for email in [
            "",
            "x",
            "a@",
            "@b",
            "a b@c.org",
            "a@.b",
            "a@b",
            "a@b.c",
            "\u{fc}@x.org",
            "a..b@x.org",
            ".a@x.org",
            "a@x..org",
            "a@-x.org",
            "a@x-.org",
            "a@x.org.",
            "a@x_y.org",
            "a@%78.org",
            "a@\u{fc}",
            "a\"@x.org",
            "a@[300.1.1.1]",
            "a@x.org\n.b",
        ] {
            assert_eq!(problems(&json!({"email": email})), ["email: Not a valid email address."], "{email}");
        }
        for email in [
            "a@x.org",
            "a.b+c_d@x-y.example.org",
            "a@localhost",
            "a@m\u{fc}nchen.de",
            "a@[127.0.0.1]",
            " A@X.ORG ",
        ] {
            assert!(load_user(json!({"email": email}).as_object().unwrap(), &[]).is_ok(), "{email}");
        }
    }
}
