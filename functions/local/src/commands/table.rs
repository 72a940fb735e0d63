//! Aligned text for people: tables, and any JSON as rows.

use serde_json::Value;

/// Columns as wide as their widest cell, two spaces apart, with a heading.
pub(crate) fn table(heading: &[&str], rows: &[Vec<String>]) -> String {
    let mut lines: Vec<Vec<String>> = vec![heading.iter().map(ToString::to_string).collect()];
    lines.extend(rows.iter().cloned());
    aligned(&lines)
}

/// A JSON document as rows of dotted path and value, in the document's order.
pub(crate) fn outline(value: &Value) -> String {
    let mut rows = Vec::new();
    collect(String::new(), value, &mut rows);
    aligned(&rows)
}

/// `text` without control characters: what others wrote must not steer the reader's terminal.
pub(crate) fn printable(text: &str) -> String {
    text.chars()
        .map(|letter| if letter.is_control() && letter != '\n' { '\u{fffd}' } else { letter })
        .collect()
}

fn aligned(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let cell = |row: &Vec<String>, column: usize| printable(row.get(column).map_or("", String::as_str));
    let widths: Vec<usize> = (0..columns)
        .map(|column| rows.iter().map(|row| cell(row, column).chars().count()).max().unwrap_or(0))
        .collect();
    let line = |row: &Vec<String>| {
        let cells = widths.iter().enumerate().map(|(column, width)| format!("{:width$}", cell(row, column)));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn collect(path: String, value: &Value, rows: &mut Vec<Vec<String>>) {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| collect(below(key), value, rows)),
        Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            items.iter().enumerate().for_each(|(index, item)| collect(below(&index.to_string()), item, rows));
        }
        Value::Array(items) => rows.push(vec![path, items.iter().map(plain).collect::<Vec<_>>().join(", ")]),
        _ => rows.push(vec![path, plain(value)]),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => "-".into(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn columns_line_up_and_lines_have_no_trailing_space() {
        let rows = vec![vec!["GET".into(), "/a".into()], vec!["DELETE".into(), String::new()]];
        assert_eq!(table(&["method", "path"], &rows), "method  path\nGET     /a\nDELETE");
    }

    #[test]
    fn nested_keys_become_rows_whatever_they_are_called() {
        let status = json!({"version": "1", "store": {"records": 3, "deep": {"er": [1, 2]}}, "oldest": null,
            "queues": [{"name": "a"}]});
        let expected =
            "version        1\nstore.records  3\nstore.deep.er  1, 2\noldest         -\nqueues.0.name  a";
        assert_eq!(outline(&status), expected);
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!(table(&["x"], &[vec!["\u{1b}[31mred".into()]]), "x\n\u{fffd}[31mred");
    }
}
