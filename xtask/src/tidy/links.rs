//! Links between documents lead somewhere.

use super::{Complaints, Tree};

pub(super) fn check(tree: &Tree) -> Complaints {
    let mut complaints = Complaints::new();
    for (path, text) in tree.ending(".md") {
        for (number, line) in text.lines().enumerate() {
            for target in targets(line) {
                if is_local(target) && !tree.has(&resolve(path, target)) {
                    complaints.push(format!("{path}:{}: the link `{target}` leads nowhere", number + 1));
                }
            }
        }
    }
    complaints
}

/// What stands in the parentheses of `[text](target)`, anywhere in a line.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target.trim())
}

/// A path of this repository: neither another site, nor an address, nor a place in the same document.
fn is_local(target: &str) -> bool {
    !target.is_empty()
        && !target.contains("://")
        && !target.starts_with(['#', '/'])
        && !target.starts_with("mailto:")
}

/// The path from the top of the repository that a relative link in a document means.
fn resolve(document: &str, target: &str) -> String {
    let mut parts: Vec<&str> = document.split('/').collect();
    parts.pop();
    for part in target.split('#').next().unwrap_or_default().split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_to_a_missing_file_is_refused() {
        let tree = Tree::with(&[("docs/A.md", "see [b](B.md) and [c](../C.md#part)\n"), ("C.md", "")]);
        assert_eq!(check(&tree), ["docs/A.md:1: the link `B.md` leads nowhere"]);
    }

    #[test]
    fn links_to_folders_anchors_and_other_sites_are_fine() {
        let text =
            "[a](adr/) [b](#top) [c](https://example.org/x) [d](adr/0001-x.md) [e](mailto:a@example.org)\n";
        assert_eq!(check(&Tree::with(&[("docs/A.md", text), ("docs/adr/0001-x.md", "")])), Complaints::new());
    }
}
