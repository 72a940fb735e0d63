//! Buckets: files of depositions by their names.

mod delete;
mod put;
mod read;
