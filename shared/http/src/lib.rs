//! HTTP: operations as data, the validated call, the reply, and the one path from request to response.

pub mod call;
pub mod errors;
pub mod format;
pub mod operation;
pub mod reply;

pub use call::Call;
pub use format::{Content, Format, JSON};
pub use operation::{Body, Class, Kind, Operation, Param, Place, Route, Runtime, Shape};
pub use reply::Reply;
