//! Operations on the archive of events.

mod replay;
