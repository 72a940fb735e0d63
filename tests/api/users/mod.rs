//! Operations on users.

mod create;
mod me;
mod read;
mod search;
mod search_all;
mod set_quota;
