//! Records as `Crossref` wants to hear of them: the metadata of a deposit, in the words of its schema 5.4.0
//! (<https://data.crossref.org/reports/help/schema_doc/5.4.0/index.html>).

mod parts;
mod people;
mod relations;
#[cfg(test)]
mod tests;

use super::{
    source::{Source, text as said},
    xml::{Element, around, element, text},
};
use parts::{
    abstracts, clip, date, description, doi_data, funding, institution, isbns, issn, license, pages,
    publisher, titles, version,
};
use people::people;
use relations::relations;

/// The version of the schema.
const VERSION: &str = "5.4.0";

/// What is said of a DOI beside its record's metadata.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// The DOI.
    pub doi: &'a str,
    /// Where it leads.
    pub url: &'a str,
    /// What the repository is called: the database that data sets are in.
    pub repository: &'a str,
    /// The DOIs of the versions that this one stands for; none for a version's own.
    pub versions: &'a [&'a str],
    /// DOIs that `Crossref` does not know: it refuses works that are related to such.
    pub unknown: &'a [String],
}

/// A work as `Crossref` describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Work(Element);

impl std::fmt::Display for Work {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0.document())
    }
}

/// Who deposits, and in which of their deposits.
#[derive(Debug, Clone, Copy)]
pub struct Head<'a> {
    /// What the deposit is called, of 4 to 100 characters.
    pub batch: &'a str,
    /// A number that grows with each deposit of a DOI.
    pub timestamp: u64,
    /// Whose deposit it is.
    pub depositor: &'a str,
    /// Whom `Crossref` writes to about it.
    pub email: &'a str,
    /// Who has registered the work.
    pub registrant: &'a str,
}

/// The document that is deposited.
pub fn document(head: &Head<'_>, work: &Work) -> String {
    let depositor = element("depositor")
        .holding([text("depositor_name", clip(head.depositor, 130)), text("email_address", head.email)]);
    let parts = [
        text("doi_batch_id", head.batch),
        text("timestamp", head.timestamp.to_string()),
        depositor,
        text("registrant", clip(head.registrant, 255)),
    ];
    element("doi_batch")
        .with("version", VERSION)
        .with("xmlns", "http://www.crossref.org/schema/5.4.0")
        .with("xmlns:jats", "http://www.ncbi.nlm.nih.gov/JATS1")
        .with("xmlns:fr", "http://www.crossref.org/fundref.xsd")
        .with("xmlns:ai", "http://www.crossref.org/AccessIndicators.xsd")
        .with("xmlns:rel", "http://www.crossref.org/relations.xsd")
        .holding([element("head").holding(parts), element("body").holding([work.0.clone()])])
        .document()
}

/// A record, or all its versions together, as one work.
pub fn write(source: Source<'_>, about: &About<'_>) -> Work {
    Work(match source.kind_id() {
        "publication-article" | "publication-datapaper" => {
            article(source, about).unwrap_or_else(|| posted(source, about, "other"))
        }
        "dataset" => dataset(source, about),
        "publication-dissertation" => dissertation(source, about),
        "publication-report"
        | "publication-technicalnote"
        | "publication-deliverable"
        | "publication-milestone" => report(source, about),
        "publication-book" => book(source, about),
        "publication-preprint" => posted(source, about, "preprint"),
        "publication-workingpaper" => posted(source, about, "working_paper"),
        _ => posted(source, about, "other"),
    })
}

/// What ends most works: money, licence, relations, version, and where the DOI leads.
fn ending(source: Source<'_>, about: &About<'_>) -> impl Iterator<Item = Element> {
    let (fr, ai, rel) = (funding(source), license(source), relations(source, about));
    [fr, ai, rel, version(source), Some(doi_data(about))].into_iter().flatten()
}

