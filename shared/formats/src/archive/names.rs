//! Names that no extractor follows out of its folder, each only once.

use std::collections::{HashMap, HashSet};

/// The longest name, in bytes: its length has 16 bits, and a number may have to follow.
const MOST_BYTES: usize = 0xFF00;

/// For each name one that is safe. Names that are safe already stay as they are; others give way to them, as does
/// a file whose name is also a directory of another.
pub(super) fn safe<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let wanted: Vec<(&str, String)> = names.map(|name| (name, cleaned(name))).collect();
    let directories: HashSet<&str> = wanted.iter().flat_map(|(_, name)| directories_of(name)).collect();
    let mut given: Vec<Option<String>> = vec![None; wanted.len()];
    let mut taken: HashSet<String> = HashSet::new();
    for (place, (name, clean)) in wanted.iter().enumerate() {
        if name == clean && !directories.contains(name) && taken.insert(clean.clone()) {
            given[place] = Some(clean.clone());
        }
    }
    let mut next: HashMap<&str, u64> = HashMap::new();
    let mut unused = |clean: &'_ str, next: &mut u64| loop {
        let name = if *next < 2 { clean.to_owned() } else { numbered(clean, *next) };
        *next += 1;
        if !directories.contains(name.as_str()) && taken.insert(name.clone()) {
            return name;
        }
    };
    let wanted = wanted.iter().zip(given);
    wanted
        .map(|((_, clean), given)| given.unwrap_or_else(|| unused(clean, next.entry(clean).or_insert(1))))
        .collect()
}

/// The name without what could lead out of a folder; never empty, never a directory's.
fn cleaned(name: &str) -> String {
    let plain: String = name.chars().map(|c| if c == '\\' || c.is_control() { '_' } else { c }).collect();
    let segments = plain.split('/').filter(|segment| !segment.is_empty()).map(cleaned_segment);
    let mut whole = segments.collect::<Vec<_>>().join("/");
    if whole.is_empty() {
        whole.push('_');
    }
    if whole.len() > MOST_BYTES {
        whole.truncate(whole.floor_char_boundary(MOST_BYTES));
        let end = whole.trim_end_matches('/').len();
        whole.truncate(end);
    }
    whole
}

/// One segment: not `.` or `..`, which Windows sees in `.. ` and `...` as well; not a drive (`C:`).
fn cleaned_segment(segment: &str) -> String {
    if segment.chars().all(|c| c == '.' || c == ' ') {
        return segment.replace(['.', ' '], "_");
    }
    match segment.as_bytes() {
        [letter, b':', ..] if letter.is_ascii_alphabetic() => segment.replacen(':', "_", 1),
        _ => segment.to_owned(),
    }
}

/// The directories that a name lies in: `a` and `a/b` of `a/b/c`.
fn directories_of(name: &str) -> impl Iterator<Item = &str> {
    name.match_indices('/').map(|(at, _)| &name[..at])
}

/// `a/b.txt` with the number 2 is `a/b (2).txt`.
fn numbered(name: &str, number: u64) -> String {
    let file = name.rfind('/').map_or(0, |slash| slash + 1);
    let dot = name[file..].rfind('.').filter(|dot| *dot > 0).map_or(name.len(), |dot| file + dot);
    format!("{} ({number}){}", &name[..dot], &name[dot..])
}
