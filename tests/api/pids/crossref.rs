//! A registry of DOIs as `Crossref` is one: it takes documents, and says later what became of them.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use cairn_core::{
    dois::{Account, Depositor, Minting, Provider, Registry as OfSite},
    users::Secret,
};
use cairn_ports::{
    Outbound, OutboundError, Ports,
    outbound::{Answer, Method, Request},
};
use url::Url;

use super::registry::Mood;
use crate::support::{Extension, Site, site::Wrap};

/// The prefix of the DOIs that it registers.
pub(super) const PREFIX: &str = "10.54321";

/// What becomes of deposits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// They are looked at in their order, and registered if nothing is wrong with them.
    Done,
    /// They wait.
    Queued,
    /// Nobody knows of them.
    Lost,
    /// They are refused for this reason.
    Refused(&'static str),
    /// What is said of them is no report.
    Garbled,
}

/// A document that was handed in.
#[derive(Debug, Clone)]
pub(super) struct Deposit {
    pub doi: String,
    pub xml: String,
    file: String,
    stamp: u64,
    /// Why it was refused, once it was looked at.
    seen: Option<Result<(), String>>,
}

/// The registry.
pub(super) struct Crossref {
    mood: Mutex<Mood>,
    fate: Mutex<Fate>,
    deposits: Mutex<Vec<Deposit>>,
    asked: Mutex<usize>,
    /// The document of each DOI, and its number.
    known: Mutex<BTreeMap<String, (u64, String)>>,
}

impl Crossref {
    /// The registry, and what a site says of it.
    fn described() -> (Arc<Self>, OfSite) {
        let registry = Self {
            mood: Mutex::new(Mood::Well),
            fate: Mutex::new(Fate::Done),
            deposits: Mutex::default(),
            asked: Mutex::default(),
            known: Mutex::default(),
        };
        let depositor = Depositor { name: "Kiln & Co".into(), email: "ada@kiln.test".into() };
        let account = Account {
            url: "https://crossref.test".into(),
            user: "ada@kiln.test/kiln".into(),
            password: Secret::new("gl&ze"),
            depositor,
        };
        let of_site = OfSite {
            provider: Provider::Crossref,
            prefix: PREFIX.into(),
            is_test: false,
            account: Some(account),
        };
        (Arc::new(registry), of_site)
    }

    /// A site that asks it, and makes DOIs of these registries, and of it.
    pub(super) async fn site(others: Vec<OfSite>) -> (Site, Arc<Self>) {
        let (registry, of_site) = Self::described();
        let outbound = registry.clone();
        let wrap: Wrap = Box::new(move |ports: Ports| Ports { outbound: outbound.clone(), ..ports });
        let registries = others.into_iter().chain([of_site]).collect();
        let minting = Some(Minting { registries, ..Minting::default() });
        let site = Site::with(&Extension { wrap: Some(wrap), minting, ..Extension::default() }).await;
        (site, registry)
    }

