//! Pages of a list by key, with what has the same beginning taken together.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use s3s::{S3ErrorCode, dto::EncodingType};

use super::failure::{Result, refuse};

/// Most entries of a page.
const MOST: usize = 1_000;

/// Where to go on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Position {
    /// This key or one after it.
    pub(super) key: String,
    /// Within the key: after the row of this number.
    pub(super) seq: Option<i64>,
}

impl Position {
    pub(super) fn at(key: impl Into<String>) -> Self {
        Self { key: key.into(), seq: None }
    }

    /// After everything that this key has.
    pub(super) fn after(key: &str) -> Self {
        Self::at(format!("{key}\0"))
    }

    /// After a marker, which is a key or a common prefix.
    pub(super) fn after_marker(marker: &str, delimiter: Option<&str>) -> Option<Self> {
        match delimiter {
            Some(delimiter) if marker.ends_with(delimiter) => after_prefix(marker).map(Self::at),
            _ => Some(Self::after(marker)),
        }
    }
}

/// The first text that comes after all that begin with `prefix`, if there is one.
fn after_prefix(prefix: &str) -> Option<String> {
    let mut next = prefix.to_owned();
    while let Some(last) = next.pop() {
        if let Some(following) = (last..=char::MAX).nth(1) {
            next.push(following);
            return Some(next);
        }
    }
    None
}

/// What a page should hold.
pub(super) struct Asked {
    pub(super) prefix: String,
    pub(super) delimiter: Option<String>,
    pub(super) most: usize,
}

impl Asked {
    /// Reads the parameters of a list.
    pub(super) fn of(prefix: Option<&String>, delimiter: Option<&String>, most: Option<i32>) -> Result<Self> {
        Ok(Self {
            prefix: prefix.cloned().unwrap_or_default(),
            delimiter: delimiter.filter(|delimiter| !delimiter.is_empty()).cloned(),
            most: most_of(most)?,
        })
    }

    fn common_prefix<'a>(&self, key: &'a str) -> Option<&'a str> {
        let delimiter = self.delimiter.as_deref()?;
        let rest = key.strip_prefix(self.prefix.as_str())?;
        Some(&key[..self.prefix.len() + rest.find(delimiter)? + delimiter.len()])
    }
}

/// The size of a page that was asked for.
pub(super) fn most_of(most: Option<i32>) -> Result<usize> {
    let most = most.map_or(Ok(MOST), usize::try_from);
    most.map(|most| most.min(MOST)).map_err(|_| {
        refuse(S3ErrorCode::InvalidArgument, "Argument maxKeys must be an integer between 0 and 2147483647")
    })
}

/// A page of a list.
#[derive(Debug)]
pub(super) struct Page<R> {
    pub(super) rows: Vec<R>,
    pub(super) prefixes: Vec<String>,
    /// The last entry, and where to go on after it, if there is more.
    pub(super) next: Option<(Last<R>, Position)>,
}

/// The last entry of a page.
#[derive(Debug)]
pub(super) enum Last<R> {
    Prefix(String),
    Row(R),
}

/// What a list is of.
pub(super) trait Listed: Clone {
    fn key(&self) -> &str;
    fn seq(&self) -> i64;
}

