//! Names of files: any text of up to 255 characters. They are data: no name ever becomes a path of ours.

use unicode_normalization::UnicodeNormalization as _;

/// Longest name, in characters. `InvenioRDM`: files reference §1.
const LONGEST: usize = 255;

/// What is wrong with a name; nothing if it can be used. Control characters and marks that turn the direction of text are
/// refused: no header can hold the ones, and the others make a name look like another.
pub fn problem(key: &str, with_folders: bool) -> Option<&'static str> {
    let is_control = |character: char| character.is_control();
    let turns = |character| matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let step = |segment: &str| matches!(segment, "." | "..");
    if key.is_empty() {
        Some("Field cannot be blank.")
    } else if key.chars().count() > LONGEST {
        Some("Longer than maximum length 255.")
    } else if key.contains(is_control) {
        Some("File names cannot contain control characters.")
    } else if key.contains(turns) {
        Some("File names cannot contain marks that change the direction of text.")
    } else if key.split(['/', '\\']).any(step) {
        Some("File names cannot contain the steps `.` or `..`.")
    } else if key.starts_with('/') || key.ends_with('/') || key.contains("//") {
        Some("File names cannot have empty folder names.")
    } else if !with_folders && key.contains('/') {
        Some("Names of media files cannot contain slashes.")
    } else {
        None
    }
}

/// The lower-case suffix without its dot: `tar.gz` gives `gz`. Empty if there is none.
pub fn extension(key: &str) -> String {
    let name = key.rsplit('/').next().unwrap_or(key);
    match name.rsplit_once('.') {
        Some((stem, suffix)) if !stem.is_empty() => suffix.to_lowercase(),
        _ => String::new(),
    }
}

/// A key of `prefix` below `delimiter`: the folder that it stands in, or nothing if it stands right there.
pub fn folder<'key>(key: &'key str, prefix: &str, delimiter: &str) -> Option<&'key str> {
    let rest = key.strip_prefix(prefix)?;
    let end = rest.find(delimiter)? + delimiter.len();
    Some(&key[..prefix.len() + end])
}

/// The same name for those who know only plain letters: what `filename=` of a `Content-Disposition` can hold.
pub fn ascii(key: &str) -> String {
    key.nfkd().filter(char::is_ascii).filter(|character| !character.is_ascii_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_any_text_but_what_would_deceive() {
        for fine in [
            "a.txt",
            "dir/sub/a b.txt",
            "100% +&#?;=.csv",
            "データ.csv",
            ".hidden",
            "a..b",
            "'\"<>|:*",
            "C:\\x",
        ] {
            assert_eq!(problem(fine, true), None, "{fine}");
        }
        let long = "x".repeat(256);
        for bad in [
            "",
            "..",
            "a/../b",
            "./a",
            "a\\..\\b",
            "/a",
            "a/",
            "a//b",
            "a\0b",
            "a\r\nb",
            "x\u{202e}gpj.exe",
            &long,
        ] {
            assert!(problem(bad, true).is_some(), "{bad:?}");
        }
        assert!(problem("a/b", false).is_some());
        assert_eq!(problem(&"é".repeat(255), true), None);
    }

    #[test]
    fn the_extension_is_the_last_suffix_in_small_letters() {
        for (key, extension) in
            [("a.CSV", "csv"), ("x.tar.gz", "gz"), ("d.x/readme", ""), (".profile", ""), ("a.", "")]
        {
            assert_eq!(super::extension(key), extension, "{key}");
        }
    }

    #[test]
    fn a_tree_has_folders_and_what_stands_beside_them() {
        assert_eq!(folder("a/b/c.txt", "", "/"), Some("a/"));
        assert_eq!(folder("a/b/c.txt", "a/", "/"), Some("a/b/"));
        assert_eq!(folder("a/c.txt", "a/", "/"), None);
        assert_eq!(folder("b.txt", "a/", "/"), None);
    }
}
