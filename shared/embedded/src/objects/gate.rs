//! What is refused before s3s looks at a request: the ways of signing that it would accept and S3 does not.

use std::collections::BTreeMap;

use http::{HeaderName, HeaderValue, Method, Request, header};
use s3s::{Body, S3Error, S3ErrorCode, dto::Range};

use super::failure::{Failure, Result, refuse};

/// Longest life of a presigned request, in seconds.
const LONGEST: u64 = 604_800;

/// Only this way of signing.
const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// Headers of S3 that need no signature: the hash is compared with the body, whoever wrote it, and the others change
/// nothing that is stored.
const HARMLESS: [&str; 3] = ["x-amz-checksum-mode", "x-amz-content-sha256", "x-amz-user-agent"];

/// Looks at a request, and brings what it says in its query to where s3s looks for it.
pub(super) fn check(request: &mut Request<Body>) -> std::result::Result<(), S3Error> {
    Ok(checked(request)?)
}

fn checked(request: &mut Request<Body>) -> Result<()> {
    let is_form = text(request, header::CONTENT_TYPE).is_some_and(|kind| {
        kind.trim_start().get(..19).is_some_and(|kind| kind.eq_ignore_ascii_case("multipart/form-data"))
    });
    if request.method() == Method::POST && is_form {
        return Err(refuse(S3ErrorCode::NotImplemented, "Uploads by POST are not implemented."));
    }
    let query = Query::of(request)?;
    let authorization = text(request, header::AUTHORIZATION);
    if authorization.is_some() && query.is_signed() {
        return Err(refuse(
            S3ErrorCode::InvalidArgument,
            "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string \
             parameter or the Authorization header should be specified",
        ));
    }
    if query.has("Signature") || authorization.is_some_and(|header| !header.starts_with(ALGORITHM)) {
        return Err(refuse(
            S3ErrorCode::InvalidRequest,
            "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
        ));
    }
    let signed = match authorization {
        Some(header) => Signed::of_header(header)?,
        None if query.is_signed() => Signed::of_query(&query)?,
        // Who signs nothing is denied by the guard.
        None => return Ok(()),
    };
    signed.check(request)?;
    let hoisted = if authorization.is_none() { query.hoisted()? } else { Vec::new() };
    for (name, value) in hoisted {
        if request.headers_mut().insert(name, value.clone()).is_some_and(|before| before != value) {
            return Err(refuse(
                S3ErrorCode::InvalidRequest,
                "A header differs from the parameter of its name.",
            ));
        }
    }
    ignore_odd_range(request, &signed);
    Ok(())
}

fn text<B>(request: &Request<B>, name: HeaderName) -> Option<&str> {
    request.headers().get(name).and_then(|value| value.to_str().ok())
}

/// A range that cannot be read is no range; but what is signed must stay as it is.
fn ignore_odd_range(request: &mut Request<Body>, signed: &Signed) {
    let range = text(request, header::RANGE);
    if range.is_some_and(|range| Range::parse(range).is_err())
        && !signed.headers.iter().any(|name| name == "range")
    {
        request.headers_mut().remove(header::RANGE);
    }
}

/// The parameters of a query, each once.
struct Query(BTreeMap<String, String>);

impl Query {
    fn of(request: &Request<Body>) -> Result<Self> {
        let mut parameters = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes()) {
            let is_of_signature = name.to_ascii_lowercase().starts_with("x-amz-");
            if parameters.insert(name.clone().into_owned(), value.into_owned()).is_some() && is_of_signature {
                return Err(malformed(format!("{name} must be given once")));
            }
        }
        Ok(Self(parameters))
    }

    fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    fn is_signed(&self) -> bool {
        ["X-Amz-Algorithm", "X-Amz-Signature", "X-Amz-Credential"].iter().any(|name| self.has(name))
    }

    fn required(&self, name: &str) -> Result<&str> {
        self.0.get(name).map(String::as_str).ok_or_else(|| {
            malformed(
                "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, \
                 X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters."
                    .into(),
            )
        })
    }

    /// Presigning moves headers to the query: checksums and metadata are meant as such. They are signed with it.
    fn hoisted(&self) -> Result<Vec<(HeaderName, HeaderValue)>> {
        let is_header = |name: &str| {
            name.starts_with("x-amz-checksum-")
                || name.starts_with("x-amz-meta-")
                || name == "x-amz-sdk-checksum-algorithm"
        };
        let parameters = self.0.iter().map(|(name, value)| (name.to_ascii_lowercase(), value));
        parameters
            .filter(|(name, _)| is_header(name))
            .map(|(name, value)| {
                let header = name.parse().ok().zip(HeaderValue::from_bytes(value.as_bytes()).ok());
                header.ok_or_else(|| refuse(S3ErrorCode::InvalidArgument, format!("{name} is no header")))
            })
            .collect()
    }
}

