//! How a kind's documents are indexed: which paths, and as what.

/// How the values at one path are indexed and can be searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldType {
    /// Words: UAX #29, lower case, ASCII folding; phrases keep positions.
    Text,
    /// Words as [`FieldType::Text`], and the whole value at `<path>.keyword`.
    TextAndKeyword,
    /// The whole value as it is.
    Keyword,
    /// A whole number (years, counts, indices).
    Integer,
    /// `true` or `false`.
    Boolean,
    /// An instant (RFC 3339) or a day.
    Date,
    /// First and last day of an EDTF date, dumped as `{"gte": "YYYY-MM-DD", "lte": "YYYY-MM-DD"}`.
    DateRange,
    /// Points on the earth: of `GeoJSON` geometries (the middle of what encloses them), or as `{"lat": degrees, "lon": degrees}`.
    Points,
    /// An object whose leaves are indexed as keywords at their own paths (`pids.doi.identifier`).
    Keywords,
    /// An object whose leaves are indexed as words at their own paths (`title.en`).
    Texts,
}

/// One indexed path. Lists on the way are walked: `metadata.creators.role.id` covers every creator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mapped {
    /// Dotted path into the dumped document.
    pub path: &'static str,
    /// How it is indexed.
    pub kind: FieldType,
}

/// The mapping of one index.
#[derive(Debug, Clone, Copy)]
pub struct Mapping {
    /// Name of the index: an alias on OpenSearch, a folder in the embedded one.
    pub index: &'static str,
    /// What is indexed. Any other path is stored and returned but cannot be searched.
    pub fields: &'static [Mapped],
    /// Where words without a field are looked for, with their weight in the relevance.
    pub defaults: &'static [(&'static str, f32)],
    /// Paths that are searched and never returned: hits come without them.
    pub unreturned: &'static [&'static str],
}
