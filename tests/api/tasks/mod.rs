//! Operations on tasks: what jobs can do.

mod args;
mod list;
