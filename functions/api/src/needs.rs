//! Needs that several operations share.

use cairn_core::files::{OBJECTS, PARTS, REPLIES};
use cairn_model::{
    kinds::{ACCOUNTS, AUDIT, FILES, IDEMPOTENCY, JOBS, PIDS, RECORDS, STATS, VOCABULARIES},
    table::OUTBOX,
};
use cairn_ports::Need::{
    self, CustomFields, GetObjects, Index, ListObjects, PutObjects, Read, Search, Write,
};

/// Know who asks.
pub const KNOW: &[Need] = &[Read(ACCOUNTS)];
/// Read records and what they refer to.
pub const READ_RECORDS: &[Need] =
    &[Read(ACCOUNTS), Read(RECORDS), Read(FILES), Read(STATS), Read(VOCABULARIES), CustomFields];
/// Read a record and its family by key only.
pub const READ_FAMILY: &[Need] = READ_RECORDS;
/// Give a page what it tells with that it is seen.
pub const GIVE_PAGE_TOKENS: &[Need] = &[
    Read(ACCOUNTS),
    Read(RECORDS),
    Read(FILES),
    Read(STATS),
    Write(STATS),
    Read(VOCABULARIES),
    CustomFields,
];
/// Be told that a page is seen.
pub const COUNT_VIEWS: &[Need] = &[Read(ACCOUNTS), Read(STATS), Write(STATS), Write(OUTBOX)];
/// Ask for statistics of records.
pub const ASK_STATISTICS: &[Need] = READ_RECORDS;
/// Create drafts.
pub const CREATE_DRAFTS: &[Need] = &[
    Read(ACCOUNTS),
    Read(FILES),
    Read(STATS),
    Read(VOCABULARIES),
    Read(PIDS),
    Read(IDEMPOTENCY),
    Read(RECORDS),
    Write(IDEMPOTENCY),
    Write(RECORDS),
    Write(OUTBOX),
    CustomFields,
    Index,
];
/// Save drafts.
pub const SAVE_DRAFTS: &[Need] = &[
    Read(ACCOUNTS),
    Read(FILES),
    Read(STATS),
    Read(VOCABULARIES),
    Read(PIDS),
    Read(RECORDS),
    Write(RECORDS),
    Write(OUTBOX),
    CustomFields,
    Index,
];
/// Open records for editing, discard drafts.
pub const CHANGE_DRAFTS: &[Need] = &[
    Read(ACCOUNTS),
    Read(FILES),
    Read(STATS),
    Read(VOCABULARIES),
    Read(RECORDS),
    Write(RECORDS),
    Write(OUTBOX),
    CustomFields,
    Index,
];
/// Find the records that have DOIs.
pub const FOLLOW_DOIS: &[Need] = &[Read(ACCOUNTS), Read(PIDS), Read(RECORDS)];
/// Read with whom records are shared.
pub const READ_SHARES: &[Need] = &[Read(ACCOUNTS), Read(RECORDS)];
/// Share records with others: every version is indexed again.
pub const SHARE_RECORDS: &[Need] = CHANGE_DRAFTS;
/// Publish drafts.
pub const PUBLISH_DRAFTS: &[Need] = &[
    Read(ACCOUNTS),
    Read(FILES),
    Read(STATS),
    Read(VOCABULARIES),
    Read(PIDS),
    Read(IDEMPOTENCY),
    Read(RECORDS),
    Write(FILES),
    Write(IDEMPOTENCY),
    Write(PIDS),
    Write(RECORDS),
    Write(OUTBOX),
    CustomFields,
    Index,
];
/// Search, and know who asks.
pub const FIND: &[Need] = &[Read(ACCOUNTS), Search];
/// Search records; labels of facets are titles of entries.
pub const FIND_RECORDS: &[Need] = &[Read(ACCOUNTS), Read(VOCABULARIES), CustomFields, Search];
/// Search depositions, of which nothing is counted.
pub const FIND_DEPOSITIONS: &[Need] = &[Read(ACCOUNTS), CustomFields, Search];
/// Search entries that refer to others, whose titles label facets.
pub const FIND_REFERRING_ENTRIES: &[Need] = &[Read(ACCOUNTS), Read(VOCABULARIES), Search];
/// Read the audit log.
pub const READ_AUDIT: &[Need] = &[Read(ACCOUNTS), Read(AUDIT)];
/// Read vocabularies.
pub const READ_ENTRIES: &[Need] = &[Read(ACCOUNTS), Read(VOCABULARIES)];
/// Write vocabularies.
pub const WRITE_ENTRIES: &[Need] =
    &[Read(ACCOUNTS), Read(VOCABULARIES), Write(VOCABULARIES), Write(OUTBOX), Index];
