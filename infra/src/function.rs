//! A Lambda function with its role and its logs.

use cairn_events::SET_UP;
use cairn_model::queue::Queue;
use cairn_ports::Need;
use serde_json::{Map, Value, json};

use crate::{
    cfn::{attribute, only_if, reference, sub},
    grants::{Statement, statements},
};

/// What X-Ray asks of whoever sends to it; it knows no narrower rights.
const TRACING: &str = "arn:${AWS::Partition}:iam::aws:policy/AWSXRayDaemonWriteAccess";

/// The variable that says where fields of the site's own are declared.
pub(crate) const CUSTOM_FIELDS: &str = "CAIRN_CUSTOM_FIELDS_PARAMETER";

/// A function that is to be.
pub(crate) struct Function<'a> {
    /// What the names of its resources begin with.
    pub id: String,
    /// Which part of the artifact it runs: `_HANDLER`.
    pub handler: &'a str,
    /// One line for people.
    pub description: String,
    /// `api` or `events`.
    pub artifact: &'static str,
    /// Memory, in MB.
    pub memory_mb: u32,
    /// Longest run, in seconds.
    pub timeout_s: u32,
    /// What it may touch.
    pub needs: Vec<Need>,
    /// The queue that it takes messages from.
    pub queue: Option<&'static Queue>,
    /// What its role allows beside its needs.
    pub further: Vec<Value>,
    /// Variables beside those that its needs ask for.
    pub variables: Map<String, Value>,
    /// Where `target` is, seen from the template.
    pub root: &'static str,
    /// When it is there; always, if nothing is said.
    pub condition: Option<&'static str>,
}

