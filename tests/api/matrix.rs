//! Who may do what with a record in which state: every cell of the table is the status of a request over HTTP, or how many
//! records a search finds. Twenty cells are worked out by hand.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::{
    deposits::metadata,
    grants::findable,
    support::{
        Site, User,
        files::{send, with_files},
    },
};

/// What is asked of a record: a name for the table, a method, what follows the record's path (or a whole one), and a body.
type Asked = (&'static str, &'static str, &'static str, Option<fn() -> Value>);

const READS: &[Asked] = &[
    ("read", "GET", "", None),
    ("read, deleted too", "GET", "?include_deleted=1", None),
    ("versions", "GET", "/versions", None),
    ("latest version", "GET", "/versions/latest", None),
    ("files", "GET", "/files", None),
    ("file", "GET", "/files/a.txt", None),
    ("content", "GET", "/files/a.txt/content", None),
    ("archive", "GET", "/files-archive", None),
    ("page token", "GET", "/views", None),
    ("citation", "POST", "/citation", Some(|| json!({}))),
    ("identifiers", "GET", "/pids", None),
    ("media files", "GET", "/media-files", None),
    ("revisions", "GET", "/revisions", None),
    ("revision", "GET", "/revisions/1", None),
    ("changes", "GET", "/revisions/1/diff", None),
    ("draft", "GET", "/draft", None),
    ("draft: files", "GET", "/draft/files", None),
    ("draft: content", "GET", "/draft/files/a.txt/content", None),
    ("draft: archive", "GET", "/draft/files-archive", None),
    ("links", "GET", "/access/links", None),
    ("grants", "GET", "/access/grants", None),
    ("grants to users", "GET", "/access/users", None),
    ("deposition", "GET", "/api/deposit/depositions/{id}", None),
    ("deposition: files", "GET", "/api/deposit/depositions/{id}/files", None),
    ("bucket: content", "GET", "/api/files/{id}/a.txt", None),
];

const WRITES: &[Asked] = &[
    ("save draft", "PUT", "/draft", Some(body)),
    ("reserve a DOI", "POST", "/draft/pids/doi", None),
    ("drop the DOI", "DELETE", "/draft/pids/doi", None),
    ("import files", "POST", "/draft/actions/files-import", None),
    ("publish draft", "POST", "/draft/actions/publish", None),
    ("start a file", "POST", "/draft/files", Some(|| json!([{"key": "b.txt"}]))),
    ("discard draft", "DELETE", "/draft", None),
    ("edit", "POST", "/draft", None),
    ("new version", "POST", "/versions", None),
    ("change files", "POST", "/file-modification", Some(|| json!({}))),
    ("set the quota", "POST", "/quota", Some(crate::support::files::quota)),
    ("take more room", "POST", "/quota-increase", None),
    ("access settings", "PUT", "/access", Some(|| json!({}))),
    ("give away", "PUT", "/access/owner", Some(|| json!({}))),
    ("make a link", "POST", "/access/links", Some(|| json!({"permission": "view"}))),
    ("grant", "POST", "/access/grants", Some(to_everybody)),
    ("delete like a draft", "DELETE", "", None),
    ("delete", "DELETE", "/delete", Some(|| json!({}))),
    ("ask for deletion", "POST", "/request-deletion", Some(|| json!({"reason": "test-record"}))),
    ("restore", "POST", "/restore", None),
    ("purge", "POST", "/purge", None),
    ("save deposition", "PUT", "/api/deposit/depositions/{id}", Some(metadata)),
    ("send to bucket", "PUT", "/api/files/{id}/b.txt", Some(|| json!({}))),
    ("delete from bucket", "DELETE", "/api/files/{id}/a.txt", None),
    ("publish deposition", "POST", "/api/deposit/depositions/{id}/actions/publish", None),
    ("edit deposition", "POST", "/api/deposit/depositions/{id}/actions/edit", None),
    ("discard changes", "POST", "/api/deposit/depositions/{id}/actions/discard", None),
    ("new deposition", "POST", "/api/deposit/depositions/{id}/actions/newversion", None),
    ("delete deposition", "DELETE", "/api/deposit/depositions/{id}", None),
];

const STATES: &[&str] =
    &["draft", "public", "files restricted", "restricted", "embargoed", "edited", "deleted"];

fn body() -> Value {
    let mut body = with_files();
    body["metadata"]["title"] = json!("Quagga");
    body
}

fn to_everybody() -> Value {
    let everybody = json!({"id": "any_user", "type": "system_role"});
    json!({"grants": [{"permission": "view", "subject": everybody}]})
}

/// People with something to do with a record, and everybody else.
struct Cast {
    owner: User,
    stranger: User,
    grantees: Vec<(&'static str, User)>,
}

impl Cast {
    async fn of(site: &Site) -> Self {
        let (owner, stranger) = (site.user("owner").await, site.user("stranger").await);
        let mut grantees = Vec::new();
        for permission in ["view", "preview", "edit", "manage"] {
            grantees.push((permission, findable(site, permission).await));
        }
        Self { owner, stranger, grantees }
    }
}

/// A record in some state, and what was given of it.
struct Scene {
    record: String,
    /// Secrets of links, by what they allow; one is over, and one was revoked.
    links: Vec<(&'static str, String)>,
}

/// Sets up a record in this state.
async fn scene(site: &Site, cast: &Cast, state: &str) -> Scene {
    let owner = &cast.owner;
    let mut body = body();
    body["access"] = match state {
        "restricted" | "edited" => json!({"record": "restricted", "files": "restricted"}),
        "files restricted" => json!({"record": "public", "files": "restricted"}),
        "embargoed" => json!({"record": "restricted", "files": "restricted",
            "embargo": {"active": true, "until": "2999-01-01", "reason": "under review"}}),
        _ => json!({"record": "public", "files": "public"}),
    };
    let draft = owner.post("/api/records", body).await.expect(201).json();
    let record = format!("/api/records/{}", draft["id"].as_str().unwrap());
    send(owner, &format!("{record}/draft/files"), "a.txt", b"a file").await;
    if state != "draft" {
        owner.post(format!("{record}/draft/actions/publish"), ()).await.expect(202);
    }
    if state == "edited" {
        owner.post(format!("{record}/draft"), ()).await.expect(201);
    }
    let grants: Vec<Value> = cast
        .grantees
        .iter()
        .map(|(permission, user)| json!({"permission": permission, "subject": {"id": user.id, "type": "user"}}))
        .collect();
    owner.post(format!("{record}/access/grants"), json!({"grants": grants})).await.expect(201);
    let today = site.system.shared.now().day().to_string();
    let mut links = Vec::new();
    for name in ["view", "preview", "edit", "expired", "revoked"] {
        let permission = if ["expired", "revoked"].contains(&name) { "edit" } else { name };
        let mut link = json!({"permission": permission});
        if name == "expired" {
            link["expires_at"] = json!(today);
        }
        let made = owner.post(format!("{record}/access/links"), link).await.expect(201).json();
        if name == "revoked" {
            let one = format!("{record}/access/links/{}", made["id"].as_str().unwrap());
            owner.delete(one).await.expect(204);
        }
        links.push((name, made["token"].as_str().unwrap().to_owned()));
    }
    site.clock.advance(24 * 3_600);
    if state == "deleted" {
        site.admin().send("DELETE", format!("{record}/delete"), json!({})).await.expect(204);
    }
    Scene { record, links }
}

/// Everybody who asks, with the secret that they come by. The least come first.
fn personas(site: &Site, cast: &Cast, scene: &Scene) -> Vec<(String, User, Option<String>)> {
    let secret =
        |name: &str| scene.links.iter().find(|(known, _)| *known == name).map(|(_, token)| token.clone());
    let mut all = vec![
        ("nobody".to_owned(), site.nobody(), None),
        ("stranger".to_owned(), cast.stranger.clone(), None),
    ];
    for name in ["expired", "revoked"] {
        all.push((format!("link:{name}"), cast.stranger.clone(), secret(name)));
    }
    for name in ["view", "preview", "edit"] {
        all.push((format!("link:{name}"), site.nobody(), secret(name)));
    }
    all.push(("link:edit+known".to_owned(), cast.stranger.clone(), secret("edit")));
    for (permission, user) in &cast.grantees {
        all.push((format!("grant:{permission}"), user.clone(), None));
    }
    all.push(("owner".to_owned(), cast.owner.clone(), None));
    all.push(("administrator".to_owned(), site.admin(), None));
    all
}

/// Asks, and gives the status.
async fn ask(who: &User, scene: &Scene, (_, method, rest, body): Asked, secret: Option<&str>) -> u16 {
    let path = match rest.strip_prefix("/api/") {
        Some(_) => rest.replace("{id}", scene.record.trim_start_matches("/api/records/")),
        None => format!("{}{rest}", scene.record),
    };
    let path = match secret {
        Some(secret) if path.contains('?') => format!("{path}&token={secret}"),
        Some(secret) => format!("{path}?token={secret}"),
        None => path,
    };
    let answer = match body {
        Some(body) => who.send(method, path, body()).await,
        None => who.send(method, path, ()).await,
    };
    assert!(answer.status < 500, "{}: {}", answer.request, answer.text());
    answer.status
}

/// How many records a search finds.
async fn found(who: &User, list: &str, secret: Option<&str>) -> u16 {
    let token = secret.map(|secret| format!("&token={secret}")).unwrap_or_default();
    let answer = who.get(format!("{list}?q=quagga{token}")).await;
    match answer.status {
        200 => u16::try_from(answer.json()["hits"]["total"].as_u64().unwrap()).unwrap(),
        status => status,
    }
}

/// The cells of one row, by persona.
type Row = (&'static str, &'static str, Vec<(String, u16)>);

/// Everything that can be asked of a record in this state.
async fn rows(state: &'static str) -> Vec<Row> {
    let site = Site::start().await;
    let cast = Cast::of(&site).await;
    let mut now = scene(&site, &cast, state).await;
    site.settle().await;
    let mut rows = Vec::new();
    for (name, list) in [("search", "/api/records"), ("search own", "/api/user/records")] {
        let mut cells = Vec::new();
        for (persona, who, secret) in personas(&site, &cast, &now) {
            cells.push((persona, found(&who, list, secret.as_deref()).await));
        }
        rows.push((state, name, cells));
    }
    for asked in READS {
        let mut cells = Vec::new();
        for (persona, who, secret) in personas(&site, &cast, &now) {
            cells.push((persona, ask(&who, &now, *asked, secret.as_deref()).await));
        }
        rows.push((state, asked.0, cells));
    }
    for asked in WRITES {
        let count = personas(&site, &cast, &now).len();
        let mut cells = Vec::new();
        for at in 0..count {
            let (persona, who, secret) = personas(&site, &cast, &now).swap_remove(at);
            let status = ask(&who, &now, *asked, secret.as_deref()).await;
            cells.push((persona, status));
            if status < 400 {
                now = scene(&site, &cast, state).await;
            }
        }
        rows.push((state, asked.0, cells));
    }
    rows
}

fn table(rows: &[Row]) -> String {
    let mut table = format!("{:<17} {:<20}", "state", "asked");
    for (persona, _) in &rows[0].2 {
        write!(table, " {persona}").unwrap();
    }
    for (state, asked, cells) in rows {
        write!(table, "\n{state:<17} {asked:<20}").unwrap();
        for (persona, status) in cells {
            write!(table, " {status:>width$}", width = persona.len()).unwrap();
        }
    }
    table
}

/// What follows from the reference alone. `InvenioRDM`: records reference §12 and §10, lifecycle reference §7.
const TELLING: &[(&str, &str, &str, u16)] = &[
    ("draft", "draft", "nobody", 403),
    ("draft", "draft", "link:view", 403),
    ("draft", "draft", "link:preview", 200),
    ("draft", "publish draft", "link:edit", 403),
    ("draft", "publish draft", "link:edit+known", 202),
    ("draft", "search own", "grant:preview", 1),
    ("public", "read", "nobody", 200),
    ("public", "edit", "stranger", 403),
    ("public", "ask for deletion", "owner", 200),
    ("public", "delete", "owner", 403),
    ("files restricted", "read", "nobody", 200),
    ("files restricted", "content", "nobody", 403),
    ("restricted", "search", "link:view", 0),
    ("restricted", "search", "grant:view", 1),
    ("restricted", "read", "link:expired", 403),
    ("restricted", "read", "link:revoked", 403),
    ("restricted", "grant", "grant:edit", 403),
    ("embargoed", "content", "link:view", 200),
    ("edited", "draft", "grant:view", 403),
    ("deleted", "read", "owner", 410),
    ("deleted", "read, deleted too", "administrator", 200),
    ("deleted", "content", "owner", 410),
    ("draft", "deposition", "link:preview", 200),
    ("draft", "publish deposition", "link:edit", 403),
    ("restricted", "deposition", "stranger", 403),
    ("edited", "deposition", "grant:view", 200),
    ("edited", "deposition", "stranger", 403),
    ("files restricted", "bucket: content", "nobody", 403),
];

#[tokio::test]
async fn the_table_tells_who_may_do_what_in_which_state() {
    let mut all = Vec::new();
    for state in STATES {
        all.extend(rows(state).await);
    }
    for (state, asked, persona, status) in TELLING {
        let row = all.iter().find(|(known, name, _)| known == state && name == asked).unwrap();
        let cell = row.2.iter().find(|(known, _)| known == persona).unwrap();
        assert_eq!(cell.1, *status, "{state}: {asked} by {persona}");
    }
    insta::assert_snapshot!(table(&all));
}
