//! Adapters that need nothing but a folder: they make one machine a whole repository.

pub mod objects;
pub mod queue;
pub mod search;
mod statements;
pub mod store;
