//! Rich text: what is kept of it, and its plain text. `InvenioRDM`: HTML sanitising.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::Builder;

use super::{html_effort, html_tags, text};

/// Tags that stay; of all others only the text inside is kept.
const TAGS: [&str; 31] = [
    "a",
    "abbr",
    "acronym",
    "b",
    "blockquote",
    "br",
    "code",
    "div",
    "table",
    "tbody",
    "td",
    "th",
    "tr",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "i",
    "li",
    "ol",
    "p",
    "pre",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "u",
    "ul",
];

/// Attributes that stay, by tag; every tag may have a `class`.
const ATTRIBUTES: [(&str, &[&str]); 3] =
    [("a", &["href", "title", "name", "rel"]), ("abbr", &["title"]), ("acronym", &["title"])];

const PROTOCOLS: [&str; 3] = ["http", "https", "mailto"];

static SANITIZER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let attributes: HashMap<_, HashSet<_>> =
        ATTRIBUTES.iter().map(|(tag, names)| (*tag, names.iter().copied().collect())).collect();
    let mut builder = Builder::new();
    builder
        .tags(HashSet::from(TAGS))
        .clean_content_tags(HashSet::new())
        .tag_attributes(attributes)
        .generic_attributes(HashSet::from(["class"]))
        .url_schemes(HashSet::from(PROTOCOLS))
        .link_rel(None);
    builder
});

/// Removing a tag can make the parser see another tree, and text can become markup; real text needs one more look.
const ROUNDS: usize = 4;

/// Well-formed HTML with only the tags, attributes and protocols that are allowed; trimmed.
/// Sanitising what is sanitised changes nothing.
pub fn sanitize(html: &str) -> String {
    let html = text::clean_markup(html);
    if !html.contains(['<', '&', '>']) {
        return html;
    }
    if html_effort::is_excessive(&html) {
        return html_escape::encode_text(&strip(&html)).into_owned();
    }
    let mut current = html_tags::only_known(&html, &TAGS);
    for _ in 0..ROUNDS {
        // Entities may have hidden what cleaning looks for.
        let next = text::clean_markup(&SANITIZER.clean(&current).to_string());
        if next == current {
            break;
        }
        current = next;
    }
    current
}

/// Tags before and after which a line ends.
const BLOCKS: [&str; 24] = [
    "p",
    "div",
    "br",
    "li",
    "ul",
    "ol",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "table",
    "tbody",
    "thead",
    "tr",
    "td",
    "th",
    "blockquote",
    "pre",
    "section",
    "article",
    "dt",
    "dd",
];

/// The plain text of `html`: no tags, a new line between blocks, entities decoded.
pub fn strip(html: &str) -> String {
    let mut output = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        push_text(&mut output, &rest[..start]);
        rest = &rest[start..];
        let Some(length) = tag_length(rest) else {
            output.push('<');
            rest = &rest[1..];
            continue;
        };
        if BLOCKS.iter().any(|block| tag_name(rest).eq_ignore_ascii_case(block)) && !output.ends_with('\n') {
            output.push('\n');
        }
        rest = &rest[length..];
    }
    push_text(&mut output, rest);
    output.trim().to_owned()
}

/// Adds text between tags; blanks at the start of a line are layout.
fn push_text(output: &mut String, text: &str) {
    let text = if output.is_empty() || output.ends_with('\n') { text.trim_start() } else { text };
    output.push_str(&html_escape::decode_html_entities(text));
}

