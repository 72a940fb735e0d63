//! Which of several translations a reader gets.

use serde_json::Value;

/// What a text falls back to when it exists in none of the reader's languages.
const FALLBACK: &str = "en";

/// Longer lists are cut: nobody reads more languages, and every text is looked up in all of them.
const MOST: usize = 16;

/// A reader's languages, best first, as lower-case tags (`de-at`). English is understood to come last.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Language(Vec<String>);

impl Language {
    /// Reads an `Accept-Language` header: by descending `q`, equal ones in order. `*`, `q=0` and what is no
    /// language tag are left out, so a broken header means English and is no error.
    pub fn parse(accept_language: &str) -> Self {
        let mut weighed: Vec<(String, f32)> =
            accept_language.split(',').filter_map(range).filter(|(_, weight)| *weight > 0.0).collect();
        weighed.sort_by(|(_, left), (_, right)| right.total_cmp(left));
        Self(weighed.into_iter().map(|(tag, _)| tag).take(MOST).collect())
    }

    /// The same with `tag` put first: `?ln=` or the language of a person's profile. Not a tag: unchanged.
    pub fn preferring(mut self, tag: &str) -> Self {
        if let Some(tag) = self::tag(tag) {
            self.0.insert(0, tag);
        }
        self
    }

    /// The best text of `{"en": "Dataset", "de": "Datensatz"}`: the reader's languages in turn (`de-AT` also
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

/// `de-AT;q=0.5` → (`de-at`, 0.5). A missing weight is 1, an unreadable one 0.
fn range(text: &str) -> Option<(String, f32)> {
    let (name, parameters) = text.split_once(';').unwrap_or((text, "q=1"));
    let weight =
        parameters.trim().strip_prefix(['q', 'Q']).and_then(|rest| rest.trim_start().strip_prefix('='));
    let weight = weight.and_then(|number| number.trim().parse::<f32>().ok()).unwrap_or(0.0);
    Some((tag(name)?, weight.clamp(0.0, 1.0)))
}

fn tag(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_lowercase();
    let valid = primary(&text).len() >= 2
        && text.len() <= 35
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    valid.then_some(text)
}

fn primary(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_language_that_has_a_text_wins() {
        let texts = json!({"cs": "Datová sada", "de": "Datensatz", "en": "Dataset", "sv": "Dataset (sv)"});
        for (header, expected) in [
            ("", "Dataset"),
            ("de", "Datensatz"),
            ("DE-at", "Datensatz"),
            ("fr, de;q=0.5", "Datensatz"),
            ("en;q=0.4, cs ; q=0.9", "Datová sada"),
            ("sv, de", "Dataset (sv)"),
            ("fr", "Dataset"),
            ("*", "Dataset"),
            ("de;q=0", "Dataset"),
            ("de;q=NaN", "Dataset"),
            ("de;q=-1", "Dataset"),
            ("de;level=1", "Dataset"),
            (";;;,,,q=1;", "Dataset"),
            ("d\u{e9}, \u{0}", "Dataset"),
        ] {
            assert_eq!(Language::parse(header).pick(&texts), Some(expected), "{header}");
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

    #[test]
    fn a_preferred_language_goes_before_the_header() {
        let texts = json!({"de": "Datensatz", "en": "Dataset", "es": "Conjunto de datos"});
        let header = Language::parse("de");
        assert_eq!(header.clone().preferring("es").pick(&texts), Some("Conjunto de datos"));
        assert_eq!(header.preferring("../x").pick(&texts), Some("Datensatz"));
    }

    #[test]
    fn a_list_without_end_is_cut() {
        assert_eq!(Language::parse(&"de,".repeat(10_000)).0.len(), MOST);
    }
}
