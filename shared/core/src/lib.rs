//! The services: what the repository does, whoever asks and however. No HTTP, no adapters.

pub mod app;

pub use app::{App, Settings};
