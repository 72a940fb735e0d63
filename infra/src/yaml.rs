//! Templates as YAML for people: block style, and the short forms of `CloudFormation`'s functions.

use serde_json::{Map, Value};

/// Lists of words up to this many characters stand on one line.
const LINE: usize = 100;

/// Functions with a short form, by their long one.
const TAGS: [(&str, &str); 7] = [
    ("Ref", "!Ref"),
    ("Fn::Sub", "!Sub"),
    ("Fn::GetAtt", "!GetAtt"),
    ("Fn::If", "!If"),
    ("Fn::Equals", "!Equals"),
    ("Fn::Not", "!Not"),
    ("Condition", "!Condition"),
];

/// A template as text, below a first line that says where it comes from.
pub(crate) fn document(comment: &str, template: &Value) -> String {
    let mut text = format!("# {comment}\n");
    block(&mut text, template, 0);
    text
}

/// Writes what stands behind a key or a dash: on the same line, or on lines of its own.
fn behind(text: &mut String, value: &Value, indent: usize) {
    if let Some((tag, content)) = tagged(value) {
        text.push(' ');
        text.push_str(tag);
        return behind(text, &attribute(tag, content), indent);
    }
    if let Some(lines) = value.as_str().filter(|lines| lines.contains('\n')) {
        return literal(text, lines, indent);
    }
    if let Some(line) = line(value) {
        text.push(' ');
        text.push_str(&line);
        text.push('\n');
        return;
    }
    text.push('\n');
    block(text, value, indent);
}

/// A text of several lines, as it is.
fn literal(text: &mut String, lines: &str, indent: usize) {
    text.push_str(if lines.ends_with('\n') { " |\n" } else { " |-\n" });
    for line in lines.lines() {
        if !line.is_empty() {
            text.push_str(&" ".repeat(indent));
            text.push_str(line);
        }
        text.push('\n');
    }
}

/// `[Table, Arn]` is written `Table.Arn` behind `!GetAtt`.
fn attribute(tag: &str, content: &Value) -> Value {
    match content.as_array() {
        Some(parts) if tag == "!GetAtt" => {
            let parts: Vec<&str> = parts.iter().filter_map(Value::as_str).collect();
            Value::String(parts.join("."))
        }
        _ => content.clone(),
    }
}

/// Writes a map or a list, one entry a line at least.
fn block(text: &mut String, value: &Value, indent: usize) {
    let margin = " ".repeat(indent);
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                text.push_str(&margin);
                text.push_str(&scalar(key));
                text.push(':');
                behind(text, value, indent + 2);
            }
        }
        Value::Array(items) => {
            for item in items {
                text.push_str(&margin);
                text.push('-');
                entry(text, item, indent + 2);
            }
        }
        other => text.push_str(&other.to_string()),
    }
}

/// Writes an entry of a list: a map begins behind the dash.
fn entry(text: &mut String, item: &Value, indent: usize) {
    if item.as_object().is_none_or(Map::is_empty) || tagged(item).is_some() {
        return behind(text, item, indent);
    }
    let mut inner = String::new();
    block(&mut inner, item, indent);
    text.push(' ');
    text.push_str(inner.trim_start());
}

/// The short form of a function, and what it is applied to.
fn tagged(value: &Value) -> Option<(&'static str, &Value)> {
    let object = value.as_object().filter(|object| object.len() == 1)?;
    let (name, content) = object.iter().next()?;
    TAGS.iter().find(|(long, _)| long == name).map(|(_, short)| (*short, content))
}

/// What fits on the line: words, numbers, nothing, and short lists of such.
fn line(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(scalar(text)),
        Value::Array(items) => {
            let items: Option<Vec<String>> = items.iter().map(inline).collect();
            items.map(|items| format!("[{}]", items.join(", "))).filter(|line| line.len() <= LINE)
        }
        Value::Object(entries) if entries.is_empty() => Some("{}".into()),
        Value::Object(_) => None,
        other => Some(other.to_string()),
    }
}

fn inline(value: &Value) -> Option<String> {
    if let Some((tag, content)) = tagged(value) {
        return attribute(tag, content).as_str().map(|content| format!("{tag} {}", scalar(content)));
    }
    if value.is_string() || value.is_number() { line(value) } else { None }
}

/// A text as YAML: plain where it cannot be taken for anything else.
fn scalar(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_./:-@+".contains(&byte);
    let begins =
        text.bytes().next().is_some_and(|first| first.is_ascii_alphabetic() || b"./".contains(&first));
    let is_word = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word));
    if begins && text.bytes().all(plain) && !text.ends_with(':') && !is_word {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_template_reads_as_people_write_it() {
        let template = json!({
            "Resources": {
                "Role": {
                    "Policies": [{"PolicyName": "needs", "Statement": [{"Action": ["s3:GetObject"], "Effect": "Allow"}]}],
                    "Arn": {"Fn::GetAtt": ["Logs", "Arn"]},
                    "Mode": {"Fn::If": ["Traced", "Active", {"Ref": "AWS::NoValue"}]},
                    "Names": [{"Fn::Sub": "${Name}-a"}, "b", {"Fn::GetAtt": ["Logs", "Arn"]}],
                },
                "Empty": {},
                "Version": "2012-10-17",
                "Said": "it's: so",
                "Is": "no",
                "Size": 5,
                "Code": "one\n\n  two\n",
            },
        });
        let expected = "\
# Made.
Resources:
  Role:
    Policies:
      - PolicyName: needs
        Statement:
          - Action: [s3:GetObject]
            Effect: Allow
    Arn: !GetAtt Logs.Arn
    Mode: !If [Traced, Active, !Ref AWS::NoValue]
    Names: [!Sub '${Name}-a', b, !GetAtt Logs.Arn]
  Empty: {}
  Version: '2012-10-17'
  Said: 'it''s: so'
  Is: 'no'
  Size: 5
  Code: |
    one

      two
";
        assert_eq!(document("Made.", &template), expected);
    }
}