/// The length of the tag or comment that `text` starts with; `None` if its `<` is only a character.
pub(super) fn tag_length(text: &str) -> Option<usize> {
    if text.starts_with("<!--") {
        return Some(text.find("-->").map_or(text.len(), |end| end + 3));
    }
    let marked =
        text[1..].starts_with(|next: char| next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?'));
    marked.then(|| text.find('>').map_or(text.len(), |end| end + 1))
}

/// The name of the tag that `text` starts with.
pub(super) fn tag_name(text: &str) -> &str {
    let name = text.strip_prefix("</").or_else(|| text.strip_prefix('<')).unwrap_or(text);
    let end = name.find(|next: char| !next.is_ascii_alphanumeric()).unwrap_or(name.len());
    &name[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_allowed_is_kept() {
        for (given, stored) in [
            (
                "<p onclick='x' class='c'>a<script>b</script><a href='javascript:x' target='_blank' title='t'>z</a></p>",
                "<p class=\"c\">ab<a title=\"t\">z</a></p>",
            ),
            (
                "<h1>A description</h1><p>with <strong>HTML tags</strong><script>alert(1)</script></p>",
                "<h1>A description</h1><p>with <strong>HTML tags</strong>alert(1)</p>",
            ),
            ("Bla bla <b>bla</b>", "Bla bla <b>bla</b>"),
            ("  a <!-- c --> b & c < d  ", "a  b &amp; c &lt; d"),
            ("<h6>x</h6><s>y</s><img src=x onerror=alert(1)><hr>", "xy"),
            (
                "<a href=\"ftp://x\">f</a><a href='/r'>r</a><a href='mailto:a@b.c'>m</a>",
                "<a>f</a><a href=\"/r\">r</a><a href=\"mailto:a@b.c\">m</a>",
            ),
            (
                "<table><thead><tr><th colspan=2>h</th></tr></thead><tr><td>d</td></tr></table>",
                "<table><tbody><tr><th>h</th></tr><tr><td>d</td></tr></tbody></table>",
            ),
            ("<p style='x' lang=en>a<p>b", "<p>a</p><p>b</p>"),
            ("a\u{200b}b", "ab"),
            ("if a<b", "if a&lt;b"),
            ("a < b and c<d", "a &lt; b and c&lt;d"),
            ("x <y", "x &lt;y"),
            ("<template><p>abc</p></template>", "<p>abc</p>"),
            ("<script>if (a<b) c</script>", "if (a&lt;b) c"),
            ("<svg><title>drawn</title></svg><xmp>a<b></xmp>", "drawna<b></b>"),
            (
                "<table><thead><tr><th>h</th></tr></thead><tbody><tr><td>d</td></tr></tbody></table>",
                "<table><tbody><tr><th>h</th></tr><tr><td>d</td></tr></tbody></table>",
            ),
            ("<p></p>", "<p></p>"),
            ("", ""),
        ] {
            assert_eq!(sanitize(given), stored);
            assert_eq!(sanitize(stored), stored);
        }
    }

    #[test]
    fn scripts_do_not_survive_in_any_disguise() {
        for attack in [
            "<a href='java\nscript:alert(1)'>x</a>",
            "<a href=' javascript:alert(1)'>x</a>",
            "<scr<script>ipt>alert(1)</scr</script>ipt>",
            "<svg><style><img src=x onerror=alert(1)></style></svg>",
            "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
            "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
            "<textarea><script>alert(1)</script></textarea>",
            "<iframe srcdoc='<script>alert(1)</script>'></iframe><xmp><script>alert(1)</script></xmp>",
        ] {
            let kept = sanitize(attack);
            assert!(
                !kept.contains("<script") && !kept.contains("<img") && !kept.contains("javascript:"),
                "{kept}"
            );
            assert_eq!(sanitize(&kept), kept);
        }
    }

    /// Whether `html` is text and whole tags that are allowed, with attributes that are allowed.
    fn is_clean(html: &str) -> bool {
        let Some((_, rest)) = html.split_once('<') else { return true };
        let closing = rest.strip_prefix('/');
        let inside = closing.unwrap_or(rest);
        let length = inside.find(|next: char| !next.is_ascii_alphanumeric()).unwrap_or(inside.len());
        let (name, mut rest) = inside.split_at(length);
        if !TAGS.contains(&name) {
            return false;
        }
        let own = ATTRIBUTES.iter().filter(|(tag, _)| *tag == name).flat_map(|(_, names)| names.iter());
        let allowed: Vec<&str> = own.copied().chain(["class"]).filter(|_| closing.is_none()).collect();
        while let Some(attribute) = rest.strip_prefix(' ') {
            let Some((key, value)) = attribute.split_once("=\"") else { return false };
            let Some((value, after)) = value.split_once('"') else { return false };
            let address = value.trim_start().to_ascii_lowercase();
            if !allowed.contains(&key) || (key == "href" && address.starts_with("javascript:")) {
                return false;
            }
            rest = after;
        }
        rest.strip_prefix('>').is_some_and(is_clean)
    }

    proptest::proptest! {
        #[test]
        fn nothing_passes_that_is_not_allowed(pieces in proptest::collection::vec(
            proptest::sample::select(&[
                "<", ">", "/", "</", "<!--", "-->", "<!", "<?", "=", "\"", "'", " ", "a", "b", "p", "script", "style",
                "svg", "math", "mtext", "table", "td", "thead", "tbody", "template", "textarea", "title", "noscript",
                "img", "src=x", "onerror=alert(1)", "href=", "javascript:x", "class=", "&lt;", "&#60;", "&gt;", "&amp;",
                "&quot;", "\u{0}", "\n", "é", "<b>", "</b>", "<a ", "<p>", "<script>", "</script>", "<svg><style>",
            ][..]),
            0..40,
        )) {
            let given = pieces.concat();
            let kept = sanitize(&given);
            proptest::prop_assert!(is_clean(&kept), "{given:?} became {kept:?}");
            proptest::prop_assert_eq!(&sanitize(&kept), &kept, "{:?}", given);
        }
    }

    #[test]
    fn plain_text_has_lines_between_blocks() {
        for (given, text) in [
            ("<h1>Title</h1><p>one &amp; two</p>\n<ul><li>a</li> <li>b</li></ul>", "Title\none & two\na\nb"),
            ("a<br>b <b>c</b>", "a\nb c"),
            ("1 < 2 &lt; 3", "1 < 2 < 3"),
            ("<!-- x -->y<unclosed", "y"),
            ("", ""),
        ] {
            assert_eq!(strip(given), text);
        }
    }
}
