//! Files of records.

pub mod container;
