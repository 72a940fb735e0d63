//! Where files are mounted, and what the rest of a path says of one.

use cairn_core::{files::Mount, framework::State};
use cairn_formats::links::files::Owner;
use cairn_http::{Call, Reply, errors};
use http::{HeaderValue, StatusCode, header::ALLOW};

/// Files of drafts.
pub(crate) const DRAFT: Mount = Mount { state: State::Draft, set: "files" };
/// Media files of drafts.
pub(super) const DRAFT_MEDIA: Mount = Mount { state: State::Draft, set: "media_files" };
/// Files of records.
pub(crate) const RECORD: Mount = Mount { state: State::Published, set: "files" };
/// Media files of records.
pub(super) const RECORD_MEDIA: Mount = Mount { state: State::Published, set: "media_files" };

/// What links of files depend on.
pub(super) fn owner(call: &Call, mount: Mount) -> Owner<'_> {
    Owner { id: call.param("id"), draft: mount.state == State::Draft, media: mount.set != "files" }
}

/// The path does not have the method.
pub(super) fn no_method(target: &Target<'_>, mount: Mount) -> Reply {
    let allow = match target {
        _ if mount.state == State::Published => "GET, HEAD, OPTIONS",
        Target::File(_) => "GET, PUT, DELETE, HEAD, OPTIONS",
        Target::Content(_) => "GET, PUT, HEAD, OPTIONS",
        Target::Part(..) => "PUT, OPTIONS",
        Target::Commit(_) => "POST, OPTIONS",
        Target::Container(..) => "GET, HEAD, OPTIONS",
    };
    let reply = errors::plain(StatusCode::METHOD_NOT_ALLOWED, errors::NO_SUCH_METHOD);
    reply.header(ALLOW, HeaderValue::from_static(allow))
}

/// What a path below a set means. The suffix wins over the name: a file named `a/content` is content of `a/content` only
/// where `/content` follows once more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target<'path> {
    /// The file.
    File(&'path str),
    /// Its content.
    Content(&'path str),
    /// A part of its content.
    Part(&'path str, u32),
    /// Its commit.
    Commit(&'path str),
    /// What a container holds; nothing: all of it.
    Container(&'path str, Option<&'path str>),
}

impl<'path> Target<'path> {
    /// Reads the greedy rest of the path.
    pub(super) fn of(call: &'path Call, mount: Mount) -> Self {
        match Self::parse(call.param("key")) {
            // Nothing is sent to records: there, names may end as they like.
            Self::Part(..) | Self::Commit(_) if mount.state == State::Published => {
                Self::File(call.param("key"))
            }
            target => target,
        }
    }

    fn parse(rest: &'path str) -> Self {
        if let Some(key) = rest.strip_suffix("/content").filter(|key| !key.is_empty()) {
            return Self::Content(key);
        }
        if let Some(key) = rest.strip_suffix("/commit").filter(|key| !key.is_empty()) {
            return Self::Commit(key);
        }
        if let Some((key, number)) = rest.rsplit_once("/content/")
            && let Ok(number) = number.parse()
            && !key.is_empty()
        {
            return Self::Part(key, number);
        }
        if let Some(key) = rest.strip_suffix("/container").filter(|key| !key.is_empty()) {
            return Self::Container(key, None);
        }
        // Only files whose names say that they are containers have something inside.
        if let Some(end) = rest.to_ascii_lowercase().find(".zip/container/") {
            let (key, path) = rest.split_at(end + ".zip".len());
            return Self::Container(key, path.strip_prefix("/container/").filter(|path| !path.is_empty()));
        }
        Self::File(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_suffix_wins_over_the_name() {
        for (rest, target) in [
            ("a.txt", Target::File("a.txt")),
            ("d/e/a.txt", Target::File("d/e/a.txt")),
            ("content", Target::File("content")),
            ("a.txt/content", Target::Content("a.txt")),
            ("a/content/content", Target::Content("a/content")),
            ("a.txt/content/12", Target::Part("a.txt", 12)),
            ("a.txt/content/x", Target::File("a.txt/content/x")),
            ("a.txt/commit", Target::Commit("a.txt")),
            ("a.zip/container", Target::Container("a.zip", None)),
            ("d/a.ZIP/container/in/b.txt", Target::Container("d/a.ZIP", Some("in/b.txt"))),
            ("a.txt/container/b", Target::File("a.txt/container/b")),
        ] {
            assert_eq!(Target::parse(rest), target, "{rest}");
        }
    }
}
