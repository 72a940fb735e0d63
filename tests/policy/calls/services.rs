//! What DynamoDB, Systems Manager, SQS, S3 and OpenSearch are asked for, as rights, and answers with which callers go on.

use http::Method;
use serde_json::{Value, json};

use super::wire::{BUCKET, Noted, POINTED, SMALL, Seen};

fn note(call: &str, action: &str, resource: String) -> Noted {
    Noted { call: call.to_owned(), action: action.to_owned(), resource, prefix: String::new() }
}

pub(super) fn of_dynamo(call: &str, asked: &Value) -> (Vec<Noted>, String) {
    let at = |action: &str, table: &Value| {
        note(call, &format!("dynamodb:{action}"), format!("table/{}", table.as_str().unwrap()))
    };
    let keys =
        |map: &Value| map.as_object().into_iter().flatten().map(|(key, _)| json!(key)).collect::<Vec<_>>();
    let table = asked["TableName"].as_str().unwrap_or_default().trim_start_matches("cairn-");
    let pointer = json!({"$object": format!("bodies/{table}/work-0"), "location": "default", "bytes": 5, "sha256": "0"});
    let item =
        json!({"pk": {"S": POINTED}, "sk": {"S": "sort"}, "r": {"N": "1"}, "b": {"S": pointer.to_string()}});
    let items = if SMALL.contains(&table) { Vec::new() } else { vec![item.clone()] };
    match call {
        "BatchGetItem" => {
            let noted = keys(&asked["RequestItems"]).iter().map(|table| at(call, table)).collect();
            (noted, json!({"Responses": {}}).to_string())
        }
        "TransactWriteItems" => {
            let items = asked["TransactItems"].as_array().into_iter().flatten();
            let kinds = items.flat_map(|item| item.as_object().unwrap());
            let noted = kinds.map(|(kind, item)| {
                let action = if kind == "ConditionCheck" {
                    "ConditionCheckItem".into()
                } else {
                    format!("{kind}Item")
                };
                at(&action, &item["TableName"])
            });
            (noted.collect(), "{}".into())
        }
        "GetItem" if asked["Key"]["pk"]["S"] == POINTED && !SMALL.contains(&table) => {
            (vec![at(call, &asked["TableName"])], json!({"Item": item}).to_string())
        }
        "Query" => (vec![at(call, &asked["TableName"])], json!({"Items": [], "Count": 0}).to_string()),
        "Scan" => {
            (vec![at(call, &asked["TableName"])], json!({"Items": items, "Count": items.len()}).to_string())
        }
        _ => (vec![at(call, &asked["TableName"])], "{}".into()),
    }
}

pub(super) fn of_parameters(call: &str, asked: &Value) -> (Vec<Noted>, String) {
    let name = asked["Name"].as_str().unwrap();
    let noted = note(call, &format!("ssm:{call}"), format!("parameter{name}"));
    (vec![noted], json!({"Parameter": {"Name": name, "Value": "journal"}}).to_string())
}

pub(super) fn of_sqs(seen: &Seen, call: &str, asked: &Value) -> (Vec<Noted>, String) {
    let queue = asked["QueueUrl"].as_str().unwrap().rsplit('/').next().unwrap();
    // Batches are no rights of their own.
    let noted = vec![note(call, &format!("sqs:{}", call.trim_end_matches("Batch")), queue.to_owned())];
    let answer = match call {
        "ReceiveMessage" => {
            let mut received = seen.received.lock().unwrap();
            *received += 1;
            let message = json!({"MessageId": "id", "ReceiptHandle": "receipt", "Body": "body"});
            json!({"Messages": if *received % 2 == 1 { vec![message] } else { Vec::new() }})
        }
        "SendMessageBatch" | "DeleteMessageBatch" => json!({"Successful": [], "Failed": []}),
        _ => json!({}),
    };
    (noted, answer.to_string())
}

