//! The parts that the descriptions of works have in common.

use cairn_model::identifiers::{self, is_valid};
use serde_json::Value;

use super::{
    super::{
        source::{Source, plain, preferred, text as said},
        xml::{Element, around, element, text},
    },
    About,
};

/// Years that the schema takes.
const YEARS: std::ops::RangeInclusive<u32> = 1_400..=2_200;

/// A text without line breaks, of so many characters at most: the schema takes no more.
pub(super) fn clip(text: &str, most: usize) -> String {
    let collapsed = text.split_whitespace().collect::<Vec<_>>().join(" ");
    collapsed.chars().take(most).collect::<String>().trim_end().to_owned()
}

pub(super) fn titles(source: Source<'_>) -> Element {
    let title = plain(source.metadata("title")).unwrap_or_default();
    let rows = source.list("additional_titles").iter();
    let subtitle = rows.filter(|row| row["type"]["id"] == "subtitle").find_map(|row| plain(&row["title"]));
    element("titles").holding([text("title", title)]).holding(subtitle.map(|title| text("subtitle", title)))
}

pub(super) fn abstracts(source: Source<'_>) -> Option<Element> {
    around("jats:abstract", description_of(source).map(|said| text("jats:p", said)).into_iter().collect())
}

/// What data sets have in place of an abstract.
pub(super) fn description(source: Source<'_>) -> Option<Element> {
    description_of(source).map(|said| text("description", said))
}

fn description_of(source: Source<'_>) -> Option<String> {
    plain(source.metadata("description"))
}

/// The publication date, or the day it was deposited where the schema knows no such year.
pub(super) fn date(name: &'static str, source: Source<'_>) -> Element {
    let created = said(source.at("created")).and_then(|time| time.get(..10)).unwrap_or_default();
    let published = source.published().filter(|day| year(day).is_some());
    let mut parts = published.unwrap_or(created).splitn(3, '-');
    let year = parts.next().unwrap_or_default();
    let (month, day) = (parts.next(), parts.next());
    element(name)
        .with("media_type", "online")
        .holding(month.map(|month| text("month", month)))
        .holding(day.map(|day| text("day", day)))
        .holding([text("year", year)])
}

fn year(day: &str) -> Option<u32> {
    day.split('-').next()?.parse().ok().filter(|year| YEARS.contains(year))
}

pub(super) fn publisher(source: Source<'_>) -> Option<Element> {
    source.text("publisher").map(published_by)
}

pub(super) fn published_by(name: &str) -> Element {
    element("publisher").holding([text("publisher_name", clip(name, 255))])
}

pub(super) fn institution(name: &str) -> Element {
    element("institution").holding([named(name)])
}

pub(super) fn named(name: &str) -> Element {
    text("institution_name", clip(name, 1_024))
}

/// ISBNs of the imprint and of the record itself.
pub(super) fn isbns(source: Source<'_>) -> Vec<Element> {
    let own = said(&source.custom("imprint:imprint")["isbn"]).or_else(|| source.identifier("isbn"));
    let fits = |isbn: &String| (10..=17).contains(&isbn.len()) && is_valid("isbn", isbn);
    let own = own.map(str::to_uppercase).filter(fits);
    own.map(|isbn| text("isbn", isbn).with("media_type", "electronic")).into_iter().collect()
}

/// An ISSN as the schema takes it.
pub(super) fn issn(issn: &str) -> Option<String> {
    Some(issn.to_uppercase()).filter(|issn| (8..=9).contains(&issn.len()) && is_valid("issn", issn))
}

/// First and last page.
pub(super) fn pages(pages: &str) -> Option<Element> {
    let mut ends =
        pages.splitn(2, ['-', '\u{2013}']).map(|page| clip(page, 32)).filter(|page| !page.is_empty());
    let first = text("first_page", ends.next()?);
    Some(element("pages").holding([first]).holding(ends.next().map(|last| text("last_page", last))))
}

pub(super) fn version(source: Source<'_>) -> Option<Element> {
    let version = source.text("version")?;
    Some(element("version_info").holding([text("version", clip(version, 100))]))
}

pub(super) fn doi_data(about: &About<'_>) -> Element {
    element("doi_data").holding([text("doi", about.doi), text("resource", about.url)])
}

/// The addresses of licences.
pub(super) fn license(source: Source<'_>) -> Option<Element> {
    let rows = source.list("rights").iter();
    let addresses = rows.filter_map(|right| said(&right["props"]["url"]).or_else(|| said(&right["link"])));
    let addresses = addresses.filter(|url| url.starts_with("http://") || url.starts_with("https://"));
    let rows = addresses.map(|url| text("ai:license_ref", url)).collect();
    around("ai:program", rows).map(|program| program.with("name", "AccessIndicators"))
}

/// Who has paid, each with the number of the award.
pub(super) fn funding(source: Source<'_>) -> Option<Element> {
    let groups = source.list("funding").iter().filter_map(funded).collect();
    around("fr:program", groups).map(|program| program.with("name", "fundref"))
}

fn assertion(name: &str, value: impl Into<String>) -> Element {
    text("fr:assertion", value).with("name", name)
}

/// A funder is known by its ROR, else by its name and by its number in the Funder Registry.
fn funded(funding: &Value) -> Option<Element> {
    let (funder, award) = (&funding["funder"], &funding["award"]);
    let of = |scheme| preferred(&funder["identifiers"], &[scheme]).and_then(|row| said(&row["identifier"]));
    let ror = of("ror").or_else(|| said(&funder["id"])).filter(|id| is_valid("ror", id));
    let who = if let Some(ror) = ror.and_then(|ror| identifiers::url("ror", ror)) {
        assertion("ror", ror)
    } else {
        let number = of("doi").and_then(|doi| identifiers::url("doi", doi));
        assertion("funder_name", said(&funder["name"])?)
            .holding(number.map(|number| assertion("funder_identifier", number)))
    };
    let number = said(&award["number"]).map(|number| assertion("award_number", number));
    Some(element("fr:assertion").with("name", "fundgroup").holding([who]).holding(number))
}
