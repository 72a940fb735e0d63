//! Headers that every answer has.

use http::{HeaderMap, HeaderName, HeaderValue};

/// Name and value of each. Nothing that the API answers is ever to run, be framed or be sniffed.
const ALWAYS: &[(&str, &str)] = &[
    ("access-control-allow-origin", "*"),
    (
        "access-control-expose-headers",
        "Accept-Ranges, Content-Disposition, Content-MD5, Content-Range, ETag, Idempotent-Replayed, Link, Location, \
         Retry-After, X-Request-ID",
    ),
    ("content-security-policy", "default-src 'none'; frame-ancestors 'self'"),
    ("permissions-policy", "interest-cohort=()"),
    ("referrer-policy", "strict-origin-when-cross-origin"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "sameorigin"),
    ("x-xss-protection", "1; mode=block"),
];

/// What other sites may send, for `OPTIONS`.
const PREFLIGHT: &[(&str, &str)] = &[
    (
        "access-control-allow-headers",
        "Accept, Accept-Language, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, If-Range, Range",
    ),
    ("access-control-max-age", "86400"),
];

/// Adds what every answer has.
pub fn always(headers: &mut HeaderMap) {
    add(headers, ALWAYS);
}

/// Adds what an answer to `OPTIONS` has besides.
pub fn preflight(headers: &mut HeaderMap, allow: &HeaderValue) {
    add(headers, PREFLIGHT);
    headers.insert("access-control-allow-methods", allow.clone());
}

/// Adds a header of ours whose value may come from data; left out if no header can hold it.
pub fn insert(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

fn add(headers: &mut HeaderMap, list: &[(&'static str, &'static str)]) {
    for (name, value) in list {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
}
