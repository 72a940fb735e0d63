//! Which crate may depend on which: the layers, as one table.

use toml::Table;

use super::{Complaints, Tree};

/// Each crate with the crates of this workspace that it may name in its `Cargo.toml`.
const ARROWS: &[(&str, &[&str])] = &[
    ("cairn-model", &[]),
    ("cairn-formats", &["cairn-model"]),
    ("cairn-analysis", &["cairn-model"]),
    ("cairn-ports", &["cairn-model"]),
    ("cairn-registries", &[]),
    ("cairn-citations", &[]),
    (
        "cairn-core",
        &[
            "cairn-model",
            "cairn-formats",
            "cairn-analysis",
            "cairn-citations",
            "cairn-ports",
            "cairn-registries",
        ],
    ),
    ("cairn-http", &["cairn-model", "cairn-formats", "cairn-ports", "cairn-core"]),
    ("cairn-aws", &["cairn-model", "cairn-analysis", "cairn-ports"]),
    ("cairn-embedded", &["cairn-model", "cairn-analysis", "cairn-ports"]),
    ("cairn-outbound", &["cairn-model", "cairn-ports"]),
    (
        "cairn-api",
        &[
            "cairn-model",
            "cairn-citations",
            "cairn-formats",
            "cairn-ports",
            "cairn-core",
            "cairn-http",
            "cairn-aws",
        ],
    ),
    (
        "cairn-events",
        &["cairn-model", "cairn-formats", "cairn-ports", "cairn-core", "cairn-aws", "cairn-outbound"],
    ),
    (
        "cairn-local",
        &[
            "cairn-model",
            "cairn-formats",
            "cairn-ports",
            "cairn-core",
            "cairn-http",
            "cairn-aws",
            "cairn-embedded",
            "cairn-outbound",
            "cairn-registries",
            "cairn-api",
            "cairn-events",
        ],
    ),
    (
        "cairn-tests",
        &[
            "cairn-model",
            "cairn-formats",
            "cairn-ports",
            "cairn-core",
            "cairn-http",
            "cairn-aws",
            "cairn-embedded",
            "cairn-outbound",
            "cairn-api",
            "cairn-events",
            "cairn-local",
            "cairn-infra",
        ],
    ),
    ("cairn-infra", &["cairn-model", "cairn-ports", "cairn-core", "cairn-http", "cairn-api", "cairn-events"]),
    ("xtask", &[]),
];

/// The adapters of functions.
const ADAPTERS: &[&str] = &["cairn_aws", "cairn_outbound"];
/// Where they may be named in crates that otherwise do not know them.
const ONLY_IN_MAIN: &[&str] = &["functions/api/src/", "functions/events/src/"];

pub(super) fn check(tree: &Tree) -> Complaints {
    let mut complaints = Complaints::new();
    for (path, text) in tree.ending("Cargo.toml").filter(|(path, _)| *path != "Cargo.toml") {
        match text.parse::<Table>() {
            Ok(manifest) => complaints.extend(manifest_arrows(path, &manifest)),
            Err(error) => complaints.push(format!("{path}: {error}")),
        }
    }
    for (path, text) in tree.ending(".rs") {
        let inside = ONLY_IN_MAIN.iter().find_map(|folder| path.strip_prefix(folder));
        if inside.is_some_and(|file| file != "main.rs") {
            let named = ADAPTERS.iter().filter(|adapter| text.contains(**adapter));
            complaints.extend(named.map(|adapter| format!("{path}: only main.rs may name {adapter}")));
        }
    }
    complaints
}

fn manifest_arrows(path: &str, manifest: &Table) -> Complaints {
    let name = manifest.get("package").and_then(|package| package.get("name")?.as_str()).unwrap_or_default();
    let Some((_, allowed)) = ARROWS.iter().find(|(from, _)| *from == name) else {
        return vec![format!("{path}: crate `{name}` is not in the table of arrows")];
    };
    dependencies(manifest)
        .into_iter()
        .map(|(dependency, _)| dependency)
        .filter(|dependency| ARROWS.iter().any(|(crate_name, _)| crate_name == dependency))
        .filter(|dependency| !allowed.contains(dependency))
        .map(|dependency| format!("{path}: `{name}` must not depend on `{dependency}`"))
        .collect()
}

/// Name and value of every dependency of a manifest, of whatever sort.
pub(super) fn dependencies(manifest: &Table) -> Vec<(&str, &toml::Value)> {
    let targets = manifest
        .get("target")
        .and_then(|value| value.as_table())
        .into_iter()
        .flat_map(|table| table.values());
    let tables = std::iter::once(manifest).chain(targets.filter_map(|value| value.as_table()));
    let sorts = ["dependencies", "dev-dependencies", "build-dependencies"];
    tables
        .flat_map(|table| sorts.iter().filter_map(|sort| table.get(*sort)?.as_table()))
        .flat_map(|dependencies| dependencies.iter().map(|(name, value)| (name.as_str(), value)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_adapter_must_not_see_the_core() {
        let manifest = "[package]\nname = \"cairn-aws\"\n[dev-dependencies]\ncairn-core.workspace = true\n";
        let tree = Tree::with(&[("shared/aws/Cargo.toml", manifest)]);
        assert_eq!(check(&tree), ["shared/aws/Cargo.toml: `cairn-aws` must not depend on `cairn-core`"]);
    }

    #[test]
    fn an_arrow_of_the_table_is_fine() {
        let manifest =
            "[package]\nname = \"cairn-aws\"\n[dependencies]\ncairn-ports.workspace = true\nserde = \"1\"\n";
        assert_eq!(check(&Tree::with(&[("shared/aws/Cargo.toml", manifest)])), Complaints::new());
    }

    #[test]
    fn dependencies_of_one_platform_count_too() {
        let manifest = "[package]\nname = \"cairn-model\"\n[target.'cfg(unix)'.dependencies]\ncairn-ports = { path = \"..\" }\n";
        assert_eq!(check(&Tree::with(&[("shared/model/Cargo.toml", manifest)])).len(), 1);
    }

    #[test]
    fn a_crate_outside_the_table_is_refused() {
        let tree = Tree::with(&[("shared/extra/Cargo.toml", "[package]\nname = \"cairn-extra\"\n")]);
        assert_eq!(
            check(&tree),
            ["shared/extra/Cargo.toml: crate `cairn-extra` is not in the table of arrows"]
        );
    }

    #[test]
    fn operations_must_not_name_aws() {
        let uses = "//! X.\nuse cairn_aws::ports;\n";
        let tree =
            Tree::with(&[("functions/api/src/main.rs", uses), ("functions/api/src/drafts/read.rs", uses)]);
        assert_eq!(check(&tree), ["functions/api/src/drafts/read.rs: only main.rs may name cairn_aws"]);
    }
}
