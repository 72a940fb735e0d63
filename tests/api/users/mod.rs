//! Operations on users.

mod create;
mod me;
mod quota;
mod read;
mod search;
mod search_all;
