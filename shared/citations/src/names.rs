//! A mend of styles for hayagriva 0.10: it takes lists of names for empty where a style says something of them (a label,
//! `et al.`) but has no `<name/>`, which CSL 1.0.2 (§ Names) gives a meaning of its own.

use hayagriva::citationberg::{
    IndependentStyle, LayoutRenderingElement as Element, Name, Names, NamesChild, Substitute,
};

/// Gives all lists of names of a style a `<name/>`.
pub(crate) fn mend(style: &mut IndependentStyle) {
    let macros = style.macros.iter_mut().flat_map(|each| each.children.iter_mut());
    let layouts =
        [Some(&mut style.citation.layout), style.bibliography.as_mut().map(|list| &mut list.layout)];
    let layouts = layouts.into_iter().flatten().flat_map(|layout| layout.elements.iter_mut());
    macros.chain(layouts).for_each(element);
}

fn element(element: &mut Element) {
    match element {
        Element::Names(names) => {
            if !names.children.is_empty() && names.name().is_none() {
                names.children.insert(0, NamesChild::Name(Name::default()));
            }
            substitutes(names);
        }
        Element::Group(group) => group.children.iter_mut().for_each(self::element),
        Element::Choose(choose) => {
            let tests = std::iter::once(&mut choose.if_).chain(&mut choose.else_if);
            tests.flat_map(|branch| &mut branch.children).for_each(self::element);
            choose.otherwise.iter_mut().flat_map(|branch| &mut branch.children).for_each(self::element);
        }
        Element::Text(_) | Element::Date(_) | Element::Number(_) | Element::Label(_) => {}
    }
}

/// Names that stand for others take what those say: they are left as they are.
fn substitutes(names: &mut Names) {
    for child in &mut names.children {
        let NamesChild::Substitute(Substitute { children }) = child else { continue };
        children.iter_mut().filter(|child| !matches!(child, Element::Names(_))).for_each(element);
    }
}
