//! Jobs amid the chaos: an import that is asked for again and again, stopped and started; an entry that changes its title.

use serde_json::{Value, json};

use crate::{
    faults::Dice,
    story::at_risk,
    support::{Site, User, minimal},
};

/// Records of the import.
const RECORDS: usize = 150;

/// Brings the records, before anything goes wrong.
pub(crate) async fn upload(user: &User) {
    let titled = |number: usize| {
        let mut body = minimal();
        body["metadata"]["title"] = json!(format!("Imported {number}"));
        body
    };
    let records: Vec<Value> = (0..RECORDS).map(titled).collect();
    for (at, part) in records.chunks(40).enumerate() {
        let path = format!("/api/uploads/chaos/parts/{}", at + 1);
        user.put(path, json!({"records": part})).await.expect(200);
    }
}

async fn ask(user: &User) -> Option<Value> {
    let args = json!({"upload": "chaos", "publish": true});
    let message = json!({"version": "1", "id": "chaos", "task": "import", "args": args});
    let answer = user.post("/api/jobs/messages", message).await;
    assert!([202, 409, 503].contains(&answer.status), "{}", answer.text());
    (answer.status == 202).then(|| answer.json())
}

/// Asks for the import again and again, stops it and starts it.
pub(crate) async fn import(dice: &Dice, user: &User, steps: u64) {
    for _ in 0..steps {
        let Some(Some(run)) = at_risk(dice, ask(user)).await else { continue };
        let action = if dice.below(3) == 0 { "stop" } else { "retry" };
        if let Some(answer) = at_risk(dice, user.post(&run["links"][action], ())).await {
            assert!([202, 400, 404, 409, 503].contains(&answer.status), "{}", answer.text());
        }
        tokio::time::sleep(std::time::Duration::from_millis(dice.below(20))).await;
    }
}

/// Gives an entry that every record shows one title after the other.
pub(crate) async fn rename(dice: &Dice, user: &User, steps: u64) {
    for step in 0..steps {
        let body = json!({"type": "resourcetypes", "title": {"en": format!("Article {step}")}});
        let path = "/api/vocabularies/resourcetypes/publication-article";
        if let Some(answer) = at_risk(dice, user.put(path, body)).await {
            assert!([200, 409, 503].contains(&answer.status), "{}", answer.text());
        }
        tokio::time::sleep(std::time::Duration::from_millis(dice.below(60))).await;
    }
}

/// Once all is well again, the import ends, and each record is there once.
pub(crate) async fn finish(user: &User, site: &Site) {
    for _ in 0..10 {
        let run = ask(user).await.unwrap();
        match run["status"].as_str().unwrap() {
            "SUCCESS" => break,
            "QUEUED" | "RUNNING" | "CANCELLING" => {
                site.clock.advance(1_300);
                site.system.tick().await.unwrap();
            }
            _ => drop(user.post(&run["links"]["retry"], ()).await.expect(202)),
        }
        site.settle().await;
    }
    let run = ask(user).await.unwrap();
    assert_eq!(run["status"], "SUCCESS", "{run}");
    let mut titles = Vec::new();
    for hit in crate::story::listed(user, "/api/user/records").await {
        if hit["parent"]["access"]["owned_by"]["user"] == user.id {
            let now = user.get(&hit["links"]["self"]).await.expect(200).json();
            assert_eq!(hit["metadata"], now["metadata"], "the index is behind the store");
            titles.push(hit["metadata"]["title"].as_str().unwrap().to_owned());
        }
    }
    titles.sort_unstable();
    let mut expected: Vec<String> = (0..RECORDS).map(|number| format!("Imported {number}")).collect();
    expected.sort_unstable();
    assert_eq!(titles, expected);
}
