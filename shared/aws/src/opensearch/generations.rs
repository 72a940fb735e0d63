//! Generations of indices, by aliases: `<index>` is the one that is searched, `<index>-next` the one that is being made.
//!
//! Who writes knows of a generation that is being made at the latest after [`KNOWN`]; whose write nobody repeats looks again
//! after it. An alias moves to another index at once and for all.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use cairn_ports::search::{Generation, SearchError};
use opensearch::http::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use ulid::Ulid;

use super::{Index, OpenSearch, mapping};

/// How long a search may be under way.
const UNDER_WAY: Duration = Duration::from_secs(2);

/// What the alias of a next generation ends with.
pub(super) const NEXT: &str = "-next";

/// How long what is known of aliases is believed.
pub(super) const KNOWN: Duration = Duration::from_secs(5);

/// Which indices the aliases lead to.
pub(super) type Aliases = BTreeMap<String, String>;

/// The aliases as they were last looked up.
#[derive(Default)]
pub(super) struct Known(Mutex<Option<(Instant, Aliases)>>);

#[derive(Deserialize)]
struct Named {
    aliases: BTreeMap<String, Value>,
}

impl Known {
    fn get(&self, longest: Duration) -> Option<Aliases> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().filter(|(since, _)| since.elapsed() < longest).map(|(_, aliases)| aliases.clone())
    }

    fn set(&self, aliases: &Aliases) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), aliases.clone()));
    }
}

impl OpenSearch {
    /// Where the aliases lead to, as known.
    pub(super) async fn aliases(&self) -> Result<Aliases, SearchError> {
        match self.known.get(self.believed) {
            Some(aliases) => Ok(aliases),
            None => self.aliases_now().await,
        }
    }

    /// Where the aliases lead to.
    pub(super) async fn aliases_now(&self) -> Result<Aliases, SearchError> {
        let path = format!("/{}*/_alias", self.prefix);
        let found: BTreeMap<String, Named> = self.client.ask(Method::Get, &path, &[], None).await?.json()?;
        let mut aliases = Aliases::new();
        // Where two began at once, the older one counts: it comes first by name.
        for (index, named) in found.into_iter().rev() {
            aliases.extend(named.aliases.into_keys().map(|alias| (alias, index.clone())));
        }
        self.known.set(&aliases);
        Ok(aliases)
    }

    /// The name of a generation's alias.
    pub(super) fn alias(&self, index: &Index, generation: Generation) -> String {
        let next = if generation == Generation::Next { NEXT } else { "" };
        format!("{}{}{next}", self.prefix, index.mapping.index)
    }

    /// The alias of a generation that there is.
    pub(super) async fn existing(
        &self,
        index: &'static str,
        generation: Generation,
    ) -> Result<String, SearchError> {
        let alias = self.alias(self.index(index)?, generation);
        if generation == Generation::Next && !self.aliases_now().await?.contains_key(&alias) {
            return Err(not_being_made(index));
        }
        Ok(alias)
    }

    /// Makes an index to which an alias leads.
    async fn create(&self, index: &Index, generation: Generation) -> Result<(), SearchError> {
        let alias = self.alias(index, generation);
        let name =
            format!("{}{}-{}", self.prefix, index.mapping.index, Ulid::generate().to_string().to_lowercase());
        let body = mapping::body(index.mapping, self.shards, &alias, generation);
        self.client.ask(Method::Put, &format!("/{name}"), &[], Some(&body)).await?.made()
    }

    /// Makes the indices that are missing, so that documents can be written and searched. Safe to do again.
    ///
    /// # Errors
    /// The cluster does not answer, or refuses.
    pub async fn prepare(&self) -> Result<(), SearchError> {
        // A pasted text is a condition for each of its words in each default field; a domain may forbid to say so here.
        let limit = json!({"persistent": {"indices.query.bool.max_clause_count": MOST_CLAUSES}});
        let limited = self.client.ask(Method::Put, "/_cluster/settings", &[], Some(&limit)).await?.done();
        if let Err(error) = limited {
            tracing::warn!(%error, "searches for long texts may be refused: {error}");
        }
        let aliases = self.aliases_now().await?;
        for index in &self.indices {
            if !aliases.contains_key(&self.alias(index, Generation::Live)) {
                self.create(index, Generation::Live).await?;
            }
        }
        self.prepare_recent(&aliases).await
    }

