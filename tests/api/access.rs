//! Every operation of the table, as nobody, a stranger, the owner and the administrator, with plausible and with absurd
//! input. What each is answered is a table under `snapshots/`: a missing check would show there.

mod absurd;
mod owner;
mod update;

use std::fmt::Write;

use cairn_http::{Operation, operation::Method};
use serde_json::{Value, json};

use crate::support::{Answer, Site, User, files, minimal};

/// A site with people, and a counter for names that are not taken.
pub(crate) struct Stage {
    pub(crate) site: Site,
    pub(crate) owner: User,
    stranger: User,
    /// An entry of the audit log.
    entry: String,
    count: usize,
}

/// What an operation is sent.
pub(crate) struct Input {
    pub(crate) path: String,
    pub(crate) body: Option<Value>,
}

pub(crate) fn restricted() -> Value {
    let mut body = minimal();
    body["access"] = json!({"record": "restricted", "files": "restricted"});
    body
}

/// Verbs of operations that take a body.
const WITH_BODY: &str = "create update replace replay put send start view query bury request_deletion file_modification owner \
     launch cite set_quota";

impl Stage {
    pub(crate) async fn set() -> Self {
        let site = Site::start().await;
        let (owner, stranger) = (site.user("owner").await, site.user("stranger").await);
        let entry = crate::audit::some(&site).await;
        Self { site, owner, stranger, entry, count: 0 }
    }

