//! Operations on groups.

mod read;
mod search;
