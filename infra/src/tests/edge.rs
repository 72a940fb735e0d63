//! What stands before the API and the bucket of objects.

use cairn_http::operation::{EVERYTHING_ELSE, Method};
use serde_json::Value;

use crate::{
    edge::{api_paths, edge, files_code, site_code},
    firewall::firewall,
};

/// Longest code of a function (`CloudFront`), in bytes.
const LONGEST: usize = 10_240;

fn config(distribution: &str) -> Value {
    edge()["Resources"][distribution]["Properties"]["DistributionConfig"].clone()
}

/// Whether a pattern of `CloudFront` is for this path.
fn is_for(pattern: &str, path: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == path, |prefix| path.starts_with(prefix))
}

#[test]
fn whatever_changes_something_gets_to_the_api() {
    let site = config("Site");
    let behaviors = site["CacheBehaviors"].as_array().unwrap();
    for operation in cairn_api::all().filter(|one| one.route.path != EVERYTHING_ELSE) {
        let found =
            behaviors.iter().find(|one| is_for(one["PathPattern"].as_str().unwrap(), operation.route.path));
        let behavior = found.unwrap_or(&site["DefaultCacheBehavior"]);
        let methods = behavior["AllowedMethods"].as_array().unwrap();
        assert!(methods.contains(&Value::from(operation.route.method.as_str())), "{operation:?}");
        let changes = methods.contains(&Value::from("POST"));
        let expected = if changes { "api" } else { "api-or-backup" };
        assert_eq!(
            behavior["TargetOriginId"], expected,
            "{operation:?}: AWS has no groups of origins for changes"
        );
        assert!(changes || operation.route.method == Method::Get, "{operation:?}");
    }
    assert_eq!(api_paths().into_iter().collect::<Vec<_>>(), ["/api/*", "/healthz", "/ping", "/schemas/*"]);
}

#[test]
fn nothing_is_cached_and_no_error_is_kept() {
    for distribution in ["Site", "Files"] {
        let config = config(distribution);
        let others = config["CacheBehaviors"].as_array().cloned().unwrap_or_default();
        for behavior in others.iter().chain([&config["DefaultCacheBehavior"]]) {
            assert_eq!(behavior["CachePolicyId"], "4135ea2d-6df8-44a3-9df3-4b5a84be39ad");
        }
        let errors = config["CustomErrorResponses"].as_array().unwrap();
        assert_eq!(errors.len(), 11);
        for error in errors {
            assert_eq!(error["ErrorCachingMinTTL"], 0, "{error}");
            let is_replaced = error.get("ResponsePagePath").is_some();
            assert!(
                !is_replaced || ["502", "504"].contains(&error["ErrorCode"].to_string().as_str()),
                "{error}"
            );
        }
    }
}

#[test]
fn functions_at_the_edge_are_small_and_know_the_table() {
    for (code, known) in
        [(site_code(), "\"POST\",\"^/api/records/[^/]+/views/?$\",1024"), (files_code(), "\"/files/\"")]
    {
        assert!(code.len() <= LONGEST, "{} bytes", code.len());
        assert!(code.contains(known), "{code}");
    }
    assert!(site_code().contains("const LARGEST = 4194304;"));
    assert!(!files_code().contains("inbox"), "what is dropped in comes another way");
}

#[test]
fn limits_per_caller_answer_in_json_and_say_when_to_come_back() {
    let template = firewall();
    let acl = &template["Resources"]["Limits"]["Properties"];
    let body: Value =
        serde_json::from_str(acl["CustomResponseBodies"]["TooMany"]["Content"].as_str().unwrap()).unwrap();
    assert_eq!(body["status"], 429);
    let rules = acl["Rules"].as_array().unwrap();
    assert_eq!(rules.len(), 4);
    for (at, rule) in rules.iter().enumerate() {
        assert_eq!(rule["Priority"], at);
        let answer = &rule["Action"]["Block"]["CustomResponse"];
        assert_eq!(
            (&answer["ResponseCode"], &answer["ResponseHeaders"][0]["Name"]),
            (&429.into(), &"Retry-After".into())
        );
    }
    let mut regexes = Vec::new();
    collect(acl, "RegexString", &mut regexes);
    for regex in &regexes {
        assert!(regex.len() <= 512 && regex.starts_with('^') && regex.ends_with('$'), "{regex}");
    }
    let all = regexes.join("|");
    assert!(all.contains("^/api/records/?$") && all.contains("/draft/files/.+/?$"), "{all}");
}

fn collect(value: &Value, name: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(entries) => {
            found.extend(entries.get(name).and_then(Value::as_str).map(str::to_owned));
            entries.values().for_each(|inner| collect(inner, name, found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, name, found)),
        _ => {}
    }
}
