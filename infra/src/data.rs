//! The stacks of tables and queues.

use cairn_model::{
    Table,
    kinds::TABLES,
    queue::{QUEUES, Queue},
    table::OUTBOX,
};
use serde_json::{Map, Value, json};

use crate::{
    cfn::{attribute, camel, either, sub},
    template::stack,
};

/// How long messages are kept that nobody takes, in seconds: 14 days, the longest that SQS has.
const KEPT: u32 = 14 * 24 * 60 * 60;

/// The stack of tables: what a removed or replaced stack leaves behind is data.
pub(crate) fn tables() -> Value {
    let resources = TABLES.iter().map(|table| (camel(table.0), of_table(*table)));
    let stream = json!({"Value": attribute(&camel(OUTBOX.0), "StreamArn")});
    let outputs = Map::from_iter([("OutboxStream".to_owned(), stream)]);
    stack("Cairn: tables of the primary store", resources.collect(), outputs)
}

fn of_table(table: Table) -> Value {
    let mut table_of = json!({
        "Type": "AWS::DynamoDB::Table",
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": {
            "TableName": sub(&format!("${{Name}}-{table}")),
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "S"},
            ],
            "KeySchema": [
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            "TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": true},
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true},
            "DeletionProtectionEnabled": either("Protected", &json!(true), &json!(false)),
        },
    });
    if table == OUTBOX {
        table_of["Properties"]["StreamSpecification"] = json!({"StreamViewType": "NEW_IMAGE"});
    }
    table_of
}

/// The stack of queues, each with its dead-letter queue.
pub(crate) fn queues() -> Value {
    let resources = QUEUES.iter().flat_map(|queue| [of_dead(queue), of_queue(queue)]);
    stack("Cairn: queues, each with a queue for what nobody could act on", resources.collect(), Map::new())
}

fn of_queue(queue: &Queue) -> (String, Value) {
    let redrive = json!({
        "deadLetterTargetArn": attribute(&camel(&queue.dead()), "Arn"),
        "maxReceiveCount": queue.receives,
    });
    let properties = json!({
        "QueueName": sub(&format!("${{Name}}-{queue}")),
        "VisibilityTimeout": queue.visibility,
        "MessageRetentionPeriod": KEPT,
        "SqsManagedSseEnabled": true,
        "RedrivePolicy": redrive,
    });
    (camel(queue.name), json!({"Type": "AWS::SQS::Queue", "Properties": properties}))
}

fn of_dead(queue: &Queue) -> (String, Value) {
    let properties = json!({
        "QueueName": sub(&format!("${{Name}}-{}", queue.dead())),
        "MessageRetentionPeriod": KEPT,
        "SqsManagedSseEnabled": true,
    });
    (camel(&queue.dead()), json!({"Type": "AWS::SQS::Queue", "Properties": properties}))
}
