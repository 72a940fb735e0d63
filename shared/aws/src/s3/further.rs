//! Further storage locations, as the configuration names them: any endpoint that speaks S3.

use std::sync::Arc;

use aws_config::Region;
use aws_sdk_s3::Client;
use cairn_ports::objects::Locations;
use serde::Deserialize;

use super::{
    S3,
    client::{ATTEMPT, of},
};
use crate::config;

/// The locations that a site has beside the one it comes with, and which of all takes what is new.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Further {
    locations: Vec<Location>,
    default: Option<String>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Location {
    /// What files call it: for ever, since they say where they are.
    name: String,
    bucket: String,
    /// AWS, where none is named.
    endpoint: Option<String>,
    region: Option<String>,
    /// Whose credentials: a profile of AWS's own files. The environment's, where none is named.
    profile: Option<String>,
}

/// A configuration that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("CAIRN_LOCATIONS or CAIRN_LOCATION: {0}")]
pub struct Unusable(String);

impl Further {
    /// Reads `CAIRN_LOCATIONS`, a list in JSON, and `CAIRN_LOCATION`, the name of the one for what is new. The site comes
    /// with the location `built_in`.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn parse(list: Option<&str>, default: Option<&str>, built_in: &str) -> Result<Self, Unusable> {
        let list = list.unwrap_or("[]");
        let locations: Vec<Location> =
            serde_json::from_str(list).map_err(|error| Unusable(error.to_string()))?;
        let mut known = vec![built_in];
        for location in &locations {
            let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            if location.name.is_empty() || !location.name.bytes().all(fits) {
                return Err(Unusable(format!("`{}`: a-z, 0-9 and `-` make a name", location.name)));
            }
            if known.contains(&location.name.as_str()) {
                return Err(Unusable(format!("there are two locations `{}`", location.name)));
            }
            known.push(&location.name);
        }
        if let Some(default) = default.filter(|name| !known.contains(name)) {
            return Err(Unusable(format!("there is no location `{default}`, only {}", known.join(", "))));
        }
        let default = default.map(str::to_owned);
        Ok(Self { locations, default })
    }

    /// The site's own location, and these.
    pub async fn beside(&self, mut all: Locations) -> Locations {
        for location in &self.locations {
            all.all.insert(location.name.clone(), Arc::new(location.open().await));
        }
        all.default = self.default.clone().unwrap_or(all.default);
        all
    }
}

impl Location {
    async fn open(&self) -> S3 {
        let mut loader = config::from_env(ATTEMPT);
        if let Some(region) = &self.region {
            loader = loader.region(Region::new(region.clone()));
        }
        if let Some(profile) = &self.profile {
            loader = loader.profile_name(profile);
        }
        if let Some(endpoint) = &self.endpoint {
            loader = loader.endpoint_url(endpoint);
        }
        // Names of buckets are not names of hosts elsewhere.
        let builder = of(&loader.load().await).force_path_style(self.endpoint.is_some());
        S3::new(Client::from_conf(builder.build()), self.bucket.clone(), self.name.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unusable(list: &str, default: Option<&str>) -> String {
        Further::parse(Some(list), default, "objects").unwrap_err().to_string()
    }

    #[tokio::test]
    async fn further_locations_are_named_beside_the_sites_own() {
        let list = r#"[{"name": "cold", "bucket": "b", "endpoint": "http://127.0.0.1:1", "region": "eu-1"}]"#;
        let further = Further::parse(Some(list), Some("cold"), "objects").unwrap();
        let own =
            Arc::new(S3::new(super::super::local_client("http://127.0.0.1:2", None).await, "o", "objects"));
        let all = further.beside(Locations::one("objects", own)).await;
        assert_eq!((all.default.as_str(), all.built_in.as_str()), ("cold", "objects"));
        assert_eq!(all.all.keys().collect::<Vec<_>>(), ["cold", "objects"]);
        assert_eq!(format!("{:?}", further.locations[0].open().await), "bucket b as cold");
        assert_eq!(Further::parse(None, None, "objects").unwrap(), Further::default());
    }

    #[test]
    fn what_cannot_be_used_is_told() {
        let two = r#"[{"name": "a", "bucket": "b"}, {"name": "a", "bucket": "c"}]"#;
        assert!(unusable(two, None).ends_with("there are two locations `a`"));
        assert!(
            unusable(r#"[{"name": "objects", "bucket": "b"}]"#, None).contains("two locations `objects`")
        );
        assert!(unusable(r#"[{"name": "A b", "bucket": "b"}]"#, None).contains("`A b`"));
        assert!(unusable(r#"[{"name": "a", "bucket": "b", "secret": "s"}]"#, None).contains("secret"));
        assert!(unusable("[]", Some("cold")).ends_with("there is no location `cold`, only objects"));
        assert!(unusable("{", None).starts_with("CAIRN_LOCATIONS"));
    }
}
