//! `DELETE /api/senders/{sender}`

use cairn_core::App;
use cairn_http::{
    Call, Operation, Reply, Runtime,
    operation::delete,
    shapes::{DENIED, MISSING, NO_CONTENT},
};
use cairn_model::{Result, kinds::ACCOUNTS};
use cairn_ports::Need::{Read, Write};

/// Takes a principal the right to send messages. For administrators.
pub const OPERATION: Operation = Operation {
    name: "senders.delete",
    summary: "Take a principal the right to send messages",
    route: delete("/api/senders/{sender}"),
    replies: &[(204, NO_CONTENT), (403, DENIED), (404, MISSING)],
    needs: &[Read(ACCOUNTS), Write(ACCOUNTS)],
    runtime: Runtime::WRITE,
    handle: |app, call| Box::pin(remove(app, call)),
    ..Operation::DEFAULT
};

async fn remove(app: &App, call: &Call) -> Result<Reply> {
    app.jobs.delete_sender(&call.identity, call.param("sender")).await?;
    Ok(Reply::no_content())
}
