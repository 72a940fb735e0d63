//! Least privilege: an operation touches what it declared, and declares what it touches.

use cairn_core::stats::Openness;
use cairn_http::{Operation, operation::get};
use cairn_model::kinds::{ACCOUNTS, PIDS, RECORDS, VOCABULARIES};
use cairn_ports::{Key, Need};
use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    drafts::path as draft_path,
    jobs::done,
    support::{Extension, Site, User, files, minimal},
};

/// An operation that looks at records, and says that it looks at identifiers.
const DISHONEST: &[Operation] = &[Operation {
    name: "test.dishonest",
    route: get("/api/dishonest"),
    needs: &[Need::Read(ACCOUNTS), Need::Read(PIDS)],
    handle: |app, call| {
        Box::pin(async move {
            let key = Key::new(RECORDS, "abcde-abcde", "record");
            let found = app.shared.ports.store.get(&key).await?;
            call.reply(StatusCode::OK, json!(found.is_some()))
        })
    },
    ..Operation::DEFAULT
}];

#[tokio::test]
async fn an_operation_that_touches_what_it_did_not_declare_fails() {
    let site = Site::with(&Extension { operations: DISHONEST, ..Extension::default() }).await;
    let answer = site.nobody().get("/api/dishonest").await.expect(500);
    assert!(!answer.text().contains("records"), "what is wrong is in the log alone");
    let unused = site.gateway.unused_needs();
    let (_, unused) = unused.iter().find(|(name, _)| *name == "test.dishonest").unwrap();
    assert_eq!(*unused, [Need::Read(ACCOUNTS), Need::Read(PIDS)]);
}

/// Drafts and records along every path they have.
async fn records(site: &Site, ada: &User) {
    let mut body = minimal();
    body["pids"] = json!({"doi": {"identifier": "10.1234/needs", "provider": "external"}});
    let once = ada.with("idempotency-key", "needs");
    let draft = once.post("/api/records", &body).await.expect(201).json();
    once.post("/api/records", &body).await.expect(201);
    let this = draft_path(&draft, "self");
    ada.put(&this, &body).await.expect(200);
    ada.get(&this).await.expect(200);
    let record = once.post(draft_path(&draft, "publish"), ()).await.expect(202).json();
    for link in ["self", "versions", "latest"] {
        let answer = ada.get(draft_path(&record, link)).await;
        assert!(answer.status < 400, "{}", answer.text());
    }
    ada.post(&this, ()).await.expect(201);
    ada.delete(&this).await.expect(204);
    let address = draft_path(&record, "self");
    ada.delete(&address).await.expect(403);
    for revisions in ["revisions", "revisions/1", "revisions/1/diff"] {
        site.admin().get(format!("{address}/{revisions}")).await.expect(200);
    }
    site.settle().await;
    for list in ["/api/records", "/api/user/records"] {
        assert_eq!(ada.get(list).await.expect(200).json()["hits"]["total"], 1);
    }
}

async fn other_forms(ada: &User, id: &str) {
    ada.get(format!("/records/{id}/export/bibtex")).await.expect(200);
    ada.post(format!("/api/records/{id}/citation"), json!({"style": "apa"})).await.expect(200);
}

/// Identifiers along every path they have.
async fn pids(site: &Site, ada: &User) {
    let draft = ada.post("/api/records", files::with_files()).await.expect(201).json();
    let reserve = draft_path(&draft, "reserve_doi");
    ada.post(&reserve, ()).await.expect(201);
    ada.delete(&reserve).await.expect(200);
    let draft = ada.post("/api/records", minimal()).await.expect(201).json();
    let mut body = minimal();
    body["pids"] = json!({"doi": {"identifier": "10.1234/first", "provider": "external"}});
    ada.put(draft_path(&draft, "self"), body).await.expect(200);
    let first = ada.post(draft_path(&draft, "publish"), ()).await.expect(202).json();
    // The second version gets a DOI, and all versions one together.
    let next = ada.post(draft_path(&first, "versions"), ()).await.expect(201).json();
    ada.put(draft_path(&next, "self"), minimal()).await.expect(200);
    let second = ada.post(draft_path(&next, "publish"), ()).await.expect(202).json();
    for doi in [&first["pids"]["doi"], &second["pids"]["doi"], &second["parent"]["pids"]["doi"]] {
        ada.get(format!("/doi/{}", doi["identifier"].as_str().unwrap())).await.expect(302);
    }
    site.admin().get(format!("{}/pids", draft_path(&second, "self"))).await.expect(200);
    site.settle().await;
}

