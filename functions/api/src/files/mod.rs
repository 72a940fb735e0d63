//! Operations on files: of drafts and of records, files and media files. One function each, mounted at several paths.

mod archive;
mod commit;
mod container;
pub(crate) mod content;
mod delete;
mod delete_all;
mod download;
mod import;
mod list;
pub(crate) mod mount;
mod range;
mod read;
mod shown;
mod start;
mod update;

use cairn_http::Operation;

/// Their list.
pub const OPERATIONS: &[Operation] = &[
    list::DRAFT,
    start::DRAFT,
    delete_all::DRAFT,
    read::DRAFT,
    update::DRAFT,
    commit::DRAFT,
    delete::DRAFT,
    archive::DRAFT,
    import::OPERATION,
    list::DRAFT_MEDIA,
    start::DRAFT_MEDIA,
    delete_all::DRAFT_MEDIA,
    read::DRAFT_MEDIA,
    update::DRAFT_MEDIA,
    commit::DRAFT_MEDIA,
    delete::DRAFT_MEDIA,
    archive::DRAFT_MEDIA,
    list::RECORD,
    read::RECORD,
    archive::RECORD,
    download::RECORD,
    list::RECORD_MEDIA,
    read::RECORD_MEDIA,
    archive::RECORD_MEDIA,
    download::RECORD_MEDIA,
];
