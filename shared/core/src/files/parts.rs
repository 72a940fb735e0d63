//! Uploads in parts: addresses for them, which of them have arrived, and those too small for the storage.

use std::{collections::BTreeMap, time::Duration};

use bytes::{Bytes, BytesMut};
use cairn_model::{
    Error, Identity, Pid, Result,
    files::{Entry, Kind},
    objects::Place,
};
use cairn_ports::{
    ObjectError, Objects,
    objects::{Expected, Facts, Listing, Part, SIGNED_FOR, Upload},
};
use futures::{StreamExt, TryStreamExt, stream};
use serde_json::json;
use std::sync::Arc;

use super::{Files, Mount, OBJECTS, PARTS, Received, Shown, open::Access};

/// How long signed addresses are good for.
pub(super) const SIGNED: Duration = SIGNED_FOR;
/// Most addresses of one answer (issue: ≤ 1,000 part links per reply).
const MOST_LINKS: u32 = 1_000;
/// Largest part that a function takes, in bytes (design §7: functions take ≤ 4 MB).
pub(super) const THROUGH_FUNCTION: u64 = 4_000_000;
/// Small parts read at once.
const AT_ONCE: usize = 8;

impl Files {
    /// Numbers and addresses of parts, from number `from` on, and which come after these.
    pub(super) async fn sign_parts(
        &self,
        entry: &Entry,
        from: u32,
    ) -> Result<(Vec<(u32, Option<String>)>, Option<u32>)> {
        let parts = entry.transfer.parts.unwrap_or(0);
        let end = parts.min(from.max(1).saturating_add(MOST_LINKS - 1));
        let more = (end < parts).then_some(end + 1);
        let numbers = from.max(1)..=end;
        let objects = self.objects_at(&entry.object)?;
        let upload = upload_of(entry);
        let size = entry.declared.size.unwrap_or(0);
        let mut signed = Vec::new();
        for number in numbers {
            let bytes = entry.transfer.part_bytes(number, size).unwrap_or(0);
            let address = match &upload {
                Some(upload) => Some(objects.sign_part(upload, number, bytes).await?),
                None if bytes <= THROUGH_FUNCTION => None,
                None => {
                    let expected = Expected { size: Some(bytes), md5: None };
                    Some(objects.sign_put(&small_key(entry, number), &expected).await?)
                }
            };
            signed.push((number, address));
        }
        Ok((signed, more))
    }

    /// Adds which parts have arrived: their numbers, in runs (`"1-3"`).
    pub(super) async fn tell_arrived(&self, entry: &Entry, shown: &mut Shown) -> Result<()> {
        if shown.parts.is_empty() {
            return Ok(());
        }
        let arrived: Vec<u32> = self.arrived(entry).await?.into_iter().map(|part| part.number).collect();
        if let Some(transfer) = shown.json.get_mut("transfer") {
            transfer["arrived"] = json!(runs(&arrived));
        }
        Ok(())
    }

