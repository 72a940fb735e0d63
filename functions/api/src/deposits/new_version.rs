//! `POST /api/deposit/depositions/{id}/actions/newversion`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::post,
    shapes::{DENIED, MISSING},
};
use cairn_model::{Error, Pid, Result, Revision};
use http::StatusCode;

use super::{shapes::DEPOSITION, shown};
use crate::needs;

/// Makes the draft of the next version, with the metadata and the files of the latest one; gives the one there is. As on
/// Zenodo, `links.latest_draft` of the answer names it: the answer is that draft.
pub const OPERATION: Operation = Operation {
    name: "deposits.new_version",
    summary: "Begin a new version of a deposition",
    route: post("/api/deposit/depositions/{id}/actions/newversion"),
    replies: &[(201, DEPOSITION), (403, DENIED), (404, MISSING)],
    needs: needs::BEGIN_WITH_FILES,
    runtime: Runtime::WRITE,
    handle: |app, call| Box::pin(begin(app, call)),
    ..Operation::DEFAULT
};

async fn begin(app: &App, call: &Call) -> Result<Reply> {
    let draft = app.drafts.new_version(&call.identity, &call.pid()?).await?;
    let draft = match draft.revision() {
        // Only a new one: whoever has taken files out does not want them again.
        Revision::FIRST => {
            let pid = Pid::parse(draft.id())?;
            match app.files.import(&call.identity, &pid).await {
                Ok(_) => app.drafts.read(&call.identity, &pid).await?,
                // The latest version has no files.
                Err(Error::Invalid(_) | Error::BadRequest(_)) => draft,
                Err(error) => return Err(error),
            }
        }
        _ => draft,
    };
    call.reply(StatusCode::CREATED, shown::deposition(app, call, draft))
}
