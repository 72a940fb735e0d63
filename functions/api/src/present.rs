//! Projections as answers: links, formats, revision. Nothing is decided here.

use cairn_core::{
    App,
    search::{Answer, Options, Request},
};
use cairn_formats::{
    language::Language,
    links::{self, Site, UserReader},
    ui,
};
use cairn_http::{Call, Content, Format, Kind, Param, Reply, format::PLAIN, parse::RO_CRATE};
use cairn_model::{Error, Projection, Result};
use http::{HeaderName, HeaderValue, StatusCode};
use serde_json::{Map, Value, json};

use crate::{
    citations::{LOCALE, STYLE},
    exports,
};

/// The type of JSON with texts for a user interface.
const UI: &str = "application/vnd.inveniordm.v1+json";

/// What a draft's body may be; crates are named, and not read yet.
pub const RECORD_BODIES: &[&str] = &["application/json", RO_CRATE];

/// Representations of a vocabulary entry.
pub const ENTRY_FORMATS: &[Format] = &[PLAIN, Format { media: UI, write: entry_ui, ..PLAIN }];

/// Representations of a list of vocabulary entries.
pub const ENTRY_LIST_FORMATS: &[Format] = &[LIST, Format { media: UI, write: entry_list_ui, ..LIST }];

/// Representations of users and files: one, under two names.
pub const BOTH_NAMES: &[Format] = &[Format { media: UI, ..PLAIN }, PLAIN];

/// Representations of what looks the same to programs and to user interfaces.
pub const EITHER: &[Format] = &[LIST, Format { media: UI, ..LIST }];

/// A list is a list, whichever representation: no revision is its own.
pub(crate) const LIST: Format = Format { tagged: false, ..PLAIN };

const Q: Param = Param::query("q", Kind::Text, "What to look for, in Lucene's syntax.");
const SORT: Param = Param::query("sort", Kind::Text, "The order of hits.");
const PAGE: Param = Param::query("page", Kind::Integer, "The page, from 1.");
const SIZE: Param = Param::query("size", Kind::Integer, "Hits on a page.");
const AFTER: Param = Param::query(
    "after",
    Kind::Text,
    "Read by cursor, without an end: blank at first, then as in `links.next`.",
);

/// What every search takes.
pub const SEARCH_PARAMS: &[Param] = &[Q, SORT, PAGE, SIZE, AFTER];

/// What every search of records takes: also where they are.
pub const RECORD_SEARCH_PARAMS: &[Param] = &[
    Q,
    SORT,
    PAGE,
    SIZE,
    AFTER,
    Param::query("bounds", Kind::Text, "Where hits are: `west,south,east,north` in degrees."),
    Param::query("near", Kind::Text, "What hits are near to: `latitude,longitude` in degrees."),
    Param::query("within", Kind::Text, "How near to it, in `km`, `m` or `mi`: `10km` if not said."),
    STYLE,
    LOCALE,
];

/// Pages of a list that is short enough to be cut here.
pub struct Pages {
    page: usize,
    size: usize,
}

impl Pages {
    /// What a call asks for: the first 25, unless it says something else.
    ///
    /// # Errors
    /// [`Error::Invalid`] for what is no number from 1.
    pub fn of(call: &Call) -> Result<Self> {
        let number = |name: &str, default: usize| match call.integer(name)? {
            None => Ok(default),
            Some(number) => usize::try_from(number)
                .ok()
                .filter(|number| (1..=10_000).contains(number))
                .ok_or_else(|| Error::field(name, "Must be between 1 and 10000.")),
        };
        Ok(Self { page: number("page", 1)?, size: number("size", 25)? })
    }

    /// The page of `all`.
    pub fn cut<'a, T>(&self, all: &'a [T]) -> &'a [T] {
        let from = (self.page - 1).saturating_mul(self.size).min(all.len());
        &all[from..from.saturating_add(self.size).min(all.len())]
    }

    /// The answer with the hits of the page, in InvenioRDM's envelope.
    pub fn answer(&self, call: &Call, path: &str, hits: Vec<Value>, total: usize) -> Value {
        let others = call.query().iter().filter(|(name, _)| !["page", "size"].contains(&name.as_str()));
        let others: Vec<_> = others.collect();
        let link = |page: usize| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.append_pair("page", &page.to_string()).append_pair("size", &self.size.to_string());
            for (name, value) in &others {
                query.append_pair(name, value);
            }
            format!("{}{path}?{}", call.site_url, query.finish())
        };
        let mut links = json!({"self": link(self.page)});
        if self.page > 1 {
            links["prev"] = json!(link(self.page - 1));
        }
        if self.page.saturating_mul(self.size) < total {
            links["next"] = json!(link(self.page + 1));
        }
        let mut answer = json!({"hits": {"hits": [], "total": total}, "page": self.page, "links": links});
        answer["hits"]["hits"] = Value::Array(hits);
        answer
    }
}

/// A record or draft with its links.
pub fn record(call: &Call, mut projection: Projection) -> Value {
    link(call, &mut projection);
    Value::Object(projection.into_document())
}

/// Adds the links of a record or draft.
fn link(call: &Call, projection: &mut Projection) {
    let site = Site::new(&call.site_url).testing(&call.test_prefix);
    let document = projection.document();
    let links = if document.get("is_draft") == Some(&Value::Bool(true)) {
        links::draft(projection.id(), document, site)
    } else {
        let parent = document.get("parent").and_then(|parent| parent["id"].as_str()).unwrap_or_default();
        links::record(projection.id(), parent, document, site)
    };
    projection.insert("links", Value::Object(links));
}

