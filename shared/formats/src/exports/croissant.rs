//! Croissant 1.0: a dataset as machine-learning tools read it.

use serde_json::{Value, json};

use super::{
    json::{have, object, some},
    schema_org,
    source::{Source, plain, text},
};

/// What its JSON-LD is a profile of.
pub(super) const PROFILE: &str = "http://mlcommons.org/croissant/1.0";

/// A record as a dataset.
pub(super) fn write(source: Source<'_>) -> Value {
    let described = schema_org::write(source);
    let same = |key: &str| described.get(key).cloned();
    let said = plain(source.metadata("description")).or_else(|| source.text("title").map(str::to_owned));
    object([
        ("@context", Some(context())),
        ("@type", have(Some("sc:Dataset"))),
        ("conformsTo", have(Some(PROFILE))),
        ("name", have(source.text("title"))),
        ("description", have(said)),
        ("datePublished", have(source.published())),
        ("dateModified", same("dateModified")),
        ("version", have(source.text("version"))),
        ("license", same("license")),
        ("url", same("url")),
        ("citeAs", same("@id")),
        ("creator", same("creator")),
        ("publisher", same("publisher")),
        ("keywords", some(source.list("subjects").iter().filter_map(|row| have(text(&row["subject"]))))),
        ("inLanguage", some(source.list("languages").iter().filter_map(|row| have(text(&row["id"]))))),
        ("distribution", some(source.files().enumerate().map(|(at, file)| object_of(source, at, file)))),
    ])
}

fn object_of(source: Source<'_>, at: usize, (key, file): (&str, &Value)) -> Value {
    let md5 = text(&file["checksum"]).and_then(|checksum| checksum.strip_prefix("md5:"));
    object([
        ("@type", have(Some("cr:FileObject"))),
        // Readers refuse blanks in it.
        ("@id", have(Some(format!("file-{}", at + 1)))),
        ("name", have(Some(key))),
        ("contentUrl", have(Some(source.content(key)))),
        ("contentSize", file["size"].as_u64().map(|size| format!("{size} B").into())),
        ("encodingFormat", have(text(&file["mimetype"]).or(Some("application/octet-stream")))),
        ("md5", have(md5)),
    ])
}

/// The context that the specification recommends (Croissant 1.0, appendix 1).
fn context() -> Value {
    json!({
        "@language": "en", "@vocab": "https://schema.org/", "citeAs": "cr:citeAs", "column": "cr:column",
        "conformsTo": "dct:conformsTo", "cr": "http://mlcommons.org/croissant/", "rai": "http://mlcommons.org/croissant/RAI/",
        "data": {"@id": "cr:data", "@type": "@json"}, "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
        "dct": "http://purl.org/dc/terms/", "equivalentProperty": "cr:equivalentProperty", "examples": {"@id": "cr:examples", "@type": "@json"}, "extract": "cr:extract",
        "field": "cr:field", "fileProperty": "cr:fileProperty", "fileObject": "cr:fileObject", "fileSet": "cr:fileSet",
        "format": "cr:format", "includes": "cr:includes", "isLiveDataset": "cr:isLiveDataset", "jsonPath": "cr:jsonPath",
        "key": "cr:key", "md5": "cr:md5", "parentField": "cr:parentField", "path": "cr:path", "recordSet": "cr:recordSet",
        "references": "cr:references", "regex": "cr:regex", "repeated": "cr:repeated", "replace": "cr:replace",
        "samplingRate": "cr:samplingRate", "sc": "https://schema.org/", "separator": "cr:separator", "source": "cr:source", "subField": "cr:subField",
        "transform": "cr:transform"
    })
}
