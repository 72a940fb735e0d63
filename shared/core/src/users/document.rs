//! A user as others, they themselves and managers see them. InvenioRDM: users reference, object.

use cairn_model::{
    Identity, Record, Result,
    kinds::users::{MAPPING, USER},
};
use cairn_ports::search::Document;
use serde_json::{Map, Value, json};

use crate::framework::{
    dumps::{head, note_touches},
    indexing::index_version,
};

/// The full document; the projection leaves out what the caller may not see.
pub(super) fn full(user: &Record, who: &Identity) -> Map<String, Value> {
    let stored = |key: &str| user.document.get(key).cloned().unwrap_or_default();
    let (active, confirmed, blocked, verified) = (
        stored("active") == true,
        is_set(user, "confirmed_at"),
        is_set(user, "blocked_at"),
        is_set(user, "verified_at"),
    );
    let email = stored("email");
    let domain = email.as_str().and_then(|email| email.rsplit_once('@')).map_or("", |(_, domain)| domain);
    let tld = domain.rsplit('.').next().unwrap_or_default();
    let preferences = preferences(user);
    let public = |key: &str| preferences[key] == "public";
    let mut document = Map::new();
    document.insert("id".into(), json!(user.id));
    document.insert("created".into(), json!(user.created));
    document.insert("updated".into(), json!(user.updated));
    document.insert("revision_id".into(), json!(user.revision));
    document.insert("active".into(), json!(active));
    document.insert("confirmed".into(), json!(confirmed));
    document.insert("blocked".into(), json!(blocked));
    document.insert("verified".into(), json!(verified));
    document.insert("status".into(), json!(status(user)));
    document.insert("visibility".into(), json!(visibility(public("visibility"), public("email_visibility"))));
    document.insert("is_current_user".into(), json!(who.id().is_some_and(|id| id.as_str() == user.id)));
    document.insert("domain".into(), json!(domain));
    document.insert("domaininfo".into(), json!({"status": DOMAIN_STATUS, "tld": tld, "flagged": false}));
    document.insert("email".into(), email);
    document.insert("identities".into(), json!({}));
    document.insert("username".into(), stored("username"));
    document.insert("profile".into(), user.document.get("profile").cloned().unwrap_or_else(|| json!({})));
    document.insert("preferences".into(), preferences);
    for key in ["blocked_at", "verified_at", "confirmed_at"] {
        document.insert(key.into(), stored(key));
    }
    for key in ["current_login_at", "current_login_ip", "last_login_at", "last_login_ip", "login_count"] {
        document.insert(key.into(), Value::Null);
    }
    let roles = joined(&stored("roles"));
    document["profile"]["roles"] = roles.clone();
    document.insert("roles".into(), roles);
    document
}

/// What is known of every mail domain: nothing yet. `1` is InvenioRDM's number for that.
const DOMAIN_STATUS: &str = "1";

/// Names in one text, as InvenioRDM shows them.
fn joined(names: &Value) -> Value {
    let names: Vec<&str> = names.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    names.join(",").into()
}

/// Something stands at a key of a stored user.
pub(super) fn is_set(user: &Record, key: &str) -> bool {
    user.document.get(key).is_some_and(|value| !value.is_null())
}

fn preferences(user: &Record) -> Value {
    let mut all = json!({
        "visibility": "restricted", "email_visibility": "restricted", "locale": "en", "timezone": "Europe/Zurich",
        "notifications": {"enabled": true},
    });
    for (key, value) in user.document.get("preferences").and_then(Value::as_object).into_iter().flatten() {
        all[key] = value.clone();
    }
    all
}

fn status(user: &Record) -> &'static str {
    let is_active = user.document.get("active") == Some(&Value::Bool(true));
    match () {
        () if is_set(user, "blocked_at") => "blocked",
        () if !is_active => "inactive",
        () if is_set(user, "verified_at") => "verified",
        () if is_set(user, "confirmed_at") => "confirmed",
        () => "new",
    }
}

fn visibility(profile: bool, email: bool) -> &'static str {
    match (profile, email) {
        (true, true) => "full",
        (true, false) => "profile",
        _ => "hidden",
    }
}

/// Where the dump keeps what is stored, which what is shown does not tell.
const STORED: &str = "stored";

/// The document of a user for the index. Only a public address can be found by those who are no managers.
pub fn dump(user: &Record) -> Document {
    let mut document = full(user, &Identity::system());
    if document["preferences"]["email_visibility"] == "public" {
        document.insert("public_email".into(), document["email"].clone());
    }
    document.shift_remove("is_current_user");
    document.insert("domain_status".into(), json!("new"));
    document.insert("role".into(), user.document.get("roles").cloned().unwrap_or_default());
    document.insert(STORED.into(), Value::Object(user.document.clone()));
    note_touches(user, &mut document);
    Document {
        index: MAPPING.index,
        id: user.id.clone(),
        version: index_version(user.revision.0, user.touch),
        source: Some(Value::Object(document)),
    }
}

/// The user who was dumped.
///
/// # Errors
/// [`cairn_model::Error::Internal`] if the document is no dump of a user.
pub fn load(mut dump: Map<String, Value>) -> Result<Record> {
    let mut user = head(&USER, &dump)?;
    if let Some(Value::Object(stored)) = dump.shift_remove(STORED) {
        user.document = stored;
    }
    Ok(user)
}
