//! Cairn on one machine: the whole repository in one binary, and the commands that talk to any repository.

pub mod commands;
mod courteous;
pub mod event;
pub mod gateway;
mod index;
pub mod memory;
pub mod server;
pub mod site;
pub mod storage;
pub mod stream;
