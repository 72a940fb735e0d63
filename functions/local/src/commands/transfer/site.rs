//! A repository for tests, as far as files of one record go, with an object storage at another address.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use bytes::Bytes;
use md5::{Digest, Md5};
use percent_encoding::NON_ALPHANUMERIC;
use serde_json::{Value, json};

use crate::commands::fake::{Asked, Fake, Reply};

/// A file.
#[derive(Clone, Default)]
pub(crate) struct Stored {
    pub(crate) completed: bool,
    /// Comes in parts of so many bytes.
    pub(crate) part_size: Option<u64>,
    /// As declared.
    pub(crate) size: Option<u64>,
    pub(crate) checksum: Option<String>,
    pub(crate) parts: BTreeMap<u32, Bytes>,
    pub(crate) content: Option<Bytes>,
    /// Looks until the checksum of a file that came in parts is there.
    pub(crate) looks: u32,
}

#[derive(Default)]
pub(crate) struct State {
    pub(crate) files: BTreeMap<String, Stored>,
    /// Signed addresses carry it; those that carry another are refused.
    pub(crate) signature: u32,
}

/// The repository.
pub(crate) struct Site {
    pub(crate) api: Fake,
    pub(crate) storage: Fake,
    state: Arc<Mutex<State>>,
}

/// The MD5 of bytes.
pub(crate) fn md5(bytes: &[u8]) -> String {
    hex::encode(Md5::digest(bytes))
}

/// Text of so many bytes, each line another.
pub(crate) fn text(size: usize) -> String {
    let lines: Vec<String> = (0..=size / 64).map(|number| format!("{number:063}\n")).collect();
    let mut text = lines.concat();
    text.truncate(size);
    text
}

impl Site {
    /// An empty draft, and one problem or another before anything else is looked at.
    pub(crate) fn start(problem: impl Fn(&Asked) -> Option<Reply> + Send + Sync + 'static) -> Self {
        let state = Arc::<Mutex<State>>::default();
        let problem = Arc::new(problem);
        let (own, hook) = (state.clone(), problem.clone());
        let storage = Fake::start(move |asked| hook(asked).unwrap_or_else(|| store(&own, asked)));
        let (own, address) = (state.clone(), storage.url().to_owned());
        let api = Fake::start(move |asked| problem(asked).unwrap_or_else(|| answer(&own, &address, asked)));
        Self { api, storage, state }
    }

    /// What it has.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Puts a complete file there.
    pub(crate) fn put(&self, key: &str, content: &str) {
        let content = Bytes::from(content.to_owned());
        let (size, checksum) = (Some(content.len() as u64), Some(format!("md5:{}", md5(&content))));
        let stored = Stored { completed: true, size, checksum, content: Some(content), ..Stored::default() };
        self.state().files.insert(key.into(), stored);
    }

    /// What clients asked the repository, and the storage.
    pub(crate) fn asked(&self, method: &str) -> Vec<String> {
        let both = self.api.requests().into_iter().chain(self.storage.requests());
        both.filter(|asked| asked.method == method).map(|asked| asked.path).collect()
    }
}

/// The object storage: parts, by signed addresses.
fn store(state: &Mutex<State>, asked: &Asked) -> Reply {
    let mut state = state.lock().unwrap();
    assert_eq!(asked.header("authorization"), "", "the token is not the storage's");
    let (path, query) = asked.path.split_once('?').unwrap();
    if query != format!("signature={}", state.signature) {
        return Reply::json(403, &Value::Null);
    }
    let (key, part) = path.trim_start_matches('/').rsplit_once('/').unwrap();
    let key = percent_encoding::percent_decode_str(key).decode_utf8().unwrap().into_owned();
    let Some(file) = state.files.get_mut(&key) else { return Reply::json(404, &Value::Null) };
    assert_eq!(asked.header("content-length"), asked.body.len().to_string());
    file.parts.insert(part.parse().unwrap(), asked.body.clone());
    Reply::json(200, &Value::Null)
}

