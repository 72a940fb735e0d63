//! `Accept` picks a format, and `Accept-Language` an order of languages.

use http::StatusCode;

use crate::{
    errors,
    format::{Format, PLAIN},
    reply::Reply,
};

/// The format for an `Accept` header. Media types match letter by letter, best quality first; `*/*` and no header
/// take plain JSON where there is that, else the first row. An operation without formats always answers JSON.
///
/// # Errors
/// The reply 406, naming what there is.
pub fn format(formats: &'static [Format], accept: Option<&str>) -> Result<&'static Format, Box<Reply>> {
    static ALWAYS_JSON: Format = PLAIN;
    let plain = formats.iter().find(|format| format.media == ALWAYS_JSON.media);
    let Some(default) = plain.or(formats.first()) else { return Ok(&ALWAYS_JSON) };
    let accept = accept.unwrap_or_default();
    if accept.trim_matches([',', ' ']).is_empty() {
        return Ok(default);
    }
    let wanted = by_quality(accept);
    let named = wanted.iter().find_map(|media| formats.iter().find(|format| same(format.media, media)));
    if let Some(format) = named {
        return Ok(format);
    }
    if wanted.iter().any(|media| media == "*/*") {
        return Ok(default);
    }
    let known: Vec<&str> = formats.iter().map(|format| format.media).collect();
    let message = format!("Invalid 'Accept' header. Expected one of: {}", known.join(", "));
    Err(Box::new(errors::plain(StatusCode::NOT_ACCEPTABLE, &message)))
}

/// Languages of an `Accept-Language` header, best first, lower case, without `*`.
pub fn languages(header: &str) -> impl Iterator<Item = String> {
    by_quality(header)
        .into_iter()
        .map(|tag| tag.to_ascii_lowercase())
        .filter(|tag| !tag.is_empty() && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'))
        .take(10)
}

/// The elements of a list with qualities, without them, best first; those of quality 0 left out.
fn by_quality(header: &str) -> Vec<String> {
    let mut elements: Vec<(u32, String)> = split(header, ',')
        .filter_map(|element| {
            let mut quality = 1_000;
            let mut kept = Vec::new();
            for part in split(element, ';').map(str::trim) {
                match part.split_once('=') {
                    Some((name, value)) if name.trim().eq_ignore_ascii_case("q") => {
                        quality = thousandths(value);
                    }
                    _ => kept.push(part),
                }
            }
            let text = kept.join(";");
            (quality > 0 && !text.is_empty()).then_some((quality, text))
        })
        .take(50)
        .collect();
    elements.sort_by_key(|(quality, _)| std::cmp::Reverse(*quality));
    elements.into_iter().map(|(_, text)| text).collect()
}

/// A quality in thousandths. What is no number counts as the best.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1000")]
fn thousandths(quality: &str) -> u32 {
    quality.trim().parse::<f32>().map_or(1_000, |value| (value.clamp(0.0, 1.0) * 1_000.0) as u32)
}

/// Type and subtype without regard to case, parameters letter by letter.
fn same(known: &str, wanted: &str) -> bool {
    let (known, known_parameters) = known.split_once(';').unwrap_or((known, ""));
    let (wanted, wanted_parameters) = wanted.split_once(';').unwrap_or((wanted, ""));
    known.eq_ignore_ascii_case(wanted) && known_parameters == wanted_parameters
}

/// Splits at `separator` outside quotes.
fn split(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |letter| {
        quoted ^= letter == '"';
        letter == separator && !quoted
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATAPACKAGE: &str =
        r#"application/ld+json;profile="https://datapackage.org/profiles/2.0/datapackage.json""#;
    const THREE: &[Format] = &[
        PLAIN,
        Format { media: "application/vnd.inveniordm.v1+json", ..PLAIN },
        Format { media: DATAPACKAGE, ..PLAIN },
    ];

    fn chosen(accept: &str) -> &'static str {
        format(THREE, Some(accept)).map_or("406", |format| format.media)
    }

    #[test]
    fn no_wish_and_any_wish_give_the_first_row() {
        assert_eq!(format(THREE, None).unwrap().media, "application/json");
        for accept in ["", "*/*", "text/html, */*;q=0.1", "application/json", "APPLICATION/JSON", " , "] {
            assert_eq!(chosen(accept), "application/json", "{accept}");
        }
    }

    #[test]
    fn the_best_quality_wins_whatever_the_order() {
        assert_eq!(chosen("application/json;q=0.5, application/vnd.inveniordm.v1+json"), THREE[1].media);
        assert_eq!(
            chosen("application/vnd.inveniordm.v1+json ; q=0.2, application/json; q=0.3"),
            "application/json"
        );
        assert_eq!(chosen("*/*, application/vnd.inveniordm.v1+json;q=0.1"), THREE[1].media);
        assert_eq!(chosen(DATAPACKAGE), DATAPACKAGE);
        assert_eq!(chosen(&format!("text/html, {DATAPACKAGE};q=0.4")), DATAPACKAGE);
    }

    #[test]
    fn nothing_that_fits_is_406_with_the_list() {
        for accept in [
            "text/html",
            "application/*",
            "application/ld+json",
            "application/json;q=0",
            "application/json;x=1",
        ] {
            assert_eq!(chosen(accept), "406", "{accept}");
        }
        let reply = format(&THREE[..2], Some("image/png")).unwrap_err();
        let crate::format::Content::Json(body) = reply.content else { panic!("no JSON") };
        assert_eq!(
            body["message"],
            "Invalid 'Accept' header. Expected one of: application/json, application/vnd.inveniordm.v1+json"
        );
    }

    #[test]
    fn an_operation_without_formats_does_not_negotiate() {
        assert_eq!(format(&[], Some("image/png")).unwrap().media, "application/json");
    }

    #[test]
    fn languages_come_best_first() {
        let all: Vec<String> = languages("de-AT;q=0.5, fr , *;q=0.1, en;q=0.7, ü").collect();
        assert_eq!(all, ["fr", "en", "de-at"]);
    }
}
