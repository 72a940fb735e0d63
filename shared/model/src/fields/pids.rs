//! `pids`: the persistent identifiers of a record, by scheme.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    error::Result,
    field::SystemField,
    record::{Field, Record},
};

/// Persistent identifiers by scheme (`doi`, `oai`).
pub struct Pids;

/// One persistent identifier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersistentId {
    /// The identifier, in its scheme's normal form.
    pub identifier: String,
    /// Who looks after it: `external`, or a provider of this site (`oai`, `datacite`).
    pub provider: String,
    /// The provider's account, for managed ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
}

impl Field for Pids {
    type Value = BTreeMap<String, PersistentId>;
    const KEY: &'static str = "pids";
}

impl SystemField for Pids {
    fn key(&self) -> &'static str {
        Self::KEY
    }

    fn on_create(&self, record: &mut Record) -> Result<()> {
        record.set::<Self>(&BTreeMap::new())
    }
}