/// Create entries that refer to nothing: whether one is there is told by the transaction.
pub const CREATE_ENTRIES: &[Need] = &[Read(ACCOUNTS), Write(VOCABULARIES), Write(OUTBOX), Index];
/// Create entries that refer to others, which are read.
pub const CREATE_REFERRING_ENTRIES: &[Need] = WRITE_ENTRIES;
/// Create users.
pub const CREATE_USERS: &[Need] = &[Read(ACCOUNTS), Write(ACCOUNTS), Write(OUTBOX), Index];
/// Say what users may.
pub const CHANGE_USERS: &[Need] = CREATE_USERS;
/// Make and revoke tokens.
pub const WRITE_TOKENS: &[Need] = &[Read(ACCOUNTS), Write(ACCOUNTS), Write(OUTBOX)];
/// Read jobs and runs.
pub const READ_JOBS: &[Need] = &[Read(ACCOUNTS), Read(JOBS)];
/// Read what runs said and made.
pub const FOLLOW_RUNS: &[Need] = READ_JOBS;
/// Define jobs.
pub const DEFINE_JOBS: &[Need] = &[Read(ACCOUNTS), Write(JOBS)];
/// Change jobs, delete runs, keep uploads.
pub const CHANGE_JOBS: &[Need] = &[Read(ACCOUNTS), Read(JOBS), Write(JOBS)];
/// Stop runs: their next step finds that they are to stop.
pub const STOP_RUNS: &[Need] = CHANGE_JOBS;
/// Start runs, by an event.
pub const START_RUNS: &[Need] = &[Read(ACCOUNTS), Read(JOBS), Write(JOBS), Write(OUTBOX)];

/// List files of records.
pub const READ_FILES: &[Need] = &[Read(ACCOUNTS), Read(RECORDS), Read(FILES)];
/// List files of drafts; where parts are to be sent is signed.
pub const READ_DRAFT_FILES: &[Need] = &[Read(ACCOUNTS), Read(RECORDS), Read(FILES), PutObjects(OBJECTS)];
/// Read content of files of records; downloads are counted.
pub const READ_CONTENT: &[Need] = &[
    Read(ACCOUNTS),
    Read(RECORDS),
    Read(FILES),
    Read(STATS),
    Write(STATS),
    GetObjects(OBJECTS),
    Write(OUTBOX),
];
/// Read content of files of drafts, and which parts have arrived.
pub const READ_DRAFT_CONTENT: &[Need] = &[
    Read(ACCOUNTS),
    Read(RECORDS),
    Read(FILES),
    GetObjects(OBJECTS),
    PutObjects(OBJECTS),
    ListObjects(PARTS),
];
/// Read all content; what is too large for a function is made as an object.
pub const READ_ARCHIVE: &[Need] = &[
    Read(ACCOUNTS),
    Read(RECORDS),
    Read(FILES),
    GetObjects(OBJECTS),
    GetObjects(REPLIES),
    PutObjects(REPLIES),
];
/// Read all content of records; downloads are counted.
pub const READ_COUNTED_ARCHIVE: &[Need] = &[
    Read(ACCOUNTS),
    Read(RECORDS),
    Read(FILES),
    Read(STATS),
    Write(STATS),
    Write(OUTBOX),
    GetObjects(OBJECTS),
    GetObjects(REPLIES),
    PutObjects(REPLIES),
];
/// Start files.
pub const START_FILES: &[Need] =
    &[Read(ACCOUNTS), Read(RECORDS), Read(FILES), Write(FILES), Write(OUTBOX), PutObjects(OBJECTS)];
/// Send content, say something about files.
pub const SEND_FILES: &[Need] = &[
    Read(ACCOUNTS),
    Read(RECORDS),
    Read(FILES),
    Write(FILES),
    Write(OUTBOX),
    PutObjects(OBJECTS),
    PutObjects(PARTS),
];
/// Commit files.
pub const COMMIT_FILES: &[Need] = &[
    Read(ACCOUNTS),
    Read(RECORDS),
    Read(FILES),
    Write(FILES),
    Write(OUTBOX),
    GetObjects(OBJECTS),
    PutObjects(OBJECTS),
    GetObjects(PARTS),
    ListObjects(PARTS),
];
/// Take whole files, in place of those of the same names.
pub const PLACE_FILES: &[Need] = &[
    Read(ACCOUNTS),
    Read(RECORDS),
    Read(FILES),
    Write(FILES),
    Write(RECORDS),
    Write(OUTBOX),
    GetObjects(OBJECTS),
    PutObjects(OBJECTS),
];
/// Delete files; the draft no longer shows first what is gone.
pub const DELETE_FILES: &[Need] = &[
    Read(ACCOUNTS),
    Read(RECORDS),
    Read(FILES),
    Write(FILES),
    Write(RECORDS),
    Write(OUTBOX),
    PutObjects(OBJECTS),
];
/// Begin new versions with the files of those before.
pub const BEGIN_WITH_FILES: &[Need] = CHANGE_DRAFTS;
/// Let the files of a published record be changed.
pub const UNLOCK_FILES: &[Need] =
    &[Read(ACCOUNTS), Read(RECORDS), Read(FILES), Write(RECORDS), Write(OUTBOX)];
/// Say how much the files of a record may come to.
pub const ALLOW_FILES: &[Need] =
    &[Read(ACCOUNTS), Read(RECORDS), Read(FILES), Write(RECORDS), Write(FILES), Write(OUTBOX)];
/// Take over files of the previous version.
pub const IMPORT_FILES: &[Need] = &[
    Read(ACCOUNTS),
    Read(RECORDS),
    Read(FILES),
    Read(STATS),
    Read(VOCABULARIES),
    Write(RECORDS),
    Write(OUTBOX),
];
