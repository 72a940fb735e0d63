//! Names, types and numbers of restricted files are neither shown, nor found, nor counted.

use serde_json::json;

use super::site;
use crate::support::{
    User,
    files::{send, with_files},
};

/// Searches that only a record's files can answer.
const ASKED: &[&str] = &[
    "files.entries.key:\"secret.csv\"",
    "files.entries.key:secret*",
    "files.\\*:\"secret.csv\"",
    "f\\*:\"secret.csv\"",
    "file:\"secret.csv\"",
    "file:secret.csv~1",
    "_exists_:files.entries",
    "_exists_:files.count",
    "files.types:csv",
    "files.mimetypes:\"text/csv\"",
    "files.entries.mimetype:text*",
    "files.entries.ext:csv",
    "files.entries.size:5",
    "files.entries.checksum:\"md5:a44c56c8177e32d3613988f4dba7962e\"",
    "files.count:1",
    "files.count:[1 TO *]",
    "files.total_bytes:>0",
    "files.totalbytes:5",
    "sherds AND NOT (NOT files.types:csv)",
];

async fn total(user: &User, list: &str, query: &str) -> u64 {
    let query: String = form_urlencoded::byte_serialize(query.as_bytes()).collect();
    let found = user.get(format!("/api/{list}?q={query}")).await.expect(200).json();
    assert_eq!(found["hits"]["hits"].as_array().unwrap().len() as u64, found["hits"]["total"], "{query}");
    found["hits"]["total"].as_u64().unwrap()
}

#[tokio::test]
async fn restricted_files_are_found_and_counted_by_those_who_see_them() {
    let (site, ada) = site().await;
    let eve = site.user("eve").await;
    let mut body = with_files();
    body["metadata"]["title"] = json!("Sherds");
    body["access"] = json!({"record": "public", "files": "restricted"});
    let draft = ada.post("/api/records", body).await.expect(201).json();
    let path = format!("/api/records/{}/draft", draft["id"].as_str().unwrap());
    send(&ada, &format!("{path}/files"), "secret.csv", b"a,b,c").await;
    ada.post(format!("{path}/actions/publish"), ()).await.expect(202);
    site.settle().await;
    for (who, seen) in [(site.nobody(), 0), (eve, 0), (ada.clone(), 1), (site.admin(), 1)] {
        for query in ASKED {
            assert_eq!(total(&who, "records", query).await, seen, "{query}");
        }
        for query in ["sherds", "files.enabled:true", "_exists_:files", "metadata.\\*:sherds"] {
            assert_eq!(total(&who, "records", query).await, 1, "{query}");
        }
        // That they are not found tells nothing either.
        assert_eq!(total(&who, "records", "sherds AND NOT files.types:csv").await, 1 - seen);
        let all = who.get("/api/records").await.expect(200).json();
        let buckets = all["aggregations"]["file_type"]["buckets"].as_array().unwrap();
        assert_eq!(buckets.iter().map(|bucket| bucket["doc_count"].as_u64().unwrap()).sum::<u64>(), seen);
        assert_eq!(all["aggregations"]["access_status"]["buckets"][0]["doc_count"], 1);
        let chosen = who.get("/api/records?file_type=csv").await.expect(200).json();
        assert_eq!(chosen["hits"]["total"], seen);
    }
    assert_eq!(total(&ada, "user/records", "files.types:csv").await, 1);
}
