//! Records in the forms of the table of exports, as answers. Nothing is decided here.

use cairn_formats::{
    exports::{self, EXPORTS, Export, Source, Write},
    links::Site,
    ui::{self, Reader},
};
use cairn_http::{Call, Content, Format, format::PLAIN};
use cairn_model::{Error, Result};
use serde_json::{Map, Value};

use crate::{
    citations::Wanted,
    present::{LIST, language, object},
};

/// How many forms `Accept` can choose.
const ACCEPTED: usize = {
    let (mut at, mut count) = (0, 0);
    while at < EXPORTS.len() {
        count += EXPORTS[at].accept.is_some() as usize;
        at += 1;
    }
    count
};

/// Representations of a record or draft.
pub const RECORD_FORMATS: &[Format] = &rows(PLAIN, record_ui, record);

/// Representations of a list of records.
pub const RECORD_LIST_FORMATS: &[Format] = &rows(LIST, list_ui, list);

type Written = fn(Value, &Call) -> Result<Content>;

/// A row for each form that `Accept` can choose.
const fn rows(plain: Format, interface: Written, export: Written) -> [Format; ACCEPTED] {
    let mut rows = [plain; ACCEPTED];
    let (mut at, mut row) = (0, 0);
    while at < EXPORTS.len() {
        let form = EXPORTS[at];
        if let Some(media) = form.accept {
            let write = match form.write {
                Write::Plain => plain.write,
                Write::Interface => interface,
                Write::Json(_) | Write::Text(_) | Write::Rows(_) | Write::Citation => export,
            };
            rows[row] = Format { media, says: Some(form.media), write, tagged: form.tagged && plain.tagged };
            row += 1;
        }
        at += 1;
    }
    rows
}

/// Whether the form that the caller chose says more of vocabulary entries than the record does.
pub fn reads_entries(call: &Call) -> bool {
    exports::accepted(call.format.media).is_some_and(Export::reads_entries)
}

/// What exports of a record are written from.
pub fn source<'a>(record: &'a Map<String, Value>, call: &'a Call) -> Source<'a> {
    Source { record, site: Site::new(&call.site_url) }
}

/// A record in a form.
///
/// # Errors
/// [`Error::BadRequest`] for a citation that the style does not give.
pub fn written(export: &Export, record: Map<String, Value>, call: &Call) -> Result<Content> {
    let source = source(&record, call);
    Ok(match export.write {
        Write::Json(write) => Content::Json(write(source)),
        Write::Text(write) => Content::Text(write(source)),
        Write::Rows(write) => Content::Text(write(&[source])),
        Write::Citation => Content::Text(Wanted::of(call)?.cite(source)?),
        Write::Interface => Content::Json(Value::Object(with_texts(record, call))),
        Write::Plain => Content::Json(Value::Object(record)),
    })
}

fn chosen(call: &Call) -> Result<&'static Export> {
    let unknown = || Error::Internal(format!("no export is called {}", call.format.media));
    exports::accepted(call.format.media).ok_or_else(unknown)
}

fn record(value: Value, call: &Call) -> Result<Content> {
    written(chosen(call)?, object(value), call)
}

/// A page of a search: JSON in the page's envelope, text one after the other.
fn list(value: Value, call: &Call) -> Result<Content> {
    let mut list = object(value);
    let hits = match list.get_mut("hits").and_then(|hits| hits.get_mut("hits")) {
        Some(Value::Array(hits)) => std::mem::take(hits),
        _ => Vec::new(),
    };
    let hits: Vec<Map<String, Value>> = hits.into_iter().map(object).collect();
    let sources: Vec<Source<'_>> = hits.iter().map(|record| source(record, call)).collect();
    Ok(match chosen(call)?.write {
        Write::Rows(write) => Content::Text(write(&sources)),
        Write::Text(write) => Content::Text(sources.into_iter().map(write).collect::<Vec<_>>().join("\n")),
        Write::Citation => {
            let wanted = Wanted::of(call)?;
            let citations = sources.into_iter().map(|source| wanted.cite(source));
            Content::Text(citations.collect::<Result<Vec<_>>>()?.join("\n"))
        }
        Write::Json(write) => {
            list["hits"]["hits"] = sources.into_iter().map(write).collect();
            Content::Json(Value::Object(ui::list_keys(list)))
        }
        Write::Plain | Write::Interface => Content::Json(Value::Object(list)),
    })
}

fn with_texts(mut record: Map<String, Value>, call: &Call) -> Map<String, Value> {
    ui::record(&mut record, reader(call));
    record
}

fn reader(call: &Call) -> Reader<'_> {
    Reader { language: language(call), anonymous: !call.identity.is_known() }
}

#[expect(clippy::unnecessary_wraps, reason = "a format's function may fail")]
fn record_ui(value: Value, call: &Call) -> Result<Content> {
    Ok(Content::Json(Value::Object(with_texts(object(value), call))))
}

#[expect(clippy::unnecessary_wraps, reason = "a format's function may fail")]
fn list_ui(value: Value, call: &Call) -> Result<Content> {
    Ok(Content::Json(Value::Object(ui::record_list(object(value), reader(call)))))
}
