//! What the generated templates keep, and that the committed ones are these.

mod calls;
mod edge;
mod settings;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use cairn_core::files::INBOX;
use cairn_events::{CONSUMERS, Source};
use cairn_http::service::keys;
use cairn_ports::Need;
use serde_json::Value;

use crate::{consumers::of_consumer, function::Function, operations, templates};

/// The longest name that a site may have.
const NAME: &str = "a-name-of-20-letters";

fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every function of every topology.
fn functions() -> Vec<Function<'static>> {
    let services = operations::services();
    let of_services = services.iter().map(|(service, all)| operations::of_service(service, all));
    let of_operations = cairn_api::all().map(operations::of_operation);
    of_services.chain(of_operations).chain(CONSUMERS.iter().map(of_consumer)).collect()
}

fn resources(template: &Value) -> Vec<&Value> {
    template["Resources"].as_object().unwrap().values().collect()
}

fn count(kind: &str) -> usize {
    let all = templates();
    all.iter().flat_map(|template| resources(&template.content)).filter(|one| one["Type"] == kind).count()
}

#[test]
fn the_committed_templates_are_those_that_the_tables_say() {
    let mut paths = BTreeSet::new();
    for template in templates() {
        let text = fs::read_to_string(folder().join(&template.path)).unwrap_or_default();
        assert!(text == template.text(), "infra/{} is stale: `make infra` writes it anew", template.path);
        paths.insert(template.path);
    }
    for entry in fs::read_dir(folder().join("operations")).unwrap() {
        let path = format!("operations/{}", entry.unwrap().file_name().to_string_lossy());
        assert!(paths.contains(&path), "infra/{path} belongs to no service: `make infra` removes it");
    }
}

#[test]
fn stacks_keep_the_limits_of_cloudformation() {
    for template in templates() {
        let parameters = template.content["Parameters"].as_object().map_or(0, serde_json::Map::len);
        let resources = resources(&template.content).len();
        let text = template.text();
        assert!(resources <= 500 && parameters <= 200, "{}: {resources} resources", template.path);
        assert!(text.len() <= 1_000_000, "{}: {} bytes", template.path, text.len());
    }
}

#[test]
fn no_resource_is_called_like_a_parameter() {
    for template in templates() {
        let names = |section: &str| {
            let section = template.content[section].as_object();
            section.into_iter().flat_map(|all| all.keys()).collect::<BTreeSet<_>>()
        };
        let (parameters, resources) = (names("Parameters"), names("Resources"));
        let both: Vec<_> = parameters.intersection(&resources).collect();
        assert!(
            both.is_empty(),
            "{}: {both:?} stand twice: another name of the operation helps",
            template.path
        );
    }
}

#[test]
fn the_api_keeps_the_quotas_of_api_gateway() {
    let (routes, integrations) = (count("AWS::ApiGatewayV2::Route"), count("AWS::ApiGatewayV2::Integration"));
    assert_eq!(integrations, cairn_api::all().count());
    assert!(routes >= integrations && routes <= 300 && integrations <= 300, "{routes} routes");
}

#[test]
fn every_operation_has_routes_that_no_other_has() {
    let all: Vec<_> = cairn_api::all().collect();
    let mut known = BTreeMap::new();
    for operation in &all {
        for key in keys(operation, &all) {
            let other = known.insert(key.clone(), operation.name);
            assert_eq!(other, None, "{key} leads to {} too", operation.name);
        }
    }
    let general = known.keys().filter(|key| key.starts_with("ANY ")).count();
    let paths: BTreeSet<_> = all.iter().map(|operation| operation.route.path).collect();
    assert!(general + 1 >= paths.len(), "every path but $default has a route for all methods");
}

#[test]
fn roles_name_what_they_allow() {
    for function in functions() {
        let statements = function.statements();
        for statement in &statements {
            for action in statement.actions {
                assert!(!action.contains('*'), "{}: {action}", function.handler);
            }
            for resource in &statement.resources {
                let is_named = resource.starts_with("arn:") || resource.starts_with("${SearchArn}/");
                assert!(is_named && !resource.ends_with(":*"), "{}: {resource}", function.handler);
                assert_ne!(resource.trim_end_matches('*').split(':').next_back(), Some(""), "{resource}");
            }
        }
        let role = function.resources().into_iter().find(|(id, _)| id.ends_with("Role")).unwrap().1;
        let policy = role["Properties"]["Policies"][0]["PolicyDocument"].to_string();
        let policy = policy
            .replace("{\"Fn::Sub\":", "")
            .replace("${Name}", NAME)
            .replace("${Bucket}", &"b".repeat(63));
        assert!(policy.len() <= 10_240, "{}: {} bytes of policy", function.handler, policy.len());
    }
}

