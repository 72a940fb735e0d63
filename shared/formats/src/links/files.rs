//! The links of files and of their lists. `InvenioRDM`: records reference §5.1 and §5.2.

use serde_json::{Map, Value, json};

use super::Site;
use super::encode::{path, segment};
use super::records::IMAGES;

/// Whose files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner<'a> {
    /// The record's id.
    pub id: &'a str,
    /// They are those of its draft.
    pub draft: bool,
    /// They are media files.
    pub media: bool,
}

impl Owner<'_> {
    /// The list's address.
    pub fn list(&self, site: Site<'_>) -> String {
        let draft = if self.draft { "/draft" } else { "" };
        let set = if self.media { "media-files" } else { "files" };
        format!("{}/api/records/{}{draft}/{set}", site.url, segment(self.id))
    }

    /// The path of what lies in a file.
    pub fn path(inside: &str) -> String {
        path(inside)
    }

    /// The file's address.
    pub fn file(&self, key: &str, site: Site<'_>) -> String {
        format!("{}/{}", self.list(site), path(key))
    }
}

/// The links of a list.
pub fn list(owner: Owner<'_>, site: Site<'_>) -> Map<String, Value> {
    let list = owner.list(site);
    let archive = format!("{list}-archive");
    Map::from_iter([("self".to_owned(), json!(list)), ("archive".to_owned(), json!(archive))])
}

/// The links of a file. `has_content`: it is sent and fetched as one.
pub fn file(owner: Owner<'_>, key: &str, has_content: bool, site: Site<'_>) -> Map<String, Value> {
    let file = owner.file(key, site);
    let mut links = Map::new();
    let mut put = |name: &str, url: String| drop(links.insert(name.to_owned(), url.into()));
    put("self", file.clone());
    if has_content {
        put("content", format!("{file}/content"));
    }
    if owner.draft {
        put("commit", format!("{file}/commit"));
    }
    let extension = key.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    if extension.as_deref() == Some("zip") {
        put("container", format!("{file}/container"));
    }
    if !owner.media && extension.is_some_and(|extension| IMAGES.contains(&extension.as_str())) {
        let whose = format!("{}:{}", if owner.draft { "draft" } else { "record" }, segment(owner.id));
        let name = segment(key);
        let iiif = format!("{}/api/iiif/{whose}", site.url);
        put("iiif_canvas", format!("{iiif}/canvas/{name}"));
        put("iiif_base", format!("{iiif}:{name}"));
        put("iiif_info", format!("{iiif}:{name}/info.json"));
        put("iiif_api", format!("{iiif}:{name}/full/full/0/default.png"));
    }
    links
}

#[cfg(test)]
mod tests {
    use super::*;

    const SITE: Site<'static> = Site { url: "https://x.org", test_prefix: "" };
    const DRAFT: Owner<'static> = Owner { id: "abcde-fgh12", draft: true, media: false };

    #[test]
    fn files_have_the_links_that_their_names_suggest() {
        let names =
            |owner, key: &str| file(owner, key, true, SITE).keys().cloned().collect::<Vec<_>>().join(" ");
        assert_eq!(names(DRAFT, "a.txt"), "self content commit");
        assert_eq!(names(DRAFT, "a.zip"), "self content commit container");
        let images = "self content iiif_canvas iiif_base iiif_info iiif_api";
        assert_eq!(names(Owner { draft: false, ..DRAFT }, "a.PNG"), images);
        assert_eq!(names(Owner { draft: false, media: true, ..DRAFT }, "a.png"), "self content");
    }

    #[test]
    fn names_are_encoded_and_keep_their_folders() {
        let links = file(DRAFT, "d/ä b%2F.txt", true, SITE);
        let expected = "https://x.org/api/records/abcde-fgh12/draft/files/d/%C3%A4%20b%252F.txt/content";
        assert_eq!(links["content"], expected);
        assert_eq!(list(DRAFT, SITE)["archive"], "https://x.org/api/records/abcde-fgh12/draft/files-archive");
    }
}
