//! Operations for those who run the repository.

mod read;
mod schema;
