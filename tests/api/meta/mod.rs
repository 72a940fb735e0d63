//! Operations about the repository itself.

mod document;
mod health;
mod missing;
mod operations;
mod ping;
mod ping_site;
mod robots;
