//! The record framework knows no kind of record: no kind's name stands in its modules.

use super::{Complaints, Tree};

/// Files and folders (with `/`) of the framework.
const MODULES: &[&str] = &[
    "shared/model/src/record.rs",
    "shared/model/src/kind.rs",
    "shared/model/src/field.rs",
    "shared/model/src/policy.rs",
    "shared/model/src/relation.rs",
    "shared/model/src/mapping.rs",
    "shared/model/src/query.rs",
    "shared/model/src/projection.rs",
    "shared/core/src/framework/",
    "shared/core/src/drafts/",
    "shared/core/src/relay.rs",
    "shared/core/src/rebuild.rs",
    "shared/ports/",
    "shared/embedded/",
    "shared/aws/",
    "shared/http/",
];

/// The contract suites are test code: their examples may come from anywhere.
const CONTRACT: &str = "shared/ports/src/contract/";

/// Beginnings of words that name kinds of record, in lower case.
const KINDS: &[&str] = &[
    "rdm",
    "communit",
    "vocabular",
    "affiliation",
    "funder",
    "award",
    "resource_type",
    "resourcetype",
    "instrument",
];

/// The name of the product whose interface we speak is no kind.
const NOT_A_KIND: &[&str] = &["inveniordm"];

pub(super) fn check(tree: &Tree) -> Complaints {
    let mut complaints = Complaints::new();
    for (path, text) in tree.ending(".rs").filter(|(path, _)| {
        !path.starts_with(CONTRACT) && MODULES.iter().any(|module| path.starts_with(module))
    }) {
        // Tests stand at the end of a file and may take their examples from anywhere.
        let code = text.lines().take_while(|line| *line != "#[cfg(test)]");
        for (number, line) in code.enumerate() {
            let mut words = line.to_lowercase();
            for name in NOT_A_KIND {
                words = words.replace(name, "");
            }
            for kind in KINDS.iter().filter(|kind| words.contains(*kind)) {
                complaints
                    .push(format!("{path}:{}: the framework must not name a kind (`{kind}`)", number + 1));
            }
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_in_the_framework_is_refused() {
        let tree = Tree::with(&[("shared/core/src/framework/load.rs", "//! X.\nlet kind = &RDM_RECORD;\n")]);
        assert_eq!(
            check(&tree),
            ["shared/core/src/framework/load.rs:2: the framework must not name a kind (`rdm`)"]
        );
    }

    #[test]
    fn the_product_may_be_named() {
        let tree = Tree::with(&[(
            "shared/http/src/negotiate.rs",
            "const UI: &str = \"application/vnd.inveniordm.v1+json\";\n",
        )]);
        assert_eq!(check(&tree), Complaints::new());
    }

    #[test]
    fn tests_may_name_kinds() {
        let text = "//! X.\n#[cfg(test)]\nmod tests {\n    // as in /api/communities\n}\n";
        assert_eq!(check(&Tree::with(&[("shared/http/src/routes.rs", text)])), Complaints::new());
    }

    #[test]
    fn kinds_are_free_outside_the_framework() {
        let tree = Tree::with(&[("shared/core/src/communities/mod.rs", "struct Communities;\n")]);
        assert_eq!(check(&tree), Complaints::new());
    }
}
