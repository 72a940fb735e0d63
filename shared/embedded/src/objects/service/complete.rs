//! Parts become an object: their files stay as they are.

use s3s::{
    S3ErrorCode, S3Request, S3Response,
    dto::{
        Checksum, ChecksumType, CompleteMultipartUploadInput, CompleteMultipartUploadOutput, CompletedPart,
        ETag,
    },
};
use serde::{Deserialize, Serialize};

use super::{Objects, no_such_upload, put::NewVersion};
use crate::objects::{
    conditions::Writing,
    contents::{self, Content},
    declared,
    digest::{Algorithm, Etag},
    failure::{Result, refuse},
    uploads::{self, Part, Upload},
    writer::Transaction,
};

/// Fewest bytes of every part but the last.
const LEAST: u64 = 5 << 20;

/// Most parts of an object.
const MOST: usize = 10_000;

/// What completing made. It is remembered: who did not hear the answer asks again.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Outcome {
    version: String,
    etag: String,
    crc32: Option<String>,
    crc32c: Option<String>,
    crc64nvme: Option<String>,
}

/// What the client says of the whole.
struct Claim {
    parts: Vec<CompletedPart>,
    checksums: Checksum,
    size: Option<u64>,
}

impl Objects {
    pub(super) async fn complete(
        &self,
        request: S3Request<CompleteMultipartUploadInput>,
    ) -> Result<S3Response<CompleteMultipartUploadOutput>> {
        let input = request.input;
        let condition = Writing::of(input.if_match, input.if_none_match)?;
        let claim = Claim {
            parts: input.multipart_upload.and_then(|upload| upload.parts).unwrap_or_default(),
            checksums: Checksum {
                checksum_crc32: input.checksum_crc32,
                checksum_crc32c: input.checksum_crc32c,
                checksum_crc64nvme: input.checksum_crc64nvme,
                checksum_sha1: input.checksum_sha1,
                checksum_sha256: input.checksum_sha256,
                checksum_type: None,
            },
            size: input.mpu_object_size.map(i64::unsigned_abs),
        };
        let (key, id, announced) = (input.key.clone(), input.upload_id, self.is_announced(&input.key));
        let task = move |transaction: &mut Transaction<'_>| {
            let upload = uploads::find(transaction.connection, &key, &id)?.ok_or_else(no_such_upload)?;
            match &upload.outcome {
                Some(outcome) => Ok(serde_json::from_str(outcome)?),
                None => complete(transaction, &upload, &claim, condition, announced),
            }
        };
        let outcome: Outcome = self.write(Vec::new(), task).await?;
        Ok(S3Response::new(CompleteMultipartUploadOutput {
            location: Some(format!("/{}/{}", self.bucket(), input.key)),
            bucket: Some(self.bucket().to_owned()),
            key: Some(input.key),
            e_tag: Some(ETag::Strong(outcome.etag)),
            checksum_crc32: outcome.crc32,
            checksum_crc32c: outcome.crc32c,
            checksum_crc64nvme: outcome.crc64nvme,
            checksum_type: Some(ChecksumType::from_static(ChecksumType::FULL_OBJECT)),
            version_id: Some(outcome.version),
            ..CompleteMultipartUploadOutput::default()
        }))
    }
}

fn complete(
    transaction: &mut Transaction<'_>,
    upload: &Upload,
    claim: &Claim,
    condition: Writing,
    announced: bool,
) -> Result<Outcome> {
    let parts = uploads::parts(transaction.connection, upload, 0, usize::MAX)?;
    let parts = chosen(&parts, &claim.parts)?;
    let content = whole(&parts);
    check(claim, &content, &parts)?;
    let mut pieces = Vec::with_capacity(parts.len());
    for part in &parts {
        pieces.extend(contents::pieces(transaction.connection, part.content.id)?);
    }
    let sums = content.checksums.clone();
    let etag = content.etag.clone();
    let new = NewVersion { key: upload.key.clone(), headers: upload.headers()?, condition, content, pieces };
    let version = new.add(transaction, announced)?;
    let outcome = Outcome {
        version,
        etag,
        crc32: sums.checksum_crc32,
        crc32c: sums.checksum_crc32c,
        crc64nvme: sums.checksum_crc64nvme,
    };
    uploads::complete(transaction, upload, &serde_json::to_string(&outcome)?)?;
    Ok(outcome)
}

