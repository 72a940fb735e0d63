//! Which fields a query may name, and how each is searched.

use cairn_model::mapping::{FieldType, Mapping};

use super::lexer::Unreadable;

/// Where a word is looked for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Scope {
    /// In the default fields.
    Defaults,
    /// In analysed text at a path, or at every path that a name with `*` stands for.
    Text(String),
    /// As a whole value at a path.
    Whole(String),
    /// In a field that does not exist.
    Nowhere,
}

/// The fields of the searched indices.
pub(super) struct Fields<'a> {
    pub mappings: &'a [&'a Mapping],
    /// What names mean here.
    pub names: Names<'a>,
}

/// What names in a search string mean at one endpoint.
#[derive(Debug, Clone, Copy, Default)]
pub struct Names<'a> {
    /// Paths that must not be named, with all below them.
    pub restricted: &'a [&'a str],
    /// Short names of paths, which may be named so even where the short name is restricted.
    pub aliases: &'a [(&'a str, &'a str)],
}

impl Fields<'_> {
    /// The scope that `name` stands for.
    ///
    /// # Errors
    /// The field must not be named.
    pub(super) fn scope(&self, name: &str) -> Result<Scope, Unreadable> {
        let name = self.path(name)?;
        Ok(match self.kind(name) {
            _ if name == "*" => Scope::Defaults,
            _ if name.contains('*') => Scope::Text(name.to_owned()),
            Some(kind) if is_text(kind) => Scope::Text(name.to_owned()),
            Some(_) => Scope::Whole(name.to_owned()),
            None => Scope::Nowhere,
        })
    }

    /// The paths whose presence `name` asks for: itself, or all that a name with `*` stands for.
    ///
    /// # Errors
    /// The field must not be named.
    pub(super) fn present(&self, name: &str) -> Result<Vec<String>, Unreadable> {
        if self.is_restricted(name) {
            return Err(Unreadable);
        }
        let name = self.path(name)?;
        if name.contains('*') {
            let paths = self.paths().filter(|path| matches(name, path));
            return Ok(paths.map(ToOwned::to_owned).collect());
        }
        let parent =
            self.paths().any(|path| path.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')));
        let known = parent || self.kind(name).is_some() || self.exact(name).is_some();
        Ok(known.then(|| name.strip_suffix(".keyword").unwrap_or(name).to_owned()).into_iter().collect())
    }

    /// The path that a name stands for: its own, unless it is short for another.
    fn path<'n>(&'n self, name: &'n str) -> Result<&'n str, Unreadable> {
        match self.names.aliases.iter().find(|(alias, _)| *alias == name) {
            Some((_, path)) => Ok(path),
            None if self.is_restricted(name) => Err(Unreadable),
            None => Ok(name),
        }
    }

    /// The fields where words without a field are looked for.
    pub(super) fn defaults(&self) -> Vec<(String, f32)> {
        let mut defaults: Vec<(String, f32)> = Vec::new();
        for (path, weight) in self.mappings.iter().flat_map(|mapping| mapping.defaults) {
            if !defaults.iter().any(|(known, _)| known == path) {
                defaults.push(((*path).to_owned(), *weight));
            }
        }
        defaults
    }

    /// How many times as many fields `name` stands for as words are looked for in by themselves; at least one.
    pub(super) fn width(&self, name: &str) -> usize {
        if !name.contains('*') {
            return 1;
        }
        let paths = self.paths().filter(|path| matches(name, path)).count();
        paths.div_ceil(self.defaults().len().max(1)).max(1)
    }

    fn paths(&self) -> impl Iterator<Item = &'static str> {
        self.mappings.iter().flat_map(|mapping| mapping.fields).map(|mapped| mapped.path)
    }

    fn exact(&self, path: &str) -> Option<FieldType> {
        let fields = self.mappings.iter().flat_map(|mapping| mapping.fields);
        fields.clone().find(|mapped| mapped.path == path).map(|mapped| mapped.kind)
    }

    /// How a path is indexed that holds dates.
    pub(super) fn dates(&self, path: &str) -> Option<FieldType> {
        self.exact(path).filter(|kind| matches!(kind, FieldType::Date | FieldType::DateRange))
    }

    /// How a path is indexed: as it is mapped, as a sub-field, or as a leaf of a mapped object.
    fn kind(&self, path: &str) -> Option<FieldType> {
        match self.exact(path) {
            Some(FieldType::Keywords) => return None,
            Some(kind) => return Some(kind),
            None => {}
        }
        for sub in [".keyword", ".original", ".text"] {
            if let Some(kind) = path.strip_suffix(sub).and_then(|base| self.exact(base)) {
                let whole = sub == ".keyword";
                return match kind {
                    FieldType::TextAndKeyword if whole => Some(FieldType::Keyword),
                    FieldType::Keyword if whole => Some(kind),
                    FieldType::Text | FieldType::TextAndKeyword if !whole => Some(FieldType::Text),
                    _ => None,
                };
            }
        }
        let mut parents = path.rmatch_indices('.').map(|(at, _)| &path[..at]);
        let kind = parents.find_map(|parent| self.exact(parent))?;
        matches!(kind, FieldType::Keywords | FieldType::Texts).then_some(kind)
    }

    fn is_restricted(&self, name: &str) -> bool {
        let below =
            |path: &str| name.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        self.names.restricted.iter().any(|path| {
            // `*` alone means the default fields.
            let covered = name.contains('*') && name != "*" && overlap(name, path);
            below(path) || covered
        })
    }
}

fn is_text(kind: FieldType) -> bool {
    matches!(kind, FieldType::Text | FieldType::TextAndKeyword | FieldType::Texts)
}

/// Whether a name with `*` may stand for `path` or for something below it.
fn overlap(name: &str, path: &str) -> bool {
    let fixed = name.split('*').next().unwrap_or_default();
    path.starts_with(fixed) || fixed.strip_prefix(path).is_some_and(|rest| rest.starts_with('.'))
}

/// Whether a name with `*` stands for `path`.
pub(super) fn matches(name: &str, path: &str) -> bool {
    let mut pieces = name.split('*');
    let Some(mut rest) = path.strip_prefix(pieces.next().unwrap_or_default()) else { return false };
    let mut pieces = pieces.peekable();
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return rest.ends_with(piece);
        }
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_any_run() {
        for (name, path) in
            [("a.*", "a.b"), ("*", "a"), ("a*c", "abbc"), ("a*b*c", "aXbYc"), ("a", "a"), ("*a", "aa")]
        {
            assert!(matches(name, path), "{name} {path}");
        }
        for (name, path) in [("a.*", "ab"), ("a", "ab"), ("a*b*c", "ac"), ("*ab", "ba"), ("a*a", "a")] {
            assert!(!matches(name, path), "{name} {path}");
        }
    }

    #[test]
    fn names_that_may_reach_a_restricted_path_are_restricted() {
        let fields = Fields { mappings: &[], names: Names { restricted: &["internal_notes"], aliases: &[] } };
        for name in ["internal_notes", "internal_notes.note", "internal*", "internal_notes.*", "int*.note"] {
            assert_eq!(fields.scope(name), Err(Unreadable), "{name}");
            assert_eq!(fields.present(name), Err(Unreadable), "{name}");
        }
        for name in ["internal", "internal_notes2", "metadata.*"] {
            assert!(fields.scope(name).is_ok(), "{name}");
        }
    }
}
