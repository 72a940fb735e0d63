//! Adapters that need nothing but a folder: they make one machine a whole repository.

pub mod queue;
pub mod search;
pub mod store;
