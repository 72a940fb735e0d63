//! XML as a tree, written with an indentation of two.

use std::borrow::Cow;

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
        let mut output = String::with_capacity(4_096);
        output.push_str("<?xml version='1.0' encoding='utf-8'?>\n");
        self.write(&mut output, 0);
        output
    }

    fn write(&self, output: &mut String, depth: usize) {
        indent(output, depth);
        output.push('<');
        output.push_str(self.name);
        for (name, value) in &self.attributes {
            output.push(' ');
            output.push_str(name);
            output.push_str("=\"");
            html_escape::encode_double_quoted_attribute_to_string(allowed(value), output);
            output.push('"');
        }
        match &self.text {
            None if self.children.is_empty() => output.push_str("/>\n"),
            Some(text) => {
                output.push('>');
                html_escape::encode_text_to_string(allowed(text), output);
                self.children.iter().for_each(|child| child.write(output, 0));
                self.close(output);
            }
            None => {
                output.push_str(">\n");
                self.children.iter().for_each(|child| child.write(output, depth + 1));
                indent(output, depth);
                self.close(output);
            }
        }
    }

    fn close(&self, output: &mut String) {
        output.push_str("</");
        output.push_str(self.name);
        output.push_str(">\n");
    }
}

fn indent(output: &mut String, depth: usize) {
    output.extend(std::iter::repeat_n("  ", depth));
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
