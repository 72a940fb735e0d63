//! The one bucket.

use s3s::{
    S3ErrorCode, S3Request, S3Response,
    dto::{
        Bucket, BucketVersioningStatus, CreateBucketInput, CreateBucketOutput, GetBucketLocationInput,
        GetBucketLocationOutput, GetBucketVersioningInput, GetBucketVersioningOutput, HeadBucketInput,
        HeadBucketOutput, ListBucketsInput, ListBucketsOutput, Owner,
    },
};

use super::Objects;
use crate::objects::failure::{Result, refuse};

#[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "all operations have the same shape")]
impl Objects {
    pub(super) fn bucket_head(
        &self,
        _request: S3Request<HeadBucketInput>,
    ) -> Result<S3Response<HeadBucketOutput>> {
        Ok(S3Response::new(HeadBucketOutput::default()))
    }

    /// Without a constraint: the region that clients take if they have none.
    pub(super) fn location(
        &self,
        _request: S3Request<GetBucketLocationInput>,
    ) -> Result<S3Response<GetBucketLocationOutput>> {
        Ok(S3Response::new(GetBucketLocationOutput::default()))
    }

    pub(super) fn versioning(
        &self,
        _request: S3Request<GetBucketVersioningInput>,
    ) -> Result<S3Response<GetBucketVersioningOutput>> {
        Ok(S3Response::new(GetBucketVersioningOutput {
            status: Some(BucketVersioningStatus::from_static(BucketVersioningStatus::ENABLED)),
            ..GetBucketVersioningOutput::default()
        }))
    }

    pub(super) fn buckets(
        &self,
        _request: S3Request<ListBucketsInput>,
    ) -> Result<S3Response<ListBucketsOutput>> {
        let bucket = Bucket {
            name: Some(self.bucket().to_owned()),
            creation_date: Some(s3s::dto::Timestamp::default()),
            ..Bucket::default()
        };
        Ok(S3Response::new(ListBucketsOutput {
            buckets: Some(vec![bucket]),
            owner: Some(Owner::default()),
            ..ListBucketsOutput::default()
        }))
    }

    pub(super) fn refuse_bucket(
        &self,
        _request: S3Request<CreateBucketInput>,
    ) -> Result<S3Response<CreateBucketOutput>> {
        Err(refuse(
            S3ErrorCode::BucketAlreadyOwnedByYou,
            "Your previous request to create the named bucket succeeded and you already own it.",
        ))
    }
}
