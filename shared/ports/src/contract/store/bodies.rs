//! Documents, keys and expiry come back exactly as they went in.

use super::*;

pub(super) async fn all(subject: &Subject) {
    documents(subject).await;
    odd_keys(subject).await;
    expiry(subject).await;
}

fn exact() -> Vec<Value> {
    let deep = (0..127).fold(json!("bottom"), |inner, _| json!([inner]));
    vec![
        Value::Null,
        json!(false),
        json!(""),
        json!({}),
        json!({"z": 1, "a": 2, "m": {"y": [], "b": null}, "": 0}),
        json!([u64::MAX, i64::MIN, 0, -1, 9_007_199_254_740_993_u64]),
        json!([
            0.1,
            -0.0,
            1e308,
            5e-324,
            1.797_693_134_862_315_7e308,
            0.1 + 0.2,
            1e21,
            123_456_789.123_456_79
        ]),
        json!({"nul": "\0", "line": "\u{2028}\r\n", "astral": "😀", "combining": "e\u{301}", "last": "\u{10ffff}"}),
        json!({"$schema": "x", "S": {"N": "1"}, "M": [{"NULL": true}]}),
        json!("x".repeat(4_094)),
        json!("x".repeat(4_095)),
        json!({"title": "ä".repeat(50_000), "noise": noise(200_000, 3)}),
        deep,
    ]
}

async fn documents(subject: &Subject) {
    for (number, body) in exact().into_iter().enumerate() {
        let key = key("documents", &number.to_string());
        subject.put(&key, 1, body.clone(), Expect::Absent).await.unwrap();
        let stored = subject.get(&key).await.unwrap();
        // As text, so that the order of keys and the sign of zero count.
        let (stored, body) = (stored.body.to_string(), body.to_string());
        assert!(stored == body, "document {number} came back changed");
    }
    let all = subject.query(THINGS, "documents", Page::default()).await;
    assert_eq!(all.len(), exact().len());
    let too_deep = (0..128).fold(json!("bottom"), |inner, _| json!([inner]));
    refused(subject.put(&key("documents", "deep"), 1, too_deep, Expect::Absent).await);
}

async fn odd_keys(subject: &Subject) {
    let odd = [
        " ",
        "\0",
        "\0\0",
        "a\0b",
        "%",
        "_",
        "'; --",
        "\"",
        "\\",
        "/",
        "#",
        "ä",
        "a\u{308}",
        "Ä",
        "😀",
        "\u{10ffff}",
        "\n",
    ];
    for partition in odd {
        for sort in odd {
            let mut made = work();
            let key = key(partition, sort);
            made.put(Item::new(key.clone(), Revision(1), json!([partition, sort])), Expect::Absent);
            subject.commit(&made).await.unwrap();
        }
        let mut sorts = odd.to_vec();
        sorts.sort_unstable();
        let found = subject.query(THINGS, partition, Page::default()).await;
        assert_eq!(
            found.iter().map(|item| item.key.sort.as_str()).collect::<Vec<_>>(),
            sorts,
            "{partition:?}"
        );
        assert!(found.iter().all(|item| item.body == json!([partition, item.key.sort])));
    }
}

async fn expiry(subject: &Subject) {
    let key = key("expiry", "a");
    let states = [Some(4_102_444_800), None, Some(0), Some(-1), Some(i64::from(i32::MAX) + 1)];
    for (revision, expires) in (1..).zip(states) {
        let item = Item { expires, ..thing(&key, revision) };
        let expect = if revision == 1 { Expect::Absent } else { Expect::At(Revision(revision - 1)) };
        let mut changed = work();
        changed.put(item.clone(), expect);
        subject.commit(&changed).await.unwrap();
        // The store may forget what has expired, so only the future must still be there.
        let stored = subject.get(&key).await;
        assert!(
            stored.as_ref() == Some(&item) || stored.is_none() && expires.is_some_and(|at| at <= 0),
            "{stored:?}"
        );
    }
}
