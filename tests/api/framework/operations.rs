//! The operations on specimens: data and a short function each, like those of the repository itself.

use cairn_core::{
    App,
    drafts::Drafts,
    framework::Once,
    records::{Found, Records},
    search::{Options, Request},
};
use cairn_http::{
    Body, Call, Operation, Reply, Runtime,
    operation::{delete, get, post, put},
};
use cairn_model::{
    Error, Projection, Result, Revision,
    kinds::{ACCOUNTS, IDEMPOTENCY, VOCABULARIES},
    table::OUTBOX,
};
use cairn_ports::Need::{self, CustomFields, Index, Read, Search, Write};
use http::StatusCode;
use serde_json::Value;

use super::{
    KINDS,
    components::COMPONENTS,
    kind::{ACCESSIONS, SPECIMENS},
};

const LOOK: &[Need] = &[Read(ACCOUNTS), Read(SPECIMENS), Read(VOCABULARIES)];
const CREATE: &[Need] =
    &[Read(ACCOUNTS), Read(ACCESSIONS), Read(VOCABULARIES), Write(SPECIMENS), Write(OUTBOX), Index];
const SAVE: &[Need] = &[
    Read(ACCOUNTS),
    Read(SPECIMENS),
    Read(ACCESSIONS),
    Read(VOCABULARIES),
    Write(SPECIMENS),
    Write(OUTBOX),
    Index,
];
const PUBLISH: &[Need] = &[
    Read(ACCOUNTS),
    Read(SPECIMENS),
    Read(ACCESSIONS),
    Read(IDEMPOTENCY),
    Read(VOCABULARIES),
    Write(SPECIMENS),
    Write(ACCESSIONS),
    Write(IDEMPOTENCY),
    Write(OUTBOX),
    Index,
];
const EDIT: &[Need] =
    &[Read(ACCOUNTS), Read(SPECIMENS), Read(VOCABULARIES), Write(SPECIMENS), Write(OUTBOX), Index];
const DISCARD: &[Need] = &[
    Read(ACCOUNTS),
    Read(SPECIMENS),
    Read(VOCABULARIES),
    Write(SPECIMENS),
    Write(ACCESSIONS),
    Write(OUTBOX),
    Index,
];

/// Their list.
pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "specimens.create",
        route: post("/api/specimens"),
        body: Body::Optional,
        needs: CREATE,
        runtime: Runtime::WRITE,
        handle: |app, call| Box::pin(create(app, call)),
        ..Operation::DEFAULT
    },
    Operation {
        name: "specimens.read_draft",
        route: get("/api/specimens/{id}/draft"),
        needs: LOOK,
        handle: |app, call| Box::pin(read_draft(app, call)),
        ..Operation::DEFAULT
    },
    Operation {
        name: "specimens.update",
        route: put("/api/specimens/{id}/draft"),
        body: Body::Optional,
        needs: SAVE,
        runtime: Runtime::WRITE,
        handle: |app, call| Box::pin(update(app, call)),
        ..Operation::DEFAULT
    },
    Operation {
        name: "specimens.edit",
        route: post("/api/specimens/{id}/draft"),
        needs: EDIT,
        runtime: Runtime::WRITE,
        handle: |app, call| Box::pin(edit(app, call)),
        ..Operation::DEFAULT
    },
    Operation {
        name: "specimens.discard",
        route: delete("/api/specimens/{id}/draft"),
        needs: DISCARD,
        runtime: Runtime::WRITE,
        handle: |app, call| Box::pin(discard(app, call)),
        ..Operation::DEFAULT
    },
    Operation {
        name: "specimens.publish",
        route: post("/api/specimens/{id}/draft/actions/publish"),
        needs: PUBLISH,
        runtime: Runtime::WRITE,
        handle: |app, call| Box::pin(publish(app, call)),
        ..Operation::DEFAULT
    },
    Operation {
        name: "specimens.read",
        route: get("/api/specimens/{id}"),
        needs: LOOK,
        handle: |app, call| Box::pin(read(app, call)),
        ..Operation::DEFAULT
    },
    Operation {
        name: "specimens.search",
        route: get("/api/specimens"),
        needs: &[Read(ACCOUNTS), CustomFields, Search],
        runtime: Runtime::SEARCH,
        handle: |app, call| Box::pin(search(app, call)),
        ..Operation::DEFAULT
    },
];

static OPTIONS: Options = Options { path: "/api/specimens", ..Options::DEFAULT };

fn drafts(app: &App) -> Drafts {
    Drafts::new(app.shared.clone(), KINDS, COMPONENTS)
}

fn records(app: &App) -> Records {
    Records::new(app.shared.clone(), KINDS)
}

fn reply(call: &Call, status: StatusCode, specimen: Projection) -> Result<Reply> {
    let revision: Revision = specimen.revision();
    Ok(call.reply(status, Value::Object(specimen.into_document()))?.etag(revision))
}

async fn create(app: &App, call: &Call) -> Result<Reply> {
    reply(call, StatusCode::CREATED, drafts(app).create(&call.identity, call.object(), None).await?)
}

async fn read_draft(app: &App, call: &Call) -> Result<Reply> {
    reply(call, StatusCode::OK, drafts(app).read(&call.identity, &call.pid()?).await?)
}

async fn update(app: &App, call: &Call) -> Result<Reply> {
    let pid = call.pid()?;
    let saved = drafts(app).update(&call.identity, &pid, call.if_match, call.object()).await?;
    reply(call, StatusCode::OK, saved)
}

async fn edit(app: &App, call: &Call) -> Result<Reply> {
    reply(call, StatusCode::CREATED, drafts(app).edit(&call.identity, &call.pid()?).await?)
}

async fn discard(app: &App, call: &Call) -> Result<Reply> {
    drafts(app).delete(&call.identity, &call.pid()?, call.if_match).await?;
    Ok(Reply::no_content())
}

async fn publish(app: &App, call: &Call) -> Result<Reply> {
    let once = call
        .idempotency_key
        .as_deref()
        .map(|key| Once::new(&call.identity, call.operation, key, &call.param("id").into()));
    let specimen = drafts(app).publish(&call.identity, &call.pid()?, once.as_ref()).await?;
    reply(call, StatusCode::ACCEPTED, specimen)
}

async fn read(app: &App, call: &Call) -> Result<Reply> {
    match records(app).read(&call.identity, &call.pid()?).await? {
        Found::Record(specimen) => reply(call, StatusCode::OK, *specimen),
        Found::MovedTo(id) => Err(Error::NotFound(format!("see {id}"))),
    }
}

async fn search(app: &App, call: &Call) -> Result<Reply> {
    let request = Request::parse(call.query(), &OPTIONS)?;
    let answer = records(app).search(&call.identity, request).await?;
    let show = |specimen: Projection| Value::Object(specimen.into_document());
    call.reply(StatusCode::OK, answer.json("/api/specimens", show))
}
