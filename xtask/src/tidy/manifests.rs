//! Versions stand in the root manifest only, and no crate names a dependency that it does not use.

use toml::{Table, Value};

use super::arrows::dependencies;
use super::{Complaints, Tree};

pub(super) fn check(tree: &Tree) -> Complaints {
    let mut complaints = Complaints::new();
    for (path, text) in tree.ending("/Cargo.toml") {
        // A manifest that does not parse is reported by the arrows.
        let Ok(manifest) = text.parse::<Table>() else { continue };
        let folder = path.trim_end_matches("Cargo.toml");
        for (name, value) in dependencies(&manifest) {
            if value.get("workspace").and_then(Value::as_bool) != Some(true) {
                complaints.push(format!(
                    "{path}: `{name}` needs `workspace = true`, its version stands in the root"
                ));
            }
            if !is_used(tree, folder, &name.replace('-', "_")) {
                complaints.push(format!("{path}: `{name}` is not used"));
            }
        }
    }
    complaints
}

/// Whether any source file below the folder names the crate, outside comments.
fn is_used(tree: &Tree, folder: &str, name: &str) -> bool {
    tree.ending(".rs")
        .filter(|(path, _)| path.starts_with(folder))
        .flat_map(|(_, text)| text.lines())
        .map(|line| line.split("//").next().unwrap_or_default())
        .any(|code| {
            code.split(|letter: char| !letter.is_alphanumeric() && letter != '_').any(|word| word == name)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_outside_the_root_is_refused() {
        let tree = Tree::with(&[
            ("shared/model/Cargo.toml", "[dependencies]\nserde = \"1\"\nurl.workspace = true\n"),
            ("shared/model/src/lib.rs", "use serde::Serialize;\nuse url::Url;\n"),
        ]);
        assert_eq!(
            check(&tree),
            ["shared/model/Cargo.toml: `serde` needs `workspace = true`, its version stands in the root"]
        );
    }

    #[test]
    fn a_dependency_named_only_in_a_comment_is_unused() {
        let tree = Tree::with(&[
            ("shared/model/Cargo.toml", "[dependencies]\nserde-json.workspace = true\n"),
            ("shared/model/src/lib.rs", "// serde_json would do\nlet my_serde_json = 1;\n"),
        ]);
        assert_eq!(check(&tree), ["shared/model/Cargo.toml: `serde-json` is not used"]);
    }
}
