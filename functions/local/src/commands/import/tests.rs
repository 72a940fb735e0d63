//! The import against a small server: retries, bad lines, second runs, interruptions.

use std::io::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::NamedTempFile;

use super::{Import, Patience};
use crate::commands::api::REPLAYED;
use crate::commands::console::Console;
use crate::commands::fake::{Asked, Fake, Reply, cairn};
use crate::commands::options::{Access, TokenOption};

const BRISK: Patience = Patience { busy: 12, broken: 3, unreachable: 12, first: Duration::from_millis(1) };

/// A repository as far as an import can tell: drafts by key, and `problem` before anything else is looked at.
fn repository(problem: impl Fn(&Asked) -> Option<Reply> + Send + Sync + 'static) -> Fake {
    let keys: Mutex<Vec<String>> = Mutex::default();
    Fake::start(move |request| {
        if request.path == "/api/me" {
            return Reply::json(200, &json!({"id": "1"}));
        }
        if let Some(reply) = problem(request) {
            return reply;
        }
        let key = request.header("idempotency-key").to_owned();
        let mut keys = keys.lock().unwrap();
        let known = keys.iter().position(|known| *known == key);
        let number = known.unwrap_or_else(|| {
            keys.push(key.clone());
            keys.len() - 1
        });
        let reply = if request.path == "/api/records" {
            Reply::json(201, &draft(number, &request.json()))
        } else {
            Reply::json(202, &json!({"id": "x", "is_published": true}))
        };
        if known.is_some() { reply.with(REPLAYED, "true") } else { reply }
    })
}

fn draft(number: usize, body: &Value) -> Value {
    // Links carry the public address, which is not the one the import was told.
    let link = format!("https://data.example.org/api/records/id-{number}/draft/actions/publish");
    let mut draft = json!({"id": format!("id-{number}"), "is_published": false, "links": {"publish": link}});
    if let Some(errors) = body.get("errors") {
        draft["errors"] = errors.clone();
    }
    draft
}

