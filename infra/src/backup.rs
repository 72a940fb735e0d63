//! What answers while the API is down: an API of its own that runs nothing, a page for people and JSON for programs.

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::cfn::{attribute, reference, sub};

/// The name of its stage, with which its paths begin.
pub(crate) const STAGE: &str = "backup";
/// Where `CloudFront` finds what it tells programs if it cannot reach the API.
pub(crate) const PAGE: &str = "/unavailable.json";

/// The page for people.
const HTML: &str = include_str!("../edge/unavailable.html");
/// What programs are told. The status stands in it, as in every error of the API.
const JSON: &str = r#"{"status": 503, "message": "The repository cannot be reached just now. Please try again in a minute."}"#;
/// Seconds after which it is worth trying again.
const RETRY: &str = "30";

/// Who asks for a page? API Gateway keeps one answer for each status: the page comes under 500, and says 503.
const CHOOSE: &str =
    "#if($input.params('Accept').contains('text/html')){\"statusCode\": 500}#else{\"statusCode\": 503}#end";

/// The API, its two paths, and its stage.
pub(crate) fn resources() -> Map<String, Value> {
    let page = format!("#set($context.responseOverride.status = 503)\n{HTML}");
    let anything = method(
        &reference("BackupAnything"),
        "ANY",
        CHOOSE,
        &[answer(503, "application/json", JSON), answer(500, "text/html; charset=utf-8", &page)],
    );
    let root = attribute("Backup", "RootResourceId");
    let root_method = method(
        &root,
        "ANY",
        CHOOSE,
        &[answer(503, "application/json", JSON), answer(500, "text/html; charset=utf-8", &page)],
    );
    let told = method(
        &reference("BackupTold"),
        "GET",
        "{\"statusCode\": 200}",
        &[answer(200, "application/json", JSON)],
    );
    let methods = [("BackupAtRoot", root_method), ("BackupAtAnything", anything), ("BackupAtTold", told)];
    // What is deployed is a copy: another content needs another copy.
    let digest = Sha256::digest(json!(methods).to_string());
    let deployment = format!("BackupDeployment{}", &hex::encode(digest)[..8]);
    let path = |part: &str| {
        let properties = json!({"RestApiId": reference("Backup"), "ParentId": root, "PathPart": part});
        json!({"Type": "AWS::ApiGateway::Resource", "Properties": properties})
    };
    let names: Vec<&str> = methods.iter().map(|(name, _)| *name).collect();
    let mut resources = Map::from_iter([
        ("Backup".to_owned(), api()),
        ("BackupAnything".to_owned(), path("{proxy+}")),
        ("BackupTold".to_owned(), path(PAGE.trim_start_matches('/'))),
    ]);
    let copy = json!({
        "Type": "AWS::ApiGateway::Deployment",
        "DependsOn": names,
        "Properties": {"RestApiId": reference("Backup")},
    });
    let stage = json!({
        "Type": "AWS::ApiGateway::Stage",
        "Properties": {
            "RestApiId": reference("Backup"), "DeploymentId": reference(&deployment), "StageName": STAGE,
        },
    });
    resources.extend(methods.map(|(name, method)| (name.to_owned(), method)));
    resources.extend([(deployment, copy), ("BackupStage".to_owned(), stage)]);
    resources
}

fn api() -> Value {
    json!({
        "Type": "AWS::ApiGateway::RestApi",
        "Properties": {
            "Name": sub("${Name}-backup"),
            "Description": "What is told while the API is down",
            "EndpointConfiguration": {"Types": ["REGIONAL"]},
        },
    })
}

/// A status, the type of its body, and the template of its body.
type Answer<'a> = (u32, &'a str, &'a str);

fn answer<'a>(status: u32, media: &'a str, body: &'a str) -> Answer<'a> {
    (status, media, body)
}

/// A method that answers by itself: which of the answers, `choose` says.
fn method(resource: &Value, verb: &str, choose: &str, answers: &[Answer<'_>]) -> Value {
    let headers = |media: &str| {
        [
            ("Content-Type", media.to_owned()),
            ("Retry-After", RETRY.to_owned()),
            ("Cache-Control", "no-store".to_owned()),
            ("Access-Control-Allow-Origin", "*".to_owned()),
            ("X-Content-Type-Options", "nosniff".to_owned()),
        ]
    };
    let integrated = answers.iter().map(|(status, media, body)| {
        let parameters: Map<String, Value> = headers(media)
            .into_iter()
            .map(|(name, value)| (format!("method.response.header.{name}"), json!(format!("'{value}'"))))
            .collect();
        json!({
            "StatusCode": status.to_string(),
            "SelectionPattern": status.to_string(),
            "ResponseParameters": parameters,
            "ResponseTemplates": {"application/json": body},
        })
    });
    let declared = answers.iter().map(|(status, media, _)| {
        let parameters: Map<String, Value> = headers(media)
            .into_iter()
            .map(|(name, _)| (format!("method.response.header.{name}"), json!(true)))
            .collect();
        json!({"StatusCode": status.to_string(), "ResponseParameters": parameters})
    });
    json!({
        "Type": "AWS::ApiGateway::Method",
        "Properties": {
            "RestApiId": reference("Backup"),
            "ResourceId": resource,
            "HttpMethod": verb,
            "AuthorizationType": "NONE",
            "Integration": {
                "Type": "MOCK",
                "PassthroughBehavior": "WHEN_NO_TEMPLATES",
                "RequestTemplates": {"application/json": choose},
                "IntegrationResponses": integrated.collect::<Vec<_>>(),
            },
            "MethodResponses": declared.collect::<Vec<_>>(),
        },
    })
}
