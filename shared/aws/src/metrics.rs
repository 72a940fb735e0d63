//! Figures for `CloudWatch` within the lines of logs: no call, and no line more. AWS: embedded metric format.

use cairn_ports::{Clock as _, clock::SystemClock};
use serde_json::json;
use tracing::{Event, Subscriber, field::FieldSet};
use tracing_subscriber::{
    fmt::{
        FmtContext, FormatEvent, FormatFields,
        format::{Format, Json, Writer},
    },
    registry::LookupSpan,
};

/// Fields of events that are figures, with the unit of each.
const FIGURES: [(&str, &str); 3] =
    [("duration_ms", "Milliseconds"), ("faults", "Count"), ("damaged_files", "Count")];
/// The field that tells one service's figures from another's. Each costs by the month: there are none by operation.
const SERVICE: &str = "service";

/// Writes events as JSON; those with figures say so.
pub(crate) struct Figures {
    json: Format<Json>,
    namespace: Option<String>,
}

impl Figures {
    /// Figures are kept under this name; where there is none, nobody is told that there are some.
    pub(crate) fn kept_as(namespace: Option<String>) -> Self {
        Self { json: Format::default().json().flatten_event(true), namespace }
    }

    /// What `CloudWatch` has to know of an event with these fields; nothing if none is a figure.
    fn told(&self, fields: &FieldSet, milliseconds: i64) -> Option<String> {
        let namespace = self.namespace.as_ref()?;
        let known = FIGURES.iter().filter(|(name, _)| fields.field(*name).is_some());
        let metrics: Vec<_> = known.map(|(name, unit)| json!({"Name": name, "Unit": unit})).collect();
        if metrics.is_empty() {
            return None;
        }
        let by = fields.field(SERVICE).map_or(json!([[]]), |_| json!([[SERVICE]]));
        let directive = json!({"Namespace": namespace, "Dimensions": by, "Metrics": metrics});
        Some(json!({"Timestamp": milliseconds, "CloudWatchMetrics": [directive]}).to_string())
    }
}

impl<S, N> FormatEvent<S, N> for Figures
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    N: for<'writer> FormatFields<'writer> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> std::fmt::Result {
        let now = SystemClock.now().micros() / 1_000;
        let Some(told) = self.told(event.metadata().fields(), now) else {
            return self.json.format_event(context, writer, event);
        };
        let mut line = String::new();
        self.json.format_event(context, Writer::new(&mut line), event)?;
        write!(writer, "{{\"_aws\":{told},{}", line.trim_start_matches('{'))
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::Write,
        sync::{Arc, Mutex},
    };

    use serde_json::Value;

    use super::*;

    /// What was logged.
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn logged(namespace: Option<&str>, act: impl Fn()) -> Vec<Value> {
        let lines = Lines::default();
        let writer = lines.clone();
        let subscriber = tracing_subscriber::fmt()
            .json()
            .event_format(Figures::kept_as(namespace.map(str::to_owned)))
            .with_writer(move || writer.clone())
            .finish();
        tracing::subscriber::with_default(subscriber, act);
        let bytes = lines.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn act() {
        tracing::info!(service = "drafts", duration_ms = 1.5, faults = 0_u64, "drafts.read answered 200");
        tracing::error!(damaged_files = 1_u64, "a file is damaged");
        tracing::info!(service = "drafts", "nothing to count");
    }

    #[test]
    fn a_line_with_figures_tells_cloudwatch_what_they_are() {
        let lines = logged(Some("Cairn/data"), act);
        assert_eq!(lines.len(), 3);
        let told = &lines[0]["_aws"]["CloudWatchMetrics"][0];
        let expected = json!({
            "Namespace": "Cairn/data",
            "Dimensions": [["service"]],
            "Metrics": [{"Name": "duration_ms", "Unit": "Milliseconds"}, {"Name": "faults", "Unit": "Count"}],
        });
        assert_eq!(*told, expected);
        assert!(lines[0]["_aws"]["Timestamp"].as_i64().unwrap() > 1_700_000_000_000, "milliseconds");
        let said = (&lines[0]["service"], &lines[0]["duration_ms"], &lines[0]["faults"]);
        assert_eq!(
            said,
            (&json!("drafts"), &json!(1.5), &json!(0)),
            "figures stand where EMF looks for them"
        );
        assert_eq!(lines[1]["_aws"]["CloudWatchMetrics"][0]["Dimensions"], json!([[]]));
        assert_eq!(lines[1]["damaged_files"], 1);
        assert_eq!(lines[2].get("_aws"), None);
        assert_eq!(lines[2]["message"], "nothing to count");
    }

    #[test]
    fn nobody_is_told_where_nobody_keeps_figures() {
        for line in logged(None, act) {
            assert_eq!(line.get("_aws"), None);
        }
    }
}
