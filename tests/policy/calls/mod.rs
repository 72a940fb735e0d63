//! The calls that functions make on AWS and the rights that their roles give, compared both ways. For each need, everything that
//! the ports offer is tried with the very adapters of functions, which speak to a server that notes what it is asked: what was
//! noted has to be allowed, and what is allowed has to be noted.
//!
//! That each operation and consumer uses all its needs, and no others, `tests/api/needs.rs` shows in the same way.

mod everything;
mod services;
mod wire;

use std::collections::BTreeSet;

use cairn_events::{CONSUMERS, Source};
use cairn_infra::{Statement, statements};
use cairn_model::queue::Queue;
use cairn_ports::{Grant, Need};

use everything::try_everything;
use wire::{Noted, Wire};

/// Where fields of the site's own are declared.
const FIELDS: &str = "/cairn/fields";

/// What nobody calls, and why it is allowed all the same.
const UNCALLED: [(&str, &str); 1] = [(
    "sqs:GetQueueAttributes",
    "AWS asks it of the role of an event source mapping; Need::Depths has its calls",
)];

/// A resource of a policy with the names that the server knows.
fn named(resource: &str) -> String {
    let named = resource
        .replace("${Name}", "cairn")
        .replace("${Bucket}", "objects")
        .replace("${SearchArn}", "es:search")
        .replace("${CustomFieldsParameter}", FIELDS);
    named.rsplit(':').next().unwrap_or_default().to_owned()
}

fn allows(statement: &Statement, noted: &Noted) -> bool {
    let fits = |resource: &String| {
        let resource = named(resource);
        let prefix = resource.strip_suffix('*');
        prefix.map_or(resource == noted.resource, |prefix| noted.resource.starts_with(prefix))
    };
    let listed = statement.prefixes.is_empty()
        || statement.prefixes.iter().any(|prefix| noted.prefix.starts_with(prefix.trim_end_matches('*')));
    statement.actions.contains(&noted.action.as_str()) && statement.resources.iter().any(fits) && listed
}

/// What is wrong with the rights that these needs give: calls without a right, rights without a call.
fn wrong(
    needs: &[Need],
    queue: Option<&'static Queue>,
    given: &[Statement],
    noted: &BTreeSet<Noted>,
) -> Vec<String> {
    let missing = noted.iter().filter(|noted| !given.iter().any(|statement| allows(statement, noted)));
    let missing = missing.map(|noted| format!("{needs:?}: {noted:?} is not allowed"));
    let mut wrong: Vec<String> = missing.collect();
    for statement in given {
        for action in statement.actions {
            for resource in &statement.resources {
                let only = Statement { resources: vec![resource.clone()], ..statement.clone() };
                let called = noted.iter().any(|noted| noted.action == *action && allows(&only, noted));
                let declared = queue.is_some() && UNCALLED.iter().any(|(uncalled, _)| uncalled == action);
                if !called && !declared {
                    wrong.push(format!("{needs:?}: {action} on {resource} is allowed, and nothing calls it"));
                }
            }
        }
    }
    wrong
}

/// What everything that the ports offer to these needs calls.
async fn noted(needs: &[Need], queue: Option<&'static Queue>) -> BTreeSet<Noted> {
    let wire = Wire::start().await;
    let ports = wire.ports().await;
    let grant = Grant::of("test", needs.to_vec().leak());
    try_everything(&ports.scoped(&grant), needs, queue).await;
    if needs.contains(&Need::CustomFields) {
        // Functions are told to read it when they start.
        wire.read_parameter(FIELDS).await;
    }
    wire.noted()
}

/// Each need of each operation and consumer, with the queue that a consumer takes from.
fn needs() -> BTreeSet<(Need, Option<&'static str>)> {
    let operations = cairn_api::all().flat_map(|one| one.needs.iter().map(|need| (*need, None)));
    let consumers = CONSUMERS.iter().flat_map(|one| {
        let queue = queue_of(one.source).map(|queue| queue.name);
        one.needs.iter().map(move |need| (*need, queue.filter(|_| *need == Need::Consume)))
    });
    operations.chain(consumers).filter(|(need, _)| *need != Need::Outbound).collect()
}

fn queue_of(source: Source) -> Option<&'static Queue> {
    if let Source::Queue(queue) = source { Some(queue) } else { None }
}

#[tokio::test]
async fn roles_give_the_rights_that_calls_take_and_no_others() {
    let queues = cairn_model::queue::QUEUES;
    let all = needs();
    assert!(all.len() > 30, "{all:?}");
    let mut faults = Vec::new();
    for (need, queue) in &all {
        let queue = queues.iter().copied().find(|one| Some(one.name) == *queue);
        // Whoever makes indices also writes to them.
        let together: &[Need] = if *need == Need::Reindex { &[Need::Index, Need::Reindex] } else { &[*need] };
        let noted = noted(together, queue).await;
        assert!(!noted.is_empty(), "{need} calls nothing");
        faults.extend(wrong(together, queue, &statements(together, queue), &noted));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn whoever_makes_indices_may_write_to_them() {
    let makers = CONSUMERS.iter().filter(|one| one.needs.contains(&Need::Reindex));
    assert!(makers.clone().count() > 0);
    assert!(makers.clone().all(|one| one.needs.contains(&Need::Index)));
    assert!(!cairn_api::all().any(|one| one.needs.contains(&Need::Reindex)));
}

/// What takes two needs: parts put together and copies are looked at.
#[tokio::test]
async fn what_takes_several_needs_takes_no_rights_beside_theirs() {
    for prefix in ["files/", "parts/"] {
        let needs = [Need::GetObjects(prefix), Need::PutObjects(prefix)];
        let noted = noted(&needs, None).await;
        for call in ["CompleteMultipartUpload", "CopyObject"] {
            assert!(noted.iter().any(|noted| noted.call == call), "{call}: {noted:?}");
        }
        let faults = wrong(&needs, None, &statements(&needs, None), &noted);
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}

#[tokio::test]
async fn a_right_that_is_missing_and_one_too_many_are_told() {
    let need = Need::PutObjects("files/");
    let noted = noted(&[need], None).await;
    let given = statements(&[need], None);
    let without = Statement { actions: &["s3:PutObject", "s3:AbortMultipartUpload"], ..given[0].clone() };
    let faults = wrong(&[need], None, &[without], &noted);
    assert!(
        faults.len() == 1
            && faults[0].contains("ListMultipartUploadParts\"")
            && faults[0].contains("not allowed"),
        "{faults:?}"
    );
    let further = Statement { actions: &["s3:DeleteObject"], ..given[0].clone() };
    let faults = wrong(&[need], None, &[given[0].clone(), further], &noted);
    assert!(
        faults.len() == 1 && faults[0].contains("s3:DeleteObject on") && faults[0].contains("nothing calls"),
        "{faults:?}"
    );
    let elsewhere =
        Statement { resources: vec!["arn:aws:s3:::${Bucket}/parts/*".into()], ..given[0].clone() };
    assert!(wrong(&[need], None, &[elsewhere], &noted).len() > 3, "rights are for resources");
}
