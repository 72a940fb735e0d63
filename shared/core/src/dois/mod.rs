//! DOIs: of which registries this site has them, what they look like, where they lead, and how registries are told of them.
//! `docs/identifiers.md` says it to librarians.

mod asking;
mod bucket;
mod crossref;
mod datacite;
mod minting;
mod news;
mod register;
mod registry;
mod resolve;
mod state;
mod states;

pub use minting::Minting;
pub(crate) use minting::{EXTERNAL, is_managed, prefix};
pub use registry::{Account, Depositor, Passwords, Provider, Registry, TEST_PREFIX};
pub use resolve::Dois;
