//! A registry of DOIs as `DataCite` is one, in the moods that such a thing has.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use cairn_core::{
    dois::{Account, Depositor, Minting, Provider, Registry as OfSite},
    users::Secret,
};
use cairn_ports::{
    Outbound, OutboundError, Ports,
    outbound::{Answer, Method, Request},
};
use futures::{StreamExt, stream};
use serde_json::{Value, json};

use crate::support::{Extension, Site, site::Wrap};

/// The prefix of the DOIs that it registers.
pub(super) const PREFIX: &str = "10.12345";

/// How it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mood {
    /// As it should.
    Well,
    /// With this status, and nothing done.
    Failing(u16),
    /// It wants to be left alone for so many seconds.
    Tired(u64),
    /// With a page for people, and nothing done.
    Garbled,
    /// Not at all, and nothing done.
    Silent,
    /// Not at all, but it was done.
    Mute,
    /// Never.
    Hanging,
}

impl Mood {
    /// The answer of a registry in this mood, which does what was asked if it does anything, and has this text for faults.
    pub(super) async fn answer(
        self,
        fault: &str,
        act: impl FnOnce() -> (u16, String) + Send,
    ) -> Result<Answer, OutboundError> {
        let (status, said, wait) = match self {
            Self::Well => {
                let (status, said) = act();
                (status, said, None)
            }
            Self::Failing(status) => (status, fault.to_owned(), None),
            Self::Tired(seconds) => (429, String::new(), Some(seconds)),
            Self::Garbled => (200, "<html>Hello</html>".into(), None),
            Self::Silent => return Err(OutboundError::Unreachable("it takes too long".into())),
            Self::Mute => {
                act();
                return Err(OutboundError::Unreachable("the connection broke".into()));
            }
            Self::Hanging => std::future::pending().await,
        };
        let headers = wait.map(|wait| ("retry-after".to_owned(), wait.to_string())).into_iter().collect();
        Ok(Answer { status, headers, body: stream::iter([Ok(Bytes::from(said))]).boxed() })
    }
}

/// The registry.
pub(super) struct Registry {
    mood: Mutex<Mood>,
    asked: Mutex<Vec<(Method, Value)>>,
    /// What is known of each DOI: the event last heard, and everything else.
    known: Mutex<BTreeMap<String, Value>>,
}

impl Registry {
    /// A site that asks it.
    pub(super) async fn site() -> (Site, Arc<Self>) {
        let registry =
            Arc::new(Self { mood: Mutex::new(Mood::Well), asked: Mutex::default(), known: Mutex::default() });
        let outbound = registry.clone();
        let wrap = move |ports: Ports| Ports { outbound: outbound.clone(), ..ports };
        let account = Account {
            url: "https://datacite.test/api".into(),
            user: "KILN.CAIRN".into(),
            password: Secret::new("glaze"),
            depositor: Depositor::default(),
        };
        let of_site = OfSite {
            provider: Provider::Datacite,
            prefix: PREFIX.into(),
            is_test: false,
            account: Some(account),
        };
        let minting = Some(Minting { registries: vec![of_site], ..Minting::default() });
        let wrap: Wrap = Box::new(wrap);
        let site = Site::with(&Extension { wrap: Some(wrap), minting, ..Extension::default() }).await;
        (site, registry)
    }

    pub(super) fn is(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    /// What it was asked since the last look: method and attributes.
    pub(super) fn asked(&self) -> Vec<(Method, Value)> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }

    /// Returns when it was asked so often since the last look.
    pub(super) async fn was_asked(&self, times: usize) {
        while self.asked.lock().unwrap().len() < times {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// What it knows of a DOI.
    pub(super) fn knows(&self, doi: &str) -> Option<Value> {
        self.known.lock().unwrap().get(doi).cloned()
    }

    fn note(&self, doi: &str, attributes: &Value) -> u16 {
        let mut known = self.known.lock().unwrap();
        let is_new = !known.contains_key(doi);
        if is_new && attributes["event"] == "hide" {
            return 404;
        }
        let said = attributes.as_object().unwrap().clone();
        known.entry(doi.to_owned()).or_insert_with(|| json!({})).as_object_mut().unwrap().extend(said);
        if is_new { 201 } else { 200 }
    }
}

#[async_trait]
impl Outbound for Registry {
    async fn send(&self, request: Request) -> Result<Answer, OutboundError> {
        let secret = format!("Basic {}", BASE64_STANDARD.encode("KILN.CAIRN:glaze"));
        assert!(request.headers.contains(&("authorization", secret)), "who asks");
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let attributes = body["data"]["attributes"].clone();
        let doi = attributes["doi"].as_str().unwrap().to_owned();
        let address = format!("https://datacite.test/api/dois/{doi}");
        assert_eq!((request.method, request.url), (Method::Put, address));
        self.asked.lock().unwrap().push((request.method, attributes.clone()));
        let mood = *self.mood.lock().unwrap();
        let said = json!({"data": {"id": doi, "type": "dois"}}).to_string();
        let fault = json!({"errors": [{"status": "x", "title": "It is not well."}]}).to_string();
        mood.answer(&fault, || (self.note(&doi, &attributes), said)).await
    }
}
