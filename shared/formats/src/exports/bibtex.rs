//! `BibTeX`.

use serde_json::Value;

use super::source::{Source, list, text};

/// Columns of a value before it is wrapped.
const WIDTH: usize = 50;
/// Blanks before a line that goes on with a value.
const INDENT: usize = 20;
/// Longest name in a key.
const NAME: usize = 40;

/// Fields that entries of one type must have, then those they may have; written in this order.
struct Entry {
    name: &'static str,
    required: &'static [&'static str],
    optional: &'static [&'static str],
}

const fn entry(
    name: &'static str,
    required: &'static [&'static str],
    optional: &'static [&'static str],
) -> Entry {
    Entry { name, required, optional }
}

const MISC: Entry =
    entry("misc", &[], &["author", "title", "month", "year", "note", "publisher", "version", "doi", "url"]);

/// Which types a resource of a type can be, best first.
const ENTRIES: &[(&str, &[Entry])] = &[
    (
        "publication-conferencepaper",
        &[entry(
            "inproceedings",
            &["author", "title", "booktitle", "year"],
            &["pages", "publisher", "address", "month", "note", "venue", "doi", "url"],
        )],
    ),
    (
        "publication-conferenceproceeding",
        &[entry("proceedings", &["title", "year"], &["publisher", "address", "month", "note", "doi", "url"])],
    ),
    (
        "publication-book",
        &[
            entry(
                "book",
                &["author", "title", "publisher", "year"],
                &["volume", "address", "month", "note", "doi", "url"],
            ),
            entry("booklet", &["title"], &["author", "address", "month", "year", "note", "doi", "url"]),
        ],
    ),
    (
        "publication-section",
        &[
            entry("incollection", &["author", "title", "booktitle", "year", "publisher"], SECTION),
            entry("inbook", &["author", "title", "pages", "year", "publisher"], SECTION),
        ],
    ),
    (
        "publication-article",
        &[entry(
            "article",
            &["author", "title", "journal", "year"],
            &["volume", "number", "pages", "month", "note", "doi", "url"],
        )],
    ),
    ("publication-preprint", &[UNPUBLISHED]),
    ("publication-workingpaper", &[UNPUBLISHED]),
    ("publication-thesis", &[THESIS]),
    ("publication-dissertation", &[THESIS]),
    (
        "publication-technicalnote",
        &[entry("manual", &["title"], &["author", "address", "month", "year", "note", "doi", "url"])],
    ),
    (
        "software",
        &[entry(
            "software",
            &[],
            &["author", "title", "month", "year", "note", "publisher", "version", "doi", "url", "swhid"],
        )],
    ),
    ("dataset", &[entry("dataset", MISC.required, MISC.optional)]),
];

const SECTION: &[&str] = &["pages", "address", "month", "editor", "volume", "number", "series", "doi", "url"];
const UNPUBLISHED: Entry =
    entry("unpublished", &["author", "title", "note"], &["month", "year", "doi", "url"]);
const THESIS: Entry =
    entry("phdthesis", &["author", "title", "school", "year"], &["address", "month", "note", "doi", "url"]);

/// The entry of a record.
pub(super) fn write(source: Source<'_>) -> String {
    let fitting =
        ENTRIES.iter().find(|(kind, _)| *kind == source.kind_id()).map_or(&[][..], |(_, entries)| entries);
    let has_all = |entry: &&Entry| entry.required.iter().all(|field| value(source, field).is_some());
    let entry = fitting.iter().find(has_all).unwrap_or(&MISC);
    let mut output = format!("@{}{{{},\n", entry.name, key(source));
    for field in entry.required.iter().chain(entry.optional) {
        // An entry may name in its optional fields what another needs.
        if let Some(value) = value(source, field) {
            output.push_str(&line(field, &value));
        }
    }
    output.push('}');
    output
}

fn value(source: Source<'_>, field: &str) -> Option<String> {
    let (journal, imprint) = (source.custom("journal:journal"), source.custom("imprint:imprint"));
    let thesis = source.custom("thesis:thesis");
    let value = match field {
        "author" => return authors(source),
        "address" => return address(source),
        "month" => return month(source).map(str::to_owned),
        "url" => return source.doi().map(|doi| format!("https://doi.org/{doi}")),
        "title" => source.text("title"),
        "year" => source.year(),
        "publisher" => source.text("publisher"),
        "version" => source.text("version"),
        "doi" => source.doi(),
        "booktitle" => text(&imprint["title"]),
        "pages" => text(&imprint["pages"]).or_else(|| text(&journal["pages"])),
        "journal" => text(&journal["title"]),
        "volume" => text(&journal["volume"]),
        "number" => text(&journal["issue"]),
        "school" => text(source.custom("thesis:university")).or_else(|| text(&thesis["university"])),
        "venue" => text(&source.custom("meeting:meeting")["place"]),
        "swhid" => text(&source.at("swh")["swhid"]),
        _ => None,
    };
    value.map(str::to_owned)
}

