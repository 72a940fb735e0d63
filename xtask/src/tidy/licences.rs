//! Dependencies have a licence that `deny.toml` allows and come from crates.io.

use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use spdx::{Expression, ParseMode};

use super::{Complaints, Tree};

/// Where packages may come from, as cargo calls it.
const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

pub(super) fn check(tree: &Tree) -> Result<Complaints> {
    let allowed = allowed(tree.text("deny.toml").context("deny.toml is missing")?)?;
    let output =
        Command::new(env!("CARGO")).args(["metadata", "--format-version", "1", "--locked"]).output()?;
    if !output.status.success() {
        bail!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    }
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
    Ok(packages.iter().flat_map(|package| complaints_about(package, &allowed)).collect())
}

/// The licences of `licenses.allow`.
fn allowed(deny: &str) -> Result<Vec<String>> {
    let deny: toml::Table = deny.parse()?;
    let list = deny.get("licenses").and_then(|licences| licences.get("allow")?.as_array());
    let list = list.context("deny.toml has no licenses.allow")?;
    Ok(list.iter().filter_map(|licence| licence.as_str().map(str::to_owned)).collect())
}

fn complaints_about(package: &Value, allowed: &[String]) -> Complaints {
    let name = format!(
        "{} {}",
        package["name"].as_str().unwrap_or_default(),
        package["version"].as_str().unwrap_or_default()
    );
    let mut complaints = Complaints::new();
    if let Some(source) = package["source"].as_str().filter(|source| *source != CRATES_IO) {
        complaints.push(format!("{name} comes from {source}"));
    }
    let licence = package["license"].as_str().unwrap_or_default();
    if !is_allowed(licence, allowed) {
        complaints.push(format!("{name} has the licence `{licence}`, which deny.toml does not allow"));
    }
    complaints
}

/// Whether the licences of the list suffice to use what this expression covers.
fn is_allowed(expression: &str, allowed: &[String]) -> bool {
    // Old packages write `MIT/Apache-2.0`, which the lax mode reads as `OR`.
    Expression::parse_mode(expression, ParseMode::LAX)
        .is_ok_and(|expression| expression.evaluate(|needed| allowed.contains(&needed.to_string())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_fine(expression: &str) -> bool {
        is_allowed(expression, &["MIT".to_owned(), "Zlib".to_owned()])
    }

    #[test]
    fn one_allowed_licence_of_several_is_enough() {
        assert!(is_fine("GPL-3.0-only OR MIT") && is_fine("MIT/Apache-2.0") && is_fine("MIT AND Zlib"));
    }

    #[test]
    fn a_licence_that_comes_on_top_must_be_allowed_too() {
        assert!(
            !is_fine("MIT AND Apache-2.0") && !is_fine("GPL-3.0-only") && !is_fine("") && !is_fine("my own")
        );
    }

    #[test]
    fn the_list_is_read_from_the_configuration() {
        assert_eq!(allowed("[licenses]\nallow = [\"MIT\"] # why\n").unwrap(), ["MIT"]);
        assert!(allowed("[licenses]\n").is_err());
    }

    #[test]
    fn another_source_than_the_registry_is_refused() {
        let package =
            serde_json::json!({"name": "a", "version": "1.0.0", "license": "MIT", "source": "git+https://x"});
        assert_eq!(complaints_about(&package, &["MIT".to_owned()]), ["a 1.0.0 comes from git+https://x"]);
    }
}
