//! A nested stack: its resources, and the parameters and conditions that they name.

use serde_json::{Map, Value, json};

/// Every parameter of a generated stack, with what it is.
const PARAMETERS: &[(&str, &str)] = &[
    ("Name", "What names of tables, queues and functions begin with"),
    ("ApiId", "The HTTP API"),
    ("SiteUrl", "The public address of the site"),
    ("OaiPrefix", "What OAI identifiers begin with; the host of the site where it is empty"),
    ("Bucket", "The bucket of objects"),
    ("FilesUrl", "What addresses of files begin with; empty: those of the bucket itself"),
    ("Edge", "Whether requests come through CloudFront"),
    ("SiteHost", "The host of the site; empty: the one that CloudFront gives"),
    ("FilesHost", "The host of files; empty: the one that CloudFront gives"),
    ("Certificate", "The ARN of the certificate of both, in us-east-1; empty: the one of CloudFront"),
    ("WebAcl", "The ARN of limits per caller (firewall.yaml); empty: none"),
    ("OutboxStream", "The stream of the table of events"),
    ("SearchEndpoint", "The address of OpenSearch; empty: nothing is searched"),
    (
        "SearchArn",
        "The ARN of an OpenSearch Service domain; empty: an OpenSearch that asks for no signatures, or none",
    ),
    ("RemoteHosts", "Hosts that files may be linked to and fetched from"),
    ("StatsQuery", "Who may ask for statistics"),
    ("MaxFiles", "Most files of one version of a record"),
    ("Quota", "Most bytes of the files of one version of a record"),
    ("MaxFileSize", "Most bytes of one file"),
    ("DeletionDays", "Days after publication in which owners may delete their records"),
    ("FileModificationDays", "Days after publication in which owners may change files of their records"),
    (
        "CustomFieldsParameter",
        "Where further fields of records are declared, in Systems Manager; empty: there are none",
    ),
    ("Dois", "Whether every public record has a DOI of the site"),
    ("SiteName", "What the site is called in messages"),
    ("DatacitePrefix", "What DOIs begin with"),
    ("DataciteRepository", "The account at DataCite that registers DOIs; empty: they stay here"),
    ("DataciteUrl", "Where DataCite is asked"),
    ("DatacitePasswordParameter", "Where the password of that account is kept, in Systems Manager"),
    ("CrossrefPrefix", "What DOIs of Crossref begin with; empty: there are none"),
    ("CrossrefUser", "The account at Crossref that registers them; empty: they stay here"),
    ("CrossrefEmail", "Where Crossref writes to about deposits"),
    ("CrossrefDepositor", "Who deposits at Crossref; empty: what the site is called"),
    ("CrossrefUrl", "Where Crossref is asked"),
    ("CrossrefPasswordParameter", "Where the password of that account is kept, in Systems Manager"),
    ("Administrator", "The mail address of the first administrator"),
    ("TokenParameter", "Where the first administrator finds their token, in Systems Manager"),
    ("Topology", "A function for each operation, or for each service"),
    ("Architecture", "The processors that functions run on"),
    ("Tracing", "Whether requests are traced by X-Ray"),
    ("LogDays", "Days that logs are kept"),
    ("Protection", "Whether tables refuse to be deleted"),
    ("AlarmMail", "Who is told of alarms by mail; empty: nobody"),
];

/// Parameters that are no texts.
const NUMBERS: [&str; 1] = ["LogDays"];

/// A stack of these resources, with the parameters and conditions that they name.
pub(crate) fn stack(description: &str, resources: Map<String, Value>, outputs: Map<String, Value>) -> Value {
    let body = json!({"Resources": resources, "Outputs": outputs});
    let mut names = Vec::new();
    named(&body, &mut names);
    let conditions: Map<String, Value> = conditions()
        .into_iter()
        .filter(|(condition, _)| names.iter().any(|name| name == condition))
        .map(|(condition, meaning)| (condition.to_owned(), meaning))
        .collect();
    named(&Value::Object(conditions.clone()), &mut names);
    let parameters: Map<String, Value> = PARAMETERS
        .iter()
        .filter(|(parameter, _)| names.iter().any(|name| name == parameter))
        .map(|(parameter, description)| {
            let sort = if NUMBERS.contains(parameter) { "Number" } else { "String" };
            ((*parameter).to_owned(), json!({"Type": sort, "Description": description}))
        })
        .collect();
    let mut template = json!({"AWSTemplateFormatVersion": "2010-09-09", "Description": description});
    let parts = [("Parameters", parameters), ("Conditions", conditions)];
    for (name, part) in parts.into_iter().chain([("Resources", resources), ("Outputs", outputs)]) {
        if !part.is_empty() {
            template[name] = Value::Object(part);
        }
    }
    template
}

/// A nested stack in its parent, which has parameters of the same names.
pub(crate) fn nested(file: &str, template: &Value) -> Value {
    let parameters = template["Parameters"].as_object().into_iter().flat_map(Map::keys);
    let parameters: Map<String, Value> =
        parameters.map(|name| (name.clone(), json!({"Ref": name}))).collect();
    json!({
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": file, "Parameters": parameters},
    })
}

/// What conditions mean.
fn conditions() -> [(&'static str, Value); 11] {
    let is = |parameter: &str, value: &str| json!({"Fn::Equals": [{"Ref": parameter}, value]});
    [
        ("PerOperation", is("Topology", "operation")),
        ("PerService", json!({"Fn::Not": [{"Condition": "PerOperation"}]})),
        ("Protected", is("Protection", "on")),
        ("Traced", is("Tracing", "on")),
        ("TellsSomebody", json!({"Fn::Not": [is("AlarmMail", "")]})),
        ("HasSearchArn", json!({"Fn::Not": [is("SearchArn", "")]})),
        ("HasSiteHost", json!({"Fn::Not": [is("SiteHost", "")]})),
        ("HasFilesHost", json!({"Fn::Not": [is("FilesHost", "")]})),
        ("HasCertificate", json!({"Fn::Not": [is("Certificate", "")]})),
        ("HasCustomFields", json!({"Fn::Not": [is("CustomFieldsParameter", "")]})),
        ("HasWebAcl", json!({"Fn::Not": [is("WebAcl", "")]})),
    ]
}

/// Every name that is referred to: of parameters, resources and conditions.
fn named(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Object(entries) => {
            for (key, content) in entries {
                match (key.as_str(), content) {
                    ("Ref" | "Condition", Value::String(name)) => names.push(name.clone()),
                    ("Fn::Sub", Value::String(text)) => {
                        let parts = text.split("${").skip(1);
                        names.extend(parts.filter_map(|part| Some(part.split_once('}')?.0.to_owned())));
                    }
                    ("Fn::If", Value::Array(parts)) => {
                        names.extend(parts.first().and_then(Value::as_str).map(str::to_owned));
                    }
                    _ => {}
                }
                named(content, names);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| named(item, names)),
        _ => {}
    }
}