    /// The indices that were made empty, or for another mapping: a rebuild has to fill them.
    ///
    /// # Errors
    /// The cluster does not answer.
    pub async fn unfilled(&self) -> Result<Vec<&'static str>, SearchError> {
        let mut unfilled = Vec::new();
        for index in &self.indices {
            let path = format!("/{}/_mapping", self.alias(index, Generation::Live));
            let found: BTreeMap<String, Value> =
                self.client.ask(Method::Get, &path, &[], None).await?.json()?;
            let is_filled = |made: &Value| made["mappings"]["_meta"]["mark"] == mapping::mark(index.mapping);
            if !found.values().all(is_filled) {
                unfilled.push(index.mapping.index);
            }
        }
        Ok(unfilled)
    }

    /// Begins the next generation, or takes up the one that is being made.
    pub(super) async fn begin_next(&self, index: &'static str) -> Result<String, SearchError> {
        let found = self.index(index)?;
        let alias = self.alias(found, Generation::Next);
        if let Some(name) = self.aliases_now().await?.remove(&alias) {
            return Ok(name);
        }
        self.create(found, Generation::Next).await?;
        self.aliases_now().await?.remove(&alias).ok_or_else(|| not_being_made(index))
    }

    /// Moves the aliases of some indices to their next generations, and removes the old ones.
    pub(super) async fn swap_all(&self, indices: &[&'static str]) -> Result<(), SearchError> {
        let aliases = self.aliases_now().await?;
        let (mut actions, mut old, mut new) = (Vec::new(), Vec::new(), Vec::new());
        for name in indices {
            let index = self.index(name)?;
            let [live, next] = [Generation::Live, Generation::Next].map(|one| self.alias(index, one));
            let made = aliases.get(&next).ok_or_else(|| not_being_made(name))?;
            actions.push(json!({"remove": {"index": made, "alias": next}}));
            actions.push(json!({"add": {"index": made, "alias": live}}));
            if let Some(before) = aliases.get(&live) {
                actions.push(json!({"remove": {"index": before, "alias": live}}));
                old.push(before.as_str());
            }
            new.push(made.as_str());
        }
        if actions.is_empty() {
            return Ok(());
        }
        let new = new.join(",");
        self.client
            .ask(Method::Put, &format!("/{new}/_settings"), &[], Some(&mapping::searched()))
            .await?
            .done()?;
        self.refresh(&new).await?;
        let body = json!({"actions": actions});
        self.client.ask(Method::Post, "/_aliases", &[], Some(&body)).await?.done()?;
        self.aliases_now().await?;
        // Searches that are under way end first.
        tokio::time::sleep(UNDER_WAY).await;
        self.remove(&old).await
    }

    /// Removes a next generation.
    pub(super) async fn remove_next(&self, index: &'static str) -> Result<(), SearchError> {
        let alias = self.alias(self.index(index)?, Generation::Next);
        if let Some(name) = self.aliases_now().await?.get(&alias) {
            self.remove(&[name]).await?;
            self.aliases_now().await?;
        }
        Ok(())
    }

    async fn remove(&self, indices: &[&str]) -> Result<(), SearchError> {
        if indices.is_empty() {
            return Ok(());
        }
        self.client.ask(Method::Delete, &format!("/{}", indices.join(",")), &[], None).await?.done()
    }

    /// Shows what was written to some indices, of which there may be some.
    pub(super) async fn refresh(&self, indices: &str) -> Result<(), SearchError> {
        let params = [("ignore_unavailable", "true")];
        self.client.ask(Method::Post, &format!("/{indices}/_refresh"), &params, None).await?.done()
    }
}

/// So many conditions may a search have: 128 words, parted and glued, in some 30 default fields.
const MOST_CLAUSES: u32 = 8_192;

fn not_being_made(index: &str) -> SearchError {
    SearchError::Unavailable(format!("no next generation of `{index}` is being made"))
}
