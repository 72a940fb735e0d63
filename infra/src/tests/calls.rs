//! The calls that the adapters make and the rights that roles give, compared both ways: whoever adds a call without its right,
//! or leaves a right that no call needs, is told here.

use std::{collections::BTreeSet, fs, path::Path};

use cairn_events::CONSUMERS;

use crate::{consumers::of_consumer, operations::of_operation};

/// What each call of a client takes, as AWS's service authorization reference has it.
const CALLS: &[(&str, &[&str])] = &[
    // It opens a connection, and may be refused.
    ("describe_endpoints", &[]),
    ("get_item", &["dynamodb:GetItem"]),
    ("batch_get_item", &["dynamodb:BatchGetItem"]),
    ("query", &["dynamodb:Query"]),
    ("scan", &["dynamodb:Scan"]),
    // What its items take: see below.
    ("transact_write_items", &[]),
    // Without the right to list, what is not there is forbidden.
    ("head_object", &["s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket"]),
    ("get_object", &["s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket"]),
    ("copy_object", &["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"]),
    ("put_object", &["s3:PutObject"]),
    ("create_multipart_upload", &["s3:PutObject"]),
    ("upload_part", &["s3:PutObject"]),
    ("complete_multipart_upload", &["s3:PutObject"]),
    ("list_parts", &["s3:ListMultipartUploadParts"]),
    ("abort_multipart_upload", &["s3:AbortMultipartUpload"]),
    ("delete_object", &["s3:DeleteObject", "s3:DeleteObjectVersion"]),
    ("list_object_versions", &["s3:ListBucketVersions"]),
    ("list_multipart_uploads", &["s3:ListBucketMultipartUploads"]),
    ("send_message", &["sqs:SendMessage"]),
    ("send_message_batch", &["sqs:SendMessage"]),
    ("receive_message", &["sqs:ReceiveMessage"]),
    ("delete_message", &["sqs:DeleteMessage"]),
    ("delete_message_batch", &["sqs:DeleteMessage"]),
    ("change_message_visibility", &["sqs:ChangeMessageVisibility"]),
    ("get_queue_attributes", &["sqs:GetQueueAttributes"]),
    ("get_parameter", &["ssm:GetParameter"]),
];

/// Words of the sources that stand for calls, and what these take: items of transactions, requests to OpenSearch.
const WORDS: &[(&str, &str)] = &[
    ("Put::builder()", "dynamodb:PutItem"),
    ("Update::builder()", "dynamodb:UpdateItem"),
    ("Delete::builder()", "dynamodb:DeleteItem"),
    ("ConditionCheck::builder()", "dynamodb:ConditionCheckItem"),
    ("Method::Get", "es:ESHttpGet"),
    ("Method::Head", "es:ESHttpHead"),
    ("Method::Post", "es:ESHttpPost"),
    ("Method::Put", "es:ESHttpPut"),
    ("Method::Patch", "es:ESHttpPatch"),
    ("Method::Delete", "es:ESHttpDelete"),
];

/// Where functions call AWS. What makes tables and queues is for tests, where no template does it.
const SOURCES: [&str; 6] = ["dynamo", "s3", "sqs", "opensearch", "warm.rs", "parameters.rs"];
const ONLY_FOR_TESTS: [&str; 2] = ["tables.rs", "setup.rs"];

/// The text of the adapters.
fn sources() -> String {
    let adapters = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/aws/src");
    let mut text = String::new();
    for path in SOURCES.map(|source| adapters.join(source)) {
        if path.is_file() {
            text += &fs::read_to_string(path).unwrap();
            continue;
        }
        for entry in fs::read_dir(path).unwrap().map(Result::unwrap) {
            if !ONLY_FOR_TESTS.contains(&entry.file_name().to_str().unwrap()) {
                text += &fs::read_to_string(entry.path()).unwrap();
            }
        }
    }
    text
}

/// The names of what is called on clients: `client.get_item()`, over lines.
fn called(text: &str) -> BTreeSet<String> {
    let after = text.split("client").skip(1).filter_map(|rest| rest.trim_start().strip_prefix('.'));
    let name = |rest: &str| {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
        rest[end..].starts_with("()").then(|| rest[..end].to_owned())
    };
    after.filter_map(name).filter(|name| !["clone", "config"].contains(&name.as_str())).collect()
}

#[test]
fn roles_give_the_rights_that_calls_take_and_no_others() {
    let text = sources();
    let mut taken = BTreeSet::new();
    let calls = called(&text);
    assert!(calls.len() > 20, "{calls:?}");
    for call in calls {
        let (_, actions) =
            CALLS.iter().find(|(name, _)| *name == call).unwrap_or_else(|| panic!("{call}: which rights?"));
        taken.extend(actions.iter().copied());
    }
    taken.extend(WORDS.iter().filter(|(word, _)| text.contains(word)).map(|(_, action)| *action));
    let functions = cairn_api::all().map(of_operation).chain(CONSUMERS.iter().map(of_consumer));
    let given: BTreeSet<&str> =
        functions.flat_map(|function| function.statements()).flat_map(|one| one.actions.to_vec()).collect();
    assert_eq!(given, taken);
}
