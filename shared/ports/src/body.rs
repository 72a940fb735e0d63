//! How documents are stored: plain JSON when short, gzip when long. Both store adapters share it.

use std::io::{Read, Write};

use flate2::{Compression, GzBuilder, read::GzDecoder};
use serde_json::Value;

use crate::store::StoreError;

/// Documents of more bytes than this are compressed.
const PLAIN_BYTES: usize = 4 * 1024;

/// A document of more compressed bytes than this is refused.
const PACKED_BYTES: usize = 300 * 1024;

/// Levels of arrays and objects within each other that the JSON reader takes; deeper documents could not be read back.
pub(crate) const MAX_DEPTH: usize = 127;

/// A document as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// JSON text.
    Plain(String),
    /// JSON text as one gzip member, whose checksum is verified when it is read.
    Packed(Vec<u8>),
}

impl Body {
    /// Writes a document; equal documents give equal bytes.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] if it is above 300 KB compressed, or too deep to be read back.
    pub fn encode(document: &Value) -> Result<Self, StoreError> {
        if deeper_than(document, MAX_DEPTH) {
            return Err(StoreError::TooLarge(format!("a document is nested deeper than {MAX_DEPTH} levels")));
        }
        let text = document.to_string();
        if text.len() <= PLAIN_BYTES {
            return Ok(Self::Plain(text));
        }
        let packed = pack(&text).map_err(|error| StoreError::Unavailable(error.to_string()))?;
        if packed.len() > PACKED_BYTES {
            return Err(StoreError::TooLarge(format!(
                "a document has {} bytes, {} compressed; {PACKED_BYTES} are allowed",
                text.len(),
                packed.len()
            )));
        }
        Ok(Self::Packed(packed))
    }

    /// Reads a document back.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if the bytes are not what [`Body::encode`] wrote.
    pub fn decode(&self) -> Result<Value, StoreError> {
        match self {
            Self::Plain(text) => Self::decode_plain(text),
            Self::Packed(bytes) => Self::decode_packed(bytes),
        }
    }

    /// Reads a document from [`Body::Plain`].
    ///
    /// # Errors
    /// As [`Body::decode`].
    pub fn decode_plain(text: &str) -> Result<Value, StoreError> {
        serde_json::from_str(text).map_err(|error| StoreError::Damaged(format!("a document: {error}")))
    }

    /// Reads a document from [`Body::Packed`].
    ///
    /// # Errors
    /// As [`Body::decode`].
    pub fn decode_packed(bytes: &[u8]) -> Result<Value, StoreError> {
        let mut text = String::new();
        GzDecoder::new(bytes)
            .read_to_string(&mut text)
            .map_err(|error| StoreError::Damaged(format!("a compressed document: {error}")))?;
        Self::decode_plain(&text)
    }

    /// The stored bytes.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Plain(text) => text.as_bytes(),
            Self::Packed(bytes) => bytes,
        }
    }
}

fn pack(text: &str) -> std::io::Result<Vec<u8>> {
    pack_with(GzBuilder::new(), text)
}

/// The same, with what its header says.
pub(crate) fn pack_with(header: GzBuilder, text: &str) -> std::io::Result<Vec<u8>> {
    let mut encoder = header.write(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes())?;
    encoder.finish()
}

/// Whether arrays and objects lie within each other more than `levels` deep.
pub(crate) fn deeper_than(value: &Value, levels: usize) -> bool {
    let mut inner: Box<dyn Iterator<Item = &Value>> = match value {
        Value::Array(values) => Box::new(values.iter()),
        Value::Object(fields) => Box::new(fields.values()),
        _ => return false,
    };
    levels == 0 || inner.any(|value| deeper_than(value, levels - 1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn nested(levels: usize) -> Value {
        (0..levels).fold(json!(1), |inner, _| json!([inner]))
    }

    #[test]
    fn a_short_document_stays_readable_and_a_long_one_is_compressed() {
        assert_eq!(Body::encode(&json!({"b": 1, "a": 2})).unwrap(), Body::Plain(r#"{"b":1,"a":2}"#.into()));
        let long = json!("a".repeat(5_000));
        let Body::Packed(bytes) = Body::encode(&long).unwrap() else { panic!("not compressed") };
        assert!(bytes.len() < 200);
        assert_eq!(Body::decode_packed(&bytes).unwrap(), long);
    }

    #[test]
    fn what_could_not_be_read_back_is_not_written() {
        let deepest = nested(MAX_DEPTH);
        assert_eq!(Body::encode(&deepest).unwrap().decode().unwrap(), deepest);
        assert!(matches!(Body::encode(&nested(MAX_DEPTH + 1)), Err(StoreError::TooLarge(_))));
    }

    #[test]
    fn a_document_that_does_not_compress_is_too_large() {
        let mut state = 1_u64;
        let noise: String = (0..400_000)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                char::from(b' ' + u8::try_from((state >> 33) % 90).unwrap())
            })
            .collect();
        assert!(matches!(Body::encode(&json!(noise)), Err(StoreError::TooLarge(_))));
    }

    #[test]
    fn every_flipped_or_missing_byte_of_a_compressed_document_is_noticed() {
        let document = json!((0..2_000).collect::<Vec<_>>());
        let Body::Packed(bytes) = Body::encode(&document).unwrap() else { panic!("not compressed") };
        for at in 0..bytes.len() {
            let mut flipped = bytes.clone();
            flipped[at] ^= 0x10;
            // Some header bytes mean nothing (time, system): a flip there still gives the whole document.
            match Body::decode_packed(&flipped) {
                Ok(read) => assert_eq!(read, document),
                Err(error) => assert!(matches!(error, StoreError::Damaged(_))),
            }
            assert!(matches!(Body::decode_packed(&bytes[..at]), Err(StoreError::Damaged(_))));
        }
    }

    proptest! {
        #[test]
        fn every_number_is_read_back_exactly(float in any::<f64>(), whole in any::<i64>(), natural in any::<u64>()) {
            let document = json!({"f": float, "i": whole, "u": natural});
            prop_assert_eq!(Body::encode(&document).unwrap().decode().unwrap(), document);
        }

        #[test]
        fn every_text_is_read_back_exactly(text in "\\PC*|[\\x00-\\x7f]*", times in 1_usize..200) {
            let document = json!({"text": text.repeat(times)});
            prop_assert_eq!(Body::encode(&document).unwrap().decode().unwrap(), document);
        }
    }
}