/// What a signature covers.
struct Signed {
    headers: Vec<String>,
}

impl Signed {
    fn of_query(query: &Query) -> Result<Self> {
        if query.required("X-Amz-Algorithm")? != ALGORITHM {
            return Err(malformed("X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"".into()));
        }
        check_scope(query.required("X-Amz-Credential")?)?;
        for name in ["X-Amz-Signature", "X-Amz-Date"] {
            query.required(name)?;
        }
        let expires = query.required("X-Amz-Expires")?.parse::<u64>().ok().filter(|expires| *expires > 0);
        let expires = expires.ok_or_else(|| malformed("X-Amz-Expires should be a positive number".into()))?;
        if expires > LONGEST {
            return Err(malformed(format!(
                "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than {LONGEST} seconds"
            )));
        }
        Ok(Self::names(query.required("X-Amz-SignedHeaders")?))
    }

    fn of_header(header: &str) -> Result<Self> {
        let field = |name: &str| {
            let fields = header[ALGORITHM.len()..].split(',').map(str::trim);
            let mut values = fields.filter_map(|field| field.split_once('=')).filter(|(key, _)| *key == name);
            values.next().map(|(_, value)| value).ok_or_else(|| {
                refuse(
                    S3ErrorCode::AuthorizationHeaderMalformed,
                    "The authorization header that you provided is not valid.",
                )
            })
        };
        check_scope(field("Credential")?)?;
        Ok(Self::names(field("SignedHeaders")?))
    }

    fn names(list: &str) -> Self {
        Self { headers: list.split(';').map(str::to_ascii_lowercase).collect() }
    }

    /// What is signed is there, and what changes the meaning of a request is signed.
    fn check(&self, request: &Request<Body>) -> Result<()> {
        let has_host = request.headers().contains_key(header::HOST) || request.uri().authority().is_some();
        let is_there =
            |name: &String| request.headers().contains_key(name.as_str()) || (name == "host" && has_host);
        if !self.headers.iter().any(|name| name == "host") || !self.headers.iter().all(is_there) {
            return Err(refuse(
                S3ErrorCode::SignatureDoesNotMatch,
                "The request signature we calculated does not match the signature you provided.",
            ));
        }
        let is_covered = |name: &str| {
            !name.starts_with("x-amz-")
                || HARMLESS.contains(&name)
                || self.headers.iter().any(|signed| signed == name)
        };
        if request.headers().keys().all(|name| is_covered(name.as_str())) {
            return Ok(());
        }
        Err(refuse(
            S3ErrorCode::AccessDenied,
            "There were headers present in the request which were not signed",
        ))
    }
}

/// `access/date/region/s3/aws4_request`: signatures for other services say nothing here.
fn check_scope(credential: &str) -> Result<()> {
    let mut parts = credential.rsplit('/');
    if (parts.next(), parts.next()) == (Some("aws4_request"), Some("s3")) {
        return Ok(());
    }
    Err(malformed(
        "Error parsing the X-Amz-Credential parameter; incorrect service. This endpoint belongs to \"s3\"."
            .into(),
    ))
}

fn malformed(message: String) -> Failure {
    refuse(S3ErrorCode::AuthorizationQueryParametersError, message)
}
