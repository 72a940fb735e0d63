//! Styles: those carried along, by name, and those that callers bring.

use hayagriva::{
    archive::ArchivedStyle,
    citationberg::{self, IndependentStyle, Locale, LocaleCode, LocaleOptions},
};

use crate::{Error, bounds, cite::guarded, names};

/// How citations are written.
#[derive(Debug, Clone)]
pub struct Style {
    pub(crate) rules: IndependentStyle,
    /// The language of a style that only gives another one a language.
    pub(crate) language: Option<LocaleCode>,
    /// Whether a caller brought it.
    pub(crate) is_foreign: bool,
}

/// Names that users of InvenioRDM know for styles that the CSL project has renamed.
const RENAMED: [(&str, &str); 4] = [
    ("chicago-fullnote-bibliography", "chicago-notes-bibliography"),
    ("chicago-note-bibliography", "chicago-shortened-notes-bibliography"),
    ("modern-language-association-8th-edition", "modern-language-association"),
    ("turabian-fullnote-bibliography", "chicago-notes-bibliography-subsequent-author-title-17th-edition"),
];

/// Where the CSL project keeps its styles; what is elsewhere is of hayagriva's own making.
const REPOSITORY: &str = "http://www.zotero.org/styles/";

/// The largest style that is read, in bytes: the largest of the CSL project has a quarter of that.
const MAX_BYTES: usize = 1024 * 1024;

impl Style {
    /// The style of the CSL project that is called so, in any case: `apa`, `ieee`, `vancouver`.
    pub fn named(name: &str) -> Option<Self> {
        let name = name.to_lowercase();
        let name = RENAMED.iter().find(|(old, _)| *old == name).map_or(name.as_str(), |(_, new)| new);
        let found =
            ArchivedStyle::by_id(&format!("{REPOSITORY}{name}")).or_else(|| ArchivedStyle::by_name(name));
        let found = found.filter(|style| style.csl_id().starts_with(REPOSITORY))?;
        Self::of(found.get(), false)
    }

    /// The names of all styles that are carried along, each once.
    pub fn names() -> impl Iterator<Item = &'static str> {
        ArchivedStyle::all().iter().filter_map(|style| style.csl_id().strip_prefix(REPOSITORY))
    }

    /// The style that a caller brings as CSL 1.0.2 XML. One that only names its parent is that parent in its own language.
    ///
    /// # Errors
    /// [`Error::Style`] for what is larger than a megabyte, is no style, or would cost more than any of the CSL project's.
    pub fn parse(xml: &str) -> Result<Self, Error> {
        if xml.len() > MAX_BYTES {
            return Err(Error::Style(format!("The style has more than {MAX_BYTES} bytes.")));
        }
        bounds::depth(xml)?;
        guarded(true, || Self::read(xml)).map_err(|_| no_style("it cannot be read"))?
    }

    /// Goes as deep as the style does, and its macros.
    fn read(xml: &str) -> Result<Self, Error> {
        let style =
            citationberg::Style::from_xml(xml).map_err(|error| no_style(&error.source.to_string()))?;
        let unknown = || Error::Style("The style names a parent that is not known here.".into());
        let style = Self::of(style, true).ok_or_else(unknown)?;
        bounds::cost(&style.rules)?;
        Ok(style)
    }

    fn of(style: citationberg::Style, is_foreign: bool) -> Option<Self> {
        match style {
            citationberg::Style::Independent(mut rules) => {
                names::mend(&mut rules);
                keep_british(&mut rules);
                Some(Self { rules, language: None, is_foreign })
            }
            citationberg::Style::Dependent(child) => {
                let parent = child.parent_link.href.rsplit('/').next().and_then(Self::named)?;
                Some(Self { language: child.default_locale, ..parent })
            }
        }
    }
}

fn no_style(why: &str) -> Error {
    Error::Style(format!("This is no CSL style: {why}."))
}

/// Styles that put full stops behind quotes, whichever English they are in, though they do not say so.
const BRITISH: [&str; 1] = ["harvard-cite-them-right"];

/// A style from Britain keeps full stops behind quotes when its words are American, as InvenioRDM does.
fn keep_british(rules: &mut IndependentStyle) {
    let name = rules.info.id.strip_prefix(REPOSITORY).unwrap_or_default();
    if !BRITISH.contains(&name) && rules.default_locale.as_ref().is_none_or(|locale| locale.0 != "en-GB") {
        return;
    }
    let options = LocaleOptions { punctuation_in_quote: Some(false), limit_day_ordinals_to_day_1: None };
    if let Some(every) = rules.locale.iter_mut().find(|locale| locale.lang.is_none()) {
        every.style_options.get_or_insert(options);
        return;
    }
    rules.locale.push(Locale {
        lang: None,
        info: None,
        terms: None,
        date: Vec::new(),
        style_options: Some(options),
    });
}
