//! The stack of limits per caller: how much one address may ask of each class of operations, before anything of it costs.

use cairn_http::{Class, operation::Method};
use serde_json::{Map, Value, json};

use crate::{
    cfn::{attribute, sub},
    edge::pattern,
    template::stack,
};

/// Seconds in which requests are counted, and after which it is worth trying again.
const WINDOW: u32 = 60;
/// Longest regular expression (AWS WAF).
const LONGEST: usize = 512;
/// What callers are told who ask too often.
const MESSAGE: &str = r#"{"status": 429, "message": "Too many requests. Please try again in a minute."}"#;

/// Requests that one address may make within the window.
const fn limit(class: Option<Class>) -> u32 {
    match class {
        Some(Class::File) => 600,
        Some(Class::Search | Class::Write) => 300,
        Some(Class::Static | Class::Read) | None => 3_000,
    }
}

/// The stack. It belongs where `CloudFront` looks for it: us-east-1.
pub(crate) fn firewall() -> Value {
    let changes =
        json!({"NotStatement": {"Statement": or(["GET", "HEAD", "OPTIONS"].map(has_method).to_vec())}});
    let rules = [
        rule("Files", limit(Some(Class::File)), Some(or(of_class(Class::File)))),
        rule(
            "Searches",
            limit(Some(Class::Search)),
            Some(and(&has_method("GET"), &or(of_class(Class::Search)))),
        ),
        rule("Changes", limit(Some(Class::Write)), Some(changes)),
        rule("Everything", limit(None), None),
    ];
    let rules: Vec<Value> = rules
        .into_iter()
        .enumerate()
        .map(|(at, mut rule)| {
            rule["Priority"] = json!(at);
            rule
        })
        .collect();
    let acl = json!({
        "Type": "AWS::WAFv2::WebACL",
        "Properties": {
            "Name": sub("${Name}-limits"),
            "Scope": "CLOUDFRONT",
            "DefaultAction": {"Allow": {}},
            "CustomResponseBodies": {"TooMany": {"ContentType": "APPLICATION_JSON", "Content": MESSAGE}},
            "VisibilityConfig": visibility("limits"),
            "Rules": rules,
        },
    });
    let outputs = Map::from_iter([("WebAcl".to_owned(), json!({"Value": attribute("Limits", "Arn")}))]);
    stack(
        "Cairn: how much one caller may ask for; in us-east-1",
        Map::from_iter([("Limits".to_owned(), acl)]),
        outputs,
    )
}

/// Paths of the operations of a class that are read, or that bytes are sent to.
fn of_class(class: Class) -> Vec<Value> {
    let mut patterns: Vec<String> = cairn_api::all()
        .filter(|one| one.runtime.class == class)
        .filter(|one| class == Class::File || one.route.method == Method::Get)
        .map(|one| pattern(one.route.path))
        .collect();
    patterns.sort();
    patterns.dedup();
    let mut together: Vec<String> = Vec::new();
    for pattern in patterns {
        match together.last_mut() {
            Some(last) if last.len() + 1 + pattern.len() <= LONGEST => {
                last.push('|');
                last.push_str(&pattern);
            }
            _ => together.push(pattern),
        }
    }
    together.into_iter().map(|regex| matches(&regex)).collect()
}

fn matches(regex: &str) -> Value {
    json!({"RegexMatchStatement": {
        "RegexString": regex,
        "FieldToMatch": {"UriPath": {}},
        "TextTransformations": [{"Priority": 0, "Type": "NONE"}],
    }})
}

fn has_method(method: &str) -> Value {
    json!({"ByteMatchStatement": {
        "SearchString": method,
        "FieldToMatch": {"Method": {}},
        "PositionalConstraint": "EXACTLY",
        "TextTransformations": [{"Priority": 0, "Type": "NONE"}],
    }})
}

fn or(mut statements: Vec<Value>) -> Value {
    match statements.len() {
        1 => statements.remove(0),
        _ => json!({"OrStatement": {"Statements": statements}}),
    }
}

fn and(one: &Value, other: &Value) -> Value {
    json!({"AndStatement": {"Statements": [one, other]}})
}

fn rule(name: &str, limit: u32, of: Option<Value>) -> Value {
    let mut counted = json!({"AggregateKeyType": "IP", "Limit": limit, "EvaluationWindowSec": WINDOW});
    if let Some(of) = of {
        counted["ScopeDownStatement"] = of;
    }
    let headers = json!([{"Name": "Retry-After", "Value": WINDOW.to_string()}]);
    let answer = json!({"ResponseCode": 429, "CustomResponseBodyKey": "TooMany", "ResponseHeaders": headers});
    json!({
        "Name": name,
        "Priority": 0,
        "Action": {"Block": {"CustomResponse": answer}},
        "Statement": {"RateBasedStatement": counted},
        "VisibilityConfig": visibility(name),
    })
}

fn visibility(name: &str) -> Value {
    // Samples would show queries and headers.
    json!({"CloudWatchMetricsEnabled": true, "SampledRequestsEnabled": false, "MetricName": format!("cairn-{name}")})
}