fn file(text: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

fn drafts(count: usize) -> String {
    (0..count).map(|number| format!("{{\"n\":{number}}}\n")).collect::<Vec<_>>().concat()
}

struct Done {
    counts: Value,
    reports: Vec<Value>,
    failure: Option<String>,
    ok: bool,
}

fn import(fake: &Fake, text: &str, publish: bool) -> Done {
    import_until(std::future::pending(), fake, text, publish)
}

fn import_until(stop: impl Future<Output = ()>, fake: &Fake, text: &str, publish: bool) -> Done {
    let file = file(text);
    let name = file.path().display().to_string();
    let import = Import { file: name, publish, concurrency: 4, token: TokenOption::default() };
    let access = Access { site: fake.url().parse().unwrap(), token: Some("secret".parse().unwrap()) };
    let (mut console, out, err) = Console::captured(true);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let ending = runtime.block_on(import.run_until(stop, BRISK, &access, &mut console));
    Done {
        counts: serde_json::from_str(&out.text()).unwrap_or_default(),
        reports: err.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect(),
        ok: matches!(ending, Ok(crate::commands::Ending::Done)),
        failure: ending.err().map(|error| error.to_string()),
    }
}

fn count(done: &Done, names: [&str; 6]) -> [u64; 6] {
    names.map(|name| done.counts[name].as_u64().unwrap())
}

const NAMES: [&str; 6] = ["lines", "created", "published", "already_there", "with_problems", "failed"];

#[test]
fn a_second_run_makes_nothing_twice() {
    let fake = repository(|_| None);
    let text = drafts(50) + &drafts(10);
    let first = import(&fake, &text, true);
    assert_eq!(count(&first, NAMES), [60, 60, 60, 0, 0, 0]);
    let second = import(&fake, &text, true);
    assert_eq!(count(&second, NAMES), [60, 0, 0, 60, 0, 0]);
    assert!(first.ok && second.ok && second.reports.is_empty());
}

#[test]
fn publishing_later_what_was_imported_before() {
    let fake = repository(|_| None);
    import(&fake, &drafts(5), false);
    assert_eq!(count(&import(&fake, &drafts(5), true), NAMES), [5, 0, 5, 5, 0, 0]);
    let paths: Vec<_> = fake.requests().into_iter().map(|request| request.path).collect();
    assert!(paths.contains(&"/api/records/id-3/draft/actions/publish".to_owned()), "{paths:?}");
}

#[test]
fn bad_lines_are_reported_by_number_and_the_rest_goes_on() {
    let refuse = json!({"status": 400, "message": "A validation error occurred.",
        "errors": [{"field": "metadata", "messages": ["Not a mapping."]}]});
    let fake = repository(move |request| {
        String::from_utf8_lossy(&request.body).contains("refuse").then(|| Reply::json(400, &refuse))
    });
    let done = import(&fake, "{\"n\":1}\nnot json\n\n{\"refuse\":1}\n[]\n{\"n\":2}", false);
    assert_eq!(count(&done, NAMES), [5, 2, 0, 0, 0, 3]);
    assert!(!done.ok && done.failure.is_none());
    let mut lines: Vec<_> = done.reports.iter().map(|report| report["line"].as_u64().unwrap()).collect();
    lines.sort_unstable();
    assert_eq!(lines, [2, 4, 5]);
    let refused = done.reports.iter().find(|report| report["line"] == 4).unwrap();
    assert_eq!((refused["status"].as_u64(), refused["outcome"].as_str()), (Some(400), Some("failed")));
    assert_eq!(refused["errors"][0]["field"], "metadata");
}

#[test]
fn a_draft_with_errors_is_saved_and_told() {
    let fake = repository(|_| None);
    let text = r#"{"errors":[{"field":"metadata.title","messages":["Missing data for required field."]}]}"#;
    let done = import(&fake, text, false);
    assert_eq!(count(&done, NAMES), [1, 1, 0, 0, 1, 0]);
    assert!(done.ok);
    assert_eq!(done.reports[0]["outcome"], "saved with problems");
    assert_eq!(done.reports[0]["reason"], "metadata.title: Missing data for required field.");
}

#[test]
fn what_cannot_be_published_fails_with_the_reasons() {
    let reasons = json!({"status": 400, "message": "A validation error occurred.",
        "errors": [{"field": "metadata.title", "messages": ["Missing data for required field."]}]});
    let fake =
        repository(move |request| request.path.ends_with("publish").then(|| Reply::json(400, &reasons)));
    let done = import(&fake, &drafts(1), true);
    assert_eq!(count(&done, NAMES), [1, 1, 0, 0, 0, 1]);
    assert_eq!(done.reports[0]["id"], "id-0");
    assert!(done.reports[0]["reason"].as_str().unwrap().contains("metadata.title"), "{:?}", done.reports);
}

#[test]
fn a_busy_or_broken_repository_is_asked_again() {
    let met: Mutex<Vec<String>> = Mutex::default();
    let fake = repository(move |request| {
        let mut met = met.lock().unwrap();
        let key = request.header("idempotency-key").to_owned();
        if met.contains(&key) {
            return None;
        }
        met.push(key);
        Some(match met.len() % 4 {
            0 => Reply::json(429, &json!({})).with("retry-after", "0"),
            1 => Reply::json(503, &json!({})),
            2 => Reply::hang_up(),
            _ => Reply::json(500, &json!({})),
        })
    });
    let done = import(&fake, &drafts(40), true);
    assert_eq!(count(&done, NAMES), [40, 40, 40, 0, 0, 0]);
    assert!(done.ok && done.reports.is_empty());
    assert_eq!(fake.requests().len(), 1 + 2 * 80);
}

#[test]
fn an_answer_that_got_lost_still_counts_as_made_now() {
    let (asked, done_once) = (Mutex::new(Vec::<String>::new()), AtomicUsize::new(0));
    let fake = Fake::start(move |request| {
        if request.path == "/api/me" {
            return Reply::json(200, &json!({}));
        }
        let key = request.header("idempotency-key").to_owned();
        let mut asked = asked.lock().unwrap();
        if asked.contains(&key) {
            return Reply::json(201, &draft(0, &json!({}))).with(REPLAYED, "true");
        }
        asked.push(key);
        done_once.fetch_add(1, Ordering::SeqCst);
        Reply::hang_up()
    });
    assert_eq!(count(&import(&fake, &drafts(3), false), NAMES), [3, 3, 0, 0, 0, 0]);
}

#[test]
fn a_line_that_breaks_the_repository_fails_alone() {
    let fake = repository(|request| (request.body == "{\"n\":1}").then(|| Reply::json(500, &json!({}))));
    let done = import(&fake, &drafts(5), false);
    assert_eq!(count(&done, NAMES), [5, 4, 0, 0, 0, 1]);
    let tries = fake.requests().iter().filter(|request| request.body == "{\"n\":1}").count();
    assert_eq!(tries, 4);
}

#[test]
fn a_token_that_is_not_accepted_is_told_before_anything_is_sent() {
    let fake = Fake::start(|_| Reply::json(401, &json!({"message": "no"})));
    let done = import(&fake, &drafts(100), false);
    assert!(done.failure.is_some_and(|failure| failure.contains("the token is not accepted")));
    assert_eq!(fake.requests().len(), 1);
}

#[test]
fn a_token_revoked_on_the_way_stops_the_import() {
    let fake = repository(|request| (request.number > 20).then(|| Reply::json(401, &json!({}))));
    let done = import(&fake, &drafts(1_000), false);
    assert!(done.failure.is_some_and(|failure| failure.contains("goes on where this one stopped")));
    assert_eq!(done.counts["complete"], false);
    assert!(done.counts["created"].as_u64().unwrap() <= 20 && fake.requests().len() < 40);
}

#[test]
fn a_repository_that_is_not_there_is_told_at_once() {
    let done = import(&Fake::nowhere(), &drafts(1), false);
    assert!(done.failure.is_some_and(|failure| failure.contains("cannot reach")));
}

#[test]
fn an_interrupted_import_ends_with_counts_and_goes_on_later() {
    let fake = repository(|_| None);
    let text = drafts(300);
    let soon = async {
        while fake.requests().len() < 50 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    let first = import_until(soon, &fake, &text, false);
    assert!(
        first
            .failure
            .is_some_and(|failure| failure.starts_with("interrupted; running the same import again"))
    );
    assert_eq!(first.counts["complete"], false);
    let second = import(&fake, &text, false);
    assert_eq!(second.counts["lines"], 300);
    let (created, there) = (second.counts["created"].as_u64(), second.counts["already_there"].as_u64());
    assert_eq!(created.unwrap() + there.unwrap(), 300);
    assert!(there.unwrap() >= 40, "{there:?}");
}

#[test]
fn several_requests_are_under_way_at_a_time_and_never_more_than_allowed() {
    let (now, most) = (AtomicUsize::new(0), std::sync::Arc::new(AtomicUsize::new(0)));
    let seen = most.clone();
    let fake = repository(move |_| {
        let here = now.fetch_add(1, Ordering::SeqCst) + 1;
        seen.fetch_max(here, Ordering::SeqCst);
        now.fetch_sub(1, Ordering::SeqCst);
        None
    });
    import(&fake, &drafts(200), false);
    assert!(most.load(Ordering::SeqCst) <= 4);
}

#[test]
fn a_record_under_edit_is_not_published_by_a_second_run() {
    let fake = Fake::start(|_| {
        let link = "/api/records/a/draft/actions/publish";
        Reply::json(201, &json!({"id": "a", "is_published": true, "links": {"publish": link}}))
    });
    assert_eq!(count(&import(&fake, &drafts(1), true), NAMES), [1, 0, 0, 1, 0, 0]);
    assert!(fake.requests().iter().all(|request| !request.path.contains("publish")));
}

#[test]
fn large_lines_are_sent_whole() {
    let fake = repository(|_| None);
    let text = format!("{{\"a\":\"{}\"}}\n{{\"b\":1}}", "x".repeat(9_000_000));
    assert_eq!(count(&import(&fake, &text, false), NAMES), [2, 2, 0, 0, 0, 0]);
    assert_eq!(fake.requests().iter().map(|request| request.body.len()).max(), Some(9_000_008));
}

#[test]
fn people_read_counts_and_reasons() {
    let fake = repository(|_| None);
    let file = file("{}\nx\n");
    let run = fake.cairn(&["import", file.path().to_str().unwrap()]);
    assert!(run.out.text().contains("  created               1\n"), "{}", run.out.text());
    assert!(run.out.text().contains("  failed                1\n"), "{}", run.out.text());
    assert!(run.err.text().starts_with("line 2: failed: not JSON: "), "{}", run.err.text());
}

#[test]
fn a_file_that_is_not_there_is_told_by_name() {
    let fake = repository(|_| None);
    assert!(
        fake.cairn(&["import", "/nonexistent.jsonl"])
            .failure()
            .starts_with("cannot open /nonexistent.jsonl: ")
    );
    assert!(fake.cairn(&["import", "/"]).failure().contains("it is a folder"));
}

#[test]
fn nobody_imports_unnamed() {
    let run = cairn(["cairn", "--data", "/nonexistent", "--token", "", "import", "x"].into_iter());
    assert!(run.is_wrong_usage());
}
