//! An operation is data plus a short function: the gateway's route, OpenAPI, the function's role and the
//! documentation all come from it.

use cairn_core::App;
use cairn_model::Result;
use cairn_ports::Need;
use futures::future::BoxFuture;

use crate::{
    call::Call,
    format::{Format, JSON},
    reply::Reply,
};

/// The function of an operation.
pub type Handle = for<'a> fn(&'a App, &'a Call) -> BoxFuture<'a, Result<Reply>>;

/// Among the media types of a body of bytes: whatever it says it is.
pub const ANYTHING: &str = "*/*";

/// Largest request body of an operation that does not say otherwise, in bytes.
pub const BODY_BYTES: usize = 4 * 1024 * 1024;

/// One thing that can be asked for over HTTP.
#[derive(Clone, Copy)]
pub struct Operation {
    /// `service.verb`: the file, the function and its tests have the same name.
    pub name: &'static str,
    /// One line for people.
    pub summary: &'static str,
    /// More for people, in Markdown; may be empty.
    pub description: &'static str,
    /// Method and path.
    pub route: Route,
    /// The same path with a slash at its end is served too.
    pub trailing_slash: bool,
    /// Parameters besides the path's own, which need not be declared unless there is something to say of them.
    pub params: &'static [Param],
    /// What the request body may be.
    pub body: Body,
    /// Media types the body may have; a refusal (415) lists them in this order. Bytes may be of any: [`ANYTHING`].
    pub consumes: &'static [&'static str],
    /// Statuses and what comes with them. Errors that every operation may give need not be listed.
    pub replies: &'static [(u16, Shape)],
    /// What the operation may touch, authentication included. Empty: every caller is nobody.
    pub needs: &'static [Need],
    /// What its function is given.
    pub runtime: Runtime,
    /// What `Accept` may choose from; the first row is the default. Empty: no negotiation, always JSON.
    pub media: &'static [Format],
    /// The function.
    pub handle: Handle,
}

impl Operation {
    /// What an operation need not say: no parameters, no body, plain JSON, a small function for reading.
    pub const DEFAULT: Self = Self {
        name: "",
        summary: "",
        description: "",
        route: Route { method: Method::Get, path: "" },
        trailing_slash: false,
        params: &[],
        body: Body::None,
        consumes: &["application/json"],
        replies: &[],
        needs: &[],
        runtime: Runtime::READ,
        media: JSON,
        handle: |_, _| {
            Box::pin(async { Err(cairn_model::Error::Internal("an operation without function".into())) })
        },
    };
}

impl Operation {
    /// The service that it belongs to: `drafts` of `drafts.publish`.
    pub fn service(&self) -> &'static str {
        self.name.split_once('.').map_or(self.name, |(service, _)| service)
    }
}

impl std::fmt::Debug for Operation {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} ({} {})", self.name, self.route.method.as_str(), self.route.path)
    }
}

/// The methods that operations have. HEAD and OPTIONS are answered for every path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates, or acts.
    Post,
    /// Replaces.
    Put,
    /// Changes in part.
    Patch,
    /// Removes.
    Delete,
}

impl Method {
    /// The method as it stands in a request.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// Where an operation is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// Segments after `/`: literal, `{name}` for exactly one, and as the last one `{name+}` for one or more.
    pub path: &'static str,
}

/// The path of the operation that answers whatever no other operation does.
pub const EVERYTHING_ELSE: &str = "$default";

/// `GET path`
pub const fn get(path: &'static str) -> Route {
    Route { method: Method::Get, path }
}

/// `POST path`
pub const fn post(path: &'static str) -> Route {
    Route { method: Method::Post, path }
}

/// `PUT path`
pub const fn put(path: &'static str) -> Route {
    Route { method: Method::Put, path }
}

/// `PATCH path`
pub const fn patch(path: &'static str) -> Route {
    Route { method: Method::Patch, path }
}

/// `DELETE path`
pub const fn delete(path: &'static str) -> Route {
    Route { method: Method::Delete, path }
}

/// Everything that has no route of its own.
pub const fn everything_else() -> Route {
    Route { method: Method::Get, path: EVERYTHING_ELSE }
}

