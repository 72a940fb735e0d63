//! Sanitised HTML as plain text.

/// Elements that stand on lines of their own.
const BLOCKS: [&str; 19] = [
    "blockquote",
    "br",
    "div",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "ol",
    "p",
    "pre",
    "table",
    "tbody",
    "td",
    "th",
    "tr",
    "ul",
];

/// The text without tags and comments, entities decoded, one newline between blocks.
pub(crate) fn strip(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let (before, tag) = rest.split_at(start);
        push(&mut text, before);
        if !begins_tag(tag) {
            text.push('<');
            rest = &tag[1..];
            continue;
        }
        let end = if tag.starts_with("<!--") { "-->" } else { ">" };
        let Some(length) = tag.find(end).map(|at| at + end.len()) else {
            rest = tag;
            break;
        };
        if is_block(&tag[..length]) && !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        rest = &tag[length..];
    }
    push(&mut text, rest);
    text.trim().to_owned()
}

fn push(text: &mut String, html: &str) {
    // A new line in the source is only a blank to a reader; next to a block it is nothing.
    let html = if text.ends_with('\n') { html.trim_start_matches(['\n', '\r', '\t', ' ']) } else { html };
    text.push_str(&html_escape::decode_html_entities(html));
}

/// Whether the `<` that `text` begins with is more than a character.
fn begins_tag(text: &str) -> bool {
    let name = text[1..].strip_prefix('/').unwrap_or(&text[1..]);
    text.starts_with("<!--") || name.starts_with(|first: char| first.is_ascii_alphabetic())
}

fn is_block(tag: &str) -> bool {
    let name = tag.trim_start_matches(['<', '/']);
    let name = name.split(|end: char| !end.is_ascii_alphanumeric()).next().unwrap_or("").to_ascii_lowercase();
    BLOCKS.contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_go_and_blocks_stand_on_their_own_lines() {
        for (html, expected) in [
            (
                "<h1>A description</h1><p>with <strong>HTML tags</strong>alert(1)</p>",
                "A description\nwith HTML tagsalert(1)",
            ),
            ("<p>lorem alpha</p>", "lorem alpha"),
            ("<ul>\n  <li>a</li>\n  <li>b</li>\n</ul>", "a\nb"),
            ("one<br>two<BR/>three", "one\ntwo\nthree"),
            ("a &lt; b &amp;&amp; c &#8211; d&nbsp;e", "a < b && c – d\u{a0}e"),
            ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
            ("&lt;p&gt;kept&lt;/p&gt;", "<p>kept</p>"),
            ("a<!-- <p>x</p> -->b", "ab"),
            ("a<b", "a<b"),
            ("<p></p>", ""),
            ("", ""),
            ("ends with <", "ends with <"),
            ("é<p>é", "é\né"),
        ] {
            assert_eq!(strip(html), expected, "{html}");
        }
    }

    #[test]
    fn a_long_row_of_open_brackets_is_no_burden() {
        for bracket in ["<", "<a", "<!--"] {
            let html = bracket.repeat(200_000);
            assert_eq!(strip(&html), html);
        }
    }
}
