//! A guard before HTML is parsed: markup that was made to exhaust the parser is recognised first.
//!
//! HTML's own rules reopen every unclosed formatting element in each new block: 400 KB can become gigabytes.

use std::collections::HashMap;

use super::html::{tag_length, tag_name};

/// Elements that never stay open: void ones, and those the next of their kind closes.
const SELF_CLOSING: [&str; 18] = [
    "area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr", "p", "li", "dt", "dd", "tr",
    "td", "th", "option",
];

/// Open elements, summed over all tags. Ordinary pages stay below a hundredth of this.
const LIMIT: usize = 3_000_000;

/// Elements open at once.
const DEPTH: usize = 2_000;

/// Whether parsing `html` could take far longer than its size suggests.
pub(super) fn is_excessive(html: &str) -> bool {
    let mut open: HashMap<String, usize> = HashMap::new();
    let (mut depth, mut effort) = (0_usize, 0_usize);
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        rest = &rest[start..];
        let Some(length) = tag_length(rest) else {
            rest = &rest[1..];
            continue;
        };
        let name = tag_name(rest).to_ascii_lowercase();
        let closing = rest.starts_with("</");
        rest = &rest[length..];
        effort += depth;
        if SELF_CLOSING.contains(&name.as_str()) {
            continue;
        }
        let count = open.entry(name).or_default();
        if !closing {
            *count += 1;
            depth += 1;
        } else if *count > 0 {
            *count -= 1;
            depth -= 1;
        }
        if depth > DEPTH || effort > LIMIT {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::html::sanitize;
    use super::*;

    #[test]
    fn ordinary_markup_is_no_effort() {
        let page = "<p>x <b>y</b><br>".repeat(10_000);
        assert!(!is_excessive(&page));
        assert!(!is_excessive(&"<ul><li>a<li>b</ul>".repeat(10_000)));
    }

    #[test]
    fn hostile_markup_is_read_as_text_and_quickly() {
        use std::fmt::Write;
        let mut formatting = String::new();
        for number in 0..15_000 {
            let _ = write!(formatting, "<b class={number}>");
        }
        formatting.push_str(&"<p>x".repeat(30_000));
        for hostile in [
            formatting,
            "<div>".repeat(90_000),
            "<i><b>".repeat(1_500) + &"<p>".repeat(90_000),
            "<".repeat(400_000),
        ] {
            let start = std::time::Instant::now();
            let kept = sanitize(&hostile);
            assert!(start.elapsed().as_secs() < 5 && kept.len() <= 4 * hostile.len());
        }
    }
}
