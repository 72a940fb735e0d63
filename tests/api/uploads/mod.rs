//! Operations on uploads.

mod put;
