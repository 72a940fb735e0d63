//! What a role allows: exactly what the needs of its function say.
//!
//! The comments say which calls of the adapters stand behind each action.

use cairn_model::{
    Table,
    kinds::{IDEMPOTENCY, PIDS, STATS},
    queue::{QUEUES, Queue},
    table::OUTBOX,
};
use cairn_ports::{Need, overflow::BODIES};
use serde_json::{Value, json};

use crate::cfn::{only_if, sub};

/// Tables whose items are small whatever people send: none of their documents becomes an object.
const SMALL: [Table; 4] = [OUTBOX, PIDS, STATS, IDEMPOTENCY];

/// Something that a role allows.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// Actions, as IAM calls them.
    pub actions: &'static [&'static str],
    /// What they may be done to: ARNs with the names of parameters in `${}`.
    pub resources: Vec<String>,
    /// Only for keys that begin with one of these, in lists of objects.
    pub prefixes: Vec<String>,
    /// The condition under which it is there at all: that there is an OpenSearch that asks who comes, or something declared.
    pub only: Option<&'static str>,
}

impl Statement {
    fn new(actions: &'static [&'static str], resources: Vec<String>) -> Self {
        Self { actions, resources, prefixes: Vec::new(), only: None }
    }

    /// As it stands in a policy.
    pub fn to_value(&self) -> Value {
        let resources: Vec<Value> = self.resources.iter().map(|resource| sub(resource)).collect();
        let mut value = json!({"Effect": "Allow", "Action": self.actions, "Resource": resources});
        if !self.prefixes.is_empty() {
            value["Condition"] = json!({"StringLike": {"s3:prefix": self.prefixes}});
        }
        self.only.map_or(value.clone(), |condition| only_if(condition, &value))
    }
}

/// What a function with these needs may do; `queue` is the one that it takes messages from.
pub fn statements(needs: &[Need], queue: Option<&Queue>) -> Vec<Statement> {
    let mut all: Vec<Statement> = Vec::new();
    for statement in needs.iter().flat_map(|need| of_need(*need, queue)) {
        let same = |known: &&mut Statement| {
            known.actions == statement.actions && known.prefixes.is_empty() == statement.prefixes.is_empty()
        };
        match all.iter_mut().find(same) {
            Some(known) => {
                merge(&mut known.resources, statement.resources);
                merge(&mut known.prefixes, statement.prefixes);
            }
            None => all.push(statement),
        }
    }
    all
}

fn merge(known: &mut Vec<String>, more: Vec<String>) {
    for one in more {
        if !known.contains(&one) {
            known.push(one);
        }
    }
}

fn of_need(need: Need, queue: Option<&Queue>) -> Vec<Statement> {
    match need {
        Need::Read(table) => reading(table, READ),
        // Scan
        Need::Scan(table) => reading(table, &["dynamodb:Scan"]),
        Need::Write(table) => writing(table),
        Need::Search | Need::Index | Need::Reindex => searching(need),
        Need::Send | Need::Consume | Need::Depths | Need::DeadLetters => of_queues(need, queue),
        // GetObject, HeadObject, CopyObject from there. Who may not list a bucket is told 403 of what is not there.
        Need::GetObjects(prefix) => vec![
            Statement::new(&["s3:GetObject", "s3:GetObjectVersion"], vec![objects(prefix)]),
            Statement::new(&["s3:ListBucket"], vec![BUCKET.into()]),
        ],
        // PutObject, CopyObject to there, and uploads in parts: CreateMultipartUpload, UploadPart, ListParts, …
        Need::PutObjects(prefix) => vec![Statement::new(
            &["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
            vec![objects(prefix)],
        )],
        // DeleteObject, with a version or without
        Need::DeleteObjects(prefix) => {
            vec![Statement::new(&["s3:DeleteObject", "s3:DeleteObjectVersion"], vec![objects(prefix)])]
        }
        // ListObjectVersions; ListMultipartUploads, for which IAM knows no prefix
        Need::ListObjects(prefix) => vec![
            Statement {
                prefixes: vec![format!("{prefix}*")],
                ..Statement::new(&["s3:ListBucketVersions"], vec![BUCKET.into()])
            },
            Statement::new(&["s3:ListBucketMultipartUploads"], vec![BUCKET.into()]),
        ],
        // Nothing of AWS
        Need::Outbound => Vec::new(),
        Need::CustomFields => vec![of_custom_fields()],
    }
}

/// `GetItem`, `BatchGetItem`, `Query`; checks in transactions of what others hold.
const READ: &[&str] =
    &["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:ConditionCheckItem"];

fn reading(table: Table, actions: &'static [&'static str]) -> Vec<Statement> {
    let mut all = vec![Statement::new(actions, vec![arn("dynamodb", &format!("table/${{Name}}-{table}"))])];
    if !SMALL.contains(&table) {
        all.push(Statement::new(&["s3:GetObject"], vec![objects(&format!("{BODIES}{table}/"))]));
    }
    all
}

