//! The stack of alarms and of the dashboard: few alarms, each of which somebody has to act on.

use cairn_events::{CONSUMERS, Source};
use cairn_model::queue::{INDEX, QUEUES};
use serde_json::{Map, Value, json};

use crate::{
    cfn::{only_if, reference, sub},
    function::conditional,
    template::stack,
};

/// Seconds of one point of an alarm's figures.
const PERIOD: u32 = 300;

/// Most figures that an alarm computes with (`CloudWatch`).
const MOST_FIGURES: usize = 10;
/// Alarms of failing consumers, as many as it takes.
const FAILING: [&str; 2] = ["FailingConsumers", "FailingConsumersToo"];

/// A figure of `CloudWatch`: namespace, name, and what it is of.
type Figure = (&'static str, &'static str, Vec<(&'static str, Value)>);

/// An alarm: what it is about, how its figures are put together, and from which value on it rings.
struct Alarm {
    id: &'static str,
    about: &'static str,
    figures: Vec<Figure>,
    statistic: &'static str,
    /// `SUM` or `MAX` of the figures.
    together: &'static str,
    threshold: u32,
    /// Points in a row.
    points: u32,
}

/// The stack.
pub(crate) fn watch() -> Value {
    let mut resources = Map::new();
    resources.insert("Alarms".into(), conditional("TellsSomebody", &topic()));
    for alarm in alarms() {
        resources.insert(alarm.id.into(), alarm.resource());
    }
    let board = json!({
        "Type": "AWS::CloudWatch::Dashboard",
        "Properties": {"DashboardName": reference("Name"), "DashboardBody": sub(&dashboard().to_string())},
    });
    resources.insert("Dashboard".into(), board);
    stack("Cairn: alarms and the dashboard", resources, Map::new())
}

fn topic() -> Value {
    json!({
        "Type": "AWS::SNS::Topic",
        "Properties": {"Subscription": [{"Protocol": "email", "Endpoint": reference("AlarmMail")}]},
    })
}

fn of_queue(name: &str) -> Vec<(&'static str, Value)> {
    vec![("QueueName", sub(&format!("${{Name}}-{name}")))]
}

fn of_function(name: &str) -> Vec<(&'static str, Value)> {
    vec![("FunctionName", sub(&format!("${{Name}}-{name}")))]
}

fn alarms() -> Vec<Alarm> {
    let mut alarms = vec![Alarm {
        id: "ServerErrors",
        about: "Requests are answered with 5xx",
        figures: vec![("AWS/ApiGateway", "5xx", vec![("ApiId", reference("ApiId"))])],
        statistic: "Sum",
        together: "SUM",
        threshold: 5,
        points: 1,
    }];
    alarms.extend(of_messages());
    alarms.extend(of_functions());
    alarms
}

/// Messages that wait for long, and those that nobody could act on.
fn of_messages() -> [Alarm; 3] {
    let dead = QUEUES.iter().map(|queue| of_queue(&queue.dead()));
    let old = |name: &str| ("AWS/SQS", "ApproximateAgeOfOldestMessage", of_queue(name));
    [
        Alarm {
            id: "DeadLetters",
            about: "Messages that nobody could act on: cairn deadletters list",
            figures: dead.map(|queue| ("AWS/SQS", "ApproximateNumberOfMessagesVisible", queue)).collect(),
            statistic: "Maximum",
            together: "SUM",
            threshold: 1,
            points: 1,
        },
        Alarm {
            id: "OldMessages",
            about: "Messages wait for long: index, statistics, files or jobs lag behind",
            figures: QUEUES.iter().map(|queue| old(queue.name)).collect(),
            statistic: "Maximum",
            together: "MAX",
            threshold: 3_600,
            points: 2,
        },
        Alarm {
            id: "IndexLag",
            about: "The index lags behind: what was published is not found",
            figures: vec![old(INDEX.name)],
            statistic: "Maximum",
            together: "MAX",
            threshold: 300,
            points: 2,
        },
    ]
}

/// Functions that lag behind, fail, or are held back; files that are damaged.
fn of_functions() -> Vec<Alarm> {
    let relays = CONSUMERS.iter().filter(|consumer| consumer.source == Source::Outbox);
    let mut alarms = vec![
        Alarm {
            id: "RelayLag",
            about: "Events wait in the outbox's stream, in milliseconds",
            figures: relays.map(|relay| ("AWS/Lambda", "IteratorAge", of_function(relay.name))).collect(),
            statistic: "Maximum",
            together: "MAX",
            threshold: 300_000,
            points: 2,
        },
        Alarm {
            id: "Throttles",
            about: "Functions of this account are throttled: ask for a higher quota of concurrent executions",
            figures: vec![("AWS/Lambda", "Throttles", Vec::new())],
            statistic: "Sum",
            together: "SUM",
            threshold: 10,
            points: 3,
        },
        Alarm {
            id: "DamagedFiles",
            about: "Stored files are not what was deposited: the log of the job that audits files names them",
            figures: vec![("Cairn/${Name}", "damaged_files", Vec::new())],
            statistic: "Sum",
            together: "SUM",
            threshold: 1,
            points: 1,
        },
    ];
    // As few alarms as there can be, each of about as many figures.
    let groups = CONSUMERS.len().div_ceil(MOST_FIGURES);
    let failing = CONSUMERS.chunks(CONSUMERS.len().div_ceil(groups)).zip(FAILING);
    alarms.extend(failing.map(|(consumers, id)| Alarm {
        id,
        about: "Consumers end with errors",
        figures: consumers.iter().map(|one| ("AWS/Lambda", "Errors", of_function(one.name))).collect(),
        statistic: "Sum",
        together: "SUM",
        threshold: 5,
        points: 3,
    }));
    alarms
}

impl Alarm {
    fn resource(&self) -> Value {
        let metric = |(at, (namespace, name, of)): (usize, &Figure)| {
            let of: Vec<Value> =
                of.iter().map(|(name, value)| json!({"Name": name, "Value": value})).collect();
            let namespace = if namespace.contains("${") { sub(namespace) } else { json!(namespace) };
            let mut metric = json!({"Namespace": namespace, "MetricName": name});
            if !of.is_empty() {
                metric["Dimensions"] = json!(of);
            }
            let stat = json!({"Metric": metric, "Period": PERIOD, "Stat": self.statistic});
            json!({"Id": format!("m{at}"), "MetricStat": stat, "ReturnData": false})
        };
        let mut metrics: Vec<Value> = self.figures.iter().enumerate().map(metric).collect();
        let all = json!({
            "Id": "all",
            "Expression": format!("{}(METRICS())", self.together),
            "Label": self.about,
            "ReturnData": true,
        });
        metrics.insert(0, all);
        json!({
            "Type": "AWS::CloudWatch::Alarm",
            "Properties": {
                "AlarmName": sub(&format!("${{Name}}-{}", self.id)),
                "AlarmDescription": self.about,
                "Metrics": metrics,
                "ComparisonOperator": "GreaterThanOrEqualToThreshold",
                "Threshold": self.threshold,
                "EvaluationPeriods": self.points,
                "TreatMissingData": "notBreaching",
                "AlarmActions": only_if("TellsSomebody", &json!([reference("Alarms")])),
            },
        })
    }
}

/// What the dashboard shows, with names of parameters in `${}`.
fn dashboard() -> Value {
    let api = |name: &str, stat: &str| json!(["AWS/ApiGateway", name, "ApiId", "${ApiId}", {"stat": stat}]);
    let queues = |name: &str| -> Vec<Value> {
        QUEUES
            .iter()
            .map(|queue| json!(["AWS/SQS", name, "QueueName", format!("${{Name}}-{queue}")]))
            .collect()
    };
    let dead = QUEUES.iter().map(|queue| {
        json!([
            "AWS/SQS",
            "ApproximateNumberOfMessagesVisible",
            "QueueName",
            format!("${{Name}}-{}", queue.dead())
        ])
    });
    let consumers = |name: &str| -> Vec<Value> {
        let functions = CONSUMERS.iter().map(|consumer| format!("${{Name}}-{}", consumer.name));
        functions.map(|function| json!(["AWS/Lambda", name, "FunctionName", function])).collect()
    };
    let tables = ["ReadThrottleEvents", "WriteThrottleEvents"];
    let throttled: Vec<Value> = cairn_model::kinds::TABLES
        .iter()
        .flat_map(|table| {
            tables.map(|name| json!(["AWS/DynamoDB", name, "TableName", format!("${{Name}}-{table}")]))
        })
        .collect();
    let of_services = |name: &str| -> Vec<Value> {
        let services = crate::operations::services().into_keys();
        services.map(|service| json!(["Cairn/${Name}", name, "service", service])).collect()
    };
    let charts = [
        ("Requests", "Sum", vec![api("Count", "Sum"), api("4xx", "Sum"), api("5xx", "Sum")]),
        ("Latency", "p50", vec![api("Latency", "p50"), api("Latency", "p99")]),
        ("Messages that wait", "Maximum", queues("ApproximateNumberOfMessagesVisible")),
        ("Age of the oldest message", "Maximum", queues("ApproximateAgeOfOldestMessage")),
        ("Dead letters", "Maximum", dead.collect()),
        ("Errors of consumers", "Sum", consumers("Errors")),
        ("Durations of consumers", "p99", consumers("Duration")),
        ("Throttled by DynamoDB", "Sum", throttled),
        ("Time that services take", "p90", of_services("duration_ms")),
        ("Answers of services with 5xx", "Sum", of_services("faults")),
    ];
    let widgets: Vec<Value> = charts.into_iter().enumerate().map(|(at, chart)| widget(at, chart)).collect();
    json!({"widgets": widgets})
}

/// Two charts side by side in each row.
fn widget(at: usize, (title, stat, metrics): (&str, &str, Vec<Value>)) -> Value {
    json!({
        "type": "metric", "x": at % 2 * 12, "y": at / 2 * 6, "width": 12, "height": 6,
        "properties": {
            "title": title, "stat": stat, "region": "${AWS::Region}", "period": PERIOD,
            "metrics": metrics,
        },
    })
}
