//! The links of drafts and records, each one row of a table. They are not filtered by what the reader may do.

use serde_json::{Map, Value};

use super::Site;
use super::encode::{path, segment};
use super::template::fill;

/// When a link is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    Always,
    /// The record has a DOI, be it only reserved.
    HasDoi,
    /// The versions together have a DOI.
    HasParentDoi,
    /// The reader sees an image among its files. The link is one URL for each of [`THUMBNAIL_SIZES`].
    HasImage,
    /// The draft has a review, in whatever state.
    HasReview,
    /// There is a published record, also where this is its draft.
    IsPublished,
}
use When::{Always, HasDoi, HasImage, HasParentDoi, HasReview, IsPublished};

type Row = (&'static str, When, &'static str);

const DRAFT: &[Row] = &[
    ("self", Always, "{api}/draft"),
    ("self_html", Always, "{site}/uploads/{id}"),
    ("preview_html", Always, "{html}?preview=1"),
    ("doi", HasDoi, "{resolver}/{doi}"),
    ("self_doi", HasDoi, "{resolver}/{doi}"),
    ("reserve_doi", Always, "{api}/draft/pids/doi"),
    ("parent_doi", HasParentDoi, "{parent_resolver}/{parent_doi}"),
    ("parent_doi_html", HasParentDoi, "{site}/doi/{parent_doi}"),
    ("self_iiif_manifest", Always, "{site}/api/iiif/draft:{id}/manifest"),
    ("self_iiif_sequence", Always, "{site}/api/iiif/draft:{id}/sequence/default"),
    ("files", Always, "{api}/draft/files"),
    ("media_files", Always, "{api}/draft/media-files"),
    // InvenioRDM says `record:` here too, which leads nowhere before the first publication.
    ("thumbnails", HasImage, "{site}/api/iiif/draft:{id}:{image}/full/%5E{size},/0/default.jpg"),
    ("archive", Always, "{api}/draft/files-archive"),
    ("archive_media", Always, "{api}/draft/media-files-archive"),
    ("versions", Always, "{api}/versions"),
    ("record", Always, "{api}"),
    ("record_html", Always, "{html}"),
    ("publish", Always, "{api}/draft/actions/publish"),
    ("review", Always, "{api}/draft/review"),
    ("submit-review", HasReview, "{api}/draft/actions/submit-review"),
];

const RECORD: &[Row] = &[
    ("self", Always, "{api}"),
    ("self_html", Always, "{html}"),
    ("preview_html", Always, "{html}?preview=1"),
    ("doi", HasDoi, "{resolver}/{doi}"),
    ("self_doi", HasDoi, "{resolver}/{doi}"),
    ("self_doi_html", HasDoi, "{site}/doi/{doi}"),
    ("reserve_doi", Always, "{api}/draft/pids/doi"),
    ("parent", Always, "{site}/api/records/{parent}"),
    ("parent_html", Always, "{site}/records/{parent}"),
    ("parent_doi", HasParentDoi, "{parent_resolver}/{parent_doi}"),
    ("parent_doi_html", HasParentDoi, "{site}/doi/{parent_doi}"),
    ("self_iiif_manifest", Always, "{site}/api/iiif/record:{id}/manifest"),
    ("self_iiif_sequence", Always, "{site}/api/iiif/record:{id}/sequence/default"),
    ("files", Always, "{api}/files"),
    ("media_files", Always, "{api}/media-files"),
    ("thumbnails", HasImage, "{site}/api/iiif/record:{id}:{image}/full/%5E{size},/0/default.jpg"),
    ("archive", Always, "{api}/files-archive"),
    ("archive_media", Always, "{api}/media-files-archive"),
    ("latest", Always, "{api}/versions/latest"),
    ("latest_html", Always, "{html}/latest"),
    ("versions", Always, "{api}/versions"),
    ("draft", Always, "{api}/draft"),
];

/// What both end with.
const BOTH: &[Row] = &[
    ("access_links", Always, "{api}/access/links"),
    ("access_grants", Always, "{api}/access/grants"),
    ("access_users", Always, "{api}/access/users"),
    ("access_groups", Always, "{api}/access/groups"),
    ("access_request", Always, "{api}/access/request"),
    ("access", Always, "{api}/access"),
    ("communities", Always, "{api}/communities"),
    ("communities-suggestions", Always, "{api}/communities-suggestions"),
    ("request_deletion", IsPublished, "{api}/request-deletion"),
    ("file_modification", IsPublished, "{api}/file-modification"),
    ("quota_increase", Always, "{api}/quota-increase"),
    ("requests", Always, "{api}/requests"),
];

