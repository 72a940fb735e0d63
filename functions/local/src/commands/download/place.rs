//! Where a file is written: below the output folder, whatever its name says.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

/// The path of a file.
///
/// # Errors
/// Why its name cannot be one.
pub(super) fn below(folder: &Path, key: &str) -> Result<PathBuf, String> {
    let mut path = folder.to_owned();
    for step in key.split('/') {
        if !is_plain(step) {
            return Err("its name is not a path below the output folder, so it is not written; \
                        fetch its content from the repository by other means"
                .into());
        }
        // A link that lies there may lead outside.
        if path != folder && path.is_symlink() {
            return Err(format!("{} is a link, which is not followed", path.display()));
        }
        path.push(step);
    }
    if path.is_symlink() {
        return Err(format!("{} is a link, which is not followed", path.display()));
    }
    Ok(path)
}

/// Whether it names something right below a folder, here and on systems that read names in other ways.
fn is_plain(step: &str) -> bool {
    let mut components = Path::new(step).components();
    let is_name =
        components.next() == Some(Component::Normal(OsStr::new(step))) && components.next().is_none();
    let deceives = step.contains(|letter: char| letter == '\\' || letter.is_control());
    is_name && !deceives && !(cfg!(windows) && step.contains(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_paths_below_the_folder() {
        let path = |key| below(Path::new("out"), key).unwrap();
        assert_eq!(path("a.txt"), Path::new("out/a.txt"));
        assert_eq!(path("d/é/..a b"), Path::new("out/d/é/..a b"));
    }

    #[test]
    fn nothing_leads_outside() {
        for key in [
            "",
            ".",
            "..",
            "../a",
            "a/../../b",
            "a/..",
            "/etc/passwd",
            "//a",
            "a//b",
            "a/",
            "./a",
            "..\\a",
            "a\\..\\..\\b",
            "C:\\a",
            "a\0b",
            "a\nb",
        ] {
            assert!(below(Path::new("out"), key).is_err(), "{key:?}");
        }
    }

    #[test]
    fn links_are_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/tmp", folder.path().join("away")).unwrap();
        assert!(below(folder.path(), "away/a").unwrap_err().contains("is a link"));
        assert!(below(folder.path(), "away").is_err());
        assert!(below(&folder.path().join("away"), "a").is_ok(), "the folder itself is the person's choice");
    }
}
