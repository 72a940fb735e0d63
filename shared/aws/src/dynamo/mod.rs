//! The primary store on DynamoDB.
//!
//! One table of the store is one table of DynamoDB, keyed `pk`, `sk`. All reads are strongly consistent; all writes
//! are transactions.

mod attributes;
mod client;
mod outcome;
mod tables;
mod transaction;

use std::{collections::HashMap, time::Duration};

use async_trait::async_trait;
use aws_sdk_dynamodb::{
    Client,
    types::{AttributeValue, KeysAndAttributes},
};
use cairn_model::{Table, table::OUTBOX};
use cairn_ports::{
    Ids,
    ids::RandomIds,
    prepared::{Prepared, check_batch, is_partition, is_storable},
    store::{Changes, Cursor, Item, Items, Key, OutboxRow, Page, Scanned, Segment, Start, Store, StoreError},
    work::Work,
};

use self::{attributes::Attributes, outcome::Failure};
pub use self::{
    client::{client_from_env, local_client},
    tables::create_tables,
};

/// How often a call is made in all where others were in its way.
const ATTEMPTS: u32 = 6;

/// The longest wait before the second attempt; it doubles with each further one.
const FIRST_WAIT: Duration = Duration::from_millis(20);

/// The primary store in DynamoDB.
#[derive(Debug, Clone)]
pub struct DynamoStore {
    client: Client,
    prefix: String,
}

impl DynamoStore {
    /// The store whose tables have names that begin with `prefix`: table `records` is `<prefix>records`.
    pub fn new(client: Client, prefix: String) -> Self {
        Self { client, prefix }
    }

    fn name(&self, table: Table) -> String {
        format!("{}{table}", self.prefix)
    }

    /// One scan of (a part of) a table.
    async fn scan(
        &self,
        table: Table,
        segment: Segment,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<(Vec<Item>, Option<Cursor>), StoreError> {
        let start = after.map(attributes::of_cursor).transpose()?;
        let request = self.client.scan().table_name(self.name(table)).consistent_read(true);
        let request = request.segment(as_i32(segment.index)).total_segments(as_i32(segment.of));
        let answer = request.set_exclusive_start_key(start).set_limit(as_limit(limit)).send().await;
        let answer = answer.map_err(|error| outcome::of_read(&error))?;
        let next = answer.last_evaluated_key.as_ref().map(attributes::to_cursor).transpose()?;
        Ok((items(table, answer.items)?, next))
    }

    /// Asks for keys until all were answered: one answer holds 16 MB at most.
    async fn read_batch(&self, keys: &[Key]) -> Result<HashMap<Key, Item>, StoreError> {
        let (mut found, mut asked) = (HashMap::new(), self.request(keys)?);
        let mut attempt = 0;
        while !asked.is_empty() {
            let answer = self.client.batch_get_item().set_request_items(Some(asked)).send().await;
            let answer = answer.map_err(|error| outcome::of_read(&error))?;
            let before = found.len();
            for (name, rows) in answer.responses.unwrap_or_default() {
                let table = keys.iter().map(|key| key.table).find(|table| self.name(*table) == name);
                let table =
                    table.ok_or_else(|| StoreError::Damaged(format!("nobody asked for table `{name}`")))?;
                found.extend(items(table, Some(rows))?.into_iter().map(|item| (item.key.clone(), item)));
            }
            asked = answer.unprocessed_keys.unwrap_or_default();
            if !asked.is_empty() && found.len() == before {
                attempt += 1;
                wait_or(attempt, || StoreError::Unavailable("reads are throttled".into())).await?;
            }
        }
        Ok(found)
    }

    fn request(&self, keys: &[Key]) -> Result<HashMap<String, KeysAndAttributes>, StoreError> {
        let mut by_table: HashMap<String, Vec<Attributes>> = HashMap::new();
        for key in keys.iter().filter(|key| is_storable(key)) {
            by_table.entry(self.name(key.table)).or_default().push(attributes::of_key(key));
        }
        let asked = by_table.into_iter().map(|(name, keys)| {
            let keys = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true).build();
            Ok((name, keys.map_err(|error| StoreError::Unavailable(error.to_string()))?))
        });
        asked.collect()
    }
}