/// What a request body may be.
#[derive(Debug, Clone, Copy)]
pub enum Body {
    /// Not read, not even a broken one.
    None,
    /// A JSON object or nothing, at most [`BODY_BYTES`]. Without one the call's object is empty.
    Optional,
    /// JSON of any kind or nothing, at most [`BODY_BYTES`]: the service says what it may be.
    Any {
        /// What it looks like, for the documentation.
        shape: Option<Shape>,
    },
    /// Bytes, or for some paths of the operation JSON; at most [`BODY_BYTES`]. What is larger a gateway may hold back and
    /// send to the object storage by itself: see [`Call::held_back`](crate::Call::held_back).
    Bytes,
    /// A JSON object. Without one the answer is 400.
    Json {
        /// The most bytes it may have; more is 413.
        max_bytes: usize,
        /// What it looks like, for the documentation.
        shape: Option<Shape>,
    },
}

impl Body {
    /// A JSON object of at most [`BODY_BYTES`] that looks like `shape`.
    pub const fn json(shape: Shape) -> Self {
        Self::Json { max_bytes: BODY_BYTES, shape: Some(shape) }
    }

    /// The most bytes that are read.
    pub const fn max_bytes(self) -> usize {
        match self {
            Self::None => 0,
            Self::Optional | Self::Any { .. } | Self::Bytes => BODY_BYTES,
            Self::Json { max_bytes, .. } => max_bytes,
        }
    }
}

/// How a body looks: for the documentation, and for nothing else.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Its name among the document's schemas; empty: no body.
    pub name: &'static str,
    /// What it is, in a sentence.
    pub description: &'static str,
    /// Its JSON Schema (2020-12), as JSON. Empty: any object.
    pub schema: &'static str,
    /// An example, as JSON. Empty: none.
    pub example: &'static str,
}

impl Shape {
    /// Nothing: the status says all.
    pub const fn nothing(description: &'static str) -> Self {
        Self { name: "", description, schema: "", example: "" }
    }

    /// A JSON object whose schema is not written down.
    pub const fn object(name: &'static str, description: &'static str) -> Self {
        Self { name, description, schema: "", example: "" }
    }
}

/// A parameter of an operation.
#[derive(Debug, Clone, Copy)]
pub struct Param {
    /// Its name.
    pub name: &'static str,
    /// Where it stands.
    pub place: Place,
    /// What it may be.
    pub kind: Kind,
    /// What it does.
    pub description: &'static str,
}

/// Where a parameter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the path: always required.
    Path,
    /// After the question mark: never required.
    Query,
    /// Among the headers: never required.
    Header,
}

/// What a parameter may be.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Any text.
    Text,
    /// A whole number.
    Integer,
    /// `true`, `false` and their many other forms.
    Boolean,
    /// One of these.
    OneOf(&'static [&'static str]),
}

impl Param {
    /// A query parameter.
    pub const fn query(name: &'static str, kind: Kind, description: &'static str) -> Self {
        Self { name, place: Place::Query, kind, description }
    }

    /// A word about a part of the path.
    pub const fn path(name: &'static str, description: &'static str) -> Self {
        Self { name, place: Place::Path, kind: Kind::Text, description }
    }
}

/// The `If-Match` header of operations that check it.
pub const IF_MATCH: Param = Param {
    name: "If-Match",
    place: Place::Header,
    kind: Kind::Integer,
    description: "The revision that is to be changed; another one present answers 412.",
};

/// The `Idempotency-Key` header of operations that may be repeated.
pub const IDEMPOTENCY_KEY: Param = Param {
    name: "Idempotency-Key",
    place: Place::Header,
    kind: Kind::Text,
    description: "Makes the request repeatable for 7 days: the same key gives the same entity again.",
};

/// The `expand` parameter of operations that can resolve references.
pub const EXPAND: Param = Param::query("expand", Kind::Boolean, "Adds `expanded`: the entities referred to.");

/// What the function of an operation is given.
#[derive(Debug, Clone, Copy)]
pub struct Runtime {
    /// Memory, in MB; CPU comes with it.
    pub memory_mb: u32,
    /// Longest run, in seconds.
    pub timeout_s: u32,
    /// What kind of work it does.
    pub class: Class,
}

impl Runtime {
    /// Answers from memory.
    pub const STATIC: Self = Self { memory_mb: 256, timeout_s: 5, class: Class::Static };
    /// Reads a few items by key.
    pub const READ: Self = Self { memory_mb: 512, timeout_s: 10, class: Class::Read };
    /// Asks the index.
    pub const SEARCH: Self = Self { memory_mb: 512, timeout_s: 20, class: Class::Search };
    /// Changes something.
    pub const WRITE: Self = Self { memory_mb: 512, timeout_s: 20, class: Class::Write };
}

/// What kind of work an operation does: alarms, limits and figures are per class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Answers from memory.
    Static,
    /// Reads by key.
    Read,
    /// Asks the index.
    Search,
    /// Changes something.
    Write,
    /// Moves bytes of files.
    File,
}
