//! The services: what the repository does, whoever asks and however. No HTTP, no adapters.

pub mod access;
pub mod app;
pub mod audit;
pub mod bus;
pub mod components;
pub mod deletion;
pub mod dois;
pub mod drafts;
pub mod files;
pub mod framework;
pub mod jobs;
pub mod rebuild;
pub mod records;
pub mod search;
pub mod setup;
pub mod stats;
pub mod users;
pub mod vocabularies;

pub use app::{App, Settings};
