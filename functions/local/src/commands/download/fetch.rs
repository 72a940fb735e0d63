//! One file on its way: fetched, compared, given its name.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

use http::StatusCode;
use http::header::CONTENT_RANGE;
use indicatif::ProgressBar;

use super::place::below;
use super::sink::Sink;
use crate::commands::api::{Answer, Failure};
use crate::commands::transfer::{Entry, Got, Link, Outcome, Trouble, Wire, md5_of};

/// Fetches files of one record.
pub(super) struct Downloader {
    wire: Wire,
    output: PathBuf,
    replace: bool,
    /// What names end with while files are incomplete.
    suffix: String,
    bar: ProgressBar,
}

/// How an attempt ended.
enum Attempt {
    /// All bytes are there.
    Complete,
    /// There was no way on.
    Lost(Result<Answer, Failure>),
    /// A signed address had ended.
    Ended(Result<Answer, Failure>),
}

impl Downloader {
    /// As the command line says.
    pub(super) fn new(
        wire: Wire,
        output: PathBuf,
        replace: bool,
        entries: &[Entry],
        bar: ProgressBar,
    ) -> Self {
        Self { wire, output, replace, suffix: suffix(entries), bar }
    }

    /// Fetches a file.
    pub(super) async fn download(&self, entry: &Entry) -> Outcome {
        match self.try_download(entry).await {
            Ok(outcome) => outcome,
            Err(trouble) => Outcome::failed(&entry.key, entry.size, trouble),
        }
    }

    async fn try_download(&self, entry: &Entry) -> Result<Outcome, Trouble> {
        if !entry.is_complete() {
            return Err(Trouble::Told("its upload has not ended".into()));
        }
        let path = below(&self.output, &entry.key).map_err(Trouble::Told)?;
        if path.exists() {
            if let Some(outcome) = self.compare(entry, &path).await? {
                return Ok(outcome);
            }
            if !self.replace {
                let why = format!("{} is there with other content; --replace overwrites it", path.display());
                return Err(Trouble::Told(why));
            }
        }
        let part = below(&self.output, &format!("{}{}", entry.key, self.suffix)).map_err(Trouble::Told)?;
        let cannot_write = |error| unwritable(&part, &error);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
        }
        let keep = entry.md5().is_some();
        let mut sink = Sink::open(&part, keep).await.map_err(cannot_write)?;
        let resumed = sink.length() > 0;
        self.bar.inc(sink.length());
        self.fill(entry, &mut sink, &part).await?;
        let (mut length, mut md5) = (sink.length(), sink.finish().await.map_err(cannot_write)?);
        if resumed && entry.md5().is_some_and(|right| right != md5) {
            // What lay there was not the beginning of this file.
            self.bar.dec(length);
            let mut sink = Sink::open(&part, false).await.map_err(cannot_write)?;
            self.fill(entry, &mut sink, &part).await?;
            (length, md5) = (sink.length(), sink.finish().await.map_err(cannot_write)?);
        }
        conclude(entry, &md5, length, &part, &path)
    }

    /// What is told of a file that is there already; nothing if it is another.
    async fn compare(&self, entry: &Entry, path: &Path) -> Result<Option<Outcome>, Trouble> {
        let facts = std::fs::metadata(path).map_err(|error| unreadable(path, &error))?;
        let Some(right) = entry.md5().filter(|_| facts.is_file() && entry.size == Some(facts.len())) else {
            return Ok(None);
        };
        let (md5, size) = md5_of(path).await.map_err(|error| unreadable(path, &error))?;
        if md5 != right {
            return Ok(None);
        }
        self.bar.inc(size);
        Ok(Some(Outcome::there(&entry.key, size).md5(&md5)))
    }

    /// Fetches what is missing, again where that may help.
    async fn fill(&self, entry: &Entry, sink: &mut Sink, part: &Path) -> Result<(), Trouble> {
        let strange = || Failure::Unexpected(format!("{} has no link to its content", entry.key));
        let link = entry.content(&self.wire.api).ok_or_else(strange)?;
        let (mut attempt, mut ended) = (0, false);
        loop {
            let before = sink.length();
            let outcome =
                match self.once(entry, &link, sink).await.map_err(|error| unwritable(part, &error))? {
                    Attempt::Complete => return Ok(()),
                    Attempt::Ended(_) if !ended => {
                        ended = true;
                        continue;
                    }
                    Attempt::Ended(outcome) | Attempt::Lost(outcome) => outcome,
                };
            if sink.length() > before {
                (attempt, ended) = (0, false);
            }
            let Some(pause) = self.wire.api.pause(&outcome, attempt) else {
                let refused = outcome.and_then(Answer::accepted).err();
                let strange = || Failure::Unexpected("the content came in an unknown way".into());
                return Err(refused.unwrap_or_else(strange).into());
            };
            attempt += 1;
            tokio::time::sleep(pause).await;
        }
    }

    /// Asks once for what is missing, and takes what comes.
    async fn once(&self, entry: &Entry, link: &Link, sink: &mut Sink) -> io::Result<Attempt> {
        let from = sink.length();
        if entry.size == Some(from) && from > 0 {
            return Ok(Attempt::Complete);
        }
        if entry.size.is_some_and(|size| from > size) {
            self.restart(sink).await?;
        }
        let tag = entry.md5().map(|md5| format!("\"md5:{md5}\""));
        let mut response = match self.wire.get(link, sink.length(), tag.as_deref()).await {
            Got::Content(response) => response,
            Got::Other(Ok(answer), _) if answer.status() == StatusCode::RANGE_NOT_SATISFIABLE => {
                self.restart(sink).await?;
                return Ok(Attempt::Ended(Ok(answer)));
            }
            Got::Other(Ok(answer), true) if answer.status() == StatusCode::FORBIDDEN => {
                return Ok(Attempt::Ended(Ok(answer)));
            }
            Got::Other(outcome, _) => return Ok(Attempt::Lost(outcome)),
        };
        if sink.length() > 0 && !goes_on(&response, sink.length()) {
            if response.status() == StatusCode::PARTIAL_CONTENT {
                let other = Failure::Unexpected("other bytes came than were asked for".into());
                return Ok(Attempt::Lost(Err(other)));
            }
            self.restart(sink).await?;
        }
        loop {
            match self.wire.next(link, &mut response).await {
                Ok(Some(bytes)) => {
                    self.bar.inc(bytes.len() as u64);
                    sink.write(bytes).await?;
                }
                Ok(None) if entry.size.is_none_or(|size| sink.length() >= size) => {
                    return Ok(Attempt::Complete);
                }
                Ok(None) => return Ok(Attempt::Lost(Err(self.wire.ended(link)))),
                Err(failure) => return Ok(Attempt::Lost(Err(failure))),
            }
        }
    }

    async fn restart(&self, sink: &mut Sink) -> io::Result<()> {
        self.bar.dec(sink.length());
        sink.restart().await
    }
}

