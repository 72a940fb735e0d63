//! Several storages at once, by name.

use std::{collections::BTreeMap, sync::Arc};

use super::{ObjectError, Objects};

/// The storage locations of a site: new files go to one, files may lie in any.
#[derive(Clone)]
pub struct Locations {
    /// The name of the one for what is new.
    pub default: String,
    /// The name of the one that the site comes with: files are dropped in there, and a gateway on this machine reads there
    /// what it puts together.
    pub built_in: String,
    /// All, by name.
    pub all: BTreeMap<String, Arc<dyn Objects>>,
}

impl Locations {
    /// A site that keeps no objects.
    pub fn none() -> Self {
        Self { default: String::new(), built_in: String::new(), all: BTreeMap::new() }
    }

    /// A site with one location.
    pub fn one(name: &str, objects: Arc<dyn Objects>) -> Self {
        let all = BTreeMap::from([(name.to_owned(), objects)]);
        Self { default: name.to_owned(), built_in: name.to_owned(), all }
    }

    /// The location of this name.
    ///
    /// # Errors
    /// [`ObjectError::Missing`] if the site has none.
    pub fn get(&self, name: &str) -> Result<&Arc<dyn Objects>, ObjectError> {
        self.all.get(name).ok_or_else(|| ObjectError::Missing(format!("location {name}")))
    }

    /// The location for what is new.
    ///
    /// # Errors
    /// As [`Locations::get`].
    pub fn home(&self) -> Result<&Arc<dyn Objects>, ObjectError> {
        self.get(&self.default)
    }

    /// The same locations, each changed in the same way.
    #[must_use]
    pub fn map(&self, change: impl Fn(&Arc<dyn Objects>) -> Arc<dyn Objects>) -> Self {
        let all = self.all.iter().map(|(name, objects)| (name.clone(), change(objects))).collect();
        Self { all, ..self.clone() }
    }
}