impl Function<'_> {
    /// Its name, without that of the site: `drafts-publish`.
    pub(crate) fn name(&self) -> String {
        self.handler.replace('.', "-")
    }

    /// What its role allows, but its logs.
    pub(crate) fn statements(&self) -> Vec<Statement> {
        statements(&self.needs, self.queue)
    }

    /// Logs, role and function.
    pub(crate) fn resources(&self) -> Vec<(String, Value)> {
        let (logs, role) = (format!("{}Logs", self.id), format!("{}Role", self.id));
        let function = json!({
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "FunctionName": sub(&format!("${{Name}}-{}", self.name())),
                "Description": self.description,
                "Runtime": "provided.al2023",
                "Architectures": [reference("Architecture")],
                "Handler": self.handler,
                "Code": format!("{}target/package/{}.zip", self.root, self.artifact),
                "MemorySize": self.memory_mb,
                "Timeout": self.timeout_s,
                "Role": attribute(&role, "Arn"),
                "LoggingConfig": {"LogFormat": "JSON", "LogGroup": reference(&logs)},
                "TracingConfig": {"Mode": {"Fn::If": ["Traced", "Active", "PassThrough"]}},
                "Environment": {"Variables": self.environment()},
            },
        });
        let mut resources = [
            (
                logs.clone(),
                json!({
                    "Type": "AWS::Logs::LogGroup",
                    "Properties": {
                        "LogGroupName": sub(&format!("/aws/lambda/${{Name}}-{}", self.name())),
                        "RetentionInDays": reference("LogDays"),
                    },
                }),
            ),
            (role, self.role(&logs)),
            (self.id.clone(), function),
        ];
        if let Some(condition) = self.condition {
            for (_, resource) in &mut resources {
                *resource = conditional(condition, resource);
            }
        }
        resources.into()
    }

    /// The role, which allows what the needs say, and logs.
    fn role(&self, logs: &str) -> Value {
        let log = json!({
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": [attribute(logs, "Arn")],
        });
        let needs = self.statements().into_iter().map(|statement| statement.to_value());
        let all: Vec<Value> = needs.chain(self.further.clone()).chain([log]).collect();
        json!({
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [{
                        "Effect": "Allow",
                        "Principal": {"Service": "lambda.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                    }],
                },
                "ManagedPolicyArns": only_if("Traced", &json!([sub(TRACING)])),
                "Policies": [{
                    "PolicyName": "needs",
                    "PolicyDocument": {"Version": "2012-10-17", "Statement": all},
                }],
            },
        })
    }

    /// The variables that the needs ask for.
    pub(crate) fn environment(&self) -> Map<String, Value> {
        let any = |wanted: fn(&Need) -> bool| self.needs.iter().any(wanted);
        let queues =
            any(|need| matches!(need, Need::Send | Need::Consume | Need::Depths | Need::DeadLetters));
        let search = any(|need| matches!(need, Need::Search | Need::Index | Need::Reindex));
        let address = "https://sqs.${AWS::Region}.${AWS::URLSuffix}/${AWS::AccountId}/${Name}-";
        let something = !self.needs.is_empty();
        // AWS: 4 KB of variables. Whoever makes the site ready makes no DOIs.
        let mints = something && self.handler != SET_UP;
        let declares = any(|need| *need == Need::CustomFields);
        let variables = [
            ("SITE_URL", true, reference("SiteUrl")),
            ("CAIRN_OAI_PREFIX", something, reference("OaiPrefix")),
            ("CAIRN_TABLES", something, sub("${Name}-")),
            ("CAIRN_BUCKET", something, reference("Bucket")),
            ("CAIRN_FILES_URL", something, reference("FilesUrl")),
            ("CAIRN_EDGE", something, reference("Edge")),
            ("CAIRN_QUEUES", queues, sub(address)),
            ("CAIRN_OPENSEARCH", search, reference("SearchEndpoint")),
            ("CAIRN_INDICES", search, sub("${Name}-")),
            ("CAIRN_METRICS", true, sub("Cairn/${Name}")),
            ("CAIRN_REMOTE_HOSTS", something, reference("RemoteHosts")),
            ("CAIRN_STATS_QUERY", something, reference("StatsQuery")),
            ("CAIRN_MAX_FILES", something, reference("MaxFiles")),
            ("CAIRN_QUOTA", something, reference("Quota")),
            ("CAIRN_MAX_FILE_SIZE", something, reference("MaxFileSize")),
            ("CAIRN_DELETION_DAYS", something, reference("DeletionDays")),
            ("CAIRN_FILE_MODIFICATION_DAYS", something, reference("FileModificationDays")),
            (CUSTOM_FIELDS, declares, reference("CustomFieldsParameter")),
            ("CAIRN_DOIS", mints, reference("Dois")),
            ("CAIRN_SITE_NAME", mints, reference("SiteName")),
            ("CAIRN_DATACITE_PREFIX", mints, reference("DatacitePrefix")),
            ("CAIRN_DATACITE_REPOSITORY", mints, reference("DataciteRepository")),
            ("CAIRN_DATACITE_URL", mints, reference("DataciteUrl")),
            ("CAIRN_CROSSREF_PREFIX", mints, reference("CrossrefPrefix")),
            ("CAIRN_CROSSREF_USER", mints, reference("CrossrefUser")),
            ("CAIRN_CROSSREF_EMAIL", mints, reference("CrossrefEmail")),
            ("CAIRN_CROSSREF_DEPOSITOR", mints, reference("CrossrefDepositor")),
            ("CAIRN_CROSSREF_URL", mints, reference("CrossrefUrl")),
        ];
        let wanted = variables.into_iter().filter(|(_, wanted, _)| *wanted);
        wanted.map(|(name, _, value)| (name.to_owned(), value)).chain(self.variables.clone()).collect()
    }
}

/// A resource that is there only where a condition holds.
pub(crate) fn conditional(condition: &str, resource: &Value) -> Value {
    let mut entries = resource.as_object().cloned().unwrap_or_default();
    entries.shift_insert(1, "Condition".to_owned(), json!(condition));
    Value::Object(entries)
}

/// What lets a service of AWS start a function.
pub(crate) fn permission(function: &str, principal: &str, source: &Value) -> Value {
    json!({
        "Type": "AWS::Lambda::Permission",
        "Properties": {
            "Action": "lambda:InvokeFunction",
            "FunctionName": reference(function),
            "Principal": principal,
            "SourceArn": source,
        },
    })
}
