//! What an artifact is made of, as a bill of materials in `CycloneDX`: <https://cyclonedx.org/docs/1.6/json/>.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    process::Command,
};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::output;

/// Writes `<artifact>.cdx.json` into `folder`: every crate that is compiled in for `triple`, the same whenever it is written.
pub(super) fn write(folder: &Path, artifact: &str, triple: &str) -> Result<()> {
    let package = format!("cairn-{artifact}");
    let tree = output(Command::new(env!("CARGO")).args([
        "tree",
        "--locked",
        "--package",
        &package,
        "--edges",
        "normal",
        "--target",
        triple,
        "--prefix",
        "none",
        "--format",
        "{p}|{l}",
    ]))?;
    let lock: toml::Table = fs::read_to_string("Cargo.lock")?.parse()?;
    let bill = bill(&package, &String::from_utf8(tree)?, &checksums(&lock))?;
    let path = folder.join(format!("{artifact}.cdx.json"));
    fs::write(&path, format!("{bill:#}\n")).with_context(|| path.display().to_string())
}

/// The SHA-256 of each package of a registry, by name and version.
fn checksums(lock: &toml::Table) -> BTreeMap<String, String> {
    let packages = lock.get("package").and_then(toml::Value::as_array).into_iter().flatten();
    let text = |package: &toml::Value, name: &str| {
        package.get(name).and_then(toml::Value::as_str).map(str::to_owned)
    };
    let checksum = |package: &toml::Value| {
        let id = format!("{} {}", text(package, "name")?, text(package, "version")?);
        Some((id, text(package, "checksum")?))
    };
    packages.filter_map(checksum).collect()
}

/// The bill of `package`, from `name vVERSION …|LICENCE` of each crate.
fn bill(package: &str, tree: &str, checksums: &BTreeMap<String, String>) -> Result<Value> {
    let crates: BTreeSet<(&str, &str, &str)> = tree
        .lines()
        .filter(|line| !line.is_empty())
        .map(read)
        .collect::<Option<_>>()
        .context("cargo tree cannot be read")?;
    let component = |(name, version, licence): &(&str, &str, &str), kind: &str| {
        let purl = format!("pkg:cargo/{name}@{version}");
        let mut component =
            json!({"type": kind, "bom-ref": purl, "name": name, "version": version, "purl": purl});
        if !licence.is_empty() {
            // Before SPDX had expressions, crates wrote `MIT/Apache-2.0`.
            component["licenses"] = json!([{"expression": licence.replace('/', " OR ")}]);
        }
        if let Some(checksum) = checksums.get(&format!("{name} {version}")) {
            component["hashes"] = json!([{"alg": "SHA-256", "content": checksum}]);
        }
        component
    };
    let (own, others): (Vec<_>, Vec<_>) = crates.iter().partition(|(name, _, _)| *name == package);
    let own = own.first().with_context(|| format!("{package} is not in its own tree"))?;
    let others: Vec<Value> = others.into_iter().map(|one| component(one, "library")).collect();
    Ok(json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": component(own, "application")},
        "components": others,
    }))
}

/// Name, version and licence of a line.
fn read(line: &str) -> Option<(&str, &str, &str)> {
    let (package, licence) = line.split_once('|')?;
    let mut words = package.split(' ');
    let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
    Some((name, version, licence.trim_end_matches("(*)").trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: &str = "cairn-api v0.1.0 (/home/ada/cairn/functions/api)|MIT\n\
        zlib-rs v0.5.0|Zlib\n\
        anyhow v1.0.0|MIT/Apache-2.0\n\
        anyhow v1.0.0|MIT/Apache-2.0 (*)\n\
        made v2.0.0 (proc-macro)|\n";

    #[test]
    fn a_bill_names_every_crate_once_with_what_is_known_of_it() {
        let lock = "[[package]]\nname = \"anyhow\"\nversion = \"1.0.0\"\nchecksum = \"abc\"\n";
        let bill = bill("cairn-api", TREE, &checksums(&lock.parse().unwrap())).unwrap();
        assert_eq!(bill["metadata"]["component"]["purl"], "pkg:cargo/cairn-api@0.1.0");
        let names: Vec<_> =
            bill["components"].as_array().unwrap().iter().map(|one| one["name"].clone()).collect();
        assert_eq!(names, ["anyhow", "made", "zlib-rs"]);
        let anyhow = &bill["components"][0];
        assert_eq!(anyhow["licenses"], json!([{"expression": "MIT OR Apache-2.0"}]));
        assert_eq!(anyhow["hashes"], json!([{"alg": "SHA-256", "content": "abc"}]));
        assert_eq!(bill["components"][1].get("licenses"), None);
        assert!(!bill.to_string().contains("/home/ada"), "no folder of whoever built it");
    }
}