/// Access along every path it has.
async fn shares(site: &Site, ada: &User) {
    let draft = ada.post("/api/records", files::with_files()).await.expect(201).json();
    let record = format!("/api/records/{}", draft["id"].as_str().unwrap());
    let access = format!("{record}/access");
    ada.put(&access, json!({})).await.expect(200);
    site.admin().put(format!("{access}/owner"), json!({"user": ada.id})).await.expect(200);
    let link = ada.post(format!("{access}/links"), json!({"permission": "view"})).await.expect(201).json();
    let link = format!("{access}/links/{}", link["id"].as_str().unwrap());
    ada.get(&link).await.expect(200);
    ada.get(format!("{access}/links")).await.expect(200);
    ada.send("PATCH", &link, json!({})).await.expect(200);
    ada.delete(&link).await.expect(204);
    let grants = format!("{access}/grants");
    for (list, kind, id) in [("users", "user", ada.id.as_str()), ("groups", "role", "admin")] {
        let grant = json!({"permission": "view", "subject": {"type": kind, "id": id}});
        for one in [format!("{access}/{list}/{id}"), format!("{grants}/0")] {
            site.admin().post(&grants, json!({"grants": [grant]})).await.expect(201);
            site.admin().put(format!("{grants}/0"), &grant).await.expect(200);
            for path in [&one, &grants, &format!("{access}/{list}")] {
                ada.get(path).await.expect(200);
            }
            ada.send("PATCH", &one, json!({})).await.expect(200);
            ada.delete(&one).await.expect(204);
        }
    }
}

/// Records that are deleted along every path.
async fn deletions(site: &Site, ada: &User) {
    let (admin, reason) = (site.admin(), json!({"reason": "test-record"}));
    let draft = ada.post("/api/records", files::with_files()).await.expect(201).json();
    let record = format!("/api/records/{}", draft["id"].as_str().unwrap());
    files::send(ada, &format!("{record}/draft/files"), "a.txt", b"a file").await;
    ada.post(format!("{record}/draft/actions/publish"), ()).await.expect(202);
    ada.post(format!("{record}/draft"), ()).await.expect(201);
    admin.get(format!("{record}/revisions/1/diff")).await.expect(200);
    let comment = json!({"comment": "The table had a column too many."});
    admin.post(format!("{record}/file-modification"), comment).await.expect(200);
    admin.post(format!("{record}/quota"), files::quota()).await.expect(200);
    ada.post(format!("{record}/quota-increase"), ()).await.expect(403);
    let because = json!({"removal_reason": {"id": "spam"}});
    admin.send("DELETE", format!("{record}/delete"), because).await.expect(204);
    admin.post(format!("{record}/restore"), ()).await.expect(200);
    ada.post(format!("{record}/request-deletion"), reason).await.expect(200);
    admin.post(format!("{record}/purge"), ()).await.expect(204);
}

