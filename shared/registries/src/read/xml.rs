//! XML: elements of one name, as objects. Keys are in lower case, attributes have an `@`; what comes
//! several times is a list; prefixes go.

use std::{io::BufRead, ops::ControlFlow};

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};
use serde_json::{Map, Value};

use super::{LONGEST, Values};

/// Elements within elements.
const DEPTH: usize = 64;

/// An element that is open.
struct Open {
    name: String,
    content: Map<String, Value>,
    text: String,
}

/// The outermost elements called `name`. What is not well-formed ends it.
pub(crate) fn elements(reader: &mut dyn BufRead, name: &str, take: &mut Values<'_>) -> ControlFlow<()> {
    let mut reader = Reader::from_reader(reader);
    let (mut buffer, mut open, mut count) = (Vec::new(), Vec::<Open>::new(), 0_usize);
    let mut began = 0;
    loop {
        buffer.clear();
        let event = match reader.read_event_into(&mut buffer) {
            Ok(event) => event,
            Err(error) => return broken(count, &error.to_string(), take),
        };
        match event {
            Event::Start(start) if !open.is_empty() || is_named(&start, name) => {
                if open.is_empty() {
                    began = reader.buffer_position();
                }
                open.push(opened(&start));
            }
            Event::Empty(start) if !open.is_empty() || is_named(&start, name) => {
                if let Some(value) = close(opened(&start), open.last_mut()) {
                    count += 1;
                    take(format!("element {count}"), Ok(value))?;
                }
            }
            Event::Text(text) => match (text.xml_content(XmlVersion::Implicit1_0), open.last_mut()) {
                (Ok(text), Some(last)) => last.text.push_str(&text),
                (Err(error), _) => return broken(count, &error.to_string(), take),
                _ => {}
            },
            Event::CData(text) => match (text.decode(), open.last_mut()) {
                (Ok(text), Some(last)) => last.text.push_str(&text),
                (Err(error), _) => return broken(count, &error.to_string(), take),
                _ => {}
            },
            Event::GeneralRef(reference) => {
                if let Some(last) = open.last_mut() {
                    let named = reference.decode().unwrap_or_default();
                    let named = quick_xml::escape::resolve_predefined_entity(&named).map(ToOwned::to_owned);
                    let number = reference.resolve_char_ref().ok().flatten().map(String::from);
                    last.text.extend(number.or(named));
                }
            }
            Event::End(_) => {
                let Some(closed) = open.pop() else { continue };
                if let Some(value) = close(closed, open.last_mut()) {
                    count += 1;
                    take(format!("element {count}"), Ok(value))?;
                }
            }
            Event::Eof if open.is_empty() => return ControlFlow::Continue(()),
            Event::Eof => return broken(count, "the file ends within an element", take),
            _ => {}
        }
        let long = reader.buffer_position() - began > LONGEST as u64;
        if open.len() > DEPTH || (!open.is_empty() && long) {
            return broken(count, "an element is too long, or nests too deep", take);
        }
    }
}

/// The first of the outermost elements called `name`: keys are names of attributes behind `@`, and of elements. Nothing
/// where there is none, or what stands before its end is not well-formed.
pub fn element(text: &[u8], name: &str) -> Option<Value> {
    let (mut text, mut found) = (text, None);
    let _ended = elements(&mut text, name, &mut |_, value| {
        found = value.ok();
        ControlFlow::Break(())
    });
    found
}

fn broken(count: usize, why: &str, take: &mut Values<'_>) -> ControlFlow<()> {
    let reason = format!("it is not well-formed, and nothing behind it was read: {why}");
    take(format!("element {}", count + 1), Err(reason))
}

fn is_named(start: &BytesStart<'_>, name: &str) -> bool {
    start.local_name().as_ref() == name.as_bytes()
}

fn opened(start: &BytesStart<'_>) -> Open {
    let name = |bytes: &[u8]| String::from_utf8_lossy(bytes).to_lowercase();
    let mut content = Map::new();
    for attribute in start.attributes().flatten() {
        if let Ok(value) = attribute.normalized_value(XmlVersion::Implicit1_0) {
            let key = format!("@{}", name(attribute.key.local_name().as_ref()));
            content.insert(key, Value::String(value.into_owned()));
        }
    }
    Open { name: name(start.local_name().as_ref()), content, text: String::new() }
}

/// Puts an element into the one around it, or gives it back if there is none.
fn close(closed: Open, around: Option<&mut Open>) -> Option<Value> {
    let Open { name, mut content, text } = closed;
    let text = text.trim();
    let value = match (content.is_empty(), text.is_empty()) {
        (true, true) => Value::Null,
        (true, false) => Value::String(text.to_owned()),
        (false, true) => Value::Object(content),
        (false, false) => {
            content.insert("#text".into(), Value::String(text.to_owned()));
            Value::Object(content)
        }
    };
    let Some(around) = around else { return Some(value) };
    match around.content.get_mut(&name) {
        None => drop(around.content.insert(name, value)),
        Some(Value::Array(several)) => several.push(value),
        Some(one) => *one = Value::Array(vec![one.take(), value]),
    }
    None
}
