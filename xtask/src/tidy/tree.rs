//! The files of the repository as the rules see them.

use std::collections::BTreeMap;
use std::process::Command;

use anyhow::{Context, Result, bail};

/// Endings of files whose text the rules read.
const TEXT: &[&str] = &[".rs", ".py", ".ts", ".tsx", ".md", ".toml", ".txt", ".snap", ".sh"];

/// Files by path from the top of the repository; other than text files are empty here.
#[derive(Default)]
pub(crate) struct Tree {
    files: BTreeMap<String, String>,
    committed: BTreeMap<String, String>,
}

impl Tree {
    /// The working tree of the repository around the current folder, without what git ignores.
    pub(crate) fn of_repository() -> Result<Self> {
        let mut tree = Self::default();
        std::env::set_current_dir(git(&["rev-parse", "--show-toplevel"])?.trim())?;
        let listed = git(&["ls-files", "-z", "--cached", "--others", "--exclude-standard"])?;
        for path in listed.split('\0').filter(|path| !path.is_empty()) {
            let is_text = TEXT.iter().any(|ending| path.ends_with(ending));
            match std::fs::read(path) {
                Ok(bytes) if is_text => {
                    let text = String::from_utf8(bytes).with_context(|| format!("{path} is not UTF-8"))?;
                    tree.files.insert(path.to_owned(), text);
                }
                Ok(_) => drop(tree.files.insert(path.to_owned(), String::new())),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(error).with_context(|| format!("reading {path}")),
            }
        }
        for path in super::ratchets::LISTS {
            if let Ok(text) = git(&["show", &format!("HEAD:{path}")]) {
                tree.committed.insert((*path).to_owned(), text);
            }
        }
        Ok(tree)
    }

    /// A tree for the tests of a rule.
    #[cfg(test)]
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        Self { files, committed: BTreeMap::new() }
    }

    /// The same tree where the last commit held this text at this path.
    #[cfg(test)]
    pub(crate) fn after(mut self, path: &str, text: &str) -> Self {
        self.committed.insert(path.to_owned(), text.to_owned());
        self
    }

    /// All paths, in order.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Path and text of the files whose path ends so, in order.
    pub(crate) fn ending<'a>(&'a self, ending: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.files
            .iter()
            .filter(move |(path, _)| path.ends_with(ending))
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// The text of one file.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// The text that the last commit has at this path; only for the lists of `ratchets`.
    pub(crate) fn committed(&self, path: &str) -> Option<&str> {
        self.committed.get(path).map(String::as_str)
    }

    /// Whether there is such a file, or a folder with files.
    pub(crate) fn has(&self, path: &str) -> bool {
        let folder = format!("{path}/");
        path.is_empty()
            || self.files.contains_key(path)
            || self.files.range(folder.clone()..).next().is_some_and(|(next, _)| next.starts_with(&folder))
    }
}

/// The lines of a list file that hold an entry: no blank ones, nothing behind `#`.
pub(crate) fn entries(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(|line| line.split('#').next().unwrap_or_default().trim()).filter(|line| !line.is_empty())
}

fn git(arguments: &[&str]) -> Result<String> {
    let output = Command::new("git").args(arguments).output().context("running git")?;
    if !output.status.success() {
        bail!("git {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_knows_its_files_and_folders() {
        let tree = Tree::with(&[("docs/a.md", ""), ("docs-old.md", "")]);
        assert!(tree.has("docs/a.md") && tree.has("docs") && tree.has(""));
        assert!(!tree.has("doc") && !tree.has("docs/b.md"));
    }

    #[test]
    fn entries_leave_out_comments_and_blank_lines() {
        assert_eq!(entries("# all\n\na: b # why\n  c\n").collect::<Vec<_>>(), ["a: b", "c"]);
    }
}
