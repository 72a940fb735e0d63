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
const ENTRY: &str = "vocabularies/<vocabulary>#<id>";
const USER: &str = "users/<id>";
const RUN: &str = "runs/<id of the job>/<id of the run>";
const OBJECT: &str = "objects/<key>";
const TOKEN: &str = "tokens/<id>";

/// What the index has to catch up with.
const INDEXED: &str = r#"{"type": "object", "required": ["index_version"], "properties": {"index_version": {"type": "integer", "minimum": 1}}}"#;
/// Which step.
const STEP: &str =
    r#"{"type": "object", "required": ["step"], "properties": {"step": {"type": "integer", "minimum": 0}}}"#;
/// How it ended.
const ENDED: &str = r#"{"type": "object", "required": ["status"], "properties": {"status": {"enum": ["SUCCESS", "FAILED", "WARNING", "PARTIAL_SUCCESS", "CANCELLED"]}}}"#;
/// Where it is.
const ARRIVED: &str = r#"{"type": "object", "required": ["bucket", "key", "size", "etag"], "properties": {"bucket": {"type": "string"}, "key": {"type": "string"}, "size": {"type": "integer", "minimum": 0}, "etag": {"type": "string"}, "version": {"type": ["string", "null"]}}}"#;
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
    event("draft.created", "A draft was made, of a new record or to edit a published one.", VERSION, INDEXED),
    event("draft.updated", "A draft was saved.", VERSION, INDEXED),
    event("draft.deleted", "A draft was discarded.", VERSION, INDEXED),
    event("record.published", "A draft became the published record.", VERSION, INDEXED),
    event("vocabulary_entry.created", "An entry was added to a vocabulary.", ENTRY, ""),
    event("vocabulary_entry.updated", "An entry of a vocabulary was replaced.", ENTRY, ""),
    event("vocabulary_entry.deleted", "An entry of a vocabulary was deleted.", ENTRY, ""),
    event("vocabulary_entry.touched", "What an entry shows of another has changed.", ENTRY, ""),
    event("record.touched", "What a version shows of a vocabulary's entry has changed.", VERSION, ""),
    event("run.due", "A step of a run of a job can be done.", RUN, STEP),
    event("run.due_low", "A step can be done of a run that nobody waits for.", RUN, STEP),
    event("run.finished", "A run of a job has come to its end.", RUN, ENDED),
    event("object.created", "An object has arrived in the object storage.", OBJECT, ARRIVED),
    event("user.created", "A person can sign in.", USER, ""),
    event("token.created", "A personal access token was made.", TOKEN, OWNED),
    event("token.deleted", "A personal access token was revoked.", TOKEN, OWNED),
];
