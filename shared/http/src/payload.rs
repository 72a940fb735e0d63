//! Answers that are too large for a function: compressed where the caller reads that, refused clearly where not.

use std::io::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use cairn_model::Error;
use cairn_ports::objects::Composed;
use flate2::{Compression, write::GzEncoder};
use http::{HeaderMap, HeaderName, header};
use serde::{Deserialize, Serialize};

/// Most bytes of an event, and of a function's answer, both as JSON (AWS Lambda: synchronous invocation payload).
pub const PAYLOAD: usize = 6_291_556;

/// What JSON around the body and headers takes, at most.
pub const ENVELOPE: usize = 2_048;

/// The header that says that an answer is to be put together by its gateway, of the pieces that its body lists.
pub const PIECES: HeaderName = HeaderName::from_static("x-cairn-pieces");

/// A piece, as it is handed to the gateway.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Handed {
    Bytes { base64: String },
    Object { address: String, from: u64, to: u64 },
}

/// Pieces as the body of an answer to the gateway.
pub fn of_pieces(pieces: &[Composed]) -> String {
    let hand = |piece: &Composed| match piece {
        Composed::Bytes(bytes) => Handed::Bytes { base64: STANDARD.encode(bytes) },
        Composed::Object { address, range } => {
            Handed::Object { address: address.clone(), from: range.start, to: range.end }
        }
    };
    let handed: Vec<Handed> = pieces.iter().map(hand).collect();
    serde_json::to_string(&handed).unwrap_or_default()
}

/// The pieces that a body lists; nothing if it lists none.
pub fn to_pieces(body: &[u8]) -> Option<Vec<Composed>> {
    let handed: Vec<Handed> = serde_json::from_slice(body).ok()?;
    let take = |handed| match handed {
        Handed::Bytes { base64 } => STANDARD.decode(base64).ok().map(|bytes| Composed::Bytes(bytes.into())),
        Handed::Object { address, from, to } => Some(Composed::Object { address, range: from..to }),
    };
    handed.into_iter().map(take).collect()
}

/// Bytes that `text` takes as a JSON string.
pub fn json_size(text: &str) -> usize {
    text.bytes().fold(2, |size, byte| {
        size + match byte {
            b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 8 | 12 => 2,
            0..0x20 => 6,
            _ => 1,
        }
    })
}

/// Whether a function may answer with this text as it is.
pub fn fits(text: &str) -> bool {
    let room = PAYLOAD - ENVELOPE;
    // No character takes more than six bytes: most texts need not be looked at.
    text.len() < room / 6 || json_size(text) <= room
}

/// What bytes take in base64.
pub fn encoded(bytes: usize) -> usize {
    bytes.div_ceil(3) * 4
}

/// Whether the caller reads `gzip` (RFC 9110 §12.5.3).
pub fn reads_gzip(headers: &HeaderMap) -> bool {
    let codings = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let mut codings = codings.flat_map(|value| value.split(',')).map(|coding| {
        let (name, quality) = coding.split_once(';').unwrap_or((coding, "q=1"));
        let weight = quality.trim().trim_start_matches("q=").parse::<f32>();
        (name.trim().to_ascii_lowercase(), weight.is_ok_and(|weight| weight > 0.0))
    });
    codings.any(|(name, wanted)| wanted && matches!(name.as_str(), "gzip" | "x-gzip" | "*"))
}

/// A text that does not fit, in gzip.
///
/// # Errors
/// [`Error::BadRequest`] if the caller does not read gzip, or if even that is too large.
pub fn compressed(text: &str, gzip: bool) -> Result<Vec<u8>, Error> {
    let refused = |how: &str| Error::BadRequest(format!("The answer would be larger than 6 MB: {how}."));
    if !gzip {
        return Err(refused("ask for fewer hits with `size`, or send `Accept-Encoding: gzip`"));
    }
    let failed = |error: std::io::Error| Error::Internal(format!("compressing an answer: {error}"));
    let mut encoder = GzEncoder::new(Vec::with_capacity(text.len() / 4), Compression::fast());
    encoder.write_all(text.as_bytes()).map_err(failed)?;
    let bytes = encoder.finish().map_err(failed)?;
    if encoded(bytes.len()) > PAYLOAD - ENVELOPE {
        return Err(refused("ask for fewer hits with `size`"));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use http::HeaderValue;

    use super::*;

    fn headers(value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))])
    }

    #[test]
    fn gzip_is_read_by_those_who_say_so() {
        for yes in ["gzip", "deflate, gzip;q=0.5", "br, GZIP", "*", "identity;q=0, *;q=0.1"] {
            assert!(reads_gzip(&headers(yes)), "{yes}");
        }
        for no in ["", "identity", "gzip;q=0", "br"] {
            assert!(!reads_gzip(&headers(no)), "{no}");
        }
    }

    #[test]
    fn what_a_text_takes_is_what_json_makes_of_it() {
        for text in ["", "plain", "a\"b\\c\nd\u{1}e", "grün\u{7f}"] {
            assert_eq!(json_size(text), serde_json::to_string(text).unwrap().len(), "{text}");
        }
        assert!(fits(&"x".repeat(6_000_000)));
        assert!(!fits(&"\"".repeat(3_200_000)));
    }

    #[test]
    fn a_large_text_comes_back_whole() {
        let text = "a record, and another one\n".repeat(400_000);
        let bytes = compressed(&text, true).unwrap();
        let mut back = String::new();
        flate2::read::GzDecoder::new(bytes.as_slice()).read_to_string(&mut back).unwrap();
        assert_eq!(back, text);
        assert!(compressed(&text, false).is_err());
    }
}
