//! The stack of `CloudFront`: the site and its files under their own names, and what people are told while the API is down.

use std::collections::BTreeSet;

use cairn_http::{
    Operation,
    operation::{BODY_BYTES, EVERYTHING_ELSE, Method},
};
use cairn_ports::Need;
use serde_json::{Map, Value, json};

use crate::{
    backup::{self, PAGE, STAGE},
    cfn::{attribute, either, only_if, reference, sub},
    template::stack,
};

/// Policies that every account has. AWS: managed cache policies, managed origin request policies.
const UNCACHED: &str = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
const ALL_BUT_HOST: &str = "b689b0a8-53d0-40ab-baf2-68738e2966ac";

/// Statuses of errors that `CloudFront` keeps for ten seconds, unless it is told not to: a record that is refused to one may be
/// another's.
const KEPT: [u32; 11] = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];
/// Those that `CloudFront` gives where it cannot reach the API; none of ours.
const UNREACHED: [u32; 2] = [502, 504];

/// What people look at, or are led by: there is somebody else who answers while the API is down.
const PAGES: [&str; 3] = ["/records/", "/doi/", "/robots.txt"];

/// The stack.
pub(crate) fn edge() -> Value {
    let mut resources = Map::new();
    resources.extend(backup::resources());
    resources.insert("SiteFunction".into(), function("site", &site_code()));
    resources.insert("FilesFunction".into(), function("files", &files_code()));
    resources.insert("FilesHeaders".into(), files_headers());
    resources.insert("Site".into(), distribution(&site()));
    resources.insert("Files".into(), distribution(&files()));
    let address = |distribution: &str, host: &str, condition: &str| {
        let own = sub(&format!("https://${{{distribution}.DomainName}}"));
        json!({"Value": either(condition, &sub(&format!("https://${{{host}}}")), &own)})
    };
    let target = |distribution: &str| json!({"Value": attribute(distribution, "DomainName")});
    let outputs = Map::from_iter([
        ("SiteUrl".to_owned(), address("Site", "SiteHost", "HasSiteHost")),
        ("FilesUrl".to_owned(), address("Files", "FilesHost", "HasFilesHost")),
        ("SiteTarget".to_owned(), target("Site")),
        ("FilesTarget".to_owned(), target("Files")),
    ]);
    stack("Cairn: CloudFront before the API and before the bucket of objects", resources, outputs)
}

/// Paths with their own behaviour: whoever asks there reads JSON, and may change something.
pub(crate) fn api_paths() -> BTreeSet<String> {
    let all = cairn_api::all().filter(|operation| operation.route.path != EVERYTHING_ELSE);
    let first = |operation: &Operation| {
        let mut parts = operation.route.path.split('/').skip(1);
        let first = parts.next().unwrap_or_default();
        if parts.next().is_some() { format!("/{first}/*") } else { format!("/{first}") }
    };
    let is_page =
        |operation: &&Operation| PAGES.iter().any(|prefix| operation.route.path.starts_with(prefix));
    all.filter(|operation| !is_page(operation)).map(first).collect()
}

/// The function before the site: largest bodies come from the table.
pub(crate) fn site_code() -> String {
    let others = cairn_api::all().filter(|one| ![0, BODY_BYTES].contains(&one.body.max_bytes()));
    let others: Vec<Value> = others
        .map(|one| json!([one.route.method.as_str(), pattern(one.route.path), one.body.max_bytes()]))
        .collect();
    include_str!("../edge/site.js")
        .replace("const LARGEST = 0;", &format!("const LARGEST = {BODY_BYTES};"))
        .replace("const OTHERS = [];", &format!("const OTHERS = {};", json!(others)))
}

/// The function before the bucket: what is signed comes from the needs of operations.
pub(crate) fn files_code() -> String {
    let prefixes: BTreeSet<String> = cairn_api::all()
        .flat_map(|operation| operation.needs)
        .filter_map(|need| match need {
            Need::GetObjects(prefix) | Need::PutObjects(prefix) => Some(format!("/{prefix}")),
            _ => None,
        })
        .collect();
    include_str!("../edge/files.js")
        .replace("const PREFIXES = [];", &format!("const PREFIXES = {};", json!(prefixes)))
}

/// A path of the table as a regular expression.
pub(crate) fn pattern(path: &str) -> String {
    let parts = path.split('/').map(|part| match part.strip_prefix('{') {
        Some(rest) if rest.ends_with("+}") => ".+",
        Some(_) => "[^/]+",
        None => part,
    });
    format!("^{}/?$", parts.collect::<Vec<_>>().join("/"))
}

fn function(name: &str, code: &str) -> Value {
    json!({
        "Type": "AWS::CloudFront::Function",
        "Properties": {
            "Name": sub(&format!("${{Name}}-{name}")),
            "AutoPublish": true,
            "FunctionConfig": {"Comment": format!("Before {name}"), "Runtime": "cloudfront-js-2.0"},
            "FunctionCode": code,
        },
    })
}

/// Bytes of strangers never run, whatever they are.
fn files_headers() -> Value {
    let security = json!({
        "ContentSecurityPolicy": {"ContentSecurityPolicy": "sandbox; default-src 'none'", "Override": true},
        "ContentTypeOptions": {"Override": true},
        "FrameOptions": {"FrameOption": "SAMEORIGIN", "Override": true},
        "StrictTransportSecurity": {"AccessControlMaxAgeSec": 31_536_000, "Override": true},
    });
    json!({
        "Type": "AWS::CloudFront::ResponseHeadersPolicy",
        "Properties": {
            "ResponseHeadersPolicyConfig": {"Name": sub("${Name}-files"), "SecurityHeadersConfig": security},
        },
    })
}