#[async_trait]
impl Store for DynamoStore {
    async fn get(&self, key: &Key) -> Result<Option<Item>, StoreError> {
        if !is_storable(key) {
            return Ok(None);
        }
        let request = self.client.get_item().table_name(self.name(key.table)).consistent_read(true);
        let answer = request.set_key(Some(attributes::of_key(key))).send().await;
        let row = answer.map_err(|error| outcome::of_read(&error))?.item;
        row.map(|row| attributes::to_item(key.table, &row)).transpose()
    }

    async fn batch_get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, StoreError> {
        check_batch(keys)?;
        let mut found = self.read_batch(keys).await?;
        Ok(keys.iter().map(|key| found.remove(key)).collect())
    }

    async fn query(&self, table: Table, partition: &str, page: &Page) -> Result<Items, StoreError> {
        let start = match page.start() {
            _ if !is_partition(partition) => return Ok(Items::default()),
            Start::End => return Ok(Items::default()),
            Start::Beginning => None,
            Start::After(sort) => Some(attributes::of_key(&Key::new(table, partition, sort))),
        };
        let request = self.client.query().table_name(self.name(table)).consistent_read(true);
        let request = request.expression_attribute_values(":pk", AttributeValue::S(partition.into()));
        let request = if page.prefix.is_empty() {
            request.key_condition_expression("pk = :pk")
        } else {
            let prefix = AttributeValue::S(page.prefix.clone());
            request
                .key_condition_expression("pk = :pk AND begins_with(sk, :prefix)")
                .expression_attribute_values(":prefix", prefix)
        };
        let request = request.scan_index_forward(!page.descending).set_limit(as_limit(page.limit));
        let answer = request.set_exclusive_start_key(start).send().await;
        let answer = answer.map_err(|error| outcome::of_read(&error))?;
        let next = answer.last_evaluated_key.as_ref().map(attributes::sort_of).transpose()?;
        Ok(Items { items: items(table, answer.items)?, next })
    }

    async fn commit(&self, work: &Work) -> Result<(), StoreError> {
        let prepared = Prepared::of(work)?;
        if prepared.writes.is_empty() {
            return Ok(());
        }
        let items = transaction::items(&prepared, |table| self.name(table))?;
        let (mut attempt, mut was_unknown) = (0, false);
        loop {
            // The token makes each further attempt safe, whatever became of those before.
            let request = self.client.transact_write_items().client_request_token(&prepared.id);
            let Err(error) = request.set_transact_items(Some(items.clone())).send().await else {
                return Ok(());
            };
            let last = match outcome::of_commit(&error, &prepared) {
                Failure::Final(error) => return Err(error),
                Failure::Passing(error) => error,
            };
            was_unknown |= matches!(last, StoreError::Unknown(_));
            attempt += 1;
            wait_or(attempt, || if was_unknown { StoreError::Unknown(last.to_string()) } else { last })
                .await?;
        }
    }

    async fn changes(&self, after: Option<&Cursor>, limit: usize) -> Result<Changes, StoreError> {
        let (items, next) = self.scan(OUTBOX, Segment::WHOLE, after, limit).await?;
        let rows = items.into_iter().map(OutboxRow::of).collect::<Result<_, _>>()?;
        Ok(Changes { rows, next })
    }

    async fn scan_segment(
        &self,
        table: Table,
        segment: Segment,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<Scanned, StoreError> {
        let (items, next) = self.scan(table, segment, after, limit).await?;
        Ok(Scanned { items, next })
    }
}

fn items(table: Table, rows: Option<Vec<Attributes>>) -> Result<Vec<Item>, StoreError> {
    rows.unwrap_or_default().iter().map(|row| attributes::to_item(table, row)).collect()
}

/// Waits a random while before the next attempt, or fails when there were enough.
async fn wait_or(attempts: u32, error: impl FnOnce() -> StoreError) -> Result<(), StoreError> {
    if attempts >= ATTEMPTS {
        return Err(error());
    }
    let longest = FIRST_WAIT * 2_u32.pow(attempts - 1);
    let share = f64::from(u32::try_from(RandomIds.number() >> 32).unwrap_or(u32::MAX)) / f64::from(u32::MAX);
    tokio::time::sleep(longest.mul_f64(share)).await;
    Ok(())
}

fn as_limit(limit: usize) -> Option<i32> {
    (limit != 0).then(|| i32::try_from(limit).unwrap_or(i32::MAX))
}

fn as_i32(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