/// Files along every path they have.
async fn file_sets(site: &Site, ada: &User) {
    let mut body = files::with_files();
    body["files"]["default_preview"] = json!("none");
    body["media_files"] = json!({"enabled": true});
    let draft = ada.post("/api/records", &body).await.expect(201).json();
    let (id, sender) = (draft["id"].as_str().unwrap(), files::sender(ada));
    let parts = |key: &str, parts: u64, size: u64, all: u64| json!([{"key": key, "size": all, "transfer": {"type": "M", "parts": parts, "part_size": size}}]);
    for set in ["files", "media-files"] {
        let list = format!("/api/records/{id}/draft/{set}");
        files::send(ada, &list, "large.bin", &vec![1; 5_000_000]).await;
        ada.post(&list, parts("parts", 2, 5_242_880, 5_242_881)).await.expect(201);
        ada.post(&list, parts("small", 2, 5, 10)).await.expect(201);
        ada.get(&list).await.expect(200);
        for part in [1, 2] {
            ada.get(format!("{list}/small")).await.expect(200);
            sender.put(format!("{list}/small/content/{part}"), "12345").await.expect(200);
        }
        ada.post(format!("{list}/small/commit"), ()).await.expect(200);
        ada.put(format!("{list}/small"), json!({"metadata": {}})).await.expect(200);
        ada.get(format!("{list}/large.bin/content")).await.expect(200);
        ada.get(format!("{list}-archive")).await.expect(200);
        ada.get(format!("{list}/parts")).await.expect(200);
        // The one shown first.
        body[set.replace('-', "_")]["default_preview"] = json!("parts");
        ada.put(draft_path(&draft, "self"), &body).await.expect(200);
        ada.delete(format!("{list}/parts")).await.expect(204);
        site.admin().post(&list, elsewhere("F")).await.expect(201);
        site.settle().await;
        ada.delete(format!("{list}/elsewhere")).await.expect(204);
    }
    // Whose checksum is not the declared one is told by an event.
    let list = format!("/api/records/{id}/draft/files");
    site.admin().post(&list, elsewhere("R")).await.expect(201);
    let mut wrong = parts("wrong", 2, 5_242_880, 5_242_881);
    wrong[0]["checksum"] = json!("md5:00000000000000000000000000000000");
    ada.post(&list, wrong).await.expect(201);
    sender.put(format!("{list}/wrong/content/1"), vec![0; 5_242_880]).await.expect(200);
    sender.put(format!("{list}/wrong/content/2"), vec![0; 1]).await.expect(200);
    ada.post(format!("{list}/wrong/commit"), ()).await.expect(200);
    site.settle().await;
    for _ in 0..3 {
        done(site, "check_links", json!({"days": 0})).await;
    }
    ada.post(draft_path(&draft, "publish"), ()).await.expect(202);
    published_sets(ada, id).await;
    let record = format!("/api/records/{id}");
    for path in ["", "/versions", "/versions/latest"] {
        ada.get(format!("{record}{path}")).await;
    }
    other_forms(ada, id).await;
    ada.post(format!("{record}/draft"), ()).await.expect(201);
    ada.get(format!("{record}/draft")).await.expect(200);
    ada.delete(format!("{record}/draft")).await.expect(204);
    ada.delete(&record).await.expect(403);
    for revisions in ["revisions", "revisions/1"] {
        site.admin().get(format!("{record}/{revisions}")).await.expect(200);
    }
    next_version(site, ada, &body, id).await;
    let objects = site.system.shared.ports.objects.home().unwrap();
    objects.put("inbox/loose.txt", "nowhere to go".into()).await.unwrap();
    site.settle().await;
}

/// Both sets of a record, read along every path.
async fn published_sets(ada: &User, id: &str) {
    let views = format!("/api/records/{id}/views");
    let token = ada.get(&views).await.expect(200).json();
    ada.post(&views, &token).await.expect(204);
    let asked = json!({"v": {"stat": "record-view", "params": {"recid": id}}});
    assert!([200, 403].contains(&ada.post("/api/stats", asked).await.status));
    for set in ["files", "media-files"] {
        let list = format!("/api/records/{id}/{set}");
        for path in ["", "/large.bin/content", "-archive?prefix=large"] {
            ada.get(format!("{list}{path}")).await.expect(200);
        }
        ada.get(format!("/records/{id}/{set}/large.bin")).await.expect(200);
    }
}

/// A file that is elsewhere: a link to it, or one to fetch.
fn elsewhere(kind: &str) -> Value {
    json!([{"key": "elsewhere", "transfer": {"type": kind, "url": "http://192.0.2.1/"}}])
}

/// Files in parts.
pub(crate) fn parts(key: &str, parts: u64, size: u64, all: u64) -> Value {
    json!([{"key": key, "size": all, "transfer": {"type": "M", "parts": parts, "part_size": size}}])
}

