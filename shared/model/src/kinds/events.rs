//! The catalogue of events: every type that Cairn emits, with the shape of its data. `docs/events.md` is made from it.

/// A type of event.
#[derive(Debug)]
pub struct EventType {
    /// Its name, `type` in the envelope.
    pub kind: &'static str,
    /// What has happened, as a sentence.
    pub summary: &'static str,
    /// The shape of `subject`.
    pub subject: &'static str,
    /// The JSON Schema of `data`; empty where there is none.
    pub data: &'static str,
}

const VERSION: &str = "records/<id of the version>";
const FAMILY: &str = "parents/<id of the parent>";
const ENTRY: &str = "vocabularies/<vocabulary>#<id>";
const ENTRIES: &str = "vocabularies/<what stands for the transaction>";
const USER: &str = "users/<id>";
const RUN: &str = "runs/<id of the job>/<id of the run>";
const OBJECT: &str = "objects/<key>";
const TOKEN: &str = "tokens/<id>";
const DOWNLOAD: &str = "downloads/<id of the version>";
const VIEW: &str = "views/<id of the version>/<what stands for the visitor>";
const USED: &str = "usage/<id of the parent>";
const STORED: &str = "files/<id of the content>";
const LINK: &str = "links/<id of the file>";
const DROPPED: &str = "inbox/<draft>/<name>";

/// What the index has to catch up with, and whose version it is.
const INDEXED: &str = r#"{"type": "object", "required": ["index_version", "parent"], "properties": {"index_version": {"type": "integer", "minimum": 1}, "parent": {"type": "string"}}}"#;
/// The same, and whether it is of a version that follows on another.
const CREATED: &str = r#"{"type": "object", "required": ["index_version", "parent"], "properties": {"index_version": {"type": "integer", "minimum": 1}, "parent": {"type": "string"}, "new_version": {"const": true}}}"#;
/// The same, and the revision of the published record.
const PUBLISHED: &str = r#"{"type": "object", "required": ["index_version", "parent", "revision_id"], "properties": {"index_version": {"type": "integer", "minimum": 1}, "parent": {"type": "string"}, "revision_id": {"type": "integer", "minimum": 1}}}"#;
/// The same, and sets of files that nobody names any more.
const DISCARDED: &str = r#"{"type": "object", "required": ["index_version", "parent", "sets"], "properties": {"index_version": {"type": "integer", "minimum": 1}, "parent": {"type": "string"}, "sets": {"type": "array", "items": {"type": "string"}}}}"#;
/// Which entries: `<vocabulary>#<id>` each.
const SOME: &str = r#"{"type": "object", "required": ["ids"], "properties": {"ids": {"type": "array", "items": {"type": "string"}}}}"#;
/// Sets of files.
const SETS: &str = r#"{"type": "object", "required": ["sets"], "properties": {"sets": {"type": "array", "items": {"type": "string"}}}}"#;
/// Which file of which set, and where its small parts were.
const FILE: &str = r#"{"type": "object", "required": ["set", "key"], "properties": {"set": {"type": "string"}, "key": {"type": "string"}, "parts": {"type": ["object", "null"]}}}"#;
/// Which file of which set, and of which sort that is.
const DUE: &str = r#"{"type": "object", "required": ["set", "key", "media"], "properties": {"set": {"type": "string"}, "key": {"type": "string"}, "media": {"type": "boolean"}}}"#;
/// Which files of which set, and what was kept of them.
const FILES: &str = r#"{"type": "object", "required": ["set", "keys", "objects"], "properties": {"set": {"type": "string"}, "keys": {"type": "array", "items": {"type": "string"}}, "objects": {"type": "array", "items": {"type": "object"}}}}"#;
/// Which file, and what stands for the visitor on that day.
const DOWNLOADED: &str = r#"{"type": "object", "required": ["key", "file_id", "size", "parent", "visitor", "machine"], "properties": {"key": {"type": "string"}, "file_id": {"type": "string"}, "size": {"type": "integer", "minimum": 0}, "parent": {"type": "string"}, "visitor": {"type": "string", "pattern": "^[0-9a-f]{32}$"}, "machine": {"type": "boolean"}}}"#;
/// Which files, and what stands for the visitor on that day.
const ARCHIVE: &str = r#"{"type": "object", "required": ["files", "parent", "visitor", "machine"], "properties": {"files": {"type": "array", "items": {"type": "object", "required": ["file_id", "size"]}}, "parent": {"type": "string"}, "visitor": {"type": "string", "pattern": "^[0-9a-f]{32}$"}, "machine": {"type": "boolean"}}}"#;
/// What stands for the visitor on that day.
const VIEWED: &str = r#"{"type": "object", "required": ["parent", "visitor", "machine"], "properties": {"parent": {"type": "string"}, "visitor": {"type": "string", "pattern": "^[0-9a-f]{32}$"}, "machine": {"type": "boolean"}}}"#;
/// What was dropped in, and why it was not taken.
const REJECTED: &str = r#"{"type": "object", "required": ["key", "size", "reason"], "properties": {"key": {"type": "string"}, "size": {"type": "integer", "minimum": 0}, "reason": {"type": "string"}}}"#;
/// What is wrong with which file.
const DAMAGED: &str = r#"{"type": "object", "required": ["set", "key", "object", "fault"], "properties": {"set": {"type": "string"}, "key": {"type": "string"}, "object": {"type": "object"}, "fault": {"type": "string"}}}"#;
/// How which link answered before, and how it does now; whether its content has become another.
const LINK_CHANGED: &str = r#"{"type": "object", "required": ["set", "key", "from", "to", "changed"], "properties": {"set": {"type": "string"}, "key": {"type": "string"}, "from": {"enum": ["unknown", "ok", "moved", "broken", "unreachable", "refused"]}, "to": {"enum": ["unknown", "ok", "moved", "broken", "unreachable", "refused"]}, "status": {"type": ["integer", "null"]}, "changed": {"type": "boolean"}}}"#;
/// The day on which it was to end.
const LIFTED: &str = r#"{"type": "object", "required": ["index_version", "parent", "until"], "properties": {"index_version": {"type": "integer", "minimum": 1}, "parent": {"type": "string"}, "until": {"type": "string", "format": "date"}}}"#;
/// Of which version it was asked, whether that is published, whose they were, and whose they are.
const OWNER: &str = r#"{"type": "object", "required": ["record", "published", "from", "to"], "properties": {"record": {"type": "string"}, "published": {"type": "boolean"}, "from": {"type": "string"}, "to": {"type": "string"}}}"#;
/// Why and by which rule it was deleted, whether others may know, and sets of files that nobody names any more.
const BURIED: &str = r#"{"type": "object", "required": ["index_version", "parent", "reason", "policy", "is_visible", "sets"], "properties": {"index_version": {"type": "integer", "minimum": 1}, "parent": {"type": "string"}, "reason": {"type": ["string", "null"]}, "policy": {"type": ["string", "null"]}, "is_visible": {"type": "boolean"}, "sets": {"type": "array", "items": {"type": "string"}}}}"#;
/// Of which version it was asked, whether that is published, which link it is, what it allows, allowed before, and until when.
const LINKED: &str = r#"{"type": "object", "required": ["record", "published", "link", "permission", "expires_at"], "properties": {"record": {"type": "string"}, "published": {"type": "boolean"}, "link": {"type": "string"}, "permission": {"enum": ["view", "preview", "edit"]}, "before": {"enum": ["view", "preview", "edit"]}, "expires_at": {"type": ["string", "null"], "format": "date"}}}"#;
/// Of which version it was asked, whether that is published, who may do what, what one could do before, and whether they are to be told.
const GRANTED: &str = r#"{"type": "object", "required": ["record", "published", "grants"], "properties": {"record": {"type": "string"}, "published": {"type": "boolean"}, "before": {"type": "array", "items": {"type": "object"}}, "notify": {"type": "boolean"}, "grants": {"type": "array", "items": {"type": "object", "required": ["permission", "subject"], "properties": {"permission": {"enum": ["view", "preview", "edit", "manage"]}, "subject": {"type": "object", "required": ["id", "type"], "properties": {"id": {"type": "string"}, "type": {"enum": ["user", "role", "system_role"]}}}}}}}}"#;
/// Of which version it was asked.
const ASKED: &str =
    r#"{"type": "object", "required": ["record"], "properties": {"record": {"type": "string"}}}"#;
