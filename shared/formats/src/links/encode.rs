//! Identifiers as parts of URLs.

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but RFC 3986's unreserved characters.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What may not stand in a path; slashes and other delimiters may.
const PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// One segment of a path, or a word in a query: slashes are encoded too.
pub(crate) fn segment(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}

/// An identifier with slashes of its own (a DOI, a subject that is a URL) at the end of a path.
pub(crate) fn path(text: &str) -> String {
    utf8_percent_encode(text, PATH).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_cannot_leave_its_place() {
        assert_eq!(segment("a/b c#d?e%2F\u{e9}&f=\"g\""), "a%2Fb%20c%23d%3Fe%252F%C3%A9%26f%3D%22g%22");
        assert_eq!(segment("abcde-fgh12"), "abcde-fgh12");
    }

    #[test]
    fn an_identifier_keeps_its_own_delimiters() {
        assert_eq!(path("10.1002/(sici)1<x>3.0;2-#?%"), "10.1002/(sici)1%3Cx%3E3.0;2-%23%3F%25");
        assert_eq!(path("https://example.org/fos/1"), "https://example.org/fos/1");
        assert_eq!(path("00rbzpz17::ANR-24"), "00rbzpz17::ANR-24");
    }
}