/// Files of a new version: taken over, taken out, a few and many.
async fn next_version(site: &Site, ada: &User, body: &Value, id: &str) {
    let next = ada.post(format!("/api/records/{id}/versions"), ()).await.expect(201).json();
    let next = draft_path(&next, "self");
    ada.put(&next, body).await.expect(200);
    ada.post(format!("{next}/actions/files-import"), ()).await.expect(201);
    for set in ["files", "media-files"] {
        let list = format!("{next}/{set}");
        ada.delete(&list).await.expect(204);
        ada.post(&list, parts("parts", 2, 5_242_880, 5_242_881)).await.expect(201);
        ada.delete(&list).await.expect(204);
        for first in [0, 60] {
            let names: Vec<_> = (first..first + 60).map(|at| json!({"key": format!("f{at}")})).collect();
            ada.post(&list, json!(names)).await.expect(201);
        }
        ada.delete(&list).await.expect(204);
    }
    ada.delete(&next).await.expect(204);
    site.settle().await;
}

/// Entries of every vocabulary along every path they have; each refers to what it can.
async fn entries(admin: &User, site: &Site) {
    let (affiliated, orcid) = (json!([{"id": "a"}]), "0000-0002-1825-0097");
    let identified = json!([{"scheme": "orcid", "identifier": orcid}]);
    for (list, id, body) in [
        ("affiliations", "a", json!({"id": "a", "name": "A"})),
        ("funders", "f", json!({"id": "f", "name": "F"})),
        ("subjects", "s", json!({"id": "s", "scheme": "S", "subject": "S"})),
        (
            "names",
            "n",
            json!({"id": "n", "name": "N", "identifiers": identified, "affiliations": affiliated}),
        ),
        ("awards", "w", json!({"id": "w", "number": "1", "title": {"en": "W"}, "funder": {"id": "f"}})),
        ("vocabularies/languages", "zxx", json!({"id": "zxx", "title": {"en": "Z"}, "type": "languages"})),
    ] {
        let (list, entry) = (format!("/api/{list}"), format!("/api/{list}/{id}"));
        admin.post(&list, &body).await.expect(201);
        admin.get(&list).await.expect(200);
        admin.get(&entry).await.expect(200);
        admin.put(&entry, &body).await.expect(200);
    }
    admin.get(format!("/api/names/orcid/{orcid}")).await.expect(200);
    admin.get("/api/vocabularies").await.expect(200);
    // What others show changes: they follow.
    admin.put("/api/affiliations/a", json!({"name": "B"})).await.expect(200);
    let article = json!({"title": {"en": "Paper"}, "type": "resourcetypes"});
    admin.put("/api/vocabularies/resourcetypes/publication-article", article).await.expect(200);
    site.settle().await;
    for entry in
        ["names/n", "awards/w", "affiliations/a", "funders/f", "subjects/s", "vocabularies/languages/zxx"]
    {
        admin.delete(format!("/api/{entry}")).await.expect(204);
    }
}

/// What those who run the repository ask of the bus.
async fn bus(admin: &User) {
    admin.get("/api/deadletters").await.expect(200);
    admin.post("/api/deadletters/replay", json!({"queue": "index"})).await.expect(200);
    let since = "2026-01-01T00:00:00+00:00";
    admin.post("/api/events/replay", json!({"subscriber": "index", "since": since})).await.expect(200);
    let log = admin.get("/api/audit-logs/").await.expect(200).json();
    admin.get(&log["hits"]["hits"][0]["links"]["self"]).await.expect(200);
}

