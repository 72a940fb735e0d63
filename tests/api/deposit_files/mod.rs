//! Files of depositions, by their ids.

mod delete;
mod list;
mod read;