fn authors(source: Source<'_>) -> Option<String> {
    let names: Vec<&str> = source
        .list("creators")
        .iter()
        .filter_map(|creator| text(&creator["person_or_org"]["name"]))
        .collect();
    (!names.is_empty()).then(|| names.join("\n"))
}

fn address(source: Source<'_>) -> Option<String> {
    let places: Vec<&str> =
        list(&source.metadata("locations")["features"]).iter().filter_map(|at| text(&at["place"])).collect();
    (!places.is_empty()).then(|| places.join(", "))
}

/// The name of a month that `BibTeX` knows.
fn month(source: Source<'_>) -> Option<&'static str> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let number: usize = source.published()?.split('-').nth(1)?.parse().ok()?;
    MONTHS.get(number.checked_sub(1)?).copied()
}

fn line(field: &str, value: &str) -> String {
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    match field {
        "month" => format!("  {field:<12} = {value},\n"),
        "author" => {
            let names: Vec<String> = value.lines().map(escaped).collect();
            format!("  {field:<12} = {{{}}},\n", names.join(&format!(" and\n{:18}", "")))
        }
        _ if digits => format!("  {field:<12} = {value},\n"),
        _ => format!("  {field:<12} = {{{}}},\n", wrapped(&escaped(value))),
    }
}

/// A value in lines of [`WIDTH`] columns where it is longer; words are not cut.
fn wrapped(value: &str) -> String {
    if value.chars().count() <= WIDTH {
        return value.to_owned();
    }
    let (mut lines, mut columns) = (String::new(), 0);
    for word in value.split_whitespace() {
        let length = word.chars().count();
        if columns > 0 && columns + 1 + length > WIDTH {
            lines.push('\n');
            lines.extend(std::iter::repeat_n(' ', INDENT));
            columns = 0;
        } else if columns > 0 {
            lines.push(' ');
            columns += 1;
        }
        lines.push_str(word);
        columns += length;
    }
    lines
}

/// A value in which nothing has a meaning to `BibTeX`. Braces stay if they are balanced, else they would end the field.
fn escaped(value: &str) -> String {
    let keep_braces = is_balanced(value);
    let mut output = String::with_capacity(value.len() + 8);
    let mut before = '\0';
    for character in value.chars() {
        match character {
            '&' | '%' | '$' | '_' | '#' if before != '\\' => output.extend(['\\', character]),
            '{' | '}' if !keep_braces => {}
            _ => output.push(character),
        }
        before = character;
    }
    // A backslash at the end would escape the brace that closes the field.
    if output.ends_with('\\') { output + " " } else { output }
}

fn is_balanced(value: &str) -> bool {
    let (mut depth, mut before) = (0_i32, '\0');
    for character in value.chars() {
        // How parsers read an escaped brace differs.
        if before == '\\' && matches!(character, '{' | '}') {
            return false;
        }
        depth += i32::from(character == '{') - i32::from(character == '}');
        if depth < 0 {
            return false;
        }
        before = character;
    }
    depth == 0
}

/// `family_year_id`.
fn key(source: Source<'_>) -> String {
    let who = source.list("creators").first().map_or(&Value::Null, |creator| &creator["person_or_org"]);
    let name = text(&who["family_name"]).or_else(|| text(&who["name"])).map(slug).unwrap_or_default();
    let parts = [name.as_str(), source.year().unwrap_or_default(), source.id()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("_")
}

/// A name in lower-case ASCII, words joined by `_`.
fn slug(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    let mut slug = String::new();
    for character in name.nfkd().filter(char::is_ascii) {
        if character.is_ascii_alphanumeric() {
            slug.push(character.to_ascii_lowercase());
        } else if character != '\'' && !slug.is_empty() && !slug.ends_with('_') {
            slug.push('_');
        }
    }
    slug.truncate(NAME);
    slug.trim_end_matches('_').to_owned()
}