fn answer(state: &Mutex<State>, storage: &str, asked: &Asked) -> Reply {
    let mut state = state.lock().unwrap();
    let (path, query) = asked.path.split_once('?').unwrap_or((&asked.path, ""));
    let path = percent_encoding::percent_decode_str(path).decode_utf8().unwrap().into_owned();
    let Some((base, rest)) = path.split_once("/files") else { return Reply::json(404, &Value::Null) };
    if !base.starts_with("/api/records/abcde-12345") {
        return Reply::json(404, &json!({"message": "The persistent identifier does not exist."}));
    }
    let address = format!("https://data.example.org{base}/files");
    let shown = |state: &State, key: &str, from: u32| show(state, &address, storage, key, from);
    let rest = rest.trim_start_matches('/');
    match (asked.method.as_str(), rest) {
        ("GET", "") => list(&state, &address, query, &shown),
        ("POST", "") => {
            for start in asked.json().as_array().unwrap() {
                let key = start["key"].as_str().unwrap().to_owned();
                if state.files.contains_key(&key) {
                    let message = format!("File with key {key} already exists.");
                    return Reply::json(400, &json!({"message": message}));
                }
                let checksum = start["checksum"].as_str().map(str::to_owned);
                let (size, part_size) = (start["size"].as_u64(), start["transfer"]["part_size"].as_u64());
                state.files.insert(key, Stored { part_size, size, checksum, ..Stored::default() });
            }
            let mut reply = list(&state, &address, "", &shown);
            reply.status = 201;
            reply
        }
        ("PUT", rest) => {
            assert_eq!(asked.header("content-type"), "application/octet-stream");
            let key = rest.strip_suffix("/content").unwrap();
            state.files.get_mut(key).unwrap().content = Some(asked.body.clone());
            Reply::json(200, &shown(&state, key, 1))
        }
        ("POST", rest) => commit(&mut state, rest.strip_suffix("/commit").unwrap(), &shown),
        ("DELETE", key) => {
            state.files.remove(key);
            Reply::json(204, &Value::Null)
        }
        ("GET", rest) => match rest.strip_suffix("/content") {
            Some(key) => content(&state.files[key], asked),
            None if state.files.contains_key(rest) => {
                let file = state.files.get_mut(rest).unwrap();
                file.looks = file.looks.saturating_sub(1);
                let from = query.strip_prefix("parts_from=").map_or(1, |from| from.parse().unwrap());
                Reply::json(200, &shown(&state, rest, from))
            }
            None => Reply::json(404, &json!({"message": "no such file"})),
        },
        _ => Reply::json(405, &Value::Null),
    }
}

/// Three files a page.
fn list(state: &State, address: &str, query: &str, shown: &dyn Fn(&State, &str, u32) -> Value) -> Reply {
    let after = percent_encoding::percent_decode_str(query.strip_prefix("after=").unwrap_or(""));
    let after = after.decode_utf8().unwrap();
    let keys: Vec<_> = state.files.keys().filter(|key| key.as_str() > &*after).collect();
    let entries: Vec<_> = keys.iter().take(3).map(|key| shown(state, key, 1)).collect();
    let encoded = |key: &str| percent_encoding::utf8_percent_encode(key, NON_ALPHANUMERIC).to_string();
    let next = (keys.len() > 3).then(|| format!("{address}?after={}", encoded(keys[2])));
    Reply::json(200, &json!({"enabled": true, "entries": entries, "links": {"next": next}}))
}

/// Two parts an answer.
fn show(state: &State, address: &str, storage: &str, key: &str, from: u32) -> Value {
    let file = &state.files[key];
    let own = format!("{address}/{key}");
    let checksum = file.checksum.as_ref().filter(|_| file.looks == 0);
    let mut json = json!({"key": key, "status": if file.completed { "completed" } else { "pending" },
        "size": file.size, "checksum": checksum, "transfer": {"type": "L"}, "links": {"self": own}});
    match file.part_size.filter(|_| !file.completed) {
        None => json["links"]["content"] = format!("{own}/content").into(),
        Some(part_size) => {
            let parts = u32::try_from(file.size.unwrap().div_ceil(part_size)).unwrap();
            let arrived: Vec<_> = file.parts.keys().map(u32::to_string).collect();
            json["transfer"] =
                json!({"type": "M", "parts": parts, "part_size": part_size, "arrived": arrived});
            let url = |part: u32| format!("{storage}/{key}/{part}?signature={}", state.signature);
            let links = (from..=parts).take(2).map(|part| json!({"part": part, "url": url(part)}));
            json["links"]["parts"] = links.collect();
        }
    }
    json
}

fn commit(state: &mut State, key: &str, shown: &dyn Fn(&State, &str, u32) -> Value) -> Reply {
    let file = state.files.get_mut(key).unwrap();
    if file.part_size.is_some() && !file.completed {
        let whole: Vec<u8> = file.parts.values().flatten().copied().collect();
        file.content = Some(whole.into());
    }
    let content = file.content.clone().unwrap();
    if file.size.is_some_and(|size| size != content.len() as u64) {
        return Reply::json(400, &json!({"message": "parts are missing"}));
    }
    file.completed = true;
    file.checksum = Some(format!("md5:{}", md5(&content)));
    Reply::json(200, &shown(state, key, 1))
}

fn content(file: &Stored, asked: &Asked) -> Reply {
    let content = file.content.as_ref().unwrap();
    let whole = || String::from_utf8(content.to_vec()).unwrap();
    let tag = format!("\"{}\"", file.checksum.as_deref().unwrap_or("unknown"));
    let from = asked.header("range").strip_prefix("bytes=").and_then(|range| range.strip_suffix('-'));
    let from = from.filter(|_| asked.header("if-range") == tag).map(|from| from.parse::<usize>().unwrap());
    let mut reply = Reply::json(200, &Value::Null).with("etag", &tag);
    reply.body = whole();
    if let Some(from) = from {
        reply.status = 206;
        reply = reply.with("content-range", &format!("bytes {from}-{}/{}", content.len() - 1, content.len()));
        reply.body = reply.body[from..].to_owned();
    }
    reply
}
