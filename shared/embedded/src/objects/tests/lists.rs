//! Lists, and what clients ask about the bucket.

use super::Stand;

async fn filled(keys: &[&str]) -> Stand {
    let stand = Stand::open();
    for key in keys {
        stand.put(key, b"x").await;
    }
    stand
}

#[tokio::test]
async fn objects_are_listed_by_key_with_common_prefixes() {
    let stand = filled(&["b/1", "a", "b/2", "c/x/1", "b.txt"]).await;
    stand.put("gone", b"x").await;
    stand.delete("gone").await;
    let all = stand.call("GET", "/site?list-type=2", &[], b"").await.ok();
    assert_eq!(all.elements("Key"), ["a", "b.txt", "b/1", "b/2", "c/x/1"]);
    assert_eq!((all.element("IsTruncated"), all.element("KeyCount")), ("false", "5"));
    let folder = stand.call("GET", "/site?list-type=2&delimiter=%2F", &[], b"").await.ok();
    assert_eq!(folder.elements("Key"), ["a", "b.txt"]);
    assert_eq!(
        folder.elements("Prefix"),
        ["", "<Prefix>b/", "<Prefix>c/"].map(|text| text.trim_start_matches("<Prefix>"))
    );
    let inner = stand.call("GET", "/site?list-type=2&delimiter=%2F&prefix=b%2F", &[], b"").await.ok();
    assert_eq!(inner.elements("Key"), ["b/1", "b/2"]);
    let after = stand.call("GET", "/site?list-type=2&start-after=b%2F1", &[], b"").await.ok();
    assert_eq!(after.elements("Key"), ["b/2", "c/x/1"]);
}

#[tokio::test]
async fn a_list_goes_on_where_it_ended() {
    let keys: Vec<String> = (0..25).map(|number| format!("d{}/k{number:02}", number / 10)).collect();
    let stand = filled(&keys.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let (mut found, mut token) = (Vec::new(), String::new());
    loop {
        let next = if token.is_empty() { String::new() } else { format!("&continuation-token={token}") };
        let page = stand.call("GET", &format!("/site?list-type=2&max-keys=4{next}"), &[], b"").await.ok();
        found.extend(page.elements("Key").into_iter().map(str::to_owned));
        token = page.element("NextContinuationToken").to_owned();
        if page.element("IsTruncated") == "false" {
            break;
        }
    }
    assert_eq!(found, keys);
    let page = stand.call("GET", "/site?list-type=2&max-keys=2&delimiter=%2F", &[], b"").await.ok();
    let token = page.element("NextContinuationToken").to_owned();
    let path = format!("/site?list-type=2&max-keys=2&delimiter=%2F&continuation-token={token}");
    let last = stand.call("GET", &path, &[], b"").await.ok();
    assert_eq!((last.elements("CommonPrefixes").len(), last.element("IsTruncated")), (1, "false"));
    let none = stand.call("GET", "/site?list-type=2&max-keys=0", &[], b"").await.ok();
    assert_eq!((none.element("KeyCount"), none.element("IsTruncated")), ("0", "false"));
    let first = stand.call("GET", "/site?delimiter=%2F&max-keys=1", &[], b"").await.ok();
    assert_eq!(first.element("NextMarker"), "d0/");
    let second = stand.call("GET", "/site?delimiter=%2F&max-keys=1&marker=d0%2F", &[], b"").await.ok();
    assert_eq!(second.element("NextMarker"), "d1/");
}

#[tokio::test]
async fn keys_are_escaped_in_lists_if_asked() {
    let stand = filled(&["a%20b/c%26%C3%BC"]).await;
    let plain = stand.call("GET", "/site?list-type=2", &[], b"").await.ok();
    assert_eq!(plain.element("Key"), "a b/c&amp;ü");
    let escaped = stand.call("GET", "/site?list-type=2&encoding-type=url", &[], b"").await.ok();
    assert_eq!(escaped.element("Key"), "a%20b/c%26%C3%BC");
}

#[tokio::test]
async fn versions_are_listed_the_latest_first() {
    let stand = Stand::open();
    let mut ids = Vec::new();
    for body in ["1", "2", "3"] {
        ids.insert(0, stand.put("a", body.as_bytes()).await.header("x-amz-version-id").to_owned());
    }
    ids.insert(0, stand.delete("a").await.header("x-amz-version-id").to_owned());
    ids.push(stand.put("b", b"1").await.header("x-amz-version-id").to_owned());
    let all = stand.call("GET", "/site?versions", &[], b"").await.ok();
    assert_eq!((all.elements("Version").len(), all.elements("DeleteMarker").len()), (4, 1));
    assert_eq!(all.elements("IsLatest").iter().filter(|latest| **latest == "true").count(), 2);
    let (mut found, mut markers) = (Vec::new(), String::new());
    loop {
        let page = stand.call("GET", &format!("/site?versions&max-keys=2{markers}"), &[], b"").await.ok();
        found.extend(page.elements("VersionId").into_iter().map(str::to_owned));
        if page.element("IsTruncated") == "false" {
            break;
        }
        let (key, id) = (page.element("NextKeyMarker"), page.element("NextVersionIdMarker"));
        markers = format!("&key-marker={key}&version-id-marker={id}");
    }
    found.sort();
    ids.sort();
    assert_eq!(found, ids);
}

#[tokio::test]
async fn a_bucket_can_be_emptied_while_it_is_listed() {
    let stand = Stand::open();
    for body in 0..7 {
        stand.put("a", &[body]).await;
    }
    let mut markers = String::new();
    for _ in 0..20 {
        let page = stand.call("GET", &format!("/site?versions&max-keys=2{markers}"), &[], b"").await.ok();
        for id in page.elements("VersionId") {
            stand.delete(&format!("a?versionId={id}")).await.ok();
        }
        if page.element("IsTruncated") == "false" {
            break;
        }
        let (key, id) = (page.element("NextKeyMarker"), page.element("NextVersionIdMarker"));
        markers = format!("&key-marker={key}&version-id-marker={id}");
    }
    assert!(stand.files().is_empty());
}

#[tokio::test]
async fn clients_find_the_one_bucket() {
    let stand = Stand::open();
    assert_eq!(stand.call("HEAD", "/site", &[], b"").await.status.as_u16(), 200);
    assert_eq!(stand.call("HEAD", "/other", &[], b"").await.status.as_u16(), 404);
    assert_eq!(stand.call("GET", "/other?list-type=2", &[], b"").await.refused(), (404, "NoSuchBucket"));
    assert_eq!(stand.call("GET", "/site?versioning", &[], b"").await.ok().element("Status"), "Enabled");
    assert!(stand.call("GET", "/site?location", &[], b"").await.ok().text().contains("LocationConstraint"));
    assert_eq!(stand.call("GET", "/", &[], b"").await.ok().element("Name"), "site");
    assert_eq!(stand.call("PUT", "/site", &[], b"").await.refused(), (409, "BucketAlreadyOwnedByYou"));
    assert_eq!(stand.call("PUT", "/other", &[], b"").await.refused(), (403, "AccessDenied"));
    assert_eq!(stand.call("GET", "/site?policy", &[], b"").await.refused(), (501, "NotImplemented"));
}
