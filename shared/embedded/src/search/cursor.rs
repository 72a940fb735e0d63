//! The place behind a hit: written into an answer, read from the search that goes on there.

use std::cmp::Ordering;

use cairn_ports::search::SearchError;
use serde::{Deserialize, Serialize};

use super::rank::{Row, Value};

/// What the hit before has to sort by.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Cursor {
    pub values: Vec<Value>,
    pub id: String,
    pub index: usize,
}

impl Cursor {
    /// The place behind a hit.
    pub(super) fn behind(row: &Row) -> Self {
        Self { values: row.values().cloned().collect(), id: row.id.clone(), index: row.index }
    }

    /// The place as it was written, for so many orders.
    pub(super) fn read(text: &serde_json::Value, orders: usize) -> Result<Self, SearchError> {
        let cursor = Self::deserialize(text).ok().filter(|cursor| cursor.values.len() == orders);
        cursor.ok_or_else(|| SearchError::BadQuery("no place of this search".into()))
    }
}

/// A cursor in the numbers of one segment: for each order and for the id a number, and how what has this very number lies
/// to the cursor (where the segment does not hold the cursor's value, the number is its neighbour's).
pub(super) struct Bound {
    pub orders: Vec<(u128, Ordering)>,
    pub id: (u128, Ordering),
    /// How the segment's index lies to the cursor's.
    pub index: Ordering,
}

impl Bound {
    /// Whether what has these numbers lies behind the cursor.
    pub(super) fn precedes(&self, orders: &[u128], id: u128) -> bool {
        let to = |number: u128, (bound, equal): (u128, Ordering)| number.cmp(&bound).then(equal);
        let orders = orders.iter().zip(&self.orders).map(|(number, bound)| to(*number, *bound));
        let place = orders.fold(Ordering::Equal, Ordering::then).then_with(|| to(id, self.id));
        place.then(self.index) == Ordering::Greater
    }
}