#[test]
fn only_jobs_sweeps_and_the_set_up_go_through_tables_or_change_indices() {
    let wide = |needs: &[Need]| needs.iter().any(|need| matches!(need, Need::Scan(_) | Need::Reindex));
    let operations: Vec<_> = cairn_api::all().filter(|one| wide(one.needs)).map(|one| one.name).collect();
    assert_eq!(operations, ["status.read"]);
    let consumers: Vec<_> = CONSUMERS.iter().filter(|one| wide(one.needs)).map(|one| one.name).collect();
    assert_eq!(consumers, ["sweep_outbox", "consume_jobs", "consume_low_priority", "set_up"]);
}

#[test]
fn functions_keep_the_limits_of_lambda() {
    let mut names = BTreeSet::new();
    for function in functions() {
        let name = format!("{NAME}-{}", function.name());
        assert!(name.len() <= 64, "{name}");
        assert!(names.insert(name.clone()), "{name} is there twice");
        assert!(function.description.len() <= 256, "{name}");
        assert!((128..=10_240).contains(&function.memory_mb) && function.timeout_s <= 900, "{name}");
    }
    for operation in cairn_api::all() {
        assert!(
            operation.runtime.timeout_s <= 30,
            "{operation:?}: API Gateway waits no longer than 30 seconds"
        );
    }
}

#[test]
fn a_queue_hides_messages_six_times_as_long_as_their_consumer_may_take() {
    let mut queues = 0;
    for consumer in CONSUMERS {
        let Source::Queue(queue) = consumer.source else { continue };
        assert!(queue.window() >= u32::from(queue.batch > 10), "{queue}");
        assert!(queue.visibility >= 6 * consumer.runtime.timeout_s + queue.window(), "{}", consumer.name);
        assert!(queue.visibility <= 43_200 && queue.batch <= 10_000, "{queue}");
        assert!((2..=1_000).contains(&consumer.runtime.at_once), "{}", consumer.name);
        queues += 1;
    }
    assert!((1..=10).contains(&queues), "{queues} queues are polled, which costs at rest");
}

#[test]
fn there_are_few_alarms_of_few_figures_each() {
    assert!((1..=10).contains(&count("AWS::CloudWatch::Alarm")));
    let all = templates();
    let alarms = all.iter().flat_map(|template| resources(&template.content));
    for alarm in alarms.filter(|one| one["Type"] == "AWS::CloudWatch::Alarm") {
        let figures = alarm["Properties"]["Metrics"].as_array().unwrap().len() - 1;
        assert!(
            figures <= 10,
            "{}: CloudWatch computes with 10 figures at most",
            alarm["Properties"]["AlarmName"]
        );
    }
}

#[test]
fn every_consumer_is_watched_by_one_alarm() {
    let watched: Vec<String> = templates()
        .iter()
        .filter(|template| template.path == "watch.yaml")
        .flat_map(|template| resources(&template.content).into_iter().cloned().collect::<Vec<_>>())
        .filter(|one| one["Properties"]["AlarmName"].to_string().contains("FailingConsumers"))
        .map(|one| one.to_string())
        .collect();
    for consumer in CONSUMERS {
        let name = format!("${{Name}}-{}\"", consumer.name);
        assert_eq!(watched.iter().filter(|alarm| alarm.contains(&name)).count(), 1, "{}", consumer.name);
    }
}

#[test]
fn one_switch_traces_every_function_and_gives_it_the_right_to() {
    for function in functions() {
        let resources = function.resources();
        let find = |id: &str| &resources.iter().find(|(known, _)| known == id).unwrap().1["Properties"];
        let mode = &find(&function.id)["TracingConfig"]["Mode"];
        assert_eq!(
            mode.to_string(),
            r#"{"Fn::If":["Traced","Active","PassThrough"]}"#,
            "{}",
            function.handler
        );
        let rights = find(&format!("{}Role", function.id))["ManagedPolicyArns"].to_string();
        assert!(rights.starts_with(r#"{"Fn::If":["Traced",["#), "{}: {rights}", function.handler);
        assert!(rights.contains("AWSXRayDaemonWriteAccess") && rights.contains("AWS::NoValue"), "{rights}");
    }
    for template in templates().iter().filter(|template| template.text().contains("Traced,")) {
        assert_eq!(
            template.content["Conditions"]["Traced"]["Fn::Equals"][0]["Ref"], "Tracing",
            "{}",
            template.path
        );
    }
}

#[test]
fn what_is_written_by_hand_fits_what_is_generated() {
    let objects = fs::read_to_string(folder().join("objects.yaml")).unwrap();
    assert!(
        objects.contains(&format!("{{Name: prefix, Value: {INBOX}}}")),
        "the consumer of arrivals hears of {INBOX}"
    );
    let told = CONSUMERS.iter().find(|consumer| consumer.source == Source::Objects).unwrap();
    assert!(objects.contains(&format!("function:${{Name}}-{}'", told.name)));
}
