//! Adapters that need nothing but this machine.

pub mod search;
