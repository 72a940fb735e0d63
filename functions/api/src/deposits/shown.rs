//! Drafts and records as depositions.

use cairn_core::{App, records::Found};
use cairn_formats::{
    deposits::{self, Ground, Sent},
    links::Site,
};
use cairn_http::Call;
use cairn_model::{Error, FieldError, Pid, Projection, Result, fields::pids::PersistentId};
use serde_json::{Map, Value};

use crate::present;

/// What a draft answers; or what the published record does, where there is no draft that the caller may see.
pub(crate) async fn or_published<T>(draft: Result<T>, record: impl Future<Output = Result<T>>) -> Result<T> {
    let Err(refusal @ (Error::NotFound(_) | Error::Denied)) = draft else { return draft };
    match (refusal, record.await) {
        // There is a draft, and no record.
        (Error::Denied, Err(Error::NotFound(_))) => Err(Error::Denied),
        (_, found) => found,
    }
}

/// The draft of this identifier, or else the published record.
pub(super) async fn found(app: &App, call: &Call, pid: &Pid) -> Result<Projection> {
    let record = async {
        match app.records.read(&call.identity, pid).await? {
            Found::Record(record) => Ok(*record),
            // All versions together are no deposition.
            Found::MovedTo(_) => Err(Error::unknown_pid()),
        }
    };
    or_published(app.drafts.read(&call.identity, pid).await, record).await
}

/// A draft or record as a deposition.
pub(super) fn deposition(app: &App, call: &Call, shown: Projection) -> Value {
    let (id, site) = (shown.id().to_owned(), Site::new(&call.site_url));
    let Value::Object(record) = present::record(call, shown) else { return Value::Null };
    let minted = minted(app, &id);
    deposits::deposition(&id, &record, site, ground(app, minted.as_ref()))
}

/// The body of a new draft.
pub(super) fn new_body(app: &App, call: &Call) -> Result<Map<String, Value>, Vec<FieldError>> {
    deposits::body(Sent::New(call.object()), ground(app, None))
}

/// The body of a draft that says what was sent.
pub(super) fn body_of(
    app: &App,
    call: &Call,
    draft: &Projection,
) -> Result<Map<String, Value>, Vec<FieldError>> {
    let minted = minted(app, draft.id());
    deposits::body(Sent::Instead(call.object(), draft.document()), ground(app, minted.as_ref()))
}

/// The DOI that the site gives a record.
fn minted(app: &App, id: &str) -> Option<PersistentId> {
    app.shared.settings.minting.first().map(|registry| registry.mint(id))
}

fn ground<'a>(app: &'a App, minted: Option<&'a PersistentId>) -> Ground<'a> {
    Ground {
        today: app.shared.now().day(),
        publisher: &app.shared.settings.minting.site_name,
        minted: minted.map(|doi| (doi.identifier.as_str(), doi.provider.as_str())),
    }
}
