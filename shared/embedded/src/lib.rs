//! Adapters that need nothing but a folder: they make one machine a whole repository.

pub mod store;
//! Adapters that need nothing but this machine.

pub mod search;
