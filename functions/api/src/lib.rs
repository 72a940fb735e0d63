//! The HTTP operations: one file each, listed by service.

pub mod access;
pub mod audit;
pub mod buckets;
pub mod citations;
pub mod deadletters;
pub mod deposit_files;
pub mod deposits;
pub mod drafts;
pub mod events;
pub mod exports;
pub mod files;
pub mod grants;
pub mod groups;
pub mod jobs;
pub mod links;
pub mod logs;
pub mod meta;
pub mod needs;
pub mod pids;
pub mod present;
pub mod records;
pub mod runs;
pub mod senders;
pub mod shapes;
pub mod stats;
pub mod status;
pub mod tasks;
pub mod tokens;
pub mod uploads;
pub mod users;
pub mod vocabularies;

use cairn_http::Operation;

/// The operations of each service.
static SERVICES: &[&[Operation]] = &[
    drafts::OPERATIONS,
    pids::OPERATIONS,
    records::OPERATIONS,
    access::OPERATIONS,
    links::OPERATIONS,
    grants::OPERATIONS,
    files::OPERATIONS,
    deposits::OPERATIONS,
    deposit_files::OPERATIONS,
    buckets::OPERATIONS,
    vocabularies::OPERATIONS,
    users::OPERATIONS,
    groups::OPERATIONS,
    tokens::OPERATIONS,
    stats::OPERATIONS,
    status::OPERATIONS,
    audit::OPERATIONS,
    deadletters::OPERATIONS,
    events::OPERATIONS,
    tasks::OPERATIONS,
    jobs::OPERATIONS,
    runs::OPERATIONS,
    logs::OPERATIONS,
    uploads::OPERATIONS,
    senders::OPERATIONS,
    meta::OPERATIONS,
];

/// Every operation.
pub fn all() -> impl Iterator<Item = &'static Operation> {
    SERVICES.iter().chain(vocabularies::OWN).copied().flatten()
}

/// What a function of this name serves: one operation (`drafts.publish`), all of a service (`drafts`), or nothing.
pub fn served(name: &str) -> Vec<&'static Operation> {
    all().filter(|operation| operation.name == name || operation.service() == name).collect()
}

/// The operation of a name, `service.verb`.
pub fn find(name: &str) -> Option<&'static Operation> {
    all().find(|operation| operation.name == name)
}
