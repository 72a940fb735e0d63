//! Which files are to be sent, under which names.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::commands::Usage;

/// A file to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Job {
    pub(super) path: PathBuf,
    pub(super) key: String,
    pub(super) size: u64,
}

/// All that the command line asks for.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) jobs: Vec<Job>,
    /// What cannot be sent, and why.
    pub(super) bad: Vec<(String, String)>,
}

impl Plan {
    /// Walks folders, in the order of names.
    pub(super) fn of(files: &[PathBuf], key: Option<&str>) -> Result<Self, Usage> {
        let mut plan = Self::default();
        if let Some(key) = key {
            return match files {
                [file] if !file.is_dir() => {
                    plan.add(file, key.to_owned());
                    Ok(plan)
                }
                _ => Err(Usage("--key names a single file: give one file, and no folder".into())),
            };
        }
        for file in files {
            plan.start(file);
        }
        plan.refuse_twins()?;
        Ok(plan)
    }

    /// A file or folder of the command line. A folder's own name begins the names of what lies in it, as `cp -r` does it;
    /// `.`, `..` and `folder/.` have none.
    fn start(&mut self, path: &Path) {
        let text = path.to_string_lossy();
        let nameless = text == "." || text.ends_with("/.") || path.file_name().is_none();
        match path.file_name().filter(|_| !nameless).map(|name| name.to_str()) {
            None => self.enter(path, ""),
            Some(Some(name)) if path.is_dir() => self.enter(path, name),
            Some(Some(name)) => self.add(path, name.to_owned()),
            Some(None) => self.refuse(path, NOT_UTF8),
        }
    }

    fn enter(&mut self, folder: &Path, prefix: &str) {
        let mut names = match fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>) {
            Ok(names) => names,
            Err(error) => return self.refuse(folder, &format!("cannot be read: {error}")),
        };
        names.sort_by_key(fs::DirEntry::file_name);
        for entry in names {
            let (path, name) = (entry.path(), entry.file_name());
            let Some(name) = name.to_str() else {
                self.refuse(&path, NOT_UTF8);
                continue;
            };
            let key = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}/{name}") };
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => self.enter(&path, &key),
                // It may lead back up.
                Ok(kind) if kind.is_symlink() && path.is_dir() => {
                    self.refuse(
                        &path,
                        "is a link to a folder, which is not followed: name the folder itself",
                    );
                }
                Ok(_) => self.add(&path, key),
                Err(error) => self.refuse(&path, &format!("cannot be read: {error}")),
            }
        }
    }

    fn add(&mut self, path: &Path, key: String) {
        match fs::metadata(path) {
            Ok(facts) if facts.is_file() => {
                self.jobs.push(Job { path: path.to_owned(), key, size: facts.len() });
            }
            Ok(_) => self.refuse(path, "is neither a file nor a folder"),
            Err(error) => self.refuse(path, &format!("cannot be read: {error}")),
        }
    }

    fn refuse(&mut self, path: &Path, reason: &str) {
        self.bad.push((path.display().to_string(), reason.to_owned()));
    }

    fn refuse_twins(&self) -> Result<(), Usage> {
        let mut seen = HashMap::new();
        for Job { path, key, .. } in &self.jobs {
            if let Some(other) = seen.insert(key, path) {
                let (one, two) = (other.display(), path.display());
                return Err(Usage(format!(
                    "{one} and {two} would both be named {key}: send one of them by itself, with --key"
                )));
            }
        }
        Ok(())
    }
}

const NOT_UTF8: &str = "has a name that is not UTF-8: rename it, or send it by itself with --key";

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("data/2024")).unwrap();
        for name in ["data/b.csv", "data/2024/c.csv", "data/.hidden", "x.csv"] {
            fs::write(folder.path().join(name), name).unwrap();
        }
        folder
    }

    fn keys(plan: &Plan) -> Vec<&str> {
        plan.jobs.iter().map(|job| job.key.as_str()).collect()
    }

    #[test]
    fn folders_are_walked_and_their_names_kept_unless_a_dot_says_otherwise() {
        let folder = tree();
        let at = |name: &str| folder.path().join(name);
        let plan = Plan::of(&[at("x.csv"), at("data/")], None).unwrap();
        assert_eq!(keys(&plan), ["x.csv", "data/.hidden", "data/2024/c.csv", "data/b.csv"]);
        let plan = Plan::of(&[at("data/.")], None).unwrap();
        assert_eq!(keys(&plan), [".hidden", "2024/c.csv", "b.csv"]);
        assert_eq!(plan.jobs[2].size, 10);
    }

    #[test]
    fn what_cannot_be_sent_is_told_and_the_rest_is_planned() {
        let folder = tree();
        std::os::unix::fs::symlink(folder.path(), folder.path().join("data/up")).unwrap();
        std::os::unix::fs::symlink("nowhere", folder.path().join("data/zz")).unwrap();
        let plan = Plan::of(&[folder.path().join("data"), folder.path().join("gone")], None).unwrap();
        assert_eq!((plan.jobs.len(), plan.bad.len()), (3, 3));
        assert!(plan.bad[0].0.ends_with("data/up") && plan.bad[0].1.contains("link to a folder"));
    }

    #[test]
    fn names_are_given_to_single_files_and_are_never_two_files_the_same() {
        let folder = tree();
        let at = |name: &str| folder.path().join(name);
        assert_eq!(keys(&Plan::of(&[at("x.csv")], Some("d/y.csv")).unwrap()), ["d/y.csv"]);
        assert!(Plan::of(&[at("data")], Some("y")).is_err());
        assert!(Plan::of(&[at("x.csv"), at("x.csv")], None).unwrap_err().to_string().contains("--key"));
    }
}