    /// The parts that have arrived, in order.
    pub(super) async fn arrived(&self, entry: &Entry) -> Result<Vec<Part>> {
        let objects = self.objects_at(&entry.object)?;
        let Some(upload) = upload_of(entry) else {
            let parts = self.small_parts(objects, entry).await?;
            return Ok(parts.into_iter().map(|(number, (_, size))| small(number, size)).collect());
        };
        let mut arrived: Vec<Part> = Vec::new();
        loop {
            let after = arrived.last().map_or(0, |part| part.number);
            match objects.parts(&upload, after).await {
                Ok(parts) if parts.is_empty() => return Ok(arrived),
                Ok(parts) => arrived.extend(parts),
                Err(ObjectError::Missing(_)) => return Ok(arrived),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Takes a part. Of one that comes another way it tells the address.
    ///
    /// # Errors
    /// [`Error::BadRequest`] for a file that does not come in such parts, and for a part of another size.
    pub async fn put_part(
        &self,
        who: &Identity,
        pid: &Pid,
        mount: Mount,
        key: &str,
        number: u32,
        received: Received,
    ) -> Result<(Shown, Option<String>)> {
        let opened = self.open(who, pid, mount, Access::Write, &[key]).await?;
        let entry = opened.file(key)?.entry;
        let transfer = &entry.transfer;
        if transfer.kind != Kind::Multipart || entry.is_complete() {
            let kind = json!(if entry.is_complete() { Kind::Local } else { transfer.kind });
            return Err(Error::BadRequest(format!(
                "Transfer type {kind} does not support multipart uploads."
            )));
        }
        let parts = transfer.parts.unwrap_or(0);
        let Some(size) = transfer.part_bytes(number, entry.declared.size.unwrap_or(0)) else {
            return Err(Error::BadRequest(format!("Part number {number} is not between 1 and {parts}.")));
        };
        let sent = received.size();
        if sent.is_some_and(|sent| sent != size) {
            let message = format!("Part {number} has {} bytes instead of {size}.", sent.unwrap_or(0));
            return Err(Error::BadRequest(message));
        }
        let objects = self.objects_at(&entry.object)?;
        let key = small_key(&entry, number);
        let mut address = None;
        match (upload_of(&entry), received) {
            (Some(upload), Received::Whole(bytes)) => drop(objects.put_part(&upload, number, bytes).await?),
            (None, Received::Whole(bytes)) => drop(objects.put(&key, bytes).await?),
            (Some(upload), Received::ToCome(_)) => {
                address = Some(objects.sign_part(&upload, number, size).await?);
            }
            (None, Received::ToCome(_)) => {
                address = Some(objects.sign_put(&key, &Expected { size: Some(size), md5: None }).await?);
            }
        }
        Ok((self.show(&opened, &entry, 1).await?, address))
    }

    /// Joins what has arrived to the file's object; tells where that is.
    ///
    /// # Errors
    /// [`Error::BadRequest`] if parts are missing.
    pub(super) async fn join_parts(&self, entry: &Entry) -> Result<(Place, Facts)> {
        let objects = self.objects_at(&entry.object)?;
        let parts = entry.transfer.parts.unwrap_or(0);
        let arrived = self.arrived(entry).await?;
        let numbers: Vec<u32> = arrived.iter().map(|part| part.number).collect();
        let missing: Vec<u32> = (1..=parts).filter(|number| numbers.binary_search(number).is_err()).collect();
        let Some(upload) = upload_of(entry) else {
            refuse_missing(entry, &missing)?;
            return self.join_small(objects, entry).await;
        };
        if let Some(facts) = self.joined_before(objects, entry, &missing).await? {
            return Ok((entry.object.clone(), facts));
        }
        refuse_missing(entry, &missing)?;
        let facts = objects.complete(&upload, &arrived).await.map_err(|error| match error {
            ObjectError::Refused(why) => Error::BadRequest(format!("The parts cannot be joined: {why}")),
            error => error.into(),
        })?;
        Ok((entry.object.clone(), facts))
    }

    /// The parts of an upload are gone once they are joined: a commit that was cut off finds the object.
    async fn joined_before(
        &self,
        objects: &Arc<dyn Objects>,
        entry: &Entry,
        missing: &[u32],
    ) -> Result<Option<Facts>> {
        if missing.is_empty() { Ok(None) } else { Ok(objects.head(&entry.object).await?) }
    }

    async fn join_small(&self, objects: &Arc<dyn Objects>, entry: &Entry) -> Result<(Place, Facts)> {
        let parts = self.small_parts(objects, entry).await?;
        let pieces: Vec<Bytes> = stream::iter(parts.into_values())
            .map(|(place, size)| async move { objects.read(&place, 0..size).await })
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        let mut whole = BytesMut::new();
        for piece in &pieces {
            whole.extend_from_slice(piece);
        }
        let rest = entry.object.key.strip_prefix(PARTS).unwrap_or(&entry.object.key);
        let place = Place { key: format!("{OBJECTS}{rest}"), ..entry.object.clone() };
        let facts = objects.put(&place.key, whole.freeze()).await?;
        Ok((place, facts))
    }

    /// The newest object of each small part, by number.
    async fn small_parts(
        &self,
        objects: &Arc<dyn Objects>,
        entry: &Entry,
    ) -> Result<BTreeMap<u32, (Place, u64)>> {
        let prefix = format!("{}/", entry.object.key);
        let (mut found, mut after) = (BTreeMap::new(), None);
        loop {
            let Listing { objects: listed, next } = objects.list(&prefix, after.as_deref()).await?;
            for object in listed.into_iter().filter(|object| object.latest && !object.deleted) {
                if let Ok(number) = object.place.key[prefix.len()..].parse() {
                    found.insert(number, (object.place, object.size));
                }
            }
            let Some(next) = next else { return Ok(found) };
            after = Some(next);
        }
    }
}

/// The storage's upload of a file that comes in parts.
pub(super) fn upload_of(entry: &Entry) -> Option<Upload> {
    let id = entry.transfer.upload.clone()?;
    Some(Upload { key: entry.object.key.clone(), id, begun: None })
}

fn small_key(entry: &Entry, number: u32) -> String {
    format!("{}/{number}", entry.object.key)
}

fn small(number: u32, size: u64) -> Part {
    Part { number, size, etag: String::new() }
}

fn refuse_missing(entry: &Entry, missing: &[u32]) -> Result<()> {
    if missing.is_empty() {
        return Ok(());
    }
    let message = format!(
        "File with key \"{}\" is not available: parts {} are missing.",
        entry.key,
        runs(missing).join(", ")
    );
    Err(Error::BadRequest(message))
}

/// Numbers in order as runs: `1-3`, `5`.
fn runs(numbers: &[u32]) -> Vec<String> {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => runs.push((*number, *number)),
        }
    }
    let text =
        |(first, last): (u32, u32)| if first == last { first.to_string() } else { format!("{first}-{last}") };
    runs.into_iter().map(text).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_in_a_row_are_told_together() {
        assert_eq!(super::runs(&[1, 2, 3, 5, 9, 10]), ["1-3", "5", "9-10"]);
        assert!(super::runs(&[]).is_empty());
    }
}