/// Fills a page from `from` on. `fetch` answers at most so many rows from a position on, in the order of the list.
pub(super) fn page<R: Listed>(
    asked: &Asked,
    from: Option<Position>,
    mut fetch: impl FnMut(&Position, usize) -> Result<Vec<R>>,
) -> Result<Page<R>> {
    let mut page = Page { rows: Vec::new(), prefixes: Vec::new(), next: None };
    let Some(mut from) = from else { return Ok(page) };
    if from.key < asked.prefix {
        from = Position::at(asked.prefix.clone());
    }
    let mut last: Option<Last<R>> = None;
    if asked.most == 0 {
        return Ok(page);
    }
    loop {
        let wanted = asked.most + 1 - page.rows.len() - page.prefixes.len();
        let rows = fetch(&from, wanted)?;
        let mut is_end = rows.len() < wanted;
        for row in rows {
            if !row.key().starts_with(&asked.prefix) {
                return Ok(page);
            }
            if page.rows.len() + page.prefixes.len() == asked.most {
                page.next = last.map(|last| (last, from));
                return Ok(page);
            }
            if let Some(prefix) = asked.common_prefix(row.key()) {
                let Some(next) = after_prefix(prefix) else { return Ok(page) };
                from = Position::at(next);
                page.prefixes.push(prefix.to_owned());
                last = Some(Last::Prefix(prefix.to_owned()));
                // What else begins so is skipped, not read.
                is_end = false;
                break;
            }
            from = Position { key: row.key().to_owned(), seq: Some(row.seq()) };
            last = Some(Last::Row(row.clone()));
            page.rows.push(row);
        }
        if is_end {
            return Ok(page);
        }
    }
}

/// What `encoding-type=url` escapes: a key may hold characters that XML cannot.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Writes keys as the client asked for them.
#[derive(Clone, Copy)]
pub(super) struct Encoding(bool);

impl Encoding {
    pub(super) fn of(asked: Option<&EncodingType>) -> Self {
        Self(asked.is_some_and(|asked| asked.as_str() == EncodingType::URL))
    }

    pub(super) fn write(self, key: &str) -> String {
        if self.0 { utf8_percent_encode(key, ESCAPED).to_string() } else { key.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    impl Listed for String {
        fn key(&self) -> &str {
            self
        }

        fn seq(&self) -> i64 {
            0
        }
    }

    fn fetch(keys: &[String], from: &Position, most: usize) -> Vec<String> {
        let past = |key: &&String| **key > from.key || (**key == from.key && from.seq.is_none());
        keys.iter().filter(past).take(most).cloned().collect()
    }

    /// All pages: keys and common prefixes in the order in which they came.
    fn walk(keys: &[String], asked: &Asked) -> Vec<String> {
        let (mut all, mut from) = (Vec::new(), Some(Position::default()));
        while from.is_some() {
            let page = page(asked, from, |from, most| Ok(fetch(keys, from, most))).unwrap();
            assert!(page.rows.len() + page.prefixes.len() <= asked.most);
            let mut entries = [page.rows, page.prefixes].concat();
            entries.sort();
            all.extend(entries);
            from = page.next.map(|(_, from)| from);
        }
        all
    }

    #[test]
    fn what_comes_after_a_prefix_may_need_a_shorter_one() {
        assert_eq!(after_prefix("a/").as_deref(), Some("a0"));
        assert_eq!(after_prefix("a\u{10ffff}").as_deref(), Some("b"));
        assert_eq!(after_prefix("\u{d7ff}").as_deref(), Some("\u{e000}"));
        assert_eq!(after_prefix("\u{10ffff}"), None);
    }

    #[test]
    fn keys_are_escaped_if_asked() {
        assert_eq!(Encoding(true).write("a b/ü&"), "a%20b/%C3%BC%26");
    }

    proptest! {
        #[test]
        fn pages_hold_every_key_once_or_its_common_prefix(
            keys in prop::collection::btree_set("[ab/]{1,6}", 0..40),
            prefix in "[ab/]{0,2}",
            delimited in any::<bool>(),
            most in 1_usize..5,
        ) {
            let keys: Vec<String> = keys.into_iter().collect();
            let asked = Asked { prefix, delimiter: delimited.then(|| "/".to_owned()), most };
            let mut expected: Vec<String> = keys.iter().filter(|key| key.starts_with(&asked.prefix))
                .map(|key| asked.common_prefix(key).unwrap_or(key).to_owned()).collect();
            expected.dedup();
            prop_assert_eq!(walk(&keys, &asked), expected);
        }
    }
}
