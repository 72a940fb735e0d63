//! What a style that a stranger brings may cost.

use std::collections::HashMap;

use hayagriva::citationberg::{
    CslMacro, IndependentStyle, LayoutRenderingElement as Element, NamesChild, TextTarget,
};
use quick_xml::{Reader, events::Event};

use crate::Error;

/// How deep the XML may go; styles of the CSL project stay far above.
const MAX_DEPTH: usize = 64;

/// How many elements a citation may have, macros written out where they are used, and of alternatives the longest; the
/// longest style that is carried along has a tenth of that.
const MAX_ELEMENTS: u64 = 10_000;

/// How many macros may stand within each other.
const MAX_NESTING: usize = 24;

/// Checks how deep the XML goes, before anything reads it that goes down with it.
pub(crate) fn depth(xml: &str) -> Result<(), Error> {
    let mut reader = Reader::from_str(xml);
    let mut depth = 0_usize;
    loop {
        match reader.read_event() {
            Ok(Event::Start(_)) => depth += 1,
            Ok(Event::End(_)) => depth = depth.saturating_sub(1),
            Ok(Event::Eof) => return Ok(()),
            Ok(_) => {}
            Err(error) => return Err(Error::Style(format!("This is no XML: {error}."))),
        }
        if depth > MAX_DEPTH {
            return Err(Error::Style(format!("The style goes deeper than {MAX_DEPTH} elements.")));
        }
    }
}

/// Checks that no macro uses itself, and that all that is written out has an end soon.
pub(crate) fn cost(style: &IndependentStyle) -> Result<(), Error> {
    let mut count = Count {
        macros: style.macros.iter().map(|each| (each.name.as_str(), each)).collect(),
        known: HashMap::new(),
    };
    for layout in [Some(&style.citation.layout), style.bibliography.as_ref().map(|list| &list.layout)]
        .into_iter()
        .flatten()
    {
        if count.all(&layout.elements, 0)? > MAX_ELEMENTS {
            return Err(Error::Style(format!("The style has more than {MAX_ELEMENTS} elements.")));
        }
    }
    // Those that only sorting uses.
    style.macros.iter().try_for_each(|each| count.named(&each.name, 0).map(drop))
}

struct Count<'a> {
    macros: HashMap<&'a str, &'a CslMacro>,
    known: HashMap<&'a str, u64>,
}

impl<'a> Count<'a> {
    fn all(&mut self, elements: &'a [Element], nesting: usize) -> Result<u64, Error> {
        elements.iter().try_fold(0_u64, |sum, element| Ok(sum.saturating_add(self.one(element, nesting)?)))
    }

    fn one(&mut self, element: &'a Element, nesting: usize) -> Result<u64, Error> {
        let inside = match element {
            Element::Text(text) => match &text.target {
                TextTarget::Macro { name } => self.named(name, nesting + 1)?,
                _ => 0,
            },
            Element::Group(group) => self.all(&group.children, nesting)?,
            Element::Names(names) => names.children.iter().try_fold(0_u64, |sum, child| match child {
                NamesChild::Substitute(instead) => {
                    Ok(sum.saturating_add(self.all(&instead.children, nesting)?))
                }
                _ => Ok(sum),
            })?,
            Element::Choose(choose) => {
                let tests = choose.branches().map(|branch| branch.children.as_slice());
                let branches = tests.chain(choose.otherwise.iter().map(|branch| branch.children.as_slice()));
                let mut longest = 0_u64;
                for branch in branches {
                    longest = longest.max(self.all(branch, nesting)?);
                }
                longest
            }
            Element::Date(_) | Element::Number(_) | Element::Label(_) => 0,
        };
        Ok(inside.saturating_add(1))
    }

    fn named(&mut self, name: &str, nesting: usize) -> Result<u64, Error> {
        let Some((&name, each)) = self.macros.get_key_value(name) else { return Ok(0) };
        if let Some(&known) = self.known.get(name) {
            return Ok(known);
        }
        if nesting > MAX_NESTING {
            return Err(Error::Style(format!(
                "The macro `{name}` uses itself, or macros go deeper than {MAX_NESTING}."
            )));
        }
        let each: &'a CslMacro = each;
        let sum = self.all(&each.children, nesting)?;
        self.known.insert(name, sum);
        Ok(sum)
    }
}
