//! Buckets: the files of a deposition by their names, each in one request. The id of a bucket is that of its deposition.

pub mod delete;
pub mod put;
pub mod read;

use cairn_http::{Operation, Param};

/// Their list.
pub const OPERATIONS: &[Operation] = &[put::OPERATION, read::OPERATION, delete::OPERATION];

/// Which file.
const KEY: Param = Param::path("key", "The file's name; it may have slashes.");
