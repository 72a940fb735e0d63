//! What is to be done about a file whose name is in the draft already.

use indicatif::HumanBytes;

use super::plan::Job;
use super::send::Uploader;
use crate::commands::transfer::{Entry, Outcome, Trouble, md5_of};

/// What a file of the same name means.
pub(super) enum Found {
    /// The file is there.
    Same(Outcome),
    /// Its upload was begun, and goes on.
    Begun,
    /// Its upload was begun with other content, of which nothing counts yet.
    Outdated,
    /// It is another file.
    Other(String),
}

impl Uploader {
    /// Compares a file with what the draft has.
    pub(super) async fn judge(&self, job: &Job, entry: &Entry) -> Result<Found, Trouble> {
        match (entry.status.as_str(), entry.transfer.kind.as_str()) {
            ("completed", _) => self.compare(job, entry).await,
            ("pending", "M") if entry.size == Some(job.size) => Ok(Found::Begun),
            ("pending", "M") => Ok(Found::Other(format!(
                "the upload of another file of this name, of {}, is under way",
                HumanBytes(entry.size.unwrap_or(0))
            ))),
            ("pending", "L") => {
                let same_size = entry.size.is_none_or(|size| size == job.size);
                let same = same_size
                    && match entry.md5() {
                        Some(declared) => declared == self.md5(job).await?,
                        None => true,
                    };
                Ok(if same { Found::Begun } else { Found::Outdated })
            }
            (status, _) => Ok(Found::Other(format!("the draft has a file of this name, which is {status}"))),
        }
    }

    async fn compare(&self, job: &Job, entry: &Entry) -> Result<Found, Trouble> {
        let other = || Found::Other("the draft has another file of this name".into());
        if entry.size != Some(job.size) {
            return Ok(other());
        }
        let Some(there) = self.checksum(&job.key, entry).await? else {
            let remark = "of the same size; its checksum is still being computed, run this again to compare";
            return Ok(Found::Same(Outcome::there(&job.key, job.size).remark(remark)));
        };
        if there == self.md5(job).await? {
            return Ok(Found::Same(Outcome::there(&job.key, job.size).md5(&there)));
        }
        Ok(other())
    }

    /// The MD5 of the file as it is here.
    pub(super) async fn md5(&self, job: &Job) -> Result<String, Trouble> {
        let told = |reason: String| Trouble::Told(format!("cannot read {}: {reason}", job.path.display()));
        let (md5, size) = md5_of(&job.path).await.map_err(|error| told(error.to_string()))?;
        if size == job.size { Ok(md5) } else { Err(told("it changes while it is sent".into())) }
    }
}
