//! YAML as block style, for flat documents.

use std::fmt::Write as _;

use serde_json::Value;

/// An object as a document, its keys in alphabetical order.
pub(super) fn document(value: &Value) -> String {
    let mut output = String::new();
    members(&mut output, value, 0, false);
    output
}

fn members(output: &mut String, value: &Value, depth: usize, inline: bool) {
    let mut members: Vec<(&String, &Value)> = value.as_object().into_iter().flatten().collect();
    members.sort_by_key(|(key, _)| *key);
    for (at, (key, value)) in members.into_iter().enumerate() {
        if at > 0 || !inline {
            output.extend(std::iter::repeat_n(' ', depth));
        }
        output.push_str(key);
        output.push(':');
        match value {
            Value::Array(elements) => {
                output.push('\n');
                for element in elements {
                    self::element(output, element, depth);
                }
            }
            scalar => {
                output.push(' ');
                self::scalar(output, scalar);
                output.push('\n');
            }
        }
    }
}

fn element(output: &mut String, element: &Value, depth: usize) {
    output.extend(std::iter::repeat_n(' ', depth));
    output.push_str("- ");
    if element.is_object() {
        members(output, element, depth + 2, true);
        return;
    }
    scalar(output, element);
    output.push('\n');
}

/// Words that are no text where they stand alone (YAML 1.1 and 1.2).
const WORDS: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];

/// A text as it is where nobody can take it for anything else, else in quotes, with the escapes of JSON.
fn scalar(output: &mut String, value: &Value) {
    let Value::String(text) = value else {
        output.push_str(&value.to_string());
        return;
    };
    let mut bytes = text.bytes();
    let begins = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic());
    let is_plain = begins
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || b" ./_-,()".contains(&byte))
        && !text.ends_with(' ')
        && !WORDS.contains(&text.to_ascii_lowercase().as_str());
    if is_plain {
        output.push_str(text);
        return;
    }
    output.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => output.extend(['\\', character]),
            '\n' => output.push_str("\\n"),
            '\t' => output.push_str("\\t"),
            // What readers refuse or take for the end of a line (YAML 1.1 §5.1, §5.4).
            '\0'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{feff}'
            | '\u{fffe}'
            | '\u{ffff}' => {
                let _ = write!(output, "\\u{:04x}", u32::from(character));
            }
            _ => output.push(character),
        }
    }
    output.push('"');
}
