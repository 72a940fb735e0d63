//! The ports: what the services need from the world, in the repository's own words.
//!
//! Each port is a small trait with a contract suite that every adapter passes.

use std::sync::{Arc, atomic::AtomicU64};

pub mod body;
pub mod clock;
#[cfg(feature = "contract")]
pub mod contract;
pub mod custom_fields;
pub mod ids;
pub mod needs;
pub mod objects;
pub mod outbound;
pub mod overflow;
pub mod prepared;
pub mod queue;
pub mod scoped;
pub mod search;
pub mod store;
pub mod work;

pub use clock::Clock;
pub use custom_fields::OwnFields;
pub use ids::Ids;
pub use needs::{Grant, Need};
pub use objects::{ObjectError, Objects};
pub use outbound::{Outbound, OutboundError};
pub use overflow::Overflowing;
pub use queue::Queues;
pub use search::SearchIndex;
pub use store::{Item, Key, Store, StoreError};
pub use work::{Change, Count, Expect, Work};

/// Everything the services need from outside.
#[derive(Clone)]
pub struct Ports {
    /// Primary storage.
    pub store: Arc<dyn Store>,
    /// The read store.
    pub search: Arc<dyn SearchIndex>,
    /// Queues.
    pub queues: Arc<dyn Queues>,
    /// Object storage.
    pub objects: objects::Locations,
    /// Other machines of the web.
    pub outbound: Arc<dyn Outbound>,
    /// The fields that records have beside their metadata.
    pub custom_fields: OwnFields,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub ids: Arc<dyn Ids>,
    /// Calls made through the store and the search index so far.
    pub trips: Arc<AtomicU64>,
}

impl Ports {
    /// The same ports, refusing what `grant` does not hold, counting trips of their own.
    pub fn scoped(&self, grant: &Grant) -> Self {
        let trips = Arc::<AtomicU64>::default();
        Self {
            store: Arc::new(scoped::Scoped::new(self.store.clone(), grant.clone(), trips.clone())),
            search: Arc::new(scoped::Scoped::new(self.search.clone(), grant.clone(), trips.clone())),
            queues: Arc::new(scoped::Scoped::new(self.queues.clone(), grant.clone(), trips.clone())),
            objects: self.objects.map(|objects| {
                let signing = objects.clone().signing_as(grant.name());
                Arc::new(scoped::Scoped::new(signing, grant.clone(), trips.clone()))
            }),
            outbound: Arc::new(scoped::Scoped::new(self.outbound.clone(), grant.clone(), trips.clone())),
            custom_fields: self.custom_fields.scoped(grant),
            trips,
            ..self.clone()
        }
    }
}
