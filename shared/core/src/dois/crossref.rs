//! `Crossref`'s deposits, as of 2025: a document is handed in, and what becomes of it is asked for later
//! (<https://www.crossref.org/documentation/register-maintain-records/direct-deposit-xml/https-post/>).

use std::time::Duration;

use bytes::Bytes;
use cairn_formats::exports::crossref::{Head, Work, document};
use cairn_model::{Timestamp, metadata::html};
use cairn_ports::{
    Outbound,
    outbound::{Method, Request},
};
use serde_json::Value;
use url::Url;

use super::{
    Account,
    asking::{self, Failure, Outcome},
    news::{News, Words},
    state::{Deposit, State},
};
use crate::framework::once::hash;

/// How long a deposit may be unknown before it counts as lost: parsing them takes a while.
const LOST: Duration = Duration::from_hours(1);
/// What the page says that answers a deposit.
const TAKEN: &str = "successfully received";
/// What stands before a DOI that relations lead to and that is registered nowhere.
const UNKNOWN: &str = "Relation target DOI does not exist:";

/// Asks what became of the last deposit, or hands in another where there is something new.
///
/// # Errors
/// [`Failure`]: whether it was done is not known.
pub(super) async fn tell(
    outbound: &dyn Outbound,
    account: &Account,
    doi: &str,
    news: &News,
    state: &State,
    now: Timestamp,
) -> Result<Outcome, Failure> {
    let digest = news.digest();
    let waiting = state.deposit.as_ref().filter(|deposit| !deposit.refused);
    let waiting = waiting.filter(|deposit| deposit.digest == digest || news.metadata.is_none());
    if let Some(deposit) = waiting
        && let Some(outcome) = follow_up(outbound, account, doi, deposit, now).await?
    {
        return Ok(outcome);
    }
    let Some(Words::Crossref(work)) = &news.metadata else { return Ok(Outcome::Nothing) };
    let stamp = stamp(now).max(state.stamp + 1);
    let batch = format!("cairn-{}", &hash(&format!("{doi} {stamp}"))[..32]);
    let deposit = Deposit { batch, stamp, digest, at: now, refused: false };
    hand_in(outbound, account, &deposit, work).await?;
    Ok(Outcome::Taken(deposit))
}

/// Milliseconds, written as people write instants: 17 digits, as most who deposit have it. Other systems' DOIs are followed.
fn stamp(now: Timestamp) -> u64 {
    now.utc().format("%Y%m%d%H%M%S%3f").to_string().parse().unwrap_or_default()
}

async fn hand_in(
    outbound: &dyn Outbound,
    account: &Account,
    deposit: &Deposit,
    work: &Work,
) -> Result<(), Failure> {
    let depositor = &account.depositor;
    let head = Head {
        batch: &deposit.batch,
        timestamp: deposit.stamp,
        depositor: &depositor.name,
        email: &depositor.email,
        registrant: &depositor.name,
    };
    let xml = document(&head, work);
    // Nothing holds its own digest.
    let boundary = hash(&xml);
    let request = Request {
        body: Bytes::from(form(account, &deposit.batch, &xml, &boundary)),
        ..Request::new(Method::Post, address(account, "deposit")?)
    };
    let request = request.with("content-type", format!("multipart/form-data; boundary={boundary}"));
    let said = asking::send(outbound, request).await?;
    let page = String::from_utf8_lossy(&said.body);
    if said.status == 200 && page.contains(TAKEN) { Ok(()) } else { Err(said.failure(&html::strip(&page))) }
}

/// The fields of a deposit (RFC 7578). Names and passwords are no part of the address, which others might keep.
fn form(account: &Account, batch: &str, xml: &str, boundary: &str) -> String {
    let field = |name: &str, value: &str| {
        format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let fields = [
        field("operation", "doMDUpload"),
        field("login_id", &account.user),
        field("login_passwd", account.password.expose()),
    ];
    let file = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"fname\"; filename=\"{batch}.xml\"\r\n\
         Content-Type: application/xml\r\n\r\n{xml}\r\n--{boundary}--\r\n"
    );
    fields.concat() + &file
}

fn address(account: &Account, servlet: &str) -> Result<Url, Failure> {
    Url::parse(&format!("{}/servlet/{servlet}", account.url)).map_err(|_| Failure::new("its address is none"))
}

/// What became of a deposit; nothing where it was lost. It is named by its file, which is known before it is parsed.
async fn follow_up(
    outbound: &dyn Outbound,
    account: &Account,
    doi: &str,
    deposit: &Deposit,
    now: Timestamp,
) -> Result<Option<Outcome>, Failure> {
    let mut address = address(account, "submissionDownload")?;
    address
        .query_pairs_mut()
        .append_pair("usr", &account.user)
        .append_pair("pwd", account.password.expose())
        .append_pair("file_name", &format!("{}.xml", deposit.batch))
        .append_pair("type", "result");
    let said = asking::send(outbound, Request::new(Method::Get, address)).await?;
    let page = || html::strip(&String::from_utf8_lossy(&said.body));
    let report = cairn_registries::element(&said.body, "doi_batch_diagnostic");
    let Some(report) = report.filter(|_| said.status == 200) else { return Err(said.failure(&page())) };
    match report["@status"].as_str() {
        Some("completed") => judge(doi, deposit, &report, now).map(Some),
        Some("unknown_submission") if deposit.at.plus(LOST) <= now => Ok(None),
        Some(_) => Ok(Some(Outcome::Taken(deposit.clone()))),
        None => Err(Failure::new("it does not say what became of a deposit")),
    }
}

/// What a report says: a warning is about a work that is registered nevertheless.
fn judge(doi: &str, deposit: &Deposit, report: &Value, now: Timestamp) -> Result<Outcome, Failure> {
    let rows = match &report["record_diagnostic"] {
        Value::Array(rows) => rows.as_slice(),
        row => std::slice::from_ref(row),
    };
    if let Some(row) = rows.iter().find(|row| row["@status"] == "Failure") {
        let why = row["msg"].as_str().unwrap_or("it does not say why").to_owned();
        let unknown = why.split_once(UNKNOWN).and_then(|(_, rest)| rest.split_whitespace().next());
        let unknown = unknown.map(str::to_owned);
        let deposit = Deposit { refused: true, at: now, ..deposit.clone() };
        return Ok(Outcome::Refused { deposit, why, unknown });
    }
    let is_of_it =
        |row: &Value| row["doi"].as_str().is_some_and(|registered| registered.eq_ignore_ascii_case(doi));
    let is_done = |row: &&Value| row["@status"] == "Success" || row["@status"] == "Warning";
    if !rows.iter().filter(is_done).any(is_of_it) {
        return Err(Failure::new("it reports of a deposit, and not about the DOI"));
    }
    Ok(Outcome::Told { digest: deposit.digest.clone(), hidden: false })
}