fn distribution(config: &Value) -> Value {
    json!({"Type": "AWS::CloudFront::Distribution", "Properties": {"DistributionConfig": config}})
}

/// What both distributions have.
fn common(comment: &str, host: &str, condition: &str) -> Map<String, Value> {
    let certificate = json!({
        "AcmCertificateArn": reference("Certificate"),
        "SslSupportMethod": "sni-only",
        "MinimumProtocolVersion": "TLSv1.2_2021",
    });
    Map::from_iter([
        ("Comment".to_owned(), sub(&format!("${{Name}}: {comment}"))),
        ("Enabled".to_owned(), json!(true)),
        ("HttpVersion".to_owned(), json!("http2and3")),
        ("IPV6Enabled".to_owned(), json!(true)),
        ("Aliases".to_owned(), only_if(condition, &json!([reference(host)]))),
        ("ViewerCertificate".to_owned(), only_if("HasCertificate", &certificate)),
        ("WebACLId".to_owned(), only_if("HasWebAcl", &reference("WebAcl"))),
    ])
}

fn site() -> Value {
    let mut config = common("the site", "SiteHost", "HasSiteHost");
    let behind = |id: &str, domain: &str, path: Option<String>| {
        let mut origin = json!({
            "Id": id,
            "DomainName": sub(&format!("{domain}.execute-api.${{AWS::Region}}.${{AWS::URLSuffix}}")),
            "CustomOriginConfig": {
                "OriginProtocolPolicy": "https-only",
                "OriginSSLProtocols": ["TLSv1.2"],
                // One second longer than API Gateway waits for a function.
                "OriginReadTimeout": 31,
            },
            "ConnectionTimeout": 3,
        });
        if let Some(path) = path {
            origin["OriginPath"] = json!(path);
        }
        origin
    };
    let origins = [behind("api", "${ApiId}", None), behind("backup", "${Backup}", Some(format!("/{STAGE}")))];
    config.insert("Origins".into(), json!(origins));
    let failing = json!([500, 502, 503, 504]);
    let group = json!({
        "Id": "api-or-backup",
        "FailoverCriteria": {"StatusCodes": {"Items": failing, "Quantity": 4}},
        "Members": {"Items": [{"OriginId": "api"}, {"OriginId": "backup"}], "Quantity": 2},
    });
    config.insert("OriginGroups".into(), json!({"Items": [group], "Quantity": 1}));
    // A group of origins serves those who only read: AWS allows it no other methods.
    config.insert("DefaultCacheBehavior".into(), behavior("api-or-backup", "SiteFunction", false));
    let paths = api_paths().into_iter().map(|path| at(&path, behavior("api", "SiteFunction", true)));
    let page = at(PAGE, behavior("backup", "SiteFunction", false));
    config.insert("CacheBehaviors".into(), paths.chain([page]).collect());
    config.insert("CustomErrorResponses".into(), KEPT.map(error).into_iter().collect());
    Value::Object(config)
}

fn files() -> Value {
    let mut config = common("files", "FilesHost", "HasFilesHost");
    let bucket = json!({
        "Id": "objects",
        // As functions sign it: the host is part of what is signed.
        "DomainName": sub("${Bucket}.s3.${AWS::Region}.${AWS::URLSuffix}"),
        // The signed address says who asks; another signature, or none, is no way in.
        "S3OriginConfig": {"OriginAccessIdentity": ""},
    });
    config.insert("Origins".into(), json!([bucket]));
    let mut behavior = behavior("objects", "FilesFunction", true);
    behavior["ResponseHeadersPolicyId"] = reference("FilesHeaders");
    config.insert("DefaultCacheBehavior".into(), behavior);
    let unkept = KEPT.map(|code| json!({"ErrorCode": code, "ErrorCachingMinTTL": 0}));
    config.insert("CustomErrorResponses".into(), unkept.into_iter().collect());
    Value::Object(config)
}

/// Nothing is cached: caches never decide access.
fn behavior(origin: &str, function: &str, changes: bool) -> Value {
    let methods: Vec<&str> = [Method::Put, Method::Patch, Method::Post, Method::Delete]
        .iter()
        .filter(|_| changes)
        .map(|method| method.as_str())
        .collect();
    let methods: Vec<&str> = ["GET", "HEAD", "OPTIONS"].into_iter().chain(methods).collect();
    json!({
        "TargetOriginId": origin,
        "AllowedMethods": methods,
        "CachePolicyId": UNCACHED,
        "OriginRequestPolicyId": ALL_BUT_HOST,
        "ViewerProtocolPolicy": "redirect-to-https",
        "FunctionAssociations": [
            {"EventType": "viewer-request", "FunctionARN": attribute(function, "FunctionARN")},
        ],
    })
}

fn at(path: &str, mut behavior: Value) -> Value {
    if let Some(entries) = behavior.as_object_mut() {
        entries.shift_insert(0, "PathPattern".into(), json!(path));
    }
    behavior
}

/// What becomes of an error: its own words reach the caller, where the API has some.
fn error(code: u32) -> Value {
    let mut error = json!({"ErrorCode": code, "ErrorCachingMinTTL": 0});
    if UNREACHED.contains(&code) {
        error["ResponseCode"] = json!(503);
        error["ResponsePagePath"] = json!(PAGE);
    }
    error
}
