//! `PUT …/files/{key}`, `…/content`, `…/content/{part}`

use cairn_core::{
    App,
    files::{Mount, Received},
};
use cairn_http::{
    Body, Call, Class, Operation, Param, Reply, Runtime, errors,
    operation::put,
    shapes::{DENIED, INVALID, MISSING},
};
use cairn_model::{Result, files::read_change};
use http::{HeaderValue, StatusCode, header::LOCATION};

use super::{
    content,
    mount::{self, Target},
    shown,
};
use crate::{needs, present};

const OCTETS: &str = "application/octet-stream";

const COMMON: Operation = Operation {
    summary: "Send the content of a file, or say something about it",
    description: "`…/{key}/content` takes bytes, which count once they are committed. `…/{key}/content/{part}` takes one part \
                  of a file that comes in small parts. `…/{key}` takes `metadata` and `access.hidden`, as JSON.",
    params: &[Param::path("key", "The file's name; it may have slashes.")],
    body: Body::Bytes,
    consumes: &[OCTETS],
    replies: &[(200, shown::FILE), (307, content::ELSEWHERE), (400, INVALID), (403, DENIED), (404, MISSING)],
    needs: needs::SEND_FILES,
    runtime: Runtime { memory_mb: 512, timeout_s: 20, class: Class::File },
    media: present::BOTH_NAMES,
    ..Operation::DEFAULT
};

/// Of a draft.
pub(super) const DRAFT: Operation = Operation {
    name: "draft_files.update",
    route: put("/api/records/{id}/draft/files/{key+}"),
    handle: |app, call| Box::pin(update(app, call, mount::DRAFT)),
    ..COMMON
};

/// A media file of a draft.
pub(super) const DRAFT_MEDIA: Operation = Operation {
    name: "draft_media_files.update",
    route: put("/api/records/{id}/draft/media-files/{key+}"),
    handle: |app, call| Box::pin(update(app, call, mount::DRAFT_MEDIA)),
    ..COMMON
};

async fn update(app: &App, call: &Call, mount: Mount) -> Result<Reply> {
    let (who, pid) = (&call.identity, call.pid()?);
    let target = Target::of(call, mount);
    let expected = match target {
        Target::File(_) => "application/json",
        _ => OCTETS,
    };
    let received = || match call.held_back() {
        Some(size) => Received::ToCome(size),
        None => Received::Whole(call.raw().clone()),
    };
    let (file, address) = match target {
        Target::Commit(_) | Target::Container(..) => return Ok(mount::no_method(&target, mount)),
        _ if !call.is_of(expected) => return Ok(errors::wrong_type(&[expected])),
        Target::File(key) => {
            let change = read_change(&call.raw_object()?)?;
            (app.files.update(who, &pid, mount, key, &change).await?, None)
        }
        Target::Content(key) => app.files.receive(who, &pid, mount, key, received()).await?,
        Target::Part(key, number) => app.files.put_part(who, &pid, mount, key, number, received()).await?,
    };
    if let Some(address) = address {
        return to_come(call, mount, file, &address);
    }
    call.reply(StatusCode::OK, shown::file(call, mount, file))
}

/// Where the bytes are to be sent, with what is answered once they are there.
fn to_come(call: &Call, mount: Mount, file: cairn_core::files::Shown, address: &str) -> Result<Reply> {
    let location = HeaderValue::from_str(address)
        .map_err(|_| cairn_model::Error::Internal("an address that no header can hold".into()))?;
    let reply = call.reply(StatusCode::TEMPORARY_REDIRECT, shown::file(call, mount, file))?;
    Ok(reply.header(LOCATION, location))
}