/// An article of a journal that `Crossref` can tell from others, which takes its title and its ISSN.
fn article(source: Source<'_>, about: &About<'_>) -> Option<Element> {
    let journal = source.custom("journal:journal");
    let title = text("full_title", clip(said(&journal["title"])?, 255));
    let issn = text("issn", issn(said(&journal["issn"])?)?).with("media_type", "electronic");
    let volume = said(&journal["volume"])
        .map(|volume| element("journal_volume").holding([text("volume", clip(volume, 32))]));
    let number = said(&journal["issue"]).map(|issue| text("issue", clip(issue, 32)));
    let issue = (volume.is_some() || number.is_some()).then(|| {
        element("journal_issue")
            .holding([date("publication_date", source)])
            .holding(volume.into_iter().chain(number))
    });
    let article = element("journal_article")
        .with("publication_type", "full_text")
        .holding([titles(source)])
        .holding(people(source))
        .holding(abstracts(source))
        .holding([date("publication_date", source)])
        .holding(said(&journal["pages"]).and_then(pages))
        .holding(ending(source, about));
    let parts = [Some(element("journal_metadata").holding([title, issn])), issue, Some(article)];
    Some(element("journal").holding(parts.into_iter().flatten()))
}

/// A data set, in the database that the repository is.
fn dataset(source: Source<'_>, about: &About<'_>) -> Element {
    let title = element("titles").holding([text("title", clip(about.repository, 1_000))]);
    let dataset = element("dataset")
        .with("dataset_type", "record")
        .holding(people(source))
        .holding([titles(source)])
        .holding(around("database_date", vec![date("publication_date", source)]))
        .holding(description(source))
        .holding(ending(source, about));
    let database = element("database_metadata").holding([title]).holding(publisher(source));
    element("database").holding([database, dataset])
}

fn dissertation(source: Source<'_>, about: &About<'_>) -> Element {
    let thesis = source.custom("thesis:thesis");
    let university = said(&thesis["university"])
        .or_else(|| said(source.custom("thesis:university")))
        .or_else(|| source.text("publisher"))
        .unwrap_or(about.repository);
    let degree = said(&thesis["type"]).filter(|degree| degree.chars().nth(1).is_some());
    element("dissertation")
        .with("publication_type", "full_text")
        .holding(people(source))
        .holding([titles(source)])
        .holding(abstracts(source))
        .holding([date("approval_date", source), institution(university)])
        .holding(degree.map(|degree| text("degree", clip(degree, 255))))
        .holding(isbns(source))
        .holding(ending(source, about))
}

fn report(source: Source<'_>, about: &About<'_>) -> Element {
    let metadata = element("report-paper_metadata")
        .holding(people(source))
        .holding([titles(source)])
        .holding(abstracts(source))
        .holding([date("publication_date", source)])
        .holding(isbns(source))
        .holding(publisher(source))
        .holding(ending(source, about));
    element("report-paper").with("publication_type", "full_text").holding([metadata])
}

/// A book, which says so if it has no ISBN. Its schema has no place for a version.
fn book(source: Source<'_>, about: &About<'_>) -> Element {
    let mut numbers = isbns(source);
    if numbers.is_empty() {
        numbers.push(element("noisbn").with("reason", "monograph"));
    }
    let edition = said(&source.custom("imprint:imprint")["edition"]);
    let publisher = publisher(source).unwrap_or_else(|| parts::published_by(about.repository));
    let ending = [funding(source), license(source), relations(source, about), Some(doi_data(about))];
    let metadata = element("book_metadata")
        .holding(people(source))
        .holding([titles(source)])
        .holding(abstracts(source))
        .holding(edition.map(|edition| text("edition_number", clip(edition, 15))))
        .holding([date("publication_date", source)])
        .holding(numbers)
        .holding([publisher])
        .holding(ending.into_iter().flatten());
    element("book").with("book_type", "monograph").holding([metadata])
}

/// Whatever was put up without being published in the sense of the others.
fn posted(source: Source<'_>, about: &About<'_>, kind: &str) -> Element {
    element("posted_content")
        .with("type", kind)
        .holding(people(source))
        .holding([titles(source), date("posted_date", source)])
        .holding(source.text("publisher").map(institution))
        .holding(abstracts(source))
        .holding(ending(source, about))
}
