//! One item in one style and language, as plain text.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::LazyLock,
    thread,
};

use hayagriva::{
    BibliographyDriver, BibliographyRequest, BufWriteFormat, CitationItem, CitationRequest, Rendered,
    archive,
    citationberg::{Locale, LocaleCode},
};
use serde_json::Value;

use crate::{Error, Style, item::Cited};

/// The locales of the CSL project.
static LOCALES: LazyLock<Vec<Locale>> = LazyLock::new(archive::locales);

/// The citation of a record in plain text, as it stands in a list of references, or, where the style has none, in a note.
/// `item` is CSL JSON whose keys may have underscores; `locale` is a language such as `de-DE`; the text is American English
/// where nobody has written down that one.
///
/// # Errors
/// [`Error::Record`] where the style cannot say anything of it.
pub fn cite(item: &Value, style: &Style, locale: &str) -> Result<String, Error> {
    let Cited { item, years } = Cited::new(item);
    let language = style.language.clone().unwrap_or_else(|| LocaleCode(locale.to_owned()));
    let rules = &style.rules;
    let rendered = guarded(style.is_foreign, || {
        let cited = vec![CitationItem::with_entry(&item)];
        let mut driver = BibliographyDriver::new();
        driver.citation(CitationRequest::new(cited, rules, Some(language.clone()), &LOCALES, Some(1)));
        plain(driver.finish(BibliographyRequest::new(rules, Some(language.clone()), &LOCALES)))
    })?;
    let mut text = tidy(&rendered.map_err(|_| Error::Record)?);
    if let Some((stand_in, years)) = years {
        text = text.replace(&stand_in, &years);
    }
    if text.is_empty() { Err(Error::Record) } else { Ok(text) }
}

/// Runs what may panic, since it is not ours: with a large stack where a stranger says how deep it goes.
pub(crate) fn guarded<T: Send>(is_foreign: bool, run: impl FnOnce() -> T + Send) -> Result<T, Error> {
    const STACK: usize = 32 << 20;
    if !is_foreign {
        return catch_unwind(AssertUnwindSafe(run)).map_err(|_| Error::Record);
    }
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, run);
        thread.map_err(|_| Error::Record)?.join().map_err(|_| Error::Record)
    })
}

fn plain(rendered: Rendered) -> Result<String, fmt::Error> {
    let mut text = String::new();
    let listed = rendered.bibliography.and_then(|list| list.items.into_iter().next());
    match listed {
        Some(entry) => {
            if let Some(first) = entry.first_field {
                first.write_buf(&mut text, BufWriteFormat::Plain)?;
                text.push(' ');
            }
            entry.content.write_buf(&mut text, BufWriteFormat::Plain)?;
        }
        None => {
            if let Some(note) = rendered.citations.first() {
                note.citation.write_buf(&mut text, BufWriteFormat::Plain)?;
            }
        }
    }
    Ok(text)
}

/// Blanks and dots that follow their like are left out, as InvenioRDM does; so are breaks of lines.
fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !tidy.is_empty() {
            tidy.push(' ');
        }
        for letter in word.chars() {
            if letter != '.' || !tidy.ends_with('.') {
                tidy.push(letter);
            }
        }
    }
    tidy
}
