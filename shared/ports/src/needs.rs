//! Needs: what an operation may touch. They generate its IAM role, and guard the ports everywhere else.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use cairn_model::{Table, table::OUTBOX};

use crate::work::{Change, Expect, Work};

/// One thing that an operation may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// Read items of a table.
    Read(Table),
    /// Go through all items of a table.
    Scan(Table),
    /// Put, delete, check or count items of a table.
    Write(Table),
    /// Ask the search index.
    Search,
    /// Hand documents to the search index.
    Index,
    /// Make, swap and remove search indices.
    Reindex,
    /// Send messages to the queues.
    Send,
    /// Receive messages, and delete, put off or bury them.
    Consume,
    /// Say how full the queues are.
    Depths,
    /// Look at dead letters and send them again.
    DeadLetters,
    /// Read objects whose keys begin so, and sign addresses that others read them from.
    GetObjects(&'static str),
    /// Store objects whose keys begin so, and sign addresses that others send them to.
    PutObjects(&'static str),
    /// Remove objects whose keys begin so.
    DeleteObjects(&'static str),
    /// List objects whose keys begin so, and uploads to such keys.
    ListObjects(&'static str),
    /// Ask other machines of the web.
    Outbound,
    /// Know which fields records have beside their metadata.
    CustomFields,
}

impl std::fmt::Display for Need {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Read(table) => write!(formatter, "read:{table}"),
            Self::Scan(table) => write!(formatter, "scan:{table}"),
            Self::Write(table) => write!(formatter, "write:{table}"),
            Self::Search => formatter.write_str("search"),
            Self::Index => formatter.write_str("index"),
            Self::Reindex => formatter.write_str("reindex"),
            Self::Send => formatter.write_str("send"),
            Self::Consume => formatter.write_str("consume"),
            Self::Depths => formatter.write_str("depths"),
            Self::DeadLetters => formatter.write_str("dead-letters"),
            Self::GetObjects(prefix) => write!(formatter, "get-objects:{prefix}"),
            Self::PutObjects(prefix) => write!(formatter, "put-objects:{prefix}"),
            Self::DeleteObjects(prefix) => write!(formatter, "delete-objects:{prefix}"),
            Self::ListObjects(prefix) => write!(formatter, "list-objects:{prefix}"),
            Self::Outbound => formatter.write_str("outbound"),
            Self::CustomFields => formatter.write_str("custom-fields"),
        }
    }
}

/// What a unit of work needs.
pub fn of_work(work: &Work) -> BTreeSet<Need> {
    let mut needs: BTreeSet<Need> = work
        .changes
        .iter()
        .map(|change| match change {
            Change::Check { key, .. } => Need::Read(key.table),
            Change::Delete { key, expect: Expect::Any } if key.table == OUTBOX => Need::Write(OUTBOX),
            other => Need::Write(other.key().table),
        })
        .collect();
    if !work.events.is_empty() {
        needs.insert(Need::Write(OUTBOX));
    }
    needs
}

/// The declared needs of one operation, and which of them were ever used.
#[derive(Debug, Clone)]
pub struct Grant {
    name: &'static str,
    declared: &'static [Need],
    used: Arc<Mutex<BTreeSet<Need>>>,
}

impl Grant {
    /// A grant of exactly `declared` to the operation of this name.
    pub fn of(name: &'static str, declared: &'static [Need]) -> Self {
        Self { name, declared, used: Arc::default() }
    }

    /// The operation that holds it.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Notes the use of a need.
    ///
    /// # Errors
    /// The need's name, if it was not declared.
    pub fn require(&self, need: Need) -> Result<(), String> {
        if !self.declared.contains(&need) {
            return Err(need.to_string());
        }
        self.used.lock().unwrap_or_else(PoisonError::into_inner).insert(need);
        Ok(())
    }

    /// Notes the use of an object, whose key begins as one of the declared needs of this sort says.
    ///
    /// # Errors
    /// The need's name, if none was declared.
    pub fn require_object(&self, need: fn(&'static str) -> Need, key: &str) -> Result<(), String> {
        let prefix = self.declared.iter().filter_map(|declared| match declared {
            Need::GetObjects(prefix)
            | Need::PutObjects(prefix)
            | Need::DeleteObjects(prefix)
            | Need::ListObjects(prefix) => Some((*prefix, *declared)),
            _ => None,
        });
        let fitting =
            prefix.filter(|(prefix, declared)| key.starts_with(prefix) && need(prefix) == *declared);
        match fitting.map(|(prefix, _)| prefix).next() {
            Some(prefix) => self.require(need(prefix)),
            None => Err(need("").to_string() + key),
        }
    }

    /// Declared needs that nothing used so far.
    pub fn unused(&self) -> Vec<Need> {
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        self.declared.iter().filter(|need| !used.contains(need)).copied().collect()
    }
}
