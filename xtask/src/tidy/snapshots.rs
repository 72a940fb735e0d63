//! Every snapshot still belongs to a test.

use super::{Complaints, Tree};

pub(super) fn check(tree: &Tree) -> Complaints {
    let mut complaints = Complaints::new();
    for (path, text) in tree.ending(".snap") {
        let source =
            text.lines().find_map(|line| line.strip_prefix("source: ")).unwrap_or_default().trim_matches('"');
        let Some(test) = tree.text(source) else {
            complaints.push(format!("{path}: its test file `{source}` is gone"));
            continue;
        };
        if !names(test, snapshot_name(path)) {
            complaints.push(format!("{path}: nothing in {source} makes it"));
        }
    }
    complaints
}

/// `snapshots/api__drafts__publish__a_record.snap` is the snapshot `a_record`.
fn snapshot_name(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or_default().trim_end_matches(".snap");
    file.rsplit("__").next().unwrap_or_default()
}

/// Whether a test file has a function or a string of this name; the second of a test is called `name-2`.
fn names(test: &str, name: &str) -> bool {
    let unnumbered =
        name.rsplit_once('-').filter(|(_, tail)| tail.parse::<u32>().is_ok()).map(|(head, _)| head);
    [Some(name), unnumbered]
        .into_iter()
        .flatten()
        .any(|name| test.contains(&format!("fn {name}(")) || test.contains(&format!("\"{name}\"")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SNAPSHOT: &str = "---\nsource: tests/api/drafts/publish.rs\nexpression: body\n---\n{}\n";
    const TEST: (&str, &str) =
        ("tests/api/drafts/publish.rs", "fn a_record_appears() {}\nassert_json_snapshot!(\"policy\", x);\n");

    fn complaints_about(name: &str) -> Complaints {
        let path = format!("tests/api/drafts/snapshots/api__drafts__publish__{name}.snap");
        check(&Tree::with(&[(&path, SNAPSHOT), TEST]))
    }

    #[test]
    fn snapshots_of_a_function_or_with_a_name_are_fine() {
        for name in ["a_record_appears", "a_record_appears-2", "policy"] {
            assert_eq!(complaints_about(name), Complaints::new(), "{name}");
        }
    }

    #[test]
    fn a_snapshot_that_nothing_makes_is_refused() {
        assert_eq!(complaints_about("a_record_vanishes").len(), 1);
    }

    #[test]
    fn a_snapshot_without_its_test_file_is_refused() {
        assert_eq!(check(&Tree::with(&[("tests/api/snapshots/api__x.snap", SNAPSHOT)])).len(), 1);
    }
}