pub(super) fn of_s3(parts: &http::request::Parts) -> (Vec<Noted>, String) {
    let query: Vec<(String, String)> =
        form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    let value = |name: &str| query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let has = |name: &str| value(name).is_some();
    let path = percent_encoding::percent_decode_str(parts.uri.path()).decode_utf8().unwrap();
    let path = path.trim_start_matches('/').trim_end_matches('/').to_owned();
    let version = if has("versionId") { "Version" } else { "" };
    let bucket = || BUCKET.to_owned();
    let one = |call: &str, action: &str| vec![note(call, &format!("s3:{action}"), path.clone())];
    let list = |call: &str, action: &str| {
        let prefix = value("prefix").unwrap_or_default().to_owned();
        vec![Noted { prefix, ..note(call, &format!("s3:{action}"), bucket()) }]
    };
    let source = parts.headers.get("x-amz-copy-source").map(|source| source.to_str().unwrap());
    let (noted, answer) = match (&parts.method, source) {
        (&Method::HEAD, _) => {
            let mut noted = one("HeadObject", &format!("GetObject{version}"));
            // Without it, what is not there is forbidden.
            noted.push(note("HeadObject", "s3:ListBucket", bucket()));
            (noted, "")
        }
        (&Method::GET, _) if has("versions") => {
            (list("ListObjectVersions", "ListBucketVersions"), "<ListVersionsResult/>")
        }
        (&Method::GET, _) if has("uploads") => {
            (list("ListMultipartUploads", "ListBucketMultipartUploads"), "<ListMultipartUploadsResult/>")
        }
        (&Method::GET, _) if has("uploadId") => {
            (one("ListParts", "ListMultipartUploadParts"), "<ListPartsResult/>")
        }
        (&Method::GET, _) => (one("GetObject", &format!("GetObject{version}")), "bytes"),
        (&Method::PUT, Some(source)) => {
            let (key, version) = source.split_once("?versionId=").unzip();
            let action = if version.is_some() { "s3:GetObjectVersion" } else { "s3:GetObject" };
            let key = percent_encoding::percent_decode_str(key.unwrap_or(source)).decode_utf8().unwrap();
            let mut noted = one("CopyObject", "PutObject");
            noted.push(note("CopyObject", action, key.trim_start_matches('/').to_owned()));
            (noted, "<CopyObjectResult/>")
        }
        (&Method::PUT, None) if has("partNumber") => (one("UploadPart", "PutObject"), ""),
        (&Method::PUT, None) => (one("PutObject", "PutObject"), ""),
        (&Method::POST, _) if has("uploads") => (
            one("CreateMultipartUpload", "PutObject"),
            "<InitiateMultipartUploadResult><UploadId>upload</UploadId></InitiateMultipartUploadResult>",
        ),
        (&Method::POST, _) => {
            (one("CompleteMultipartUpload", "PutObject"), "<CompleteMultipartUploadResult/>")
        }
        (&Method::DELETE, _) if has("uploadId") => (one("AbortMultipartUpload", "AbortMultipartUpload"), ""),
        (&Method::DELETE, _) => (one("DeleteObject", &format!("DeleteObject{version}")), ""),
        (method, _) => panic!("{method} {}", parts.uri),
    };
    (noted, answer.to_owned())
}

/// OpenSearch: rights are for methods, and for paths below the domain.
pub(super) fn of_search(seen: &Seen, parts: &http::request::Parts) -> (Vec<Noted>, String) {
    let method = parts.method.as_str();
    let mut made = seen.made.lock().unwrap();
    *made |= parts.method == Method::PUT;
    let action = format!("es:ESHttp{}{}", &method[..1], method[1..].to_ascii_lowercase());
    let path = percent_encoding::percent_decode_str(parts.uri.path()).decode_utf8().unwrap();
    // What AWS does not know is a name made of others is checked as it stands.
    let noted = vec![note(method, &action, format!("search{path}"))];
    let index = cairn_model::kinds::mappings()[0].index;
    let (live, next) = (format!("cairn-{index}"), format!("cairn-{index}-next"));
    let answer = if *made && path.ends_with("/_alias") {
        json!({"cairn-1": {"aliases": {live: {}}}, "cairn-2": {"aliases": {next: {}}}})
    } else {
        json!({})
    };
    (noted, answer.to_string())
}
