//! The stack of the consumers: each with what starts it.

use std::time::Duration;

use cairn_core::setup::FIXTURES;
use cairn_events::{CONSUMERS, Consumer, Source};
use cairn_model::{
    kinds::mappings,
    queue::{PIDS, Queue},
};
use cairn_ports::Need;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::{
    cfn::{attribute, camel, reference, sub},
    function::{CUSTOM_FIELDS, Function, permission},
    grants::{arn, of_custom_fields},
    template::stack,
};

/// Most rows of the outbox that are relayed at once.
const ROWS: u32 = 100;
/// The custom resource that makes the site ready.
const SITE: &str = "Site";

/// The function of a consumer.
pub(crate) fn of_consumer(consumer: &'static Consumer) -> Function<'static> {
    let queue = match consumer.source {
        Source::Queue(queue) => Some(queue),
        _ => None,
    };
    let further = match consumer.source {
        Source::Outbox => vec![of_stream()],
        // It looks at what is declared before anybody else works with it.
        Source::Deployment => vec![of_token(), of_custom_fields().to_value()],
        Source::Queue(queue) if *queue == PIDS => vec![of_passwords()],
        _ => Vec::new(),
    };
    let variables = match consumer.source {
        Source::Deployment => of_deployment(),
        Source::Queue(queue) if *queue == PIDS => of_registries(),
        _ => Map::new(),
    };
    Function {
        id: camel(consumer.name),
        handler: consumer.name,
        description: consumer.summary.to_owned(),
        artifact: "events",
        memory_mb: consumer.runtime.memory_mb,
        timeout_s: consumer.runtime.timeout_s,
        needs: consumer.needs.to_vec(),
        queue,
        further,
        variables,
        root: "../",
        condition: None,
    }
}

/// The stack.
pub(crate) fn consumers() -> Value {
    let mut resources = Map::new();
    for consumer in CONSUMERS {
        let function = of_consumer(consumer);
        resources.extend(function.resources());
        if function.needs.contains(&Need::CustomFields) {
            // What is declared there and cannot be read keeps it as it was.
            resources[&function.id]["DependsOn"] = json!([SITE]);
        }
        resources.extend(start(consumer, &function.id));
    }
    stack("Cairn: what runs when something has happened", resources, Map::new())
}

/// What an event source mapping reads of a stream.
fn of_stream() -> Value {
    json!({
        "Effect": "Allow",
        "Action": ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
        "Resource": [reference("OutboxStream")],
    })
}

/// The first administrator's token is put where they find it.
fn of_token() -> Value {
    json!({"Effect": "Allow", "Action": ["ssm:PutParameter"], "Resource": [sub(&arn("ssm", "parameter${TokenParameter}"))]})
}

/// The parameters that keep what registries know the site by, and the variables that name them.
const PASSWORDS: [(&str, &str); 2] = [
    ("CAIRN_DATACITE_PASSWORD_PARAMETER", "DatacitePasswordParameter"),
    ("CAIRN_CROSSREF_PASSWORD_PARAMETER", "CrossrefPasswordParameter"),
];

fn of_passwords() -> Value {
    let parameter = |(_, name): (&str, &str)| sub(&arn("ssm", &format!("parameter${{{name}}}")));
    json!({"Effect": "Allow", "Action": ["ssm:GetParameter"], "Resource": PASSWORDS.map(parameter)})
}

fn of_registries() -> Map<String, Value> {
    PASSWORDS.iter().map(|(variable, name)| ((*variable).to_owned(), reference(name))).collect()
}

fn of_deployment() -> Map<String, Value> {
    Map::from_iter([
        ("CAIRN_ADMINISTRATOR".to_owned(), reference("Administrator")),
        ("CAIRN_TOKEN_PARAMETER".to_owned(), reference("TokenParameter")),
        (CUSTOM_FIELDS.to_owned(), reference("CustomFieldsParameter")),
    ])
}

/// What starts a consumer.
fn start(consumer: &Consumer, id: &str) -> Vec<(String, Value)> {
    match consumer.source {
        Source::Outbox => vec![(format!("{id}Stream"), stream(id))],
        Source::Queue(queue) => vec![(format!("{id}Queue"), messages(id, queue, consumer.runtime.at_once))],
        Source::Objects => {
            let bucket = sub("arn:${AWS::Partition}:s3:::${Bucket}");
            let mut allowed = permission(id, "s3.amazonaws.com", &bucket);
            allowed["Properties"]["SourceAccount"] = reference("AWS::AccountId");
            vec![(format!("{id}Permission"), allowed)]
        }
        Source::Deployment => vec![(SITE.to_owned(), site(id))],
        Source::Every(period, _) => schedule(id, period),
    }
}

/// Rows that are new in the outbox. What fails is not lost after the last attempt: the sweep finds it.
fn stream(id: &str) -> Value {
    json!({
        "Type": "AWS::Lambda::EventSourceMapping",
        "Properties": {
            "FunctionName": reference(id),
            "EventSourceArn": reference("OutboxStream"),
            "StartingPosition": "TRIM_HORIZON",
            "BatchSize": ROWS,
            "ParallelizationFactor": 4,
            "MaximumRetryAttempts": 5,
            "BisectBatchOnFunctionError": true,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "FilterCriteria": {"Filters": [{"Pattern": r#"{"eventName": ["INSERT"]}"#}]},
        },
    })
}

fn messages(id: &str, queue: &Queue, at_once: u32) -> Value {
    let arn = format!("arn:${{AWS::Partition}}:sqs:${{AWS::Region}}:${{AWS::AccountId}}:${{Name}}-{queue}");
    json!({
        "Type": "AWS::Lambda::EventSourceMapping",
        "Properties": {
            "FunctionName": reference(id),
            "EventSourceArn": sub(&arn),
            "BatchSize": queue.batch,
            "MaximumBatchingWindowInSeconds": queue.window(),
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "ScalingConfig": {"MaximumConcurrency": at_once},
        },
    })
}

/// The custom resource that makes the site ready, again whenever a version brings something new to store or index.
fn site(id: &str) -> Value {
    json!({
        "Type": "Custom::CairnSite",
        "Properties": {
            "ServiceToken": attribute(id, "Arn"),
            "ServiceTimeout": 900,
            "Search": reference("SearchEndpoint"),
            "Version": version(),
            "CustomFields": reference("CustomFieldsParameter"),
        },
    })
}

/// What tells the set-up of one version from that of another.
fn version() -> String {
    let mut digest = Sha256::new();
    for fixture in FIXTURES {
        digest.update(fixture.lines);
    }
    digest.update(format!("{:?}", mappings()));
    format!("{}-{}", env!("CARGO_PKG_VERSION"), &hex::encode(digest.finalize())[..16])
}

/// A schedule, and the role with which it starts the function.
fn schedule(id: &str, period: Duration) -> Vec<(String, Value)> {
    let minutes = period.as_secs() / 60;
    let unit = if minutes == 1 { "minute" } else { "minutes" };
    let schedule = json!({
        "Type": "AWS::Scheduler::Schedule",
        "Properties": {
            "Name": sub(&format!("${{Name}}-{}", id.to_lowercase())),
            "ScheduleExpression": format!("rate({minutes} {unit})"),
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": {
                "Arn": attribute(id, "Arn"),
                "RoleArn": attribute(&format!("{id}ScheduleRole"), "Arn"),
                // The next one comes soon.
                "RetryPolicy": {"MaximumRetryAttempts": 0},
            },
        },
    });
    let trusted = json!({
        "Effect": "Allow",
        "Principal": {"Service": "scheduler.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": reference("AWS::AccountId")}},
    });
    let allowed = json!({
        "Effect": "Allow",
        "Action": ["lambda:InvokeFunction"],
        "Resource": [attribute(id, "Arn")],
    });
    let role = json!({
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trusted]},
            "Policies": [{
                "PolicyName": "start",
                "PolicyDocument": {"Version": "2012-10-17", "Statement": [allowed]},
            }],
        },
    });
    vec![(format!("{id}Schedule"), schedule), (format!("{id}ScheduleRole"), role)]
}
