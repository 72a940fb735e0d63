//! HTTP: operations as data, the validated call, the reply, and the one path from request to response.

pub mod accept;
pub mod call;
pub mod errors;
pub mod format;
pub mod headers;
pub mod json;
pub mod openapi;
pub mod operation;
pub mod parse;
pub mod payload;
pub mod reply;
pub mod routes;
pub mod serve;
pub mod service;
pub mod shapes;

pub use call::Call;
pub use format::{Content, Format, JSON};
pub use operation::{Body, Class, Kind, Operation, Param, Place, Route, Runtime, Shape};
pub use reply::Reply;
pub use routes::Routes;
pub use serve::{Answer, Endpoint};
pub use service::Service;