/// Jobs and runs along every path they have.
async fn jobs(admin: &User, site: &Site) {
    let part = json!({"records": [minimal()]});
    admin.put("/api/uploads/needs/parts/1", &part).await.expect(200);
    let message = json!({"version": "1", "id": "needs", "task": "reindex"});
    admin.post("/api/jobs/messages", message).await.expect(202);
    let entries = json!({"records": [{"id": "spring", "name": "Spring"}]});
    admin.put("/api/uploads/spring/parts/1", entries).await.expect(200);
    admin.post("/api/vocabularies/tasks", crate::vocabularies::stream()).await.expect(202);
    let body = json!({"title": "t", "task": "reindex", "default_queue": "celery"});
    let job = admin.post("/api/jobs", &body).await.expect(201).json();
    admin.get("/api/jobs").await.expect(200);
    admin.get(&job["links"]["self"]).await.expect(200);
    admin.put(&job["links"]["self"], &body).await.expect(200);
    let run = admin.post(&job["links"]["runs"], json!({})).await.expect(201).json();
    admin.post(&run["links"]["stop"], ()).await.expect(202);
    site.settle().await;
    admin.post(&run["links"]["retry"], ()).await.expect(202);
    for of_run in ["self", "result", "logs"] {
        admin.get(&run["links"][of_run]).await.expect(200);
    }
    admin.get(format!("{}/logs", run["links"]["self"].as_str().unwrap())).await.expect(200);
    admin.get(&job["links"]["runs"]).await.expect(200);
    admin.delete(&run["links"]["self"]).await.expect(204);
    admin.delete(&job["links"]["self"]).await.expect(204);
    for tasks in ["/api/tasks", "/api/tasks/import/args", "/api/senders"] {
        admin.get(tasks).await.expect(200);
    }
    let user = admin.get("/api/me").await.expect(200).json()["id"].clone();
    admin.put("/api/senders/s", json!({"user": user})).await.expect(200);
    admin.delete("/api/senders/s").await.expect(204);
}

async fn people(admin: &User, ada: &User) {
    for list in
        ["/api/users?q=ada", "/api/users/all", "/api/me", "/api/groups", "/api/groups/admin", "/api/status"]
    {
        admin.get(list).await.expect(200);
    }
    ada.get(format!("/api/users/{}", ada.id)).await.expect(200);
    let quota = json!({"quota_size": 1_000_000_000, "max_file_size": 1_000_000_000});
    admin.post(format!("/api/users/{}/quota", ada.id), quota).await.expect(200);
    let tokens = format!("/api/users/{}/tokens", ada.id);
    let token: Value = ada.post(&tokens, json!({"name": "t"})).await.expect(201).json();
    ada.get(&tokens).await.expect(200);
    ada.delete(format!("{tokens}/{}", token["id"].as_str().unwrap())).await.expect(204);
}

/// All that can be done.
pub(crate) async fn everything(site: &Site) {
    let ada = site.user("ada").await;
    records(site, &ada).await;
    pids(site, &ada).await;
    shares(site, &ada).await;
    deletions(site, &ada).await;
    file_sets(site, &ada).await;
    crate::deposits::everything(site, &ada).await;
    entries(&site.admin(), site).await;
    people(&site.admin(), &ada).await;
    bus(&site.admin()).await;
    jobs(&site.admin(), site).await;
    let notification = serde_json::from_str(include_str!("../support/events/s3.json")).unwrap();
    let consumer = cairn_events::find("note_arrivals").unwrap();
    cairn_events::run(&site.system, consumer, notification).await.unwrap();
    crate::records::embargo::over(site, &ada).await;
}

#[tokio::test]
async fn every_declared_need_is_used() {
    let site = Site::with(&Extension { stats_query: Openness::Everybody, ..Extension::default() }).await;
    everything(&site).await;
    // What is replayed lies in an object by now.
    site.clock.advance(2 * 3_600);
    crate::jobs::done(&site, "archive_events", json!({})).await;
    bus(&site.admin()).await;
    let mut unused = site.gateway.unused_needs();
    unused.sort();
    assert_eq!(unused, []);
}

#[test]
fn who_reads_records_and_entries_knows_the_fields_of_the_site() {
    // The import of files shows nothing of a draft but them; what makes a site ready reads the declaration itself.
    let excused = ["draft_files.import", cairn_events::SET_UP];
    let operations = cairn_api::all().map(|operation| (operation.name, operation.needs));
    let consumers = cairn_events::CONSUMERS.iter().map(|consumer| (consumer.name, consumer.needs));
    let reads = |needs: &[Need]| {
        [Need::Read(RECORDS), Need::Read(VOCABULARIES)].iter().all(|need| needs.contains(need))
    };
    let ignorant: Vec<_> = operations
        .chain(consumers)
        .filter(|(_, needs)| reads(needs) && !needs.contains(&Need::CustomFields))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(ignorant, excused);
}
