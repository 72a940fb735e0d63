//! Citations of records as people read them, in the styles and languages of the Citation Style Language (CSL 1.0.2).
//!
//! Styles and locales are those that hayagriva carries, made by the CSL project (CC BY-SA 3.0, see `NOTICE`); other styles
//! come in as XML. What is sent in by strangers is bounded: see [`Style::parse`].

mod bounds;
mod cite;
mod item;
mod names;
mod style;
#[cfg(test)]
mod tests;

pub use cite::cite;
pub use style::Style;

/// The style of who asks for none. InvenioRDM: export formats reference, §2.
pub const DEFAULT_STYLE: &str = "harvard-cite-them-right";

/// The locale of who asks for none.
pub const DEFAULT_LOCALE: &str = "en-US";

/// What keeps a record from being cited.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The text is no style that can be used; says why.
    #[error("{0}")]
    Style(String),
    /// The style gave up at this record, or says nothing of it.
    #[error("The style cannot cite this record.")]
    Record,
}