    fn personas(&self) -> [(&'static str, User); 4] {
        [
            ("nobody", self.site.nobody()),
            ("stranger", self.stranger.clone()),
            ("owner", self.owner.clone()),
            ("administrator", self.site.admin()),
        ]
    }

    /// Something fresh to do the operation to, and a body that makes sense. Records are restricted.
    pub(crate) async fn plausible(&mut self, operation: &Operation) -> Input {
        self.count += 1;
        let (service, verb) = operation.name.split_once('.').unwrap();
        let path = operation.route.path;
        let (path, body) = match service {
            "drafts" => (
                path.replace("{id}", &self.draft(["edit", "new_version"].contains(&verb)).await),
                Some(restricted()),
            ),
            "records" => self.record(verb, path).await,
            "deposits" | "deposit_files" | "buckets" => {
                crate::deposits::plausible(&self.owner, service, verb, path).await
            }
            "access" if verb == "owner" => {
                (path.replace("{id}", &self.draft(true).await), Some(json!({"user": self.owner.id})))
            }
            "access" => (path.replace("{id}", &self.draft(true).await), Some(json!({}))),
            "links" | "grants" | "user_grants" | "group_grants" => self.share(service, verb, path).await,
            "pids" => (crate::pids::plausible(&self.owner, verb, path, self.count).await, None),
            "stats" => (path.to_owned(), Some(json!({"a": {"stat": "record-view", "params": {}}}))),
            "draft_files" | "draft_media_files" | "record_files" | "record_media_files" => {
                self.file(service, verb, path).await
            }
            "users" if verb == "set_quota" => (path.replace("{id}", &self.owner.id), Some(files::quota())),
            "users" => (
                path.replace("{id}", &self.owner.id),
                Some(json!({"email": format!("u{}@cairn.test", self.count)})),
            ),
            "groups" => (path.replace("{id}", "admin"), None),
            "tokens" => {
                let token = if verb == "delete" { self.token().await } else { String::new() };
                (
                    path.replace("{id}", &self.owner.id).replace("{token}", &token),
                    Some(json!({"name": "new"})),
                )
            }
            "status" => (path.replace("{path+}", cairn_model::kinds::users::USER.schema.id), None),
            "meta" => (path.replace("$default", "/nowhere"), None),
            "deadletters" => (path.to_owned(), Some(json!({"queue": "index"}))),
            "events" => {
                let since = "2026-01-01T00:00:00+00:00";
                (path.to_owned(), Some(json!({"subscriber": "index", "since": since})))
            }
            "audit" => (path.replace("{id}", &self.entry), None),
            "tasks" => (path.replace("{task}", "import"), None),
            "uploads" => (
                path.replace("{upload}", "u").replace("{part}", "1"),
                Some(json!({"records": [restricted()]})),
            ),
            "senders" => self.sender(verb, path).await,
            "jobs" | "runs" | "logs" => self.job(service, verb, path).await,
            "vocabularies" if verb == "launch" => (path.to_owned(), Some(crate::vocabularies::stream())),
            "names" if verb == "resolve" => (self.person(path).await, None),
            vocabulary => self.entry(vocabulary, verb, path).await,
        };
        let takes_body = WITH_BODY.split(' ').any(|known| known == verb);
        Input { path, body: body.filter(|_| takes_body) }
    }

    /// A published record; one that is deleted, where it is to come back or to go for good.
    async fn record(&self, verb: &str, path: &str) -> (String, Option<Value>) {
        let record = self.draft(true).await;
        if ["restore", "purge"].contains(&verb) {
            let deleted = format!("/api/records/{record}/delete");
            self.site.admin().send("DELETE", deleted, json!({})).await.expect(204);
        }
        let path = path.replace("{id}", &record).replace("{revision}", "1").replace("{format}", "json");
        let body = match verb {
            "view" => self.owner.get(&path).await.expect(200).json(),
            "file_modification" | "set_quota" => {
                self.owner.post(format!("/api/records/{record}/draft"), ()).await.expect(201);
                let comment = json!({"comment": "The table had a column too many."});
                if verb == "set_quota" { files::quota() } else { comment }
            }
            "request_deletion" => json!({"reason": "test-record"}),
            _ => json!({}),
        };
        (path, Some(body))
    }

    /// A new draft of the owner's, or a published record.
    pub(crate) async fn draft(&self, published: bool) -> String {
        let draft = self.owner.post("/api/records", restricted()).await.expect(201).json();
        if published {
            self.owner.post(crate::drafts::path(&draft, "publish"), ()).await.expect(202);
        }
        draft["id"].as_str().unwrap().to_owned()
    }

    /// A file of a restricted draft or record, that is there or to be committed.
    async fn file(&self, service: &str, verb: &str, path: &str) -> (String, Option<Value>) {
        let mut body = restricted();
        (body["files"], body["media_files"]) = (json!({"enabled": true}), json!({"enabled": true}));
        let draft = self.owner.post("/api/records", body).await.expect(201).json();
        let id = draft["id"].as_str().unwrap();
        for set in ["files", "media-files"] {
            let list = format!("/api/records/{id}/draft/{set}");
            files::send(&self.owner, &list, "a.txt", b"a file").await;
        }
        if service.starts_with("record") {
            self.owner.post(crate::drafts::path(&draft, "publish"), ()).await.expect(202);
        }
        let rest = if verb == "commit" { "a.txt/commit" } else { "a.txt" };
        let body = if verb == "start" { json!([{"key": "b.txt"}]) } else { json!({"metadata": {"page": 1}}) };
        (path.replace("{id}", id).replace("{key+}", rest), Some(body))
    }

    /// A link to a record of the owner's, or a grant to the administrators.
    async fn share(&self, service: &str, verb: &str, path: &str) -> (String, Option<Value>) {
        let record = format!("/api/records/{}", self.draft(true).await);
        let path = path.replace("/api/records/{id}", &record);
        let (role, everybody) =
            (json!({"id": "admin", "type": "role"}), json!({"id": "any_user", "type": "system_role"}));
        let user = json!({"id": self.owner.id, "type": "user"});
        let subject = match service {
            "user_grants" => user,
            "group_grants" => role,
            _ => everybody,
        };
        let grant = json!({"permission": "view", "subject": subject});
        if service == "links" {
            let body = json!({"permission": "view"});
            let link = self.owner.post(format!("{record}/access/links"), &body).await.expect(201).json();
            return (path.replace("{link}", link["id"].as_str().unwrap()), Some(body));
        }
        let body = json!({"grants": [grant]});
        if verb != "create" {
            self.site.admin().post(format!("{record}/access/grants"), &body).await.expect(201);
        }
        let path = path.replace("{grant}", "0").replace("{user}", &self.owner.id).replace("{group}", "admin");
        let body = match verb {
            "create" => body,
            "replace" => grant,
            _ => json!({"permission": "preview"}),
        };
        (path, Some(body))
    }

    async fn token(&self) -> String {
        let path = format!("/api/users/{}/tokens", self.owner.id);
        let token = self.site.admin().post(path, json!({"name": "old"})).await.expect(201).json();
        token["id"].as_str().unwrap().to_owned()
    }

    /// Somebody who can be found by identifier.
    async fn person(&self, path: &str) -> String {
        let orcid = "0000-0002-1825-0097";
        let identifiers = json!([{"scheme": "orcid", "identifier": orcid}]);
        let body = json!({"id": format!("id-{}", self.count), "name": "Name", "identifiers": identifiers});
        self.site.admin().post("/api/names", body).await.expect(201);
        self.site.settle().await;
        path.replace("{scheme}", "orcid").replace("{identifier}", orcid)
    }

    async fn sender(&self, verb: &str, path: &str) -> (String, Option<Value>) {
        let body = json!({"user": self.owner.id});
        let path = path.replace("{sender}", &format!("s{}", self.count));
        if verb == "delete" {
            self.site.admin().put(&path, &body).await.expect(200);
        }
        (path, Some(body))
    }

    /// A job that is there, with a run that is queued, or stopped where it is to be started again.
    async fn job(&self, service: &str, verb: &str, path: &str) -> (String, Option<Value>) {
        let body = json!({"title": "Job", "task": "reindex"});
        let job = self.site.admin().post("/api/jobs", &body).await.expect(201).json();
        let run = self.site.admin().post(&job["links"]["runs"], json!({})).await.expect(201).json();
        if verb == "retry" {
            self.site.admin().post(&run["links"]["stop"], ()).await.expect(202);
        }
        if service == "runs" {
            self.site.settle().await;
        }
        let run = match verb {
            "stop" => self.site.admin().post(&job["links"]["runs"], json!({})).await.expect(201).json(),
            _ => run,
        };
        let (job, run) = (job["id"].as_str().unwrap(), run["id"].as_str().unwrap());
        let path = path.replace("{id}", job).replace("{run}", run);
        match (service, verb) {
            ("logs", _) => (format!("{path}?q={run}"), None),
            ("jobs", "send") => {
                (path, Some(json!({"version": "1", "id": format!("m-{}", self.count), "task": "reindex"})))
            }
            ("jobs", _) => (path, Some(body)),
            _ => (path, Some(json!({}))),
        }
    }

    /// An entry to be, or one that is there.
    async fn entry(&self, vocabulary: &str, verb: &str, path: &str) -> (String, Option<Value>) {
        let id = format!("id-{}", self.count);
        let body = json!({
            "id": id, "title": {"en": "Title"}, "name": "Name", "number": "1", "scheme": "S", "subject": "Subject",
            "given_name": "Given", "family_name": "Family", "type": "languages",
        });
        let wanted: &[&str] = match vocabulary {
            "names" => &["id", "given_name", "family_name"],
            "awards" => &["id", "number", "title"],
            "subjects" => &["id", "scheme", "subject"],
            "affiliations" | "funders" => &["id", "name"],
            _ => &["id", "title", "type"],
        };
        let body: Value = wanted
            .iter()
            .map(|key| ((*key).to_owned(), body[*key].clone()))
            .collect::<serde_json::Map<_, _>>()
            .into();
        let path = path.replace("{type}", "languages").replace("{id+}", &id);
        if !["create", "search", "types"].contains(&verb) {
            let list = path.trim_end_matches(&format!("/{id}"));
            self.site.admin().post(list, body.clone()).await.expect(201);
        }
        (path, Some(body))
    }
}

pub(crate) async fn send(user: &User, operation: &Operation, input: Input) -> Answer {
    match input.body {
        Some(body) => user.send(operation.route.method.as_str(), input.path, body).await,
        None => user.send(operation.route.method.as_str(), input.path, ()).await,
    }
}

/// `operation  nobody stranger owner administrator`, one line each.
fn table(rows: &[(&str, Vec<u16>)]) -> String {
    let mut lines = String::new();
    writeln!(lines, "{:<24} nobody stranger owner administrator", "operation").unwrap();
    for (operation, statuses) in rows {
        let [nobody, stranger, owner, administrator] = statuses[..] else { panic!("four personas") };
        writeln!(lines, "{operation:<24} {nobody:<6} {stranger:<8} {owner:<5} {administrator}").unwrap();
    }
    lines
}

#[tokio::test]
async fn each_operation_answers_each_persona_as_the_table_says() {
    let mut stage = Stage::set().await;
    let mut rows = Vec::new();
    for operation in cairn_api::all() {
        let mut statuses = Vec::new();
        for (persona, user) in stage.personas() {
            let input = stage.plausible(operation).await;
            let answer = send(&user, operation, input).await;
            assert!(answer.status < 500, "{operation:?} as {persona}: {}", answer.text());
            if persona == "nobody" && operation.route.method != Method::Get {
                assert!([401, 403].contains(&answer.status), "{operation:?} lets anybody write");
            }
            statuses.push(answer.status);
        }
        rows.push((operation.name, statuses));
    }
    rows.sort();
    insta::assert_snapshot!(table(&rows));
}

#[tokio::test]
async fn head_is_get_without_its_body_and_options_names_the_methods() {
    let mut stage = Stage::set().await;
    let owner = stage.owner.clone();
    for operation in cairn_api::all() {
        let Input { path, .. } = stage.plausible(operation).await;
        if operation.route.method == Method::Get {
            let (get, head) = (owner.get(&path).await, owner.head(&path).await);
            assert!(head.body.is_empty(), "{operation:?}");
            assert_eq!(head.status, get.status, "{operation:?}");
            for name in ["content-type", "etag", "link", "location"] {
                assert_eq!(head.header(name), get.header(name), "{operation:?}: {name}");
            }
        }
        if operation.name == "meta.missing" {
            continue;
        }
        let options = owner.send("OPTIONS", &path, ()).await.expect(200);
        let allow: Vec<&str> = options.header("allow").split(", ").collect();
        assert!(allow.contains(&operation.route.method.as_str()), "{operation:?}: {allow:?}");
        assert_eq!(allow.contains(&"HEAD"), allow.contains(&"GET"), "{operation:?}");
        for method in
            ["GET", "POST", "PUT", "PATCH", "DELETE"].iter().filter(|method| !allow.contains(method))
        {
            let refused = owner.send(method, &path, ()).await.expect(405);
            assert_eq!(refused.header("allow"), options.header("allow"), "{operation:?}");
        }
    }
}
