//! Types of files, and how content is served so that nothing of it ever runs. Rules: records reference §5.5.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::keys;

/// Types that are sent as they are: no browser runs them.
const HARMLESS: &[&str] = &[
    "audio/mpeg",
    "audio/ogg",
    "audio/wav",
    "audio/webm",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/tiff",
    "text/plain",
];

/// Types that are text and would run or be styled: they are shown as plain text.
const AS_TEXT: &[&str] = &[
    "application/javascript",
    "application/json",
    "application/xhtml+xml",
    "application/xml",
    "image/svg+xml",
    "text/css",
    "text/csv",
    "text/html",
    "text/javascript",
    "text/xml",
];

/// What may stand in `filename*=` (RFC 8187 §3.2.1: `attr-char`).
const ATTRIBUTE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// Types that clients of InvenioRDM know otherwise: those of Python's `mimetypes`, and compressed files by their
/// compression.
const OTHERWISE: &[(&str, &str)] = &[
    ("bat", "text/plain"),
    ("bz2", "application/x-bzip2"),
    ("cdf", "application/x-netcdf"),
    ("gz", "application/gzip"),
    ("h5", "application/x-hdf5"),
    ("nc", "application/x-netcdf"),
    ("obj", "application/octet-stream"),
    ("pl", "text/plain"),
    ("py", "text/x-python"),
    ("srt", "text/plain"),
    ("svgz", "application/gzip"),
    ("tgz", "application/gzip"),
    ("xz", "application/x-xz"),
    ("z", "application/x-compress"),
];

/// The type that the name suggests; `application/octet-stream` if it suggests none.
pub fn guess(key: &str) -> &'static str {
    let extension = keys::extension(key);
    if let Some((_, known)) = OTHERWISE.iter().find(|(ending, _)| *ending == extension) {
        return known;
    }
    mime_guess::from_path(key).first_raw().unwrap_or("application/octet-stream")
}

/// How a file is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// `Content-Type`.
    pub media_type: &'static str,
    /// `Content-Disposition`.
    pub disposition: String,
}

/// How the file of this name is served. `download`: never shown in place.
pub fn served(key: &str, download: bool) -> Served {
    let media_type = sanitised(key);
    let inline = media_type != "application/octet-stream" && !download;
    Served { media_type, disposition: if inline { "inline".into() } else { attachment(key) } }
}

fn sanitised(key: &str) -> &'static str {
    let guessed = guess(key);
    let name = key.rsplit('/').next().unwrap_or(key);
    if AS_TEXT.contains(&guessed) || guessed == "text/plain" || name.eq_ignore_ascii_case("readme") {
        "text/plain; charset=utf-8"
    } else if HARMLESS.contains(&guessed) {
        guessed
    } else {
        "application/octet-stream"
    }
}

/// `attachment` under the last part of the name, as RFC 6266 writes it: a plain token, or quoted with the whole name in
/// UTF-8 beside it.
pub fn attachment(key: &str) -> String {
    let name = key.rsplit('/').next().unwrap_or(key);
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if !name.is_empty() && name.bytes().all(is_token) {
        return format!("attachment; filename={name}");
    }
    let plain = keys::ascii(name).replace('\\', "\\\\").replace('"', "\\\"");
    let quoted = format!("attachment; filename=\"{plain}\"");
    if name.is_ascii() {
        return quoted;
    }
    format!("{quoted}; filename*=UTF-8''{}", utf8_percent_encode(name, ATTRIBUTE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_run_is_shown_as_text_or_not_at_all() {
        for (key, media_type) in [
            ("a.txt", "text/plain; charset=utf-8"),
            ("a.html", "text/plain; charset=utf-8"),
            ("a.svg", "text/plain; charset=utf-8"),
            ("a.js", "text/plain; charset=utf-8"),
            ("a.csv", "text/plain; charset=utf-8"),
            ("dir/README", "text/plain; charset=utf-8"),
            ("a.png", "image/png"),
            ("a.mp3", "audio/mpeg"),
            ("a.pdf", "application/octet-stream"),
            ("a.py", "application/octet-stream"),
            ("a.tar.gz", "application/octet-stream"),
            ("a.swf", "application/octet-stream"),
            ("data", "application/octet-stream"),
        ] {
            assert_eq!(served(key, false).media_type, media_type, "{key}");
        }
        assert_eq!(served("a.txt", false).disposition, "inline");
        assert_eq!(served("a.txt", true).disposition, "attachment; filename=a.txt");
    }

    #[test]
    fn every_name_fits_into_the_header() {
        for (key, disposition) in [
            ("dir/b.bin", "attachment; filename=b.bin"),
            ("a b.bin", "attachment; filename=\"a b.bin\""),
            ("q\"\\.bin", "attachment; filename=\"q\\\"\\\\.bin\""),
            ("ü x.pdf", "attachment; filename=\"u x.pdf\"; filename*=UTF-8''%C3%BC%20x.pdf"),
        ] {
            assert_eq!(served(key, false).disposition, disposition);
        }
    }
}