    pub(super) fn is(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    pub(super) fn does(&self, fate: Fate) {
        *self.fate.lock().unwrap() = fate;
    }

    /// How often it was asked since the last look, for whatever.
    pub(super) fn asked(&self) -> usize {
        std::mem::take(&mut self.asked.lock().unwrap())
    }

    /// What was handed in since the last look.
    pub(super) fn deposits(&self) -> Vec<Deposit> {
        std::mem::take(&mut self.deposits.lock().unwrap())
    }

    /// How much was handed in.
    pub(super) fn count(&self) -> usize {
        self.deposits.lock().unwrap().len()
    }

    /// The document of a DOI that is registered.
    pub(super) fn knows(&self, doi: &str) -> Option<String> {
        self.known.lock().unwrap().get(doi).map(|(_, xml)| xml.clone())
    }

    /// A page for people, as it answers deposits.
    fn take(&self, request: &Request) -> (u16, String) {
        let form = std::str::from_utf8(&request.body).unwrap();
        let (_, media) = request.headers.iter().find(|(name, _)| *name == "content-type").unwrap();
        let boundary = format!("--{}", media.strip_prefix("multipart/form-data; boundary=").unwrap());
        let parts: Vec<&str> = form.split(&boundary).collect();
        assert_eq!((parts[0], *parts.last().unwrap()), ("", "--\r\n"));
        let field = |name: &str| {
            let head = format!("\r\nContent-Disposition: form-data; name=\"{name}\"");
            let part = parts.iter().find_map(|part| part.strip_prefix(&head)).unwrap();
            let (head, value) = part.split_once("\r\n\r\n").unwrap();
            (head, value.strip_suffix("\r\n").unwrap())
        };
        assert_eq!(field("operation").1, "doMDUpload");
        assert_eq!((field("login_id").1, field("login_passwd").1), ("ada@kiln.test/kiln", "gl&ze"));
        let (head, xml) = field("fname");
        let batch = between(xml, "<doi_batch_id>", "<").unwrap();
        assert_eq!(head, format!("; filename=\"{batch}.xml\"\r\nContent-Type: application/xml"));
        assert!(xml.contains("<depositor_name>Kiln &amp; Co</depositor_name>"), "{xml}");
        let doi = between(xml, "<doi>", "<").unwrap().to_owned();
        let stamp = between(xml, "<timestamp>", "<").unwrap().parse().unwrap();
        let deposit = Deposit { doi, xml: xml.to_owned(), file: format!("{batch}.xml"), stamp, seen: None };
        self.deposits.lock().unwrap().push(deposit);
        let page = "<html><head><title>SUCCESS</title></head><body><h2>SUCCESS</h2>\
                    <p>Your batch submission was successfully received.</p></body></html>";
        (200, page.to_owned())
    }

    /// The report of what became of a file.
    fn report(&self, url: &Url) -> (u16, String) {
        let pairs: BTreeMap<_, _> = url.query_pairs().into_owned().collect();
        assert_eq!((pairs["usr"].as_str(), pairs["pwd"].as_str()), ("ada@kiln.test/kiln", "gl&ze"));
        assert_eq!(pairs["type"], "result");
        let standing = |status: &str| (200, format!("<doi_batch_diagnostic status=\"{status}\" sp=\"a\"/>"));
        let fate = *self.fate.lock().unwrap();
        let refused = match fate {
            Fate::Done => None,
            Fate::Refused(why) => Some(why),
            Fate::Queued => return standing("queued"),
            Fate::Lost => return standing("unknown_submission"),
            Fate::Garbled => return (200, "<html>Hello</html>".into()),
        };
        let mut deposits = self.deposits.lock().unwrap();
        for deposit in deposits.iter_mut().filter(|deposit| deposit.seen.is_none()) {
            deposit.seen = Some(match refused {
                Some(why) => Err(why.to_owned()),
                None => self.look_at(deposit),
            });
        }
        let Some(deposit) = deposits.iter().find(|deposit| deposit.file == pairs["file_name"]) else {
            return standing("unknown_submission");
        };
        let (status, doi, said) = match deposit.seen.as_ref().unwrap() {
            Ok(()) => ("Success", deposit.doi.as_str(), "Successfully added"),
            Err(why) => ("Failure", "", why.as_str()),
        };
        let report = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<doi_batch_diagnostic status=\"completed\" sp=\"a\">\
             <submission_id>1</submission_id><record_diagnostic status=\"{status}\"><doi>{doi}</doi><msg>{said}</msg>\
             </record_diagnostic></doi_batch_diagnostic>"
        );
        (200, report)
    }

    fn look_at(&self, deposit: &Deposit) -> Result<(), String> {
        let mut known = self.known.lock().unwrap();
        let targets = deposit.xml.split("identifier-type=\"doi\">").skip(1);
        let targets = targets.map(|rest| rest.split('<').next().unwrap());
        if let Some(lost) =
            targets.into_iter().find(|doi| !known.contains_key(*doi) && !doi.starts_with("10.1/"))
        {
            return Err(format!("Error processing relations: Relation target DOI does not exist: {lost}"));
        }
        if known.get(&deposit.doi).is_some_and(|(stamp, _)| *stamp >= deposit.stamp) {
            return Err("Record not processed because submitted version is less or equal".into());
        }
        known.insert(deposit.doi.clone(), (deposit.stamp, deposit.xml.clone()));
        Ok(())
    }
}

/// What stands between two texts.
fn between<'a>(text: &'a str, before: &str, behind: &str) -> Option<&'a str> {
    text.split_once(before)?.1.split_once(behind).map(|(found, _)| found)
}

#[async_trait]
impl Outbound for Crossref {
    async fn send(&self, request: Request) -> Result<Answer, OutboundError> {
        let url = Url::parse(&request.url).unwrap();
        *self.asked.lock().unwrap() += 1;
        let mood = *self.mood.lock().unwrap();
        let act = || match (request.method, url.path()) {
            (Method::Post, "/servlet/deposit") => self.take(&request),
            (Method::Get, "/servlet/submissionDownload") => self.report(&url),
            other => panic!("nobody asks for {other:?}"),
        };
        mood.answer("<html><body><h2>It is not well.</h2></body></html>", act).await
    }
}
