//! When to try again, and after how long.

use std::time::Duration;

use cairn_model::Timestamp;
use cairn_ports::Clock;
use cairn_ports::clock::SystemClock;
use chrono::DateTime;
use http::{HeaderValue, StatusCode};

use super::{Answer, Failure};

const LONGEST_BACKOFF: Duration = Duration::from_secs(20);
const LONGEST_WISH: Duration = Duration::from_mins(5);

/// How often to try again, by what went wrong.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    /// After 429 and 503: the repository is there, and busy.
    pub(crate) busy: u32,
    /// After other 5xx: something broke, which may be passing.
    pub(crate) broken: u32,
    /// After no answer at all.
    pub(crate) unreachable: u32,
    /// The first pause; it doubles each time.
    pub(crate) first: Duration,
}

impl Patience {
    /// For a person who waits: seconds.
    pub(crate) const SHORT: Self =
        Self { busy: 4, broken: 2, unreachable: 0, first: Duration::from_millis(250) };
    /// For long work: about two minutes, enough for a restart.
    pub(crate) const LONG: Self =
        Self { busy: 12, broken: 4, unreachable: 12, first: Duration::from_millis(250) };

    /// How long to wait before trying again after `outcome`; none: do not. `chance` is a random number.
    ///
    /// A request that is not `repeatable` is sent again only if it certainly changed nothing.
    pub(super) fn pause(
        &self,
        outcome: &Result<Answer, Failure>,
        repeatable: bool,
        attempt: u32,
        chance: u64,
    ) -> Option<Duration> {
        let tries = match outcome {
            Ok(answer) => match answer.status {
                StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => self.busy,
                status if status.is_server_error() => self.broken,
                _ => 0,
            },
            Err(_) => self.unreachable,
        };
        let safe = repeatable || !may_have_worked(outcome);
        let wish = outcome.as_ref().ok().and_then(|answer| answer.retry_after);
        (safe && attempt < tries).then(|| backoff(self.first, attempt, chance) + wish.unwrap_or_default())
    }
}

/// Whether the request may have been carried out although no success was answered. API Gateway says 503 also
/// when a function took too long.
pub(super) fn may_have_worked(outcome: &Result<Answer, Failure>) -> bool {
    match outcome {
        Ok(answer) => answer.status.is_server_error(),
        Err(Failure::Unreachable { sent, .. }) => *sent,
        Err(_) => true,
    }
}

/// Between a half and the whole of `first`·2^attempt, so that many clients do not come back together.
fn backoff(first: Duration, attempt: u32, chance: u64) -> Duration {
    let whole = first.saturating_mul(2_u32.saturating_pow(attempt)).min(LONGEST_BACKOFF);
    let half = whole / 2;
    let spread = u64::try_from(half.as_micros()).unwrap_or(0) + 1;
    half + Duration::from_micros(chance % spread)
}

/// `Retry-After`: seconds or a date (RFC 9110, 10.2.3). No longer than five minutes.
pub(super) fn parse_retry_after(value: &HeaderValue) -> Option<Duration> {
    retry_after(value.to_str().ok()?, SystemClock.now())
}

fn retry_after(text: &str, now: Timestamp) -> Option<Duration> {
    let seconds = text.trim().parse::<u64>().ok().or_else(|| {
        let until = DateTime::parse_from_rfc2822(text.trim()).ok()?.timestamp() - now.seconds();
        Some(u64::try_from(until).unwrap_or(0))
    });
    seconds.map(|seconds| Duration::from_secs(seconds).min(LONGEST_WISH))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    type Outcome = Result<Answer, Failure>;

    fn answer(status: u16, retry_after: Option<Duration>) -> Answer {
        let status = StatusCode::from_u16(status).unwrap();
        Answer { status, retry_after, body: Bytes::new(), replayed: false }
    }

    fn lost(sent: bool) -> Failure {
        Failure::Unreachable { site: String::new(), reason: String::new(), sent }
    }

    fn pause(patience: Patience, outcome: &Outcome, attempt: u32) -> Option<Duration> {
        patience.pause(outcome, true, attempt, 0)
    }

    #[test]
    fn pauses_double_up_to_a_limit_and_differ_by_chance() {
        let first = Duration::from_millis(100);
        for attempt in 0..40 {
            let whole = first.saturating_mul(2_u32.saturating_pow(attempt)).min(LONGEST_BACKOFF);
            for chance in [0, 1, 12_345, u64::MAX] {
                let pause = backoff(first, attempt, chance);
                assert!(pause >= whole / 2 && pause <= whole, "{attempt} {chance} {pause:?}");
            }
        }
        assert_ne!(backoff(first, 3, 1), backoff(first, 3, 99_999));
    }

    #[test]
    fn the_repositorys_wish_is_waited_for_in_full() {
        let wish = Duration::from_secs(7);
        let pause = pause(Patience::LONG, &Ok(answer(429, Some(wish))), 0).unwrap();
        assert!(pause >= wish && pause < wish + Duration::from_secs(1));
    }

    #[test]
    fn retry_after_may_be_seconds_or_a_date() {
        let now = Timestamp::from_micros(1_445_412_420_000_000);
        assert_eq!(retry_after("12", now), Some(Duration::from_secs(12)));
        assert_eq!(retry_after("Wed, 21 Oct 2015 07:28:00 GMT", now), Some(Duration::from_mins(1)));
        assert_eq!(retry_after("Wed, 21 Oct 2015 07:00:00 GMT", now), Some(Duration::ZERO));
        assert_eq!(retry_after("999999999", now), Some(LONGEST_WISH));
        for text in ["", "-1", "soon", "1.5"] {
            assert_eq!(retry_after(text, now), None, "{text}");
        }
    }

    #[test]
    fn what_will_not_change_is_not_tried_again() {
        for status in [200, 201, 301, 400, 401, 403, 404, 409, 412, 422] {
            assert!(pause(Patience::LONG, &Ok(answer(status, None)), 0).is_none(), "{status}");
        }
    }

    #[test]
    fn a_request_that_may_have_worked_is_only_repeated_with_a_key() {
        for outcome in [Ok(answer(500, None)), Ok(answer(503, None)), Ok(answer(504, None)), Err(lost(true))]
        {
            assert!(Patience::LONG.pause(&outcome, false, 0, 0).is_none());
            assert!(Patience::LONG.pause(&outcome, true, 0, 0).is_some());
        }
        for outcome in [Ok(answer(429, None)), Err(lost(false))] {
            assert!(Patience::LONG.pause(&outcome, false, 0, 0).is_some());
        }
    }

    #[test]
    fn patience_ends() {
        assert!(pause(Patience::LONG, &Ok(answer(503, None)), 11).is_some());
        assert!(pause(Patience::LONG, &Ok(answer(503, None)), 12).is_none());
        assert!(pause(Patience::SHORT, &Err(lost(false)), 0).is_none());
    }
}