/// Of which version it was asked, whether that is published, and what could be asked before, and now.
const SETTINGS: &str = r#"{"type": "object", "required": ["record", "published", "before", "after"], "properties": {"record": {"type": "string"}, "published": {"type": "boolean"}, "before": {"type": "object"}, "after": {"type": "object"}}}"#;
/// Which step.
const STEP: &str =
    r#"{"type": "object", "required": ["step"], "properties": {"step": {"type": "integer", "minimum": 0}}}"#;
/// How it ended.
const ENDED: &str = r#"{"type": "object", "required": ["status"], "properties": {"status": {"enum": ["SUCCESS", "FAILED", "WARNING", "PARTIAL_SUCCESS", "CANCELLED"]}}}"#;
/// Where it is.
const ARRIVED: &str = r#"{"type": "object", "required": ["bucket", "key", "size", "etag"], "properties": {"bucket": {"type": "string"}, "key": {"type": "string"}, "size": {"type": "integer", "minimum": 0}, "etag": {"type": "string"}, "version": {"type": ["string", "null"]}}}"#;
/// What files may come to from now on.
const QUOTA: &str = r#"{"type": "object", "required": ["quota_size", "max_file_size"], "properties": {"quota_size": {"type": "integer", "minimum": 0}, "max_file_size": {"type": "integer", "minimum": 0}}}"#;
/// Whose token it is.
const OWNED: &str = r#"{"type": "object", "required": ["user"], "properties": {"user": {"type": "string"}}}"#;

