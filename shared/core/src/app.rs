//! The application: every service, built once from the ports.

use std::sync::{Arc, Mutex, PoisonError};

use cairn_model::{
    Hosts, Identity, Kind, Result,
    identity::ROLES,
    kinds::{
        VOCABULARIES,
        entries::ENTRY,
        records::{PARENT, RECORD},
        users::USER,
    },
    metadata::CustomFields,
};
use cairn_ports::Ports;

use crate::{
    access::Access,
    audit::{Audit, AuditSource},
    bus::{SUBSCRIBERS, Subscriber},
    components::RECORD_COMPONENTS,
    deletion::Deletion,
    dois::{Dois, Minting},
    drafts::Drafts,
    files::{Files, Quota},
    framework::{Kinds, Shared, Source, Written},
    jobs::{Jobs, TASKS, Task},
    records::Records,
    stats::{Openness, Stats},
    users::{Secret, UserSource, Users},
    vocabularies::{EntrySource, Vocabularies},
};

/// What a site decides for itself. Read once at the start.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The site's address without a trailing slash: all links begin with it, never with a `Host` header.
    pub site_url: String,
    /// The prefix of OAI identifiers: `oai:<prefix>:<recid>`.
    pub oai_prefix: String,
    /// What the files of one version may come to.
    pub quota: Quota,
    /// Hosts that files may be linked to or fetched from.
    pub remote_hosts: Hosts,
    /// The gateway puts together answers that are made of objects.
    pub composes: bool,
    /// Content that is more than a function takes is sent to signed addresses: whoever answers there passes over what else
    /// says who asks.
    pub signs_content: bool,
    /// Requests come through a network that says in `X-Cairn-Viewer` which address they came from.
    pub behind_edge: bool,
    /// The roles that users can be given.
    pub roles: &'static [&'static str],
    /// Who may ask for statistics beside those that records show.
    pub stats_query: Openness,
    /// Days after publication in which owners may delete their records without asking anybody; 0: never.
    pub deletion_days: u32,
    /// Days after publication in which owners may unlock files of their records by themselves; 0: never.
    pub file_modification_days: u32,
    /// How DOIs are made.
    pub minting: Minting,
}

/// InvenioRDM: days of the policy `grace-period-v1`.
pub const DELETION_DAYS: u32 = 30;

impl Settings {
    /// A site at this address, with the usual limits, behind API Gateway.
    pub fn new(site_url: impl Into<String>, oai_prefix: impl Into<String>) -> Self {
        Self {
            site_url: site_url.into(),
            oai_prefix: oai_prefix.into(),
            quota: Quota::default(),
            remote_hosts: Hosts::default(),
            composes: false,
            signs_content: false,
            behind_edge: false,
            roles: ROLES,
            stats_query: Openness::Nobody,
            deletion_days: DELETION_DAYS,
            file_modification_days: 0,
            minting: Minting::default(),
        }
    }
}

/// Every service of the repository.
pub struct App {
    /// What the services share.
    pub shared: Arc<Shared>,
    /// Drafts of research records.
    pub drafts: Drafts,
    /// Published research records.
    pub records: Records,
    /// Deletion of published records.
    pub deletion: Deletion,
    /// DOIs of records.
    pub dois: Dois,
    /// With whom records are shared.
    pub access: Access,
    /// Files of drafts and records.
    pub files: Files,
    /// What is counted of the use of records.
    pub stats: Stats,
    /// Vocabularies.
    pub vocabularies: Vocabularies,
    /// Users and tokens.
    pub users: Users,
    /// Jobs and their runs.
    pub jobs: Jobs,
    /// The audit log.
    pub audit: Audit,
    /// What is indexed.
    pub(crate) sources: Vec<&'static dyn Source>,
    /// Who acts on events.
    pub(crate) subscribers: Vec<&'static Subscriber>,
}

/// Research records and their parents.
pub const RECORD_KINDS: Kinds = Kinds { record: &RECORD, parent: &PARENT };

/// Research records and their parents, as a site has them: custom fields may refer to vocabularies. They live as long as the
/// process, which has them once.
fn record_kinds(custom: &'static CustomFields) -> &'static Kinds {
    static MADE: Mutex<Vec<(&CustomFields, &Kinds)>> = Mutex::new(Vec::new());
    if custom.relations.is_empty() {
        return &RECORD_KINDS;
    }
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, kinds)) = made.iter().find(|(known, _)| std::ptr::eq(*known, custom)) {
        return kinds;
    }
    let relations = [RECORD.relations, custom.relations].concat().leak();
    let record = Box::leak(Box::new(Kind { relations, ..RECORD }));
    let kinds = Box::leak(Box::new(Kinds { record, ..RECORD_KINDS }));
    made.push((custom, kinds));
    kinds
}

impl App {
    /// Builds the services, of which there are no others in this process.
    pub fn new(ports: Ports, settings: Settings) -> Self {
        Self::beside(ports, settings, Arc::default())
    }

    /// Builds the services beside others in the same process: what one has written, no other takes from its cache.
    pub fn beside(ports: Ports, settings: Settings, written: Arc<Written>) -> Self {
        // Who may not know of them shows no record: all that read records and entries may.
        let kinds = record_kinds(ports.custom_fields.known().unwrap_or(CustomFields::NONE));
        let shared = Arc::new(Shared::new(ports, settings, VOCABULARIES, written));
        Self {
            drafts: Drafts::new(shared.clone(), *kinds, RECORD_COMPONENTS),
            records: Records::new(shared.clone(), *kinds),
            deletion: Deletion::new(shared.clone(), *kinds, RECORD_COMPONENTS),
            dois: Dois::new(shared.clone(), *kinds),
            access: Access::new(shared.clone(), *kinds),
            files: Files::new(shared.clone(), *kinds),
            stats: Stats::new(shared.clone(), *kinds),
            vocabularies: Vocabularies::new(shared.clone(), &ENTRY),
            users: Users::new(shared.clone(), &USER),
            jobs: Jobs::new(shared.clone(), TASKS),
            audit: Audit::new(shared.clone()),
            // In the order in which a new index is filled: what others refer to comes first.
            sources: vec![&EntrySource, &UserSource, kinds, &AuditSource],
            subscribers: SUBSCRIBERS.to_vec(),
            shared,
        }
    }

    /// The same application, relaying and rebuilding the index of another collection too.
    #[must_use]
    pub fn also_indexing(mut self, source: &'static dyn Source) -> Self {
        self.sources.push(source);
        self
    }

    /// The same application, with another subscriber too.
    #[must_use]
    pub fn also_telling(mut self, subscriber: &'static Subscriber) -> Self {
        self.subscribers.push(subscriber);
        self
    }

    /// The same application, with another task too.
    #[must_use]
    pub fn also_doing(mut self, task: &'static Task) -> Self {
        self.jobs.tasks.push(task);
        self
    }

    /// The same application, reading every entry that records refer to from the store: what consumers write to the index
    /// stays there, and must not be made of what a cache kept.
    #[must_use]
    pub fn reading_afresh(self) -> Self {
        self.shared.cache.disable();
        self
    }

    /// Who sends this bearer token. A token that is unknown, expired or malformed is nobody's.
    ///
    /// # Errors
    /// Those of the store: without it nobody can be recognised.
    pub async fn authenticate(&self, token: &str) -> Result<Identity> {
        self.users.authenticate(&Secret::new(token)).await
    }
}