/// Items of transactions: Update (puts are updates, so that counters stay) and Delete.
fn writing(table: Table) -> Vec<Statement> {
    let item = arn("dynamodb", &format!("table/${{Name}}-{table}"));
    let mut all = vec![Statement::new(&["dynamodb:UpdateItem", "dynamodb:DeleteItem"], vec![item])];
    if !SMALL.contains(&table) {
        all.push(Statement::new(&["s3:PutObject"], vec![objects(&format!("{BODIES}{table}/"))]));
    }
    all
}

fn searching(need: Need) -> Vec<Statement> {
    let indices = || "${SearchArn}/${Name}-*".to_owned();
    let statements = match need {
        // _search, _mget, _refresh, _count
        Need::Search => vec![Statement::new(&["es:ESHttpPost"], vec![indices()])],
        // _bulk; the rest of what writing asks for; where aliases lead to
        Need::Index => vec![
            Statement::new(&["es:ESHttpPost"], vec![indices(), "${SearchArn}/_bulk".into()]),
            Statement::new(&["es:ESHttpGet"], vec![indices()]),
        ],
        // Indices are made, filled, swapped by _aliases, removed
        _ => vec![
            Statement::new(&["es:ESHttpPost"], vec!["${SearchArn}/_aliases".into()]),
            Statement::new(&["es:ESHttpPut", "es:ESHttpDelete"], vec![indices()]),
        ],
    };
    statements.into_iter().map(|statement| Statement { only: Some("HasSearchArn"), ..statement }).collect()
}

fn of_queues(need: Need, queue: Option<&Queue>) -> Vec<Statement> {
    let name = |name: &str| arn("sqs", &format!("${{Name}}-{name}"));
    let all = || QUEUES.iter().map(|queue| name(queue.name)).collect::<Vec<_>>();
    let dead = || QUEUES.iter().map(|queue| name(&queue.dead())).collect::<Vec<_>>();
    match (need, queue) {
        (Need::Send, _) => vec![Statement::new(&["sqs:SendMessage"], all())],
        // What an event source mapping does, and putting a message off; then burying one.
        (Need::Consume, Some(queue)) => vec![
            Statement::new(
                &[
                    "sqs:ReceiveMessage",
                    "sqs:DeleteMessage",
                    "sqs:GetQueueAttributes",
                    "sqs:ChangeMessageVisibility",
                ],
                vec![name(queue.name)],
            ),
            Statement::new(&["sqs:SendMessage"], vec![name(&queue.dead())]),
        ],
        (Need::Depths, _) => {
            vec![Statement::new(&["sqs:GetQueueAttributes"], all().into_iter().chain(dead()).collect())]
        }
        (Need::DeadLetters, _) => vec![
            Statement::new(
                &["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"],
                dead(),
            ),
            Statement::new(&["sqs:SendMessage"], all()),
        ],
        _ => Vec::new(),
    }
}

/// `GetParameter`, when a function starts.
pub(crate) fn of_custom_fields() -> Statement {
    let parameter = arn("ssm", "parameter${CustomFieldsParameter}");
    Statement { only: Some("HasCustomFields"), ..Statement::new(&["ssm:GetParameter"], vec![parameter]) }
}

/// The bucket of objects.
const BUCKET: &str = "arn:${AWS::Partition}:s3:::${Bucket}";

fn objects(prefix: &str) -> String {
    format!("{BUCKET}/{prefix}*")
}

pub(crate) fn arn(service: &str, resource: &str) -> String {
    format!("arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{resource}")
}
