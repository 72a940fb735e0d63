//! Objects that go.

use s3s::{
    S3Error, S3ErrorCode, S3Request, S3Response,
    dto::{
        DeleteObjectInput, DeleteObjectOutput, DeleteObjectsInput, DeleteObjectsOutput, DeletedObject, Error,
        ObjectIdentifier,
    },
};

use super::Objects;
use crate::objects::{
    Action,
    conditions::Writing,
    failure::{Failure, Result, refuse},
    headers::Headers,
    versions,
    writer::Transaction,
};

/// Most objects of one request.
const MOST: usize = 1_000;

/// What a deletion did.
struct Deleted {
    /// Whether a delete marker was made, or removed.
    marker: bool,
    version: String,
}

impl Objects {
    pub(super) async fn delete(
        &self,
        request: S3Request<DeleteObjectInput>,
    ) -> Result<S3Response<DeleteObjectOutput>> {
        let input = request.input;
        let condition = Writing::of(input.if_match, None)?;
        let task = move |transaction: &mut Transaction<'_>| {
            delete(transaction, &input.key, input.version_id.as_deref(), &condition)
        };
        let deleted = self.write(Vec::new(), task).await?;
        Ok(S3Response::new(DeleteObjectOutput {
            delete_marker: deleted.marker.then_some(true),
            version_id: Some(deleted.version),
            ..DeleteObjectOutput::default()
        }))
    }

    pub(super) async fn delete_many(
        &self,
        request: S3Request<DeleteObjectsInput>,
    ) -> Result<S3Response<DeleteObjectsOutput>> {
        let (quiet, objects) = (request.input.delete.quiet == Some(true), request.input.delete.objects);
        if objects.is_empty() || objects.len() > MOST {
            return Err(refuse(S3ErrorCode::MalformedXML, "There must be between 1 and 1000 objects."));
        }
        let credentials = request.credentials;
        let (allowed, denied): (Vec<_>, Vec<_>) = objects
            .into_iter()
            .partition(|object| self.require(credentials.as_ref(), Action::Delete, &object.key).is_ok());
        let task = move |transaction: &mut Transaction<'_>| {
            let mut done = Vec::with_capacity(allowed.len());
            for object in allowed {
                let condition = Writing::of(object.e_tag.clone().map(s3s::dto::ETagCondition::ETag), None)?;
                match delete(transaction, &object.key, object.version_id.as_deref(), &condition) {
                    Ok(deleted) => done.push((object, Ok(deleted))),
                    Err(Failure::Refused(error)) => done.push((object, Err(error))),
                    Err(broken) => return Err(broken),
                }
            }
            Ok(done)
        };
        let done = self.write(Vec::new(), task).await?;
        let (mut deleted, mut errors) = (Vec::new(), Vec::new());
        for (object, outcome) in done {
            match outcome {
                Ok(_) if quiet => {}
                Ok(outcome) => deleted.push(told(object, outcome)),
                Err(error) => errors.push(complaint(object, &error)),
            }
        }
        let no_right = S3Error::with_message(S3ErrorCode::AccessDenied, "Access Denied");
        errors.extend(denied.into_iter().map(|object| complaint(object, &no_right)));
        Ok(S3Response::new(DeleteObjectsOutput {
            deleted: Some(deleted),
            errors: Some(errors),
            ..DeleteObjectsOutput::default()
        }))
    }
}

/// Removes a version, or marks the object as deleted. What is not there can be deleted again.
fn delete(
    transaction: &mut Transaction<'_>,
    key: &str,
    version: Option<&str>,
    condition: &Writing,
) -> Result<Deleted> {
    let found = versions::find(transaction.connection, key, version)?;
    condition.check(found.as_ref())?;
    let Some(id) = version else {
        let (_, version) = versions::add(transaction, key, None, &Headers::default())?;
        return Ok(Deleted { marker: true, version });
    };
    let marker = found.as_ref().is_some_and(|version| version.content.is_none());
    if let Some(version) = found {
        versions::remove(transaction, &version)?;
    }
    Ok(Deleted { marker, version: id.to_owned() })
}

fn told(object: ObjectIdentifier, deleted: Deleted) -> DeletedObject {
    DeletedObject {
        delete_marker: deleted.marker.then_some(true),
        delete_marker_version_id: deleted.marker.then_some(deleted.version),
        key: Some(object.key),
        version_id: object.version_id,
    }
}

fn complaint(object: ObjectIdentifier, error: &S3Error) -> Error {
    Error {
        code: Some(error.code().as_str().to_owned()),
        key: Some(object.key),
        message: error.message().map(str::to_owned),
        version_id: object.version_id,
    }
}
