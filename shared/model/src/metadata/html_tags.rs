//! Which `<` begin a tag, looked at before HTML is parsed: the parser would swallow text that only looks like markup.

/// Parts of tables that do not stay; all rows of a table with such parts share one body.
const SECTIONS: [&str; 2] = ["thead", "tfoot"];

/// What a `<` begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// A whole tag of this many bytes.
    Tag(usize),
    /// A comment, or what the parser takes for one.
    Comment(usize),
    /// Nothing: it is a character.
    Text,
}

/// The same text with only whole tags of `known` names left in it: other tags and comments are gone, what was between
/// them stays, and every other `<` is text.
pub(super) fn only_known(html: &str, known: &[&str]) -> String {
    let named = |name: &str, names: &[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
    let has_sections = html.match_indices('<').any(|(at, _)| named(name(&html[at..]), &SECTIONS));
    let mut output = String::with_capacity(html.len());
    let (mut rest, mut ends) = (html, Ends::default());
    while let Some(start) = rest.find('<') {
        output.push_str(&rest[..start]);
        rest = &rest[start..];
        let length = match mark(rest, &mut ends) {
            Mark::Tag(length) => {
                let name = name(rest);
                if named(name, known) && !(has_sections && named(name, &["tbody"])) {
                    output.push_str(&rest[..length]);
                }
                length
            }
            Mark::Comment(length) => length,
            Mark::Text => {
                output.push_str("&lt;");
                1
            }
        };
        rest = &rest[length..];
    }
    output + rest
}

/// What is known not to come any more: looking for it again and again would take too long.
#[derive(Default)]
struct Ends {
    no_comment: bool,
    no_tag: bool,
}

fn mark(text: &str, ends: &mut Ends) -> Mark {
    let mut until = |end: &str, none: fn(&mut Ends) -> &mut bool| {
        let found = if *none(ends) { None } else { text.find(end).map(|at| at + end.len()) };
        *none(ends) = found.is_none();
        found.map_or(Mark::Text, Mark::Comment)
    };
    if text.starts_with("<!--") {
        return until("-->", |ends| &mut ends.no_comment);
    }
    if text.starts_with("<!") || text.starts_with("<?") {
        return until(">", |ends| &mut ends.no_tag);
    }
    if !name(text).starts_with(|first: char| first.is_ascii_alphabetic()) {
        return Mark::Text;
    }
    tag_length(text).map_or(Mark::Text, Mark::Tag)
}

/// The name of the tag that `text` may start with.
fn name(text: &str) -> &str {
    let name = text.strip_prefix("</").or_else(|| text.strip_prefix('<')).unwrap_or(text);
    let end = name.find(|next: char| next.is_ascii_whitespace() || matches!(next, '/' | '>' | '<'));
    &name[..end.unwrap_or(name.len())]
}

/// The length of the tag that `text` starts with, if it ends before the next `<`; those in quoted values do not count.
fn tag_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut at, mut follows_equals) = (1, false);
    loop {
        match *bytes.get(at)? {
            b'>' => return Some(at + 1),
            b'<' => return None,
            b'=' => follows_equals = true,
            quote @ (b'"' | b'\'') if follows_equals => {
                at += 1 + bytes[at + 1..].iter().position(|byte| *byte == quote)?;
                follows_equals = false;
            }
            byte => follows_equals &= byte.is_ascii_whitespace(),
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_tags_of_known_names_stay() {
        for (given, left) in [
            ("if a<b", "if a&lt;b"),
            ("a < b and c<d", "a &lt; b and c&lt;d"),
            ("x <y", "x &lt;y"),
            ("i <3 you, 1<2>0", "i &lt;3 you, 1&lt;2>0"),
            ("<<b>x</b>", "&lt;<b>x</b>"),
            ("a <b c <i>d</i>", "a &lt;b c <i>d</i>"),
            ("<B>x</B><Ux>y</Ux>", "<B>x</B>y"),
            ("<template><p>abc</p></template>", "<p>abc</p>"),
            ("<b title='a>b<c' lang = \"<\">x", "<b title='a>b<c' lang = \"<\">x"),
            ("<b title='>x</b>", "&lt;b title='>x</b>"),
            ("a<!-- <b> -->c<!-- d", "ac&lt;!-- d"),
            ("<!doctype html><?php x?>y<!z", "y&lt;!z"),
            ("<script>if(a<b)c</script>", "if(a&lt;b)c"),
            ("<b-x>y</b-x></ b>", "y&lt;/ b>"),
            ("<thead><tr></thead><tbody class='x'><tr></tbody>", "<tr><tr>"),
            ("<tbody><tr></tbody>", "<tbody><tr></tbody>"),
        ] {
            assert_eq!(only_known(given, &["b", "i", "p", "tr", "tbody"]), left);
        }
    }

    #[test]
    fn nothing_takes_longer_than_its_length_suggests() {
        for piece in ["<", "<!--", "<!", "<?", "<b a='", "<b a=\"'", "<b =", "</", "<b a=\"<b a='"] {
            let start = std::time::Instant::now();
            only_known(&piece.repeat(1_000_000 / piece.len()), &["b"]);
            assert!(start.elapsed().as_secs() < 5, "{piece}");
        }
    }
}
