//! Lists of objects, versions and uploads.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use s3s::{
    S3ErrorCode, S3Request, S3Response,
    dto::{
        CommonPrefix, DeleteMarkerEntry, ETag, ListMultipartUploadsInput, ListMultipartUploadsOutput,
        ListObjectVersionsInput, ListObjectVersionsOutput, ListObjectsInput, ListObjectsOutput,
        ListObjectsV2Input, ListObjectsV2Output, MultipartUpload, Object, ObjectStorageClass, ObjectVersion,
        ObjectVersionStorageClass, Owner, StorageClass,
    },
};

use super::Objects;
use crate::objects::{
    failure::{Failure, Result, refuse},
    listing::{Asked, Encoding, Last, Page, Position, page},
    uploads::{self, Upload},
    versions::{self, Version, instant},
};

impl Objects {
    pub(super) fn list(&self, request: S3Request<ListObjectsInput>) -> Result<S3Response<ListObjectsOutput>> {
        let input = request.input;
        let asked = Asked::of(input.prefix.as_ref(), input.delimiter.as_ref(), input.max_keys)?;
        let from = match input.marker.as_deref().filter(|marker| !marker.is_empty()) {
            Some(marker) => Position::after_marker(marker, asked.delimiter.as_deref()),
            None => Some(Position::default()),
        };
        let page = self.objects_page(&asked, from)?;
        let encoding = Encoding::of(input.encoding_type.as_ref());
        // S3 tells the next marker if there is a delimiter, and leaves it to the client to take the last key if not.
        let next = page.next.as_ref().map(|(last, _)| encoding.write(last_key(last)));
        Ok(S3Response::new(ListObjectsOutput {
            name: Some(self.bucket().to_owned()),
            is_truncated: Some(page.next.is_some()),
            next_marker: next.filter(|_| asked.delimiter.is_some()),
            contents: Some(page.rows.into_iter().map(|row| object(row, encoding)).collect()),
            common_prefixes: Some(prefixes(&page.prefixes, encoding)),
            prefix: Some(encoding.write(&asked.prefix)),
            marker: Some(input.marker.map(|marker| encoding.write(&marker)).unwrap_or_default()),
            delimiter: asked.delimiter.map(|delimiter| encoding.write(&delimiter)),
            max_keys: i32::try_from(asked.most).ok(),
            encoding_type: input.encoding_type,
            ..ListObjectsOutput::default()
        }))
    }

    pub(super) fn list_v2(
        &self,
        request: S3Request<ListObjectsV2Input>,
    ) -> Result<S3Response<ListObjectsV2Output>> {
        let input = request.input;
        let asked = Asked::of(input.prefix.as_ref(), input.delimiter.as_ref(), input.max_keys)?;
        let from = match (&input.continuation_token, &input.start_after) {
            (Some(token), _) => Position::at(untoken(token)?),
            (None, Some(after)) => Position::after(after),
            (None, None) => Position::default(),
        };
        let page = self.objects_page(&asked, Some(from))?;
        let encoding = Encoding::of(input.encoding_type.as_ref());
        Ok(S3Response::new(ListObjectsV2Output {
            name: Some(self.bucket().to_owned()),
            is_truncated: Some(page.next.is_some()),
            next_continuation_token: page.next.as_ref().map(|(_, from)| token(from)),
            key_count: i32::try_from(page.rows.len() + page.prefixes.len()).ok(),
            contents: Some(page.rows.into_iter().map(|row| object(row, encoding)).collect()),
            common_prefixes: Some(prefixes(&page.prefixes, encoding)),
            prefix: Some(encoding.write(&asked.prefix)),
            delimiter: asked.delimiter.map(|delimiter| encoding.write(&delimiter)),
            max_keys: i32::try_from(asked.most).ok(),
            start_after: input.start_after.map(|after| encoding.write(&after)),
            continuation_token: input.continuation_token,
            encoding_type: input.encoding_type,
            ..ListObjectsV2Output::default()
        }))
    }

