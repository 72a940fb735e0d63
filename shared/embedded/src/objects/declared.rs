//! What a client says about a body before it sends it, or after it (in a trailer).

use base64::{Engine, engine::general_purpose::STANDARD};
use http::HeaderMap;
use s3s::{
    S3Error, S3ErrorCode, TrailingHeaders,
    dto::{Checksum, StreamingBlob},
    stream::ByteStream,
};

use super::{
    digest::Algorithm,
    failure::{Failure, Result, refuse},
};

/// Length and checksums that the body must have.
pub(super) struct Declared {
    length: Option<u64>,
    /// In hex.
    md5: Option<String>,
    checksums: Checksum,
    /// Algorithms whose checksum comes in a trailer.
    announced: Vec<Algorithm>,
    trailers: Option<TrailingHeaders>,
}

impl Declared {
    /// The same, of a body whose length its sender need not know.
    pub(super) fn of_any_length(
        headers: &HeaderMap,
        length: Option<i64>,
        body: Option<&StreamingBlob>,
        trailers: Option<TrailingHeaders>,
    ) -> Result<Self> {
        let declared = Self::of(headers, length.or(Some(0)), body, trailers)?;
        Ok(Self { length: length.and(declared.length), ..declared })
    }

    /// Reads the headers of an upload. `length` is what is left of `content-length` once chunks are decoded; without it,
    /// the body must know its length, as one does that is not there.
    pub(super) fn of(
        headers: &HeaderMap,
        length: Option<i64>,
        body: Option<&StreamingBlob>,
        trailers: Option<TrailingHeaders>,
    ) -> Result<Self> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let decoded = text("x-amz-decoded-content-length").and_then(|length| length.parse().ok());
        let length = decoded.or(length.and_then(|length| u64::try_from(length).ok()));
        let known =
            || body.map_or(Some(0), |body| body.remaining_length().exact()).map(|length| length as u64);
        let length = length.or_else(known);
        let length = Some(length.ok_or_else(|| {
            refuse(S3ErrorCode::MissingContentLength, "You must provide the Content-Length HTTP header.")
        })?);
        let md5 = text("content-md5").map(|value| {
            let bytes = STANDARD.decode(value).ok().filter(|bytes| bytes.len() == 16);
            bytes.map(hex::encode).ok_or_else(|| {
                refuse(S3ErrorCode::InvalidDigest, "The Content-MD5 you specified is not valid.")
            })
        });
        let mut checksums = Checksum::default();
        for algorithm in Algorithm::ALL {
            let name = format!("x-amz-checksum-{}", algorithm.suffix());
            if let Some(value) = headers.get(name.as_str()) {
                algorithm.set(&mut checksums, checked(algorithm, value.to_str().unwrap_or_default())?);
            }
        }
        let announced = headers.get_all("x-amz-trailer").iter().filter_map(|value| value.to_str().ok());
        let announced = announced
            .flat_map(|names| names.split(','))
            .filter_map(|name| {
                Algorithm::named(name.trim().to_ascii_lowercase().strip_prefix("x-amz-checksum-")?)
            })
            .collect();
        Ok(Self { length, md5: md5.transpose()?, checksums, announced, trailers })
    }

    /// Nothing but the length.
    pub(super) fn length_only(length: u64) -> Self {
        let (length, checksums) = (Some(length), Checksum::default());
        Self { length, md5: None, checksums, announced: Vec::new(), trailers: None }
    }

    /// Whether more bytes will come than these, as far as is known.
    pub(super) fn exceeds(&self, bytes: u64) -> bool {
        self.length.is_some_and(|length| length > bytes)
    }

    /// Most bytes that may come.
    pub(super) fn room(&self) -> u64 {
        self.length.unwrap_or(u64::MAX)
    }

    /// Whether the MD5 must be computed.
    pub(super) fn has_md5(&self) -> bool {
        self.md5.is_some()
    }

    /// The algorithms that must be computed.
    pub(super) fn algorithms(&self) -> Vec<Algorithm> {
        let given = Algorithm::ALL.into_iter().filter(|algorithm| algorithm.of(&self.checksums).is_some());
        given.chain(self.announced.iter().copied()).collect()
    }

    /// Compares what was declared with what came, once all of it has come.
    pub(super) fn compare(mut self, size: u64, md5: Option<&str>, computed: &Checksum) -> Result<()> {
        if self.length.is_some_and(|length| size != length) {
            return Err(incomplete());
        }
        if self.md5.is_some() && self.md5.as_deref() != md5 {
            return Err(refuse(
                S3ErrorCode::BadDigest,
                "The Content-MD5 you specified did not match what we received.",
            ));
        }
        let trailers = self.trailers.take().and_then(|trailers| trailers.take()).unwrap_or_default();
        for algorithm in std::mem::take(&mut self.announced) {
            let value = trailers.get(format!("x-amz-checksum-{}", algorithm.suffix()));
            let value = value.and_then(|value| value.to_str().ok()).ok_or_else(|| {
                custom("MalformedTrailerError", "The request contained trailing data that was not well-formed or did not conform to our published schema.")
            })?;
            algorithm.set(&mut self.checksums, checked(algorithm, value)?);
        }
        compare(&self.checksums, computed)
    }
}

/// Each declared checksum must be the computed one.
pub(super) fn compare(declared: &Checksum, computed: &Checksum) -> Result<()> {
    for algorithm in Algorithm::ALL {
        if algorithm.of(declared).is_some() && algorithm.of(declared) != algorithm.of(computed) {
            let name = algorithm.suffix().to_ascii_uppercase();
            return Err(refuse(
                S3ErrorCode::BadDigest,
                format!("The {name} you specified did not match the calculated checksum."),
            ));
        }
    }
    Ok(())
}

fn checked(algorithm: Algorithm, value: &str) -> Result<String> {
    let bytes = STANDARD.decode(value).ok().filter(|bytes| bytes.len() == algorithm.length());
    let message = || format!("Value for x-amz-checksum-{} header is invalid.", algorithm.suffix());
    bytes.map(|bytes| STANDARD.encode(bytes)).ok_or_else(|| refuse(S3ErrorCode::InvalidRequest, message()))
}

/// Fewer or more bytes than declared.
pub(super) fn incomplete() -> Failure {
    refuse(
        S3ErrorCode::IncompleteBody,
        "You did not provide the number of bytes specified by the Content-Length HTTP header.",
    )
}

/// A code that s3s does not know, with status 400.
pub(super) fn custom(code: &'static str, message: &'static str) -> Failure {
    let mut error = S3Error::with_message(S3ErrorCode::Custom(code.into()), message);
    error.set_status_code(http::StatusCode::BAD_REQUEST);
    Failure::Refused(error)
}
