//! Lists of what is not done yet may only shrink, and name only what exists.

use super::tree::entries;
use super::{Complaints, Tree, coverage};

/// The compatibility tests that wait for a capability.
const LATER: &str = "tests/compat/later.txt";
/// Those that do not hold through the deployed functions.
const DEPLOYED: &str = "tests/deploy/compat-later.txt";

/// The lists that are compared with the last commit.
pub(super) const LISTS: &[&str] = &[coverage::UNTESTED, LATER, DEPLOYED];

pub(super) fn check(tree: &Tree) -> Complaints {
    let mut complaints = Complaints::new();
    for path in LISTS {
        let (Some(now), Some(before)) = (tree.text(path), tree.committed(path)) else { continue };
        let before: Vec<&str> = entries(before).collect();
        let grown = entries(now).filter(|entry| !before.contains(entry));
        complaints.extend(grown.map(|entry| format!("{path}: may only shrink, but `{entry}` is new")));
    }
    for list in [LATER, DEPLOYED] {
        let waiting = tree.text(list).into_iter().flat_map(entries);
        complaints.extend(waiting.filter_map(|entry| unknown_test(tree, list, entry)));
    }
    complaints
}

/// A complaint about an entry `capability: file.py::test[case]` of a list whose file or test does not exist.
fn unknown_test(tree: &Tree, list: &str, entry: &str) -> Option<String> {
    let (_, test) = entry.split_once(": ")?;
    let (file, function) = test.split_once("::").unwrap_or((test, ""));
    let function = function.split('[').next().unwrap_or_default();
    let suite = tree.text(&format!("tests/compat/{file}")).unwrap_or_default();
    let exists =
        if function.is_empty() { !suite.is_empty() } else { suite.contains(&format!("def {function}(")) };
    (!exists).then(|| format!("{list}: there is no test `{test}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUITE: (&str, &str) = ("tests/compat/test_a.py", "def test_one(user):\n    pass\n");

    #[test]
    fn a_list_must_not_grow() {
        let tree = Tree::with(&[(LATER, "files: test_a.py\nfiles: test_a.py::test_one[x]\n"), SUITE])
            .after(LATER, "# why\nfiles: test_a.py\n");
        assert_eq!(
            check(&tree),
            [format!("{LATER}: may only shrink, but `files: test_a.py::test_one[x]` is new")]
        );
    }

    #[test]
    fn a_list_may_shrink_and_change_its_comments() {
        let tree = Tree::with(&[(LATER, "# other\n"), SUITE]).after(LATER, "# why\nfiles: test_a.py\n");
        assert_eq!(check(&tree), Complaints::new());
    }

    #[test]
    fn a_new_list_is_free() {
        assert_eq!(check(&Tree::with(&[(LATER, "files: test_a.py::test_one\n"), SUITE])), Complaints::new());
    }

    #[test]
    fn a_test_that_does_not_exist_cannot_wait() {
        let tree = Tree::with(&[
            (LATER, "files: test_b.py\nfiles: test_a.py::test_two\n"),
            (DEPLOYED, "OPTIONS: test_a.py::test_three\nOPTIONS: test_a.py::test_one\n"),
            SUITE,
        ]);
        assert_eq!(check(&tree).len(), 3);
    }
}