    fn objects_page(&self, asked: &Asked, from: Option<Position>) -> Result<Page<Version>> {
        self.read(|connection| page(asked, from, |from, most| versions::latest_from(connection, from, most)))
    }

    pub(super) fn versions(
        &self,
        request: S3Request<ListObjectVersionsInput>,
    ) -> Result<S3Response<ListObjectVersionsOutput>> {
        let input = request.input;
        let asked = Asked::of(input.prefix.as_ref(), input.delimiter.as_ref(), input.max_keys)?;
        let marker = input.key_marker.as_deref().filter(|marker| !marker.is_empty());
        let id = input.version_id_marker.as_deref().filter(|id| !id.is_empty());
        let page = self.read(|connection| {
            let from = match (marker, id) {
                (None, Some(_)) => return Err(lone_marker()),
                (None, None) => Some(Position::default()),
                (Some(key), None) => Position::after_marker(key, asked.delimiter.as_deref()),
                // One that was deleted since the last page: its key is listed again, so that nothing is left out.
                (Some(key), Some(id)) => {
                    let seq = versions::find(connection, key, Some(id))?.map(|version| version.seq);
                    Some(Position { key: key.to_owned(), seq })
                }
            };
            page(&asked, from, |from, most| versions::all_from(connection, from, most))
        })?;
        let encoding = Encoding::of(input.encoding_type.as_ref());
        let next = page.next.as_ref().map(|(last, _)| last);
        let next_id = match next {
            Some(Last::Row(version)) => Some(version.id.clone()),
            _ => None,
        };
        let next_key = next.map(|last| encoding.write(last_key(last)));
        let is_truncated = Some(page.next.is_some());
        let (objects, markers): (Vec<_>, Vec<_>) =
            page.rows.into_iter().partition(|version| version.content.is_some());
        Ok(S3Response::new(ListObjectVersionsOutput {
            name: Some(self.bucket().to_owned()),
            is_truncated,
            next_key_marker: next_key,
            next_version_id_marker: next_id,
            versions: Some(objects.into_iter().map(|row| object_version(row, encoding)).collect()),
            delete_markers: Some(markers.into_iter().map(|row| delete_marker(row, encoding)).collect()),
            common_prefixes: Some(prefixes(&page.prefixes, encoding)),
            prefix: Some(encoding.write(&asked.prefix)),
            key_marker: Some(input.key_marker.map(|marker| encoding.write(&marker)).unwrap_or_default()),
            version_id_marker: input.version_id_marker,
            delimiter: asked.delimiter.map(|delimiter| encoding.write(&delimiter)),
            max_keys: i32::try_from(asked.most).ok(),
            encoding_type: input.encoding_type,
            ..ListObjectVersionsOutput::default()
        }))
    }

    pub(super) fn uploads(
        &self,
        request: S3Request<ListMultipartUploadsInput>,
    ) -> Result<S3Response<ListMultipartUploadsOutput>> {
        let input = request.input;
        let asked = Asked::of(input.prefix.as_ref(), input.delimiter.as_ref(), input.max_uploads)?;
        let marker = input.key_marker.as_deref().filter(|marker| !marker.is_empty());
        let id = input.upload_id_marker.as_deref().filter(|id| !id.is_empty());
        let page = self.read(|connection| {
            let from = match (marker, id) {
                // As S3 has it: without a key the id says nothing.
                (None, _) => Some(Position::default()),
                (Some(key), None) => Position::after_marker(key, asked.delimiter.as_deref()),
                (Some(key), Some(id)) => {
                    let seq = uploads::find(connection, key, id)?.map(|upload| upload.seq);
                    Some(Position { key: key.to_owned(), seq })
                }
            };
            page(&asked, from, |from, most| uploads::all_from(connection, from, most))
        })?;
        let encoding = Encoding::of(input.encoding_type.as_ref());
        let next = page.next.as_ref().map(|(last, _)| last);
        let next_id = match next {
            Some(Last::Row(upload)) => Some(upload.id.clone()),
            _ => None,
        };
        Ok(S3Response::new(ListMultipartUploadsOutput {
            bucket: Some(self.bucket().to_owned()),
            is_truncated: Some(page.next.is_some()),
            next_key_marker: next.map(|last| encoding.write(last_key(last))),
            next_upload_id_marker: next_id,
            uploads: Some(page.rows.into_iter().map(|row| multipart_upload(row, encoding)).collect()),
            common_prefixes: Some(prefixes(&page.prefixes, encoding)),
            prefix: Some(encoding.write(&asked.prefix)),
            key_marker: Some(input.key_marker.map(|marker| encoding.write(&marker)).unwrap_or_default()),
            upload_id_marker: input.upload_id_marker,
            delimiter: asked.delimiter.map(|delimiter| encoding.write(&delimiter)),
            max_uploads: i32::try_from(asked.most).ok(),
            encoding_type: input.encoding_type,
            ..ListMultipartUploadsOutput::default()
        }))
    }
}

