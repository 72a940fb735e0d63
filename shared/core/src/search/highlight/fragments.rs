//! Pieces of a text around what matched, as HTML.

use std::ops::Range;

use super::words::Word;

/// A text of no more characters is shown whole: titles, mostly.
const LONGEST_WHOLE: usize = 300;
/// Characters of a fragment, or a few more where what matched is long.
const LENGTH: usize = 150;
/// How many of them come before what matched.
const BEFORE: usize = 50;

/// Fragments of `text` that show its marks, from the first on. Cut between words.
pub(super) fn cut<'t>(
    text: &'t str,
    words: &'t [Word],
    marks: &'t [Range<usize>],
) -> impl Iterator<Item = String> + 't {
    let is_whole = text.chars().nth(LONGEST_WHOLE).is_none();
    let (mut left, mut end) = (marks, 0);
    std::iter::from_fn(move || {
        let first = left.first()?;
        let window = if is_whole { 0..text.len() } else { around(text, words, first, end) };
        end = window.end;
        let inside = left.iter().take_while(|mark| mark.end <= end).count();
        let (shown, others) = left.split_at(inside.max(1));
        left = others;
        Some(html(text, window, shown))
    })
}

/// What to show around a mark, behind the fragment that ended at `after`.
fn around(text: &str, words: &[Word], mark: &Range<usize>, after: usize) -> Range<usize> {
    let earliest = text[..mark.start].char_indices().rev().nth(BEFORE - 1).map_or(0, |(at, _)| at).max(after);
    let first = words.partition_point(|word| word.range.start < earliest);
    let start = match words.get(first) {
        _ if earliest == 0 => 0,
        Some(word) => word.range.start.min(mark.start),
        None => mark.start,
    };
    let end = match text[start..].char_indices().nth(LENGTH) {
        None => text.len(),
        Some((length, _)) => {
            let beyond = words.partition_point(|word| word.range.end <= start + length);
            beyond.checked_sub(1).map_or(mark.end, |last| words[last].range.end.max(mark.end))
        }
    };
    start..end
}

/// A piece of a text with its marks, as HTML: nothing of the text is markup.
fn html(text: &str, window: Range<usize>, marks: &[Range<usize>]) -> String {
    let mut html = String::with_capacity(window.len() + marks.len() * 9);
    html.push_str(if window.start > 0 { "… " } else { "" });
    let mut from = window.start;
    for mark in marks {
        write(&text[from..mark.start], &mut html);
        html.push_str("<em>");
        write(&text[mark.clone()], &mut html);
        html.push_str("</em>");
        from = mark.end;
    }
    write(&text[from..window.end], &mut html);
    html.truncate(html.trim_end().len());
    html.push_str(if window.end < text.len() { " …" } else { "" });
    html
}

/// Adds plain text; blanks of any length become one.
fn write(text: &str, html: &mut String) {
    let mut blank = html.is_empty() || html.ends_with(' ');
    let plain: String = text
        .chars()
        .map(|letter| if letter.is_whitespace() { ' ' } else { letter })
        .filter(|letter| !(std::mem::replace(&mut blank, *letter == ' ') && *letter == ' '))
        .collect();
    html_escape::encode_quoted_attribute_to_string(&plain, html);
}
