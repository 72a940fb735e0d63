//! Every operation has its black-box test, in the file that its name tells.

use super::tree::entries;
use super::{Complaints, Tree};

/// All operations, one per line: generated.
const OPERATIONS: &str = "tests/coverage/operations.txt";

/// The operations that have no test yet.
pub(super) const UNTESTED: &str = "tests/coverage/untested.txt";

pub(super) fn check(tree: &Tree) -> Complaints {
    let (Some(operations), Some(untested)) = (tree.text(OPERATIONS), tree.text(UNTESTED)) else {
        return vec![format!("{OPERATIONS} or {UNTESTED} is missing")];
    };
    let operations: Vec<&str> = entries(operations).collect();
    let untested: Vec<&str> = entries(untested).collect();
    let mut complaints = Complaints::new();
    for operation in &operations {
        let file = test_file(operation);
        match (tree.text(&file).or_else(|| shared_test(tree, operation)), untested.contains(operation)) {
            (None, false) => {
                complaints.push(format!("operation `{operation}` has no test: {file} is missing"));
            }
            (Some(_), true) => {
                complaints.push(format!("{UNTESTED}: `{operation}` has its test, take it off the list"));
            }
            (Some(text), false) if !text.contains("fn ") => complaints.push(format!("{file} holds no test")),
            _ => {}
        }
    }
    for operation in untested.iter().filter(|operation| !operations.contains(operation)) {
        complaints.push(format!("{UNTESTED}: there is no operation `{operation}`"));
    }
    complaints
}

/// `drafts.new_version` is tested in `tests/api/drafts/new_version.rs`.
fn test_file(operation: &str) -> String {
    format!("tests/api/{}.rs", operation.replace('.', "/").replace('-', "_"))
}

/// One function mounted at several paths is tested in one file, which names every operation: `"names.read"` is tested
/// with `vocabularies.read`, `"draft_files.read"` in `files/read.rs`, `"user_grants.read"` in `grants/read.rs`.
fn shared_test<'a>(tree: &'a Tree, operation: &str) -> Option<&'a str> {
    let (_, verb) = operation.split_once('.')?;
    ["vocabularies", "files", "grants"].into_iter().find_map(|service| {
        let text = tree.text(&test_file(&format!("{service}.{verb}")))?;
        text.contains(&format!("\"{operation}\"")).then_some(text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEST: (&str, &str) =
        ("tests/api/drafts/publish.rs", "//! X.\n#[tokio::test]\nasync fn it_is_published() {}\n");

    #[test]
    fn an_operation_without_a_test_is_refused() {
        let tree = Tree::with(&[(OPERATIONS, "drafts.publish\ndrafts.read\n"), (UNTESTED, ""), TEST]);
        assert_eq!(
            check(&tree),
            ["operation `drafts.read` has no test: tests/api/drafts/read.rs is missing"]
        );
    }

    #[test]
    fn an_operation_on_the_list_may_wait() {
        let tree =
            Tree::with(&[(OPERATIONS, "drafts.publish\ndrafts.read\n"), (UNTESTED, "drafts.read\n"), TEST]);
        assert_eq!(check(&tree), Complaints::new());
    }

    #[test]
    fn a_tested_operation_must_leave_the_list() {
        let tree = Tree::with(&[(OPERATIONS, "drafts.publish\n"), (UNTESTED, "drafts.publish\n"), TEST]);
        assert_eq!(check(&tree).len(), 1);
    }

    #[test]
    fn the_list_holds_operations_only() {
        let tree = Tree::with(&[(OPERATIONS, "drafts.publish\n"), (UNTESTED, "drafts.gone\n"), TEST]);
        assert_eq!(check(&tree), ["tests/coverage/untested.txt: there is no operation `drafts.gone`"]);
    }
}