/// The parts that the client names, which must be as it thinks.
fn chosen<'a>(parts: &'a [Part], named: &[CompletedPart]) -> Result<Vec<&'a Part>> {
    if named.is_empty() || named.len() > MOST {
        return Err(refuse(
            S3ErrorCode::MalformedXML,
            "The XML you provided was not well-formed or did not validate against our published schema",
        ));
    }
    let mut chosen = Vec::with_capacity(named.len());
    let mut last = 0;
    for claim in named {
        let number = claim.part_number.unwrap_or(0);
        if number <= last {
            return Err(refuse(
                S3ErrorCode::InvalidPartOrder,
                "The list of parts was not in ascending order. The parts list must be specified in order by part number.",
            ));
        }
        last = number;
        let part = parts.binary_search_by_key(&number, |part| part.number).ok().map(|index| &parts[index]);
        let part = part.filter(|part| is_meant(part, claim)).ok_or_else(|| {
            refuse(
                S3ErrorCode::InvalidPart,
                "One or more of the specified parts could not be found. The part may not have been uploaded, or the \
                 specified entity tag may not match the part's entity tag.",
            )
        })?;
        chosen.push(part);
    }
    if chosen.iter().rev().skip(1).any(|part| part.content.size < LEAST) {
        return Err(refuse(
            S3ErrorCode::EntityTooSmall,
            "Your proposed upload is smaller than the minimum allowed size",
        ));
    }
    Ok(chosen)
}

/// The `ETag`, and the checksums that are known of the part.
fn is_meant(part: &Part, claim: &CompletedPart) -> bool {
    let claimed = Checksum {
        checksum_crc32: claim.checksum_crc32.clone(),
        checksum_crc32c: claim.checksum_crc32c.clone(),
        checksum_crc64nvme: claim.checksum_crc64nvme.clone(),
        checksum_sha1: claim.checksum_sha1.clone(),
        checksum_sha256: claim.checksum_sha256.clone(),
        checksum_type: None,
    };
    let etag = claim.e_tag.as_ref().is_some_and(|etag| etag.value() == part.content.etag);
    etag && Algorithm::ALL.into_iter().all(|algorithm| {
        let (claimed, known) = (algorithm.of(&claimed), algorithm.of(&part.content.checksums));
        claimed.is_none() || known.is_none() || claimed == known
    })
}

fn whole(parts: &[&Part]) -> Content {
    let mut checksums = Checksum::default();
    for algorithm in Algorithm::ALL {
        let sums = parts.iter().map(|part| (&part.content.checksums, part.content.size));
        if let Some(sum) = algorithm.whole(sums) {
            algorithm.set(&mut checksums, sum);
        }
    }
    Content {
        id: 0,
        size: parts.iter().map(|part| part.content.size).sum(),
        etag: Etag::of_parts(parts.iter().map(|part| part.content.etag.as_str())),
        checksums,
    }
}

/// Compares the whole with what the client says of it: a checksum of all bytes, or one of the parts' checksums (`…-3`).
fn check(claim: &Claim, content: &Content, parts: &[&Part]) -> Result<()> {
    if claim.size.is_some_and(|size| size != content.size) {
        let message = "The provided 'x-amz-mp-object-size' header does not match what was computed.";
        return Err(refuse(S3ErrorCode::InvalidRequest, message));
    }
    let mut computed = content.checksums.clone();
    for algorithm in Algorithm::ALL {
        let claimed = algorithm.of(&claim.checksums);
        let is_composite = claimed.is_some_and(|sum| sum.contains('-')) || algorithm.of(&computed).is_none();
        if is_composite
            && let Some(composite) = algorithm.composite(parts.iter().map(|part| &part.content.checksums))
        {
            let bare = claimed.is_some_and(|sum| !sum.contains('-'));
            let sum = composite.split_once('-').map_or("", |(sum, _)| sum).to_owned();
            algorithm.set(&mut computed, if bare { sum } else { composite });
        }
    }
    declared::compare(&claim.checksums, &computed)
}
