//! What DynamoDB's errors mean to those who use the store.

use aws_sdk_dynamodb::{
    config::http::HttpResponse,
    error::{DisplayErrorContext, ProvideErrorMetadata, SdkError},
    operation::transact_write_items::TransactWriteItemsError,
    types::CancellationReason,
};
use cairn_ports::{
    Count, StoreError,
    prepared::{Prepared, Write},
    store::Conflict,
};

/// Why a commit did not succeed.
#[derive(Debug)]
pub(super) enum Failure {
    /// Another attempt would end the same way.
    Final(StoreError),
    /// Another attempt may succeed; this is the answer if it does not.
    Passing(StoreError),
}

/// A read that failed.
pub(super) fn of_read<E>(error: &SdkError<E, HttpResponse>) -> StoreError
where
    E: std::error::Error + ProvideErrorMetadata + 'static,
{
    StoreError::Unavailable(DisplayErrorContext(error).to_string())
}

/// A commit that failed.
pub(super) fn of_commit(error: &SdkError<TransactWriteItemsError, HttpResponse>, work: &Prepared) -> Failure {
    let message = DisplayErrorContext(error).to_string();
    let SdkError::ServiceError(service) = error else {
        return match error {
            SdkError::ConstructionFailure(_) => Failure::Final(StoreError::Unavailable(message)),
            // The client has tried several times already. What reached DynamoDB is not known.
            _ => Failure::Final(StoreError::Unknown(message)),
        };
    };
    match service.err() {
        TransactWriteItemsError::TransactionCanceledException(cancelled) => {
            of_reasons(cancelled.cancellation_reasons(), work, message)
        }
        TransactWriteItemsError::TransactionInProgressException(_) => {
            Failure::Passing(StoreError::Unknown(message))
        }
        TransactWriteItemsError::InternalServerError(_) => Failure::Final(StoreError::Unknown(message)),
        other if other.code() == Some("ValidationException") => Failure::Final(StoreError::TooLarge(message)),
        // Throttled, no such table, no permission, another work under the same id: refused before anything happened.
        _ => Failure::Final(StoreError::Unavailable(message)),
    }
}

/// A cancelled transaction gives one reason per item, in their order.
fn of_reasons(reasons: &[CancellationReason], work: &Prepared, message: String) -> Failure {
    let (mut conflicts, mut busy, mut invalid) = (Vec::new(), Vec::new(), false);
    for (write, reason) in work.writes.iter().zip(reasons) {
        match reason.code() {
            Some("ConditionalCheckFailed") => match conflict(write, reason) {
                Ok(conflict) => conflicts.push(conflict),
                Err(error) => return Failure::Final(error),
            },
            Some("TransactionConflict") => busy.push(Conflict::Busy { key: write.key().clone() }),
            Some("ValidationError") => invalid = true,
            _ => {}
        }
    }
    if invalid {
        return Failure::Final(StoreError::TooLarge(message));
    }
    if !conflicts.is_empty() {
        conflicts.append(&mut busy);
        return Failure::Final(StoreError::Conflict(conflicts));
    }
    if !busy.is_empty() {
        return Failure::Passing(StoreError::Conflict(busy));
    }
    Failure::Passing(StoreError::Unavailable(message))
}

fn conflict(write: &Write, reason: &CancellationReason) -> Result<Conflict, StoreError> {
    let key = write.key().clone();
    let stored = reason.item().filter(|item| !item.is_empty());
    let expected = match write {
        Write::Put { expect, .. } | Write::Delete { expect, .. } | Write::Check { expect, .. } => *expect,
        Write::Count { counts, .. } => {
            let sums = stored.map(super::attributes::counters_of).transpose()?.unwrap_or_default();
            let fits = |count: &&Count| count.fits(sums.get(&count.counter).copied().unwrap_or(0));
            let beyond = counts.iter().find(|count| !fits(count)).or(counts.first());
            let counter = beyond.map(|count| count.counter.clone()).unwrap_or_default();
            return Ok(Conflict::Counter { key, counter });
        }
    };
    let found = stored.map(super::attributes::revision_of).transpose()?;
    Ok(Conflict::Expectation { key, expected, found })
}
