//! What SQLite's errors mean to those who use the store.

use cairn_ports::StoreError;
use rusqlite::{Error, ErrorCode};

/// An error while reading, or before a commit: nothing was written.
#[expect(clippy::needless_pass_by_value, reason = "so that it can be named in map_err")]
pub(super) fn of(error: Error) -> StoreError {
    match &error {
        Error::SqliteFailure(failure, _) => match failure.code {
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => StoreError::Damaged(error.to_string()),
            _ => StoreError::Unavailable(error.to_string()),
        },
        // The columns' types are ours: a value that does not fit one was not written so.
        Error::FromSqlConversionFailure(..)
        | Error::InvalidColumnType(..)
        | Error::IntegralValueOutOfRange(..)
        | Error::Utf8Error(..) => StoreError::Damaged(error.to_string()),
        _ => StoreError::Unavailable(error.to_string()),
    }
}

/// An error of the commit itself: after a failed write or sync, nobody knows what a restart will find.
pub(super) fn of_commit(error: Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::SystemIoFailure) => StoreError::Unknown(error.to_string()),
        _ => of(error),
    }
}

/// An error of the file system beside SQLite.
#[expect(clippy::needless_pass_by_value, reason = "so that it can be named in map_err")]
pub(super) fn of_file(error: std::io::Error) -> StoreError {
    StoreError::Unavailable(error.to_string())
}

/// The same outcome for each of several works.
pub(super) fn again(error: &StoreError) -> StoreError {
    match error {
        StoreError::Unknown(message) => StoreError::Unknown(message.clone()),
        StoreError::Damaged(message) => StoreError::Damaged(message.clone()),
        other => StoreError::Unavailable(other.to_string()),
    }
}
