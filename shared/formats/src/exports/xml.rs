//! XML as a tree, written with an indentation of two.

use std::{borrow::Cow, io};

use quick_xml::{
    Writer,
    escape::partial_escape,
    events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event},
};

/// An element, and what is in it: text, and other elements behind it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Element {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    text: Option<String>,
    children: Vec<Element>,
}

/// An empty element.
pub(super) fn element(name: &'static str) -> Element {
    Element { name, attributes: Vec::new(), text: None, children: Vec::new() }
}

/// An element with text.
pub(super) fn text(name: &'static str, text: impl Into<String>) -> Element {
    Element { text: Some(text.into()), ..element(name) }
}

/// An element around others; nothing where there are none.
pub(super) fn around(name: &'static str, children: Vec<Element>) -> Option<Element> {
    (!children.is_empty()).then(|| Element { children, ..element(name) })
}

impl Element {
    /// With an attribute.
    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.attributes.push((name, value.into()));
        self
    }

    /// With an attribute, if there is a value for it.
    pub(super) fn maybe(self, name: &'static str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// With more elements in it.
    pub(super) fn holding(mut self, children: impl IntoIterator<Item = Element>) -> Self {
        self.children.extend(children);
        self
    }

    /// As a document, with its declaration.
    pub(super) fn document(&self) -> String {
        let mut writer = Writer::new_with_indent(Vec::with_capacity(4_096), b' ', 2);
        let written = self.write_document(&mut writer);
        // Memory takes everything, and all that is written is text.
        written
            .and_then(|()| String::from_utf8(writer.into_inner()).map_err(io::Error::other))
            .unwrap_or_default()
    }

    fn write_document(&self, writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
        let declaration = BytesStart::from_content("xml version='1.0' encoding='utf-8'", 3);
        writer.write_event(Event::Decl(BytesDecl::from_start(declaration)))?;
        self.write(writer)?;
        writer.get_mut().push(b'\n');
        Ok(())
    }

    fn write(&self, writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
        let attributes = self.attributes.iter().map(|(name, value)| (*name, allowed(value)));
        let start = BytesStart::new(self.name).with_attributes(attributes);
        if self.text.is_none() && self.children.is_empty() {
            return writer.write_event(Event::Empty(start));
        }
        writer.write_event(Event::Start(start))?;
        if let Some(text) = &self.text {
            writer.write_event(Event::Text(BytesText::from_escaped(partial_escape(allowed(text)))))?;
        }
        self.children.iter().try_for_each(|child| child.write(writer))?;
        writer.write_event(Event::End(BytesEnd::new(self.name)))
    }
}

/// Without what no XML 1.0 document may hold (§2.2).
fn allowed(text: &str) -> Cow<'_, str> {
    let known = |character: char| !matches!(character, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    if text.chars().all(known) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter(|character| known(*character)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_indented_and_what_is_markup_is_escaped() {
        let tree = element("a")
            .with("b", "\"<&>\"")
            .maybe("c", None::<String>)
            .holding([text("d", "x < \u{1}y & \"z\""), element("e"), text("f", "")])
            .holding(around("g", Vec::new()))
            .holding(around("h", vec![text("i", "1")]));
        let expected = "<?xml version='1.0' encoding='utf-8'?>\n<a b=\"&quot;&lt;&amp;&gt;&quot;\">\n  \
             <d>x &lt; y &amp; \"z\"</d>\n  <e/>\n  <f></f>\n  <h>\n    <i>1</i>\n  </h>\n</a>\n";
        assert_eq!(tree.document(), expected);
    }
}
