//! What every source file keeps: its size, its first line, and no words that hide unfinished work.

use super::{Complaints, Tree};

/// Files longer than this are split by topic.
const MOST_LINES: usize = 400;

/// Endings of the files whose size counts.
const SIZED: &[&str] = &[".rs", ".py", ".ts", ".tsx"];

/// Words that must not stand in Rust sources, in two parts so that this file does not hold them.
const FORBIDDEN: &[(&str, &str)] = &[
    ("todo", "!"),
    ("unimplemented", "!"),
    ("#[ign", "ore"),
    ("#[al", "low"),
    ("#![al", "low"),
    ("dbg", "!("),
];

pub(super) fn check(tree: &Tree) -> Complaints {
    let mut complaints = Complaints::new();
    for ending in SIZED {
        for (path, text) in tree.ending(ending) {
            let lines = text.lines().count();
            if lines > MOST_LINES {
                complaints
                    .push(format!("{path}: {lines} lines are more than {MOST_LINES}: split it by topic"));
            }
        }
    }
    for (path, text) in tree.ending(".rs") {
        if !text.starts_with("//! ") {
            complaints.push(format!("{path}:1: the first line must say what the file is for (`//! …`)"));
        }
        for (number, line) in text.lines().enumerate() {
            for word in FORBIDDEN.iter().map(|(head, tail)| format!("{head}{tail}")) {
                if line.contains(&word) {
                    complaints.push(format!("{path}:{}: `{word}` has no place here", number + 1));
                }
            }
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_file_is_refused_whatever_its_language() {
        let long = "//! x\n".repeat(401);
        let tree = Tree::with(&[("a.py", &long), ("b.rs", &long), ("c.md", &long)]);
        assert_eq!(check(&tree).len(), 2);
    }

    #[test]
    fn a_file_of_four_hundred_lines_is_fine() {
        assert_eq!(check(&Tree::with(&[("a.rs", &"//! x\n".repeat(400))])), Complaints::new());
    }

    #[test]
    fn a_file_without_its_purpose_is_refused() {
        assert_eq!(check(&Tree::with(&[("a.rs", "use std::io;\n")])).len(), 1);
    }

    #[test]
    fn each_forbidden_word_is_found() {
        for (head, tail) in FORBIDDEN {
            let text = format!("//! X.\n    {head}{tail}\n");
            let complaints = check(&Tree::with(&[("a.rs", &text)]));
            assert!(complaints.iter().any(|complaint| complaint.starts_with("a.rs:2: ")), "{head}{tail}");
        }
    }
}
