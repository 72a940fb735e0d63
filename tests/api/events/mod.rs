//! Operations on the archive of events.

mod archive;
mod replay;
