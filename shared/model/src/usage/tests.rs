//! COUNTER's own examples (Code of Practice 5.1, §7.2 and §7.3; © COUNTER Metrics, CC BY 4.0), and what follows from its rules.

use proptest::prelude::*;

use super::*;

/// An instant on 15 June 2024.
fn at(time: &str) -> Timestamp {
    serde_json::from_str(&format!("\"2024-06-15T{time}Z\"")).unwrap()
}

fn requests(times: &[&str]) -> Requests {
    let mut requests = Requests::default();
    for time in times {
        requests.add(at(time));
    }
    requests
}

#[test]
fn counters_examples_of_double_clicks() {
    for (times, count) in [
        // Its two examples.
        (&["10:01:00", "10:01:29"][..], 1),
        (&["10:01:00", "10:01:35"], 2),
        // "A maximum of 30 seconds".
        (&["10:01:00", "10:01:30"], 1),
        (&["10:01:00", "10:01:30.000001"], 2),
        // "Any additional requests … always remove the first and retain the second".
        (&["10:01:00", "10:01:25", "10:01:50"], 1),
        (&["10:01:00", "10:01:25", "10:01:56"], 2),
        (&["10:01:00", "10:01:31", "10:02:02"], 3),
        // The one between joins what stood apart.
        (&["10:01:00", "10:01:50", "10:01:25"], 1),
        (&["10:01:00", "10:01:00"], 1),
        (&[], 0),
    ] {
        assert_eq!(requests(times).count(), count, "{times:?}");
    }
}

#[test]
fn counters_examples_of_sessions() {
    for (times, sessions) in [
        // Its example: 13:35 is the session `…|2024-06-15|13`.
        (&["13:35:00"][..], 1),
        (&["13:00:00", "13:35:00", "13:59:59"], 1),
        (&["13:59:00", "14:00:00"], 2),
        (&["13:10:00", "14:10:00", "14:50:00", "15:10:00"], 3),
        // Of a double-click over the full hour the second counts.
        (&["13:59:50", "14:00:10"], 1),
        (&["13:59:50", "14:00:10", "13:20:00"], 2),
    ] {
        assert_eq!(requests(times).sessions(), sessions, "{times:?}");
    }
}

#[test]
fn numbers_are_shown_as_clients_expect() {
    let usage = Usage { views: 3, unique_views: 2, downloads: 1, unique_downloads: 1, data_volume: 10 };
    let shown = r#"{"views":3,"unique_views":2,"downloads":1,"unique_downloads":1,"data_volume":10.0}"#;
    assert_eq!(usage.shown().to_string(), shown);
    let counters = usage.counters().map(|(name, count)| (name.to_owned(), count)).into();
    assert_eq!(Usage::of(&counters), usage);
}

proptest! {
    /// Order and repetition change nothing, and the rule is COUNTER's: a request counts if none follows within 30 seconds.
    #[test]
    fn what_counts_depends_on_what_was_requested_alone(
        times in prop::collection::vec(0..900_i64, 0..40),
        again in any::<u64>(),
    ) {
        let instant = |second: &i64| Timestamp::from_micros(second * 1_000_000);
        let mut one = Requests::default();
        for second in &times {
            one.add(instant(second));
        }
        let mut other = Requests::default();
        let turn = usize::try_from(again % 41).unwrap();
        for second in times.iter().rev().chain(times.iter().cycle().take(turn.min(times.len() * 9))) {
            other.add(instant(second));
        }
        prop_assert_eq!(&one, &other);
        let mut sorted = times;
        sorted.sort_unstable();
        sorted.dedup();
        let counted = sorted.iter().enumerate().filter(|(place, second)| {
            sorted.get(place + 1).is_none_or(|next| next - **second > 30)
        });
        prop_assert_eq!(one.count(), counted.count() as u64);
    }
}