const fn event(
    kind: &'static str,
    summary: &'static str,
    subject: &'static str,
    data: &'static str,
) -> EventType {
    EventType { kind, summary, subject, data }
}

/// Every type of event.
pub static EVENT_TYPES: &[EventType] = &[
    event("draft.created", "A draft was made, of a new record or to edit a published one.", VERSION, CREATED),
    event("draft.updated", "A draft was saved.", VERSION, INDEXED),
    event(
        "draft.deleted",
        "A draft was discarded, with the sets of files that only it had.",
        VERSION,
        DISCARDED,
    ),
    event("record.published", "A draft became the published record.", VERSION, PUBLISHED),
    event("record.embargo_lifted", "The embargo of a record is over: it is public.", VERSION, LIFTED),
    event("parent.identified", "All versions of a record together have a DOI from now on.", FAMILY, ASKED),
    event("access.owner_changed", "All versions of a record belong to somebody else.", FAMILY, OWNER),
    event(
        "draft.files_unlocked",
        "The files of a published record can be changed in its draft.",
        VERSION,
        "",
    ),
    event(
        "draft.quota_changed",
        "The files of a draft may come to more than before, or to less.",
        VERSION,
        QUOTA,
    ),
    event("record.deleted", "A published record was deleted, and a tombstone left.", VERSION, BURIED),
    event("record.restored", "A deleted record is published again.", VERSION, INDEXED),
    event("record.purged", "Nothing is left of a deleted record but its tombstone.", VERSION, BURIED),
    event("access.link_created", "A secret link to all versions of a record was made.", FAMILY, LINKED),
    event("access.link_updated", "A secret link allows something else, or ends earlier.", FAMILY, LINKED),
    event("access.link_deleted", "A secret link was revoked.", FAMILY, LINKED),
    event("access.grant_created", "All versions of a record were shared with some.", FAMILY, GRANTED),
    event("access.grant_updated", "A grant allows something else, or is for somebody else.", FAMILY, GRANTED),
    event("access.grant_deleted", "A grant was revoked.", FAMILY, GRANTED),
    event("access.settings_updated", "What others may ask of the owner has changed.", FAMILY, SETTINGS),
    event("draft.file_due", "A file of a draft was started that the repository is to fetch.", VERSION, DUE),
    event(
        "draft.file_committed",
        "The content of a file of a draft has arrived, and will not change.",
        VERSION,
        FILE,
    ),
    event("draft.file_updated", "What is said or known of a file has changed.", VERSION, FILE),
    event("draft.files_deleted", "Files were taken out of a draft.", VERSION, FILES),
    event("draft.files_discarded", "A draft no longer has the files that it had.", VERSION, SETS),
    event("draft.files_imported", "A draft took over the files of the previous version.", VERSION, ""),
    event("file.downloaded", "The content of a published file was asked for.", DOWNLOAD, DOWNLOADED),
    event(
        "archive.downloaded",
        "Files of a published record were asked for in one archive.",
        DOWNLOAD,
        ARCHIVE,
    ),
    event("record.viewed", "The page of a published record was seen.", VIEW, VIEWED),
    event("usage.counted", "Views or downloads of a record were counted.", USED, ""),
    event("file.rejected", "A dropped-in file could not be taken.", DROPPED, REJECTED),
    event("file.damaged", "The content of a file is not what it should be.", STORED, DAMAGED),
    event(
        "file.link_changed",
        "A link in place of a file answers otherwise than before, or leads to other content.",
        LINK,
        LINK_CHANGED,
    ),
    event("vocabulary_entry.created", "An entry was added to a vocabulary.", ENTRY, ""),
    event("vocabulary_entries.created", "Entries were added to a vocabulary by an import.", ENTRIES, SOME),
    event("vocabulary_entry.updated", "An entry of a vocabulary was replaced.", ENTRY, ""),
    event("vocabulary_entry.deleted", "An entry of a vocabulary was deleted.", ENTRY, ""),
    event("vocabulary_entry.touched", "What an entry shows of another has changed.", ENTRY, ""),
    event("record.touched", "What a version shows of a vocabulary's entry has changed.", VERSION, ""),
    event("run.due", "A step of a run of a job can be done.", RUN, STEP),
    event("run.due_low", "A step can be done of a run that nobody waits for.", RUN, STEP),
    event("run.finished", "A run of a job has come to its end.", RUN, ENDED),
    event("object.created", "An object has arrived in the object storage.", OBJECT, ARRIVED),
    event("user.created", "A person can sign in.", USER, ""),
    event(
        "user.quota_changed",
        "The files of what a user begins may come to more than before, or to less.",
        USER,
        QUOTA,
    ),
    event("token.created", "A personal access token was made.", TOKEN, OWNED),
    event("token.deleted", "A personal access token was revoked.", TOKEN, OWNED),
];
