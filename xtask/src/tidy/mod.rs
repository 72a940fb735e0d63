//! Rules that keep the repository in its shape: one file per rule, all of them listed here.

mod arrows;
mod coverage;
mod framework;
mod licences;
mod links;
mod manifests;
mod ratchets;
mod snapshots;
mod sources;
mod tree;

use std::io::Write;

use anyhow::{Result, bail};

pub(crate) use tree::Tree;

/// What a rule finds wrong, one line per place.
pub(crate) type Complaints = Vec<String>;

/// A rule with the name that its complaints carry.
struct Rule {
    name: &'static str,
    check: fn(&Tree) -> Complaints,
}

const RULES: &[Rule] = &[
    Rule { name: "arrows", check: arrows::check },
    Rule { name: "manifests", check: manifests::check },
    Rule { name: "sources", check: sources::check },
    Rule { name: "framework", check: framework::check },
    Rule { name: "coverage", check: coverage::check },
    Rule { name: "ratchets", check: ratchets::check },
    Rule { name: "snapshots", check: snapshots::check },
    Rule { name: "links", check: links::check },
];

/// Reads the working tree, applies every rule, prints all complaints, and fails if there is any.
pub(crate) fn run() -> Result<()> {
    let tree = Tree::of_repository()?;
    let mut complaints = Complaints::new();
    for rule in RULES {
        complaints
            .extend((rule.check)(&tree).into_iter().map(|complaint| format!("{}: {complaint}", rule.name)));
    }
    complaints.extend(licences::check(&tree)?.into_iter().map(|complaint| format!("licences: {complaint}")));
    let mut out = std::io::stdout().lock();
    for complaint in &complaints {
        writeln!(out, "{complaint}")?;
    }
    if !complaints.is_empty() {
        bail!("{} complaints", complaints.len());
    }
    writeln!(out, "tidy: {} files keep the rules", tree.paths().count())?;
    Ok(())
}