/// `.part`, unless that makes the name of one file that of another.
fn suffix(entries: &[Entry]) -> String {
    let names: HashSet<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
    let mut suffix = ".part".to_owned();
    while names.iter().any(|name| names.contains(format!("{name}{suffix}").as_str())) {
        suffix.push_str(".part");
    }
    suffix
}

/// Gives a file its name, if it is what it should be.
fn conclude(entry: &Entry, md5: &str, length: u64, part: &Path, path: &Path) -> Result<Outcome, Trouble> {
    if let Some(right) = entry.md5().filter(|right| right != md5) {
        std::fs::remove_file(part).ok();
        return Err(Trouble::Told(format!(
            "what came has the MD5 {md5} instead of {right}, and was thrown away; please try again, and tell the repository \
             if it comes again"
        )));
    }
    std::fs::rename(part, path).map_err(|error| unwritable(path, &error))?;
    let done = Outcome::done(&entry.key, "downloaded", length);
    Ok(match entry.md5() {
        Some(_) => done.md5(md5),
        None => done.remark("the repository does not know its checksum yet, so it was not compared"),
    })
}

/// Whether an answer begins where the file ends.
fn goes_on(response: &reqwest::Response, from: u64) -> bool {
    let range = response.headers().get(CONTENT_RANGE).and_then(|range| range.to_str().ok());
    let begins = format!("bytes {from}-");
    response.status() == StatusCode::PARTIAL_CONTENT && range.is_some_and(|range| range.starts_with(&begins))
}

fn unwritable(path: &Path, error: &io::Error) -> Trouble {
    Trouble::Told(format!("cannot write {}: {error}", path.display()))
}

fn unreadable(path: &Path, error: &io::Error) -> Trouble {
    Trouble::Told(format!("cannot read {}: {error}", path.display()))
}
