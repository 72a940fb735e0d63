//! The first start of a site: vocabularies loaded, an administrator made.

use cairn_model::{
    Error, Identity, Result, Revision, UserId,
    identity::ADMINISTRATOR,
    kinds::{ACCOUNTS, VOCABULARIES},
};
use cairn_ports::{Expect, Item, Key, StoreError, Work};
use serde_json::{Map, Value, json};

use crate::{
    app::App,
    framework::{Entries, once::hash},
    users::Secret,
    vocabularies::{self, find},
};

/// A vocabulary's entries as JSON lines, compiled in.
pub struct Fixture {
    /// The vocabulary.
    pub vocabulary: &'static str,
    /// One entry a line, in the shape of the API's bodies.
    pub lines: &'static str,
}

/// The default contents of the vocabularies.
pub static FIXTURES: &[Fixture] = &[
    Fixture { vocabulary: "resourcetypes", lines: include_str!("../fixtures/resourcetypes.jsonl") },
    Fixture { vocabulary: "creatorsroles", lines: include_str!("../fixtures/creatorsroles.jsonl") },
    Fixture { vocabulary: "contributorsroles", lines: include_str!("../fixtures/contributorsroles.jsonl") },
    Fixture { vocabulary: "datetypes", lines: include_str!("../fixtures/datetypes.jsonl") },
    Fixture { vocabulary: "descriptiontypes", lines: include_str!("../fixtures/descriptiontypes.jsonl") },
    Fixture { vocabulary: "relationtypes", lines: include_str!("../fixtures/relationtypes.jsonl") },
    Fixture { vocabulary: "titletypes", lines: include_str!("../fixtures/titletypes.jsonl") },
    Fixture { vocabulary: "removalreasons", lines: include_str!("../fixtures/removalreasons.jsonl") },
    Fixture { vocabulary: "communitytypes", lines: include_str!("../fixtures/communitytypes.jsonl") },
    Fixture {
        vocabulary: "code:developmentStatus",
        lines: include_str!("../fixtures/code-developmentStatus.jsonl"),
    },
    Fixture {
        vocabulary: "code:programmingLanguages",
        lines: include_str!("../fixtures/code-programmingLanguages.jsonl"),
    },
    Fixture { vocabulary: "licenses", lines: include_str!("../fixtures/licenses.jsonl") },
    Fixture { vocabulary: "languages", lines: include_str!("../fixtures/languages.jsonl") },
];

/// Entries stored in one transaction.
const BATCH: usize = 100;

/// Which of a vocabulary's entries are loaded.
pub type Wanted = fn(vocabulary: &str, entry: &Map<String, Value>) -> bool;

impl App {
    /// Loads the vocabularies that this version brings, once. Entries that are there stay as they are.
    /// Returns how many were new.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn load_vocabularies(&self, fixtures: &[Fixture], wanted: Wanted) -> Result<usize> {
        let digest = hash(&fixtures.iter().map(|fixture| fixture.lines).collect::<String>());
        let marker = Key::new(VOCABULARIES, "setup", "vocabularies");
        let before = self.shared.ports.store.get(&marker).await?;
        if before.as_ref().is_some_and(|item| item.body["digest"] == digest) {
            return Ok(0);
        }
        let mut count = 0;
        for fixture in fixtures {
            let entries = self.parse_fixture(fixture, wanted)?;
            for chunk in entries.chunks(BATCH) {
                count += self.store_entries(chunk).await?;
            }
        }
        self.shared.ports.search.flush().await?;
        let (expect, revision) = Expect::after(before.map(|item| item.revision));
        let mut work = self.shared.work();
        work.put(Item::new(marker, revision, json!({"digest": digest})), expect);
        self.shared.ports.store.commit(&work).await?;
        Ok(count)
    }

    fn parse_fixture(&self, fixture: &Fixture, wanted: Wanted) -> Result<Vec<cairn_model::Record>> {
        let vocabulary = find(fixture.vocabulary)
            .ok_or_else(|| Error::Internal(format!("no vocabulary `{}`", fixture.vocabulary)))?;
        let mut entries = Vec::new();
        for line in fixture.lines.lines().filter(|line| !line.is_empty()) {
            let content: Map<String, Value> = serde_json::from_str(line).map_err(|error| {
                Error::Internal(format!("a fixture of `{}`: {error}", fixture.vocabulary))
            })?;
            if wanted(fixture.vocabulary, &content) {
                let mut entry = self.vocabularies.make(vocabulary, content)?;
                entry.revision = Revision::FIRST;
                entries.push(entry);
            }
        }
        Ok(entries)
    }

    /// Stores entries that are not there; a transaction that meets one that is goes entry by entry.
    async fn store_entries(&self, entries: &[cairn_model::Record]) -> Result<usize> {
        let mut work = self.shared.work();
        for entry in entries {
            work.put(
                Item::new(self.vocabularies.key_of(entry), entry.revision, entry.to_stored()),
                Expect::Absent,
            );
        }
        match self.shared.ports.store.commit(&work).await {
            Ok(()) => {
                let nothing = Entries::default();
                let documents = entries.iter().map(|entry| vocabularies::dump(entry, &nothing)).collect();
                self.shared.ports.search.write(documents, None).await?;
                Ok(entries.len())
            }
            Err(StoreError::Conflict(_)) if entries.len() > 1 => {
                let mut count = 0;
                for entry in entries {
                    count += Box::pin(self.store_entries(std::slice::from_ref(entry))).await?;
                }
                Ok(count)
            }
            Err(StoreError::Conflict(_)) => Ok(0),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether nobody has set the site up: it has no first administrator.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn is_new(&self) -> Result<bool> {
        Ok(self.shared.ports.store.get(&first_administrator()).await?.is_none())
    }

    /// Makes the first administrator, once. Returns their token, which is stored nowhere else: `keep` puts it where
    /// they find it, before anything is written, so that a start that is cut off leaves no administrator without one.
    ///
    /// # Errors
    /// Those of `keep` and of the store.
    pub async fn create_administrator(
        &self,
        email: &str,
        keep: impl AsyncFnOnce(&Secret) -> Result<()>,
    ) -> Result<Option<Secret>> {
        if !self.is_new().await? {
            return Ok(None);
        }
        let marker = first_administrator();
        let system = Identity::system();
        let secret = Secret::token(self.shared.ports.ids.as_ref());
        keep(&secret).await?;
        let body = Map::from_iter([
            ("email".to_owned(), json!(email)),
            ("roles".to_owned(), json!([ADMINISTRATOR])),
            ("profile".to_owned(), json!({"full_name": "Administrator"})),
        ]);
        let with_token = |work: &mut Work, user: &UserId| {
            self.users.add_token(work, &system, user, "first start", &secret);
            work.put(Item::new(marker.clone(), Revision::FIRST, json!({"user": user})), Expect::Absent);
        };
        self.users.create_with(&system, &body, with_token).await?;
        Ok(Some(secret))
    }
}

/// The mark that a first administrator was made.
fn first_administrator() -> Key {
    Key::new(ACCOUNTS, "setup", "administrator")
}
