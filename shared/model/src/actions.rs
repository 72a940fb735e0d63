//! Actions that every kind with drafts knows. What each needs is the kind's policy.

use crate::policy::Action;

/// Create a draft; search one's own.
pub const CREATE: Action = Action("create");
/// Read a published record.
pub const READ: Action = Action("read");
/// Read the files of a record.
pub const READ_FILES: Action = Action("read_files");
/// See a restricted record.
pub const VIEW: Action = Action("view");
/// Read a draft.
pub const PREVIEW: Action = Action("preview");
/// Save and publish a draft.
pub const REVIEW: Action = Action("review");
/// Edit a record, delete a draft, make a new version.
pub const CURATE: Action = Action("curate");
/// Learn which version of a record is the latest.
pub const FOLLOW: Action = Action("follow");
/// Change access, grants, links, communities.
pub const MANAGE: Action = Action("manage");
/// Was given something by whom it belongs to.
pub const SHARED: Action = Action("shared");
/// See what administrators see of any record: its earlier revisions, internal notes.
pub const INSPECT: Action = Action("inspect");
/// Delete a published record soon after its publication, without asking anybody.
pub const WITHDRAW: Action = Action("withdraw");
/// Delete, restore and purge any published record.
pub const DELETE: Action = Action("delete");
