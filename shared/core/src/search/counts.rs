//! Counts of a search with their labels: some are titles of entries, which are read from the store.

use cairn_formats::language::Language;
use cairn_model::{Result, relation::Reference};
use cairn_ports::search::Found;
use serde_json::Value;

use super::{facets, params::Request};
use crate::framework::Shared;

impl Shared {
    /// The counts of a search, labelled with the titles, in the caller's language, or names of the entries that they count.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) async fn aggregations(&self, request: &Request, found: &Found) -> Result<Value> {
        let references: Vec<Reference> = facets::labelled(request, found)
            .into_iter()
            .map(|(target, id)| Reference { target, id })
            .collect();
        let (entries, _) = self.entries_and(&references, Vec::new()).await?;
        let language = Language::new(&request.languages);
        Ok(facets::aggregations(request, found, &|vocabulary, id| {
            let entry = entries.get(vocabulary, id)?;
            let name = match entry.get("name") {
                Some(name) => entry.pointer("/title/en").unwrap_or(name).as_str()?,
                None => language.pick(entry.get("title")?)?,
            };
            let country = entry.get("country").and_then(Value::as_str).map(|country| format!(" ({country})"));
            Some(name.to_owned() + &country.unwrap_or_default())
        }))
    }
}