/// Adds the links of files, where an answer is about one record that was only looked at or saved.
pub fn with_file_links(call: &Call, mut projection: Projection) -> Projection {
    let (id, site) = (projection.id().to_owned(), Site::new(&call.site_url));
    let draft = projection.document().get("is_draft") == Some(&Value::Bool(true));
    for (set, media) in [("files", false), ("media_files", true)] {
        let owner = links::files::Owner { id: &id, draft, media };
        let Some(mut files) = projection.document().get(set).cloned() else { continue };
        let entries = files.get_mut("entries").and_then(Value::as_object_mut);
        for (key, entry) in entries.into_iter().flatten() {
            entry["links"] = Value::Object(links::files::file(owner, key, true, site));
        }
        projection.insert(set, files);
    }
    projection
}

/// Says that the answer repeats an earlier request with the same `Idempotency-Key`.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// With all that is told of the record's people: `expanded`, if the caller asks for it; asked for before anything is done, so
/// that a bad value changes nothing. With what the chosen form says of vocabulary entries.
pub async fn expanded(app: &App, call: &Call, mut record: Projection, expand: bool) -> Result<Projection> {
    app.users.vouch(&call.identity, &mut record).await?;
    if expand {
        app.users.expand(&call.identity, &mut record).await?;
    }
    if exports::reads_entries(call) {
        app.records.lend_entries(std::slice::from_mut(&mut record)).await?;
    }
    Ok(record)
}

/// Answers with a record or draft.
pub fn reply_record(call: &Call, status: StatusCode, projection: Projection) -> Result<Reply> {
    let (revision, replay) = (projection.revision(), projection.is_replay());
    let reply = call.reply(status, record(call, projection))?.etag(revision);
    Ok(if replay { reply.header(REPLAYED, HeaderValue::from_static("true")) } else { reply })
}

/// What a call searches records for. Plain answers give what most of a record is as it is stored, without a look at it.
pub fn records_request(app: &App, call: &Call, options: &'static Options) -> Result<Request> {
    let mut request = Request::counting(call.query(), options, &app.records.custom_facets()?)?;
    let is_plain = call.format.media == LIST.media && !call.pretty;
    request.verbatim = is_plain.then_some("metadata");
    request.languages.clone_from(&call.languages);
    Ok(request)
}

/// Answers with a page of records; `path` is the list's own.
pub async fn reply_records(app: &App, call: &Call, mut answer: Answer, path: &str) -> Result<Reply> {
    if answer.request.flag("expand") == Some(true) {
        for hit in &mut answer.hits {
            app.users.expand(&call.identity, hit).await?;
        }
    }
    if exports::reads_entries(call) {
        app.records.lend_entries(&mut answer.hits).await?;
    }
    let address = format!("{}{path}", call.site_url);
    if answer.request.verbatim.is_some() {
        let text = answer.text(&address, |hit| link(call, hit))?;
        return Ok(Reply::of(StatusCode::OK, LIST.media, Content::Text(text)));
    }
    call.reply(StatusCode::OK, answer.json(&address, |hit| record(call, hit)))
}

/// A vocabulary entry with its links.
pub fn entry(call: &Call, vocabulary: &str, mut projection: Projection) -> Value {
    let links = links::vocabulary_entry(vocabulary, projection.id(), Site::new(&call.site_url));
    projection.insert("links", Value::Object(links));
    Value::Object(projection.into_document())
}

/// Answers with a vocabulary entry.
pub fn reply_entry(
    call: &Call,
    status: StatusCode,
    vocabulary: &str,
    projection: Projection,
) -> Result<Reply> {
    let revision = projection.revision();
    Ok(call.reply(status, entry(call, vocabulary, projection))?.etag(revision))
}

/// A user with their links.
pub fn user(call: &Call, mut projection: Projection) -> Value {
    let own = call.identity.id().is_some_and(|id| id.as_str() == projection.id());
    let reader = match (call.identity.is_administrator(), own) {
        (true, true) => UserReader::ManagerOwn,
        (true, false) => UserReader::Manager,
        (false, _) => UserReader::Anybody,
    };
    let links = links::user(projection.id(), reader, Site::new(&call.site_url));
    projection.insert("links", Value::Object(links));
    Value::Object(projection.into_document())
}

/// Answers with a user.
pub fn reply_user(call: &Call, status: StatusCode, projection: Projection) -> Result<Reply> {
    // Who may not see the revision is not told it in a header either; a new user comes without one, as in InvenioRDM.
    let is_told = status == StatusCode::OK && projection.document().contains_key("revision_id");
    let revision = is_told.then(|| projection.revision());
    let reply = call.reply(status, user(call, projection))?;
    Ok(match revision {
        Some(revision) => reply.etag(revision),
        None => reply,
    })
}

pub(crate) fn language(call: &Call) -> Language<'_> {
    Language::new(&call.languages)
}

pub(crate) fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "a format's function may fail")]
fn entry_ui(value: Value, call: &Call) -> Result<Content> {
    let shown = ui::vocabulary_entry(crate::vocabularies::name(call), object(value), language(call));
    Ok(Content::Json(Value::Object(shown)))
}

#[expect(clippy::unnecessary_wraps, reason = "a format's function may fail")]
fn entry_list_ui(value: Value, call: &Call) -> Result<Content> {
    let shown = ui::vocabulary_list(crate::vocabularies::name(call), object(value), language(call));
    Ok(Content::Json(Value::Object(shown)))
}
