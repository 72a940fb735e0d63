//! Rights: a licence by id, or one described in a single language.

use serde_json::{Map, Value};

use super::loader::Loader;
use super::rule::{List, Object, Rule, TEXT, filled, keep_only_id, optional};

static LICENCE_LINKS: Object =
    Object { fields: &[optional("url", TEXT), optional("scheme", TEXT)], ..Object::PLAIN };

static RIGHT: Object = Object {
    fields: &[
        optional("id", TEXT),
        optional("title", Rule::Custom(one_translation)),
        optional("description", Rule::Custom(one_translation)),
        optional("link", Rule::Custom(link)),
        optional("props", Rule::Object(&LICENCE_LINKS)),
    ],
    check,
    settle: keep_only_id,
    ..Object::PLAIN
};

/// Licences and other terms of use.
pub(super) static RIGHTS: List = List::of(Rule::Object(&RIGHT));

fn check(right: &mut Map<String, Value>, loader: &mut Loader<'_>) {
    let by_id = filled(right, "id").is_some();
    if by_id && right.len() > 1 {
        loader.report_at(
            "rights",
            "Only an existing id or free text title/description/link is accepted, but not both cases at the same time",
        );
    } else if !by_id && !right.contains_key("title") {
        loader.report_at("rights", "An existing id or a free text title must be present");
    }
}

/// Text in one of the site's languages.
fn one_translation(value: &Value, loader: &mut Loader<'_>) -> Option<Value> {
    let texts = loader.mapping(value)?;
    let problem = if texts.len() > 1 {
        "Only one value is accepted."
    } else if texts.keys().any(|locale| !loader.context.locales.contains(&locale.as_str())) {
        "Not a valid locale."
    } else {
        return loader.translations(value);
    };
    loader.report(problem);
    None
}

/// A URL that a browser can open.
pub(super) fn link(value: &Value, loader: &mut Loader<'_>) -> Option<Value> {
    let text = super::text::clean(loader.string(value)?);
    if is_web_address(&text) {
        return Some(text.into());
    }
    loader.report("Not a valid URL.");
    None
}

/// Whether `text` is a URL of the web or of a file server, with a host that can exist.
pub(super) fn is_web_address(text: &str) -> bool {
    let Ok(url) = url::Url::parse(text) else { return false };
    let host = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.trim_matches('.').contains('.'),
        address => address.is_some(),
    };
    ["http", "https", "ftp", "ftps"].contains(&url.scheme())
        && host
        && text.contains("://")
        && !text.contains(char::is_whitespace)
}
