//! DOIs: of which registries this site has them, what they look like, where they lead, and how registries are told of them.
//! `docs/identifiers.md` says it to librarians.

mod bucket;
mod datacite;
mod minting;
mod news;
mod register;
mod resolve;
mod state;
mod states;

pub use minting::{Account, Minting, Provider, Registry, TEST_PREFIX};
pub(crate) use minting::{EXTERNAL, is_managed, prefix};
pub use resolve::Dois;