const THUMBNAIL_SIZES: [&str; 6] = ["10", "50", "100", "250", "750", "1200"];

/// Extensions of files that have thumbnails.
pub(super) const IMAGES: [&str; 8] = ["gif", "jp2", "jpeg", "jpg", "pdf", "png", "tif", "tiff"];

/// The links of the draft `id`, whose JSON says which it has: `pids`, `parent`, `files`, `review`, `is_published`.
pub fn draft(id: &str, json: &Map<String, Value>, site: Site<'_>) -> Map<String, Value> {
    links(DRAFT, id, "", json, site)
}

/// The links of the published record `id`, one version of `parent`.
pub fn record(id: &str, parent: &str, json: &Map<String, Value>, site: Site<'_>) -> Map<String, Value> {
    links(RECORD, id, parent, json, site)
}

fn links(
    rows: &[Row],
    id: &str,
    parent: &str,
    json: &Map<String, Value>,
    site: Site<'_>,
) -> Map<String, Value> {
    let value = |key: &str| json.get(key).unwrap_or(&Value::Null);
    let (id, parent) = (segment(id), segment(parent));
    let (api, html) = (format!("{}/api/records/{id}", site.url), format!("{}/records/{id}", site.url));
    let (doi, parent_doi) = (doi(value("pids")), doi(&value("parent")["pids"]));
    let image = image(value("files")).map(segment);
    let has_review = [&value("parent")["review"], value("review")].iter().any(|review| !review.is_null());
    let has = |when: When| match when {
        Always => true,
        HasDoi => doi.is_some(),
        HasParentDoi => parent_doi.is_some(),
        HasImage => image.is_some(),
        HasReview => has_review,
        IsPublished => value("is_published") == &Value::Bool(true),
    };
    let values = [
        ("api", api.as_str()),
        ("html", &html),
        ("site", site.url),
        ("id", &id),
        ("parent", &parent),
        ("resolver", site.resolver(doi.as_deref().unwrap_or_default())),
        ("parent_resolver", site.resolver(parent_doi.as_deref().unwrap_or_default())),
        ("doi", doi.as_deref().unwrap_or_default()),
        ("parent_doi", parent_doi.as_deref().unwrap_or_default()),
        ("image", image.as_deref().unwrap_or_default()),
    ];
    let url = |(name, when, template): &Row| {
        let url =
            if *when == HasImage { thumbnails(template, &values) } else { fill(template, &values).into() };
        ((*name).to_owned(), url)
    };
    rows.iter().chain(BOTH).filter(|(_, when, _)| has(*when)).map(url).collect()
}

fn thumbnails(template: &str, values: &[(&str, &str)]) -> Value {
    let one = |size: &str| (size.to_owned(), fill(&template.replace("{size}", size), values).into());
    Value::Object(THUMBNAIL_SIZES.into_iter().map(one).collect())
}

fn doi(pids: &Value) -> Option<String> {
    pids["doi"]["identifier"].as_str().filter(|doi| !doi.is_empty()).map(path)
}

/// The image that stands for the record: its default preview, else the first one.
fn image(files: &Value) -> Option<&str> {
    let entries = files["entries"].as_object()?;
    let preview = files["default_preview"].as_str().and_then(|key| entries.get_key_value(key));
    let mut candidates = preview.into_iter().chain(entries);
    candidates.find(|(key, entry)| is_image(key, entry)).map(|(key, _)| key.as_str())
}

