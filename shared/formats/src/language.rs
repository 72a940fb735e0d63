//! Which of several translations a reader gets.

use serde_json::Value;

/// What a text falls back to when it exists in none of the reader's languages.
const FALLBACK: &str = "en";

/// A reader's languages, best first, as lower-case tags (`de-at`). English is understood to come last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Language<'a>(&'a [String]);

impl<'a> Language<'a> {
    /// The languages of `?ln=`, of a person's profile or of `Accept-Language`, in the order they count.
    pub fn new(tags: &'a [String]) -> Self {
        Self(tags)
    }

    /// The best text of `{"en": "Dataset", "de": "Datensatz"}`: the reader's languages in turn (`de-at` also
    /// takes `de`), then English, then any. A plain string is its own translation; `None` without any text.
    pub fn pick<'text>(&self, texts: &'text Value) -> Option<&'text str> {
        let texts = match texts {
            Value::String(text) => return Some(text),
            Value::Object(texts) => texts,
            _ => return None,
        };
        let wanted = self.0.iter().flat_map(|tag| [tag.as_str(), primary(tag)]).chain([FALLBACK]);
        let found = wanted.filter_map(|language| texts.get(language)).find_map(Value::as_str);
        found.or_else(|| texts.values().find_map(Value::as_str))
    }
}

fn primary(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tags(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn the_first_language_that_has_a_text_wins() {
        let texts = json!({"cs": "Datová sada", "de": "Datensatz", "en": "Dataset", "pt-br": "Dados"});
        for (languages, expected) in [
            ("", "Dataset"),
            ("de", "Datensatz"),
            ("de-at cs", "Datensatz"),
            ("fr cs de", "Datová sada"),
            ("pt-br de", "Dados"),
            ("pt de", "Datensatz"),
            ("fr", "Dataset"),
            ("- -de", "Dataset"),
        ] {
            assert_eq!(Language::new(&tags(languages)).pick(&texts), Some(expected), "{languages}");
        }
    }

    #[test]
    fn without_an_english_text_any_text_will_do() {
        assert_eq!(Language::default().pick(&json!({"sv": null, "da": "Dansk"})), Some("Dansk"));
        assert_eq!(Language::default().pick(&json!("plain")), Some("plain"));
        for nothing in [json!({}), json!(null), json!(["x"]), json!({"en": 3})] {
            assert_eq!(Language::default().pick(&nothing), None, "{nothing}");
        }
    }
}
