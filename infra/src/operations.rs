//! The stacks of the operations: one for each service.

use std::collections::BTreeMap;

use cairn_http::{Class, Operation, service::keys};
use serde_json::{Map, Value, json};

use crate::{
    cfn::{attribute, camel, either, reference, sub},
    function::{Function, conditional, permission},
    template::{nested, stack},
};

/// Where `target` is, seen from `infra/operations/`.
const ROOT: &str = "../../";

/// The operations of each service, by its name.
pub(crate) fn services() -> BTreeMap<&'static str, Vec<&'static Operation>> {
    let mut services = BTreeMap::<_, Vec<_>>::new();
    for operation in cairn_api::all() {
        services.entry(operation.service()).or_default().push(operation);
    }
    services
}

/// The function of one operation.
pub(crate) fn of_operation(operation: &Operation) -> Function<'static> {
    Function {
        id: camel(operation.name.rsplit('.').next().unwrap_or(operation.name)),
        handler: operation.name,
        description: operation.summary.to_owned(),
        artifact: "api",
        memory_mb: operation.runtime.memory_mb,
        timeout_s: operation.runtime.timeout_s,
        needs: operation.needs.to_vec(),
        queue: None,
        further: Vec::new(),
        variables: Map::new(),
        root: ROOT,
        condition: Some("PerOperation"),
    }
}

/// The one function of a service: what any of its operations may, it may.
pub(crate) fn of_service<'a>(service: &'a str, operations: &[&Operation]) -> Function<'a> {
    let mut needs: Vec<_> = operations.iter().flat_map(|operation| operation.needs).copied().collect();
    needs.sort_unstable();
    needs.dedup();
    let most =
        |of: fn(&Operation) -> u32| operations.iter().map(|operation| of(operation)).max().unwrap_or(0);
    Function {
        id: "Service".into(),
        handler: service,
        description: format!("All operations of {service}"),
        artifact: "api",
        memory_mb: most(|operation| operation.runtime.memory_mb),
        timeout_s: most(|operation| operation.runtime.timeout_s),
        needs,
        queue: None,
        further: Vec::new(),
        variables: Map::new(),
        root: ROOT,
        condition: Some("PerService"),
    }
}

/// The stack of a service.
pub(crate) fn service_stack(service: &str, operations: &[&'static Operation]) -> Value {
    let all: Vec<_> = cairn_api::all().collect();
    let whole = of_service(service, operations);
    let mut resources: Map<String, Value> = whole.resources().into_iter().collect();
    resources.insert("ServicePermission".into(), conditional("PerService", &invocation("Service")));
    for operation in operations {
        let function = of_operation(operation);
        let id = function.id.clone();
        resources.extend(function.resources());
        resources.insert(format!("{id}Permission"), conditional("PerOperation", &invocation(&id)));
        let uri = either("PerOperation", &attribute(&id, "Arn"), &attribute("Service", "Arn"));
        resources.insert(format!("{id}Integration"), integration(&uri));
        for (at, key) in keys(operation, &all).into_iter().enumerate() {
            let name = if at == 0 { format!("{id}Route") } else { format!("{id}SlashRoute") };
            resources.insert(name, route(&id, &key));
        }
    }
    stack(&format!("Cairn: operations of {service}"), resources, Map::new())
}

/// The stack that holds those of all services, and the stage, whose limits name their routes.
pub(crate) fn all_stacks(stacks: &BTreeMap<&'static str, Value>) -> Value {
    let nested = stacks
        .iter()
        .map(|(service, template)| (camel(service), nested(&format!("operations/{service}.yaml"), template)));
    let mut resources: Map<String, Value> = nested.collect();
    let services: Vec<String> = resources.keys().cloned().collect();
    resources.insert("AccessLogs".into(), access_logs());
    resources.insert("Stage".into(), stage(&services));
    stack("Cairn: the operations of the API", resources, Map::new())
}

/// Requests a second that a class of operations takes, and how many at once, before callers are told 429.
fn limits(class: Class) -> (u32, u32) {
    match class {
        Class::Static | Class::Read => (1_000, 2_000),
        Class::Search | Class::Write | Class::File => (200, 400),
    }
}

fn stage(services: &[String]) -> Value {
    let all: Vec<_> = cairn_api::all().collect();
    let limit = |class| {
        let (rate, burst) = limits(class);
        json!({"ThrottlingRateLimit": rate, "ThrottlingBurstLimit": burst})
    };
    let routes: BTreeMap<String, Value> = all
        .iter()
        .flat_map(|operation| {
            keys(operation, &all).into_iter().map(|key| (key, limit(operation.runtime.class)))
        })
        .collect();
    // Who asked is nobody's business: no addresses, no queries.
    let logged =
        ["requestId", "routeKey", "status", "responseLatency", "responseLength", "integrationErrorMessage"];
    let format: Map<String, Value> =
        logged.into_iter().map(|name| (name.to_owned(), json!(format!("$context.{name}")))).collect();
    json!({
        "Type": "AWS::ApiGatewayV2::Stage",
        // Limits are of routes that are there.
        "DependsOn": services,
        "Properties": {
            "ApiId": reference("ApiId"),
            "StageName": "$default",
            "AutoDeploy": true,
            "AccessLogSettings": {
                "DestinationArn": attribute("AccessLogs", "Arn"),
                "Format": Value::Object(format).to_string(),
            },
            "DefaultRouteSettings": limit(Class::Write),
            "RouteSettings": routes,
        },
    })
}

fn access_logs() -> Value {
    json!({
        "Type": "AWS::Logs::LogGroup",
        "Properties": {"LogGroupName": sub("/aws/http/${Name}"), "RetentionInDays": reference("LogDays")},
    })
}

fn invocation(function: &str) -> Value {
    let api = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${ApiId}/*";
    permission(function, "apigateway.amazonaws.com", &sub(api))
}

fn integration(uri: &Value) -> Value {
    json!({
        "Type": "AWS::ApiGatewayV2::Integration",
        "Properties": {
            "ApiId": reference("ApiId"),
            "IntegrationType": "AWS_PROXY",
            "IntegrationUri": uri,
            "PayloadFormatVersion": "2.0",
        },
    })
}

fn route(id: &str, key: &str) -> Value {
    json!({
        "Type": "AWS::ApiGatewayV2::Route",
        "Properties": {
            "ApiId": reference("ApiId"),
            "RouteKey": key,
            "Target": sub(&format!("integrations/${{{id}Integration}}")),
        },
    })
}