fn is_image(key: &str, entry: &Value) -> bool {
    let extension = entry["ext"].as_str().or_else(|| Some(key.rsplit_once('.')?.1)).unwrap_or_default();
    IMAGES.iter().any(|image| image.eq_ignore_ascii_case(extension))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SITE: Site<'static> = Site { url: "https://x.org", test_prefix: "10.5072" };

    fn names(links: &Map<String, Value>) -> Vec<&str> {
        links.keys().map(String::as_str).collect()
    }

    fn of(json: &Value) -> Map<String, Value> {
        record("abcde-fgh12", "fghij-klm34", json.as_object().unwrap(), SITE)
    }

    fn of_draft(json: &Value) -> Map<String, Value> {
        draft("abcde-fgh12", json.as_object().unwrap(), SITE)
    }

    #[test]
    fn a_plain_draft_has_its_links_in_order() {
        let expected = "self self_html preview_html reserve_doi self_iiif_manifest self_iiif_sequence files media_files \
             archive archive_media versions record record_html publish review access_links access_grants access_users \
             access_groups access_request access communities communities-suggestions quota_increase requests";
        let links = of_draft(&json!({"is_published": false, "pids": {}, "parent": {"pids": {}}}));
        assert_eq!(names(&links).join(" "), expected);
        assert_eq!(links["self"], "https://x.org/api/records/abcde-fgh12/draft");
        assert_eq!(links["self_html"], "https://x.org/uploads/abcde-fgh12");
        assert_eq!(links["self_iiif_sequence"], "https://x.org/api/iiif/draft:abcde-fgh12/sequence/default");
    }

    #[test]
    fn a_record_with_everything_has_its_links_in_order() {
        let expected = "self self_html preview_html doi self_doi self_doi_html reserve_doi parent parent_html parent_doi \
             parent_doi_html self_iiif_manifest self_iiif_sequence files media_files thumbnails archive archive_media \
             latest latest_html versions draft access_links access_grants access_users access_groups access_request \
             access communities communities-suggestions request_deletion file_modification quota_increase requests";
        let links = of(&json!({
            "is_published": true, "pids": {"doi": {"identifier": "10.1234/a#b"}},
            "parent": {"pids": {"doi": {"identifier": "10.1234/p"}}}, "files": {"entries": {"a.png": {"ext": "png"}}}
        }));
        assert_eq!(names(&links).join(" "), expected);
        assert_eq!(links["self_doi"], "https://doi.org/10.1234/a%23b");
        assert_eq!(links["self_doi_html"], "https://x.org/doi/10.1234/a%23b");
        assert_eq!(links["parent"], "https://x.org/api/records/fghij-klm34");
        assert_eq!(links["parent_doi"], "https://doi.org/10.1234/p");
    }

    #[test]
    fn what_only_a_test_system_knows_is_resolved_there() {
        for (doi, resolver) in [
            ("10.5072/a", "https://handle.test.datacite.org"),
            ("10.50721/a", "https://doi.org"),
            ("10.1234/10.5072/a", "https://doi.org"),
        ] {
            let pids = json!({"doi": {"identifier": doi}});
            let links = of(&json!({"pids": pids, "parent": {"pids": pids}}));
            for name in ["doi", "self_doi", "parent_doi"] {
                assert_eq!(links[name], format!("{resolver}/{doi}"), "{name}");
            }
            assert_eq!(links["self_doi_html"], format!("https://x.org/doi/{doi}"));
        }
    }

    #[test]
    fn an_edit_draft_and_a_draft_in_review_say_so() {
        let edit = of_draft(&json!({"is_published": true, "review": null}));
        assert!(edit.contains_key("request_deletion") && edit.contains_key("file_modification"));
        assert!(!edit.contains_key("submit-review"));
        for review in
            [json!({"review": {"status": "declined"}}), json!({"parent": {"review": {"status": "created"}}})]
        {
            assert!(of_draft(&review).contains_key("submit-review"), "{review}");
        }
    }

    #[test]
    fn an_empty_doi_is_no_doi() {
        for pids in [json!({"doi": {"identifier": ""}}), json!({"doi": {}}), json!({"doi": null}), json!([])]
        {
            let links = of(&json!({"pids": pids, "parent": {"pids": pids}}));
            assert!(
                names(&links).iter().all(|name| *name == "reserve_doi" || !name.contains("doi")),
                "{pids}"
            );
        }
    }

    #[test]
    fn the_thumbnail_is_the_preview_or_the_first_image() {
        let entries = json!({"a.txt": {"ext": "txt"}, "b 1/é.PNG": {}, "c.jpg": {"ext": "jpg"}, "jpg": {}});
        for (preview, expected) in [
            (json!(null), Some("b%201%2F%C3%A9.PNG")),
            (json!("c.jpg"), Some("c.jpg")),
            (json!("a.txt"), Some("b%201%2F%C3%A9.PNG")),
            (json!("gone.png"), Some("b%201%2F%C3%A9.PNG")),
        ] {
            let links = of(&json!({"files": {"default_preview": preview, "entries": entries}}));
            let url = expected.map(|key| {
                format!("https://x.org/api/iiif/record:abcde-fgh12:{key}/full/%5E10,/0/default.jpg")
            });
            assert_eq!(links["thumbnails"]["10"].as_str(), url.as_deref());
            assert_eq!(links["thumbnails"].as_object().unwrap().len(), 6);
        }
        for files in
            [json!({"enabled": true}), json!({"entries": {}}), json!({"entries": {"jpg": {}, "a.txt": {}}})]
        {
            assert!(!of(&json!({"files": files})).contains_key("thumbnails"), "{files}");
        }
    }
}