fn lone_marker() -> Failure {
    refuse(S3ErrorCode::InvalidArgument, "A version-id marker cannot be specified without a key marker.")
}

/// Where to go on, for the client to give back.
fn token(from: &Position) -> String {
    let after = if from.seq.is_some() { "\0" } else { "" };
    URL_SAFE_NO_PAD.encode(format!("{}{after}", from.key))
}

fn untoken(token: &str) -> Result<String> {
    let key = URL_SAFE_NO_PAD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    key.ok_or_else(|| refuse(S3ErrorCode::InvalidArgument, "The continuation token provided is incorrect"))
}

fn last_key<R: crate::objects::listing::Listed>(last: &Last<R>) -> &str {
    match last {
        Last::Prefix(prefix) => prefix,
        Last::Row(row) => row.key(),
    }
}

fn prefixes(prefixes: &[String], encoding: Encoding) -> Vec<CommonPrefix> {
    prefixes.iter().map(|prefix| CommonPrefix { prefix: Some(encoding.write(prefix)) }).collect()
}

fn object(version: Version, encoding: Encoding) -> Object {
    Object {
        key: Some(encoding.write(&version.key)),
        last_modified: Some(version.modified()),
        size: version.content.as_ref().map(|content| content.size.cast_signed()),
        e_tag: version.content.map(|content| ETag::Strong(content.etag)),
        storage_class: Some(ObjectStorageClass::from_static(ObjectStorageClass::STANDARD)),
        ..Object::default()
    }
}

fn object_version(version: Version, encoding: Encoding) -> ObjectVersion {
    ObjectVersion {
        key: Some(encoding.write(&version.key)),
        is_latest: Some(version.latest),
        last_modified: Some(version.modified()),
        owner: Some(Owner::default()),
        size: version.content.as_ref().map(|content| content.size.cast_signed()),
        e_tag: version.content.map(|content| ETag::Strong(content.etag)),
        storage_class: Some(ObjectVersionStorageClass::from_static(ObjectVersionStorageClass::STANDARD)),
        version_id: Some(version.id),
        ..ObjectVersion::default()
    }
}

fn delete_marker(version: Version, encoding: Encoding) -> DeleteMarkerEntry {
    DeleteMarkerEntry {
        key: Some(encoding.write(&version.key)),
        is_latest: Some(version.latest),
        last_modified: Some(version.modified()),
        owner: Some(Owner::default()),
        version_id: Some(version.id),
    }
}

fn multipart_upload(upload: Upload, encoding: Encoding) -> MultipartUpload {
    MultipartUpload {
        key: Some(encoding.write(&upload.key)),
        initiated: Some(instant(upload.created)),
        owner: Some(Owner::default()),
        storage_class: Some(StorageClass::from_static(StorageClass::STANDARD)),
        upload_id: Some(upload.id),
        ..MultipartUpload::default()
    }
}
