//! Signed addresses.

use aws_sdk_s3::{Client, presigning::PresigningConfig};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use cairn_model::objects::Place;
use cairn_ports::objects::{Expected, ObjectError, SIGNED_FOR, Shown, Upload};

use super::answers::failed;

/// Where an object can be fetched.
pub(super) async fn get(
    client: &Client,
    bucket: &str,
    place: &Place,
    shown: &Shown,
) -> Result<String, ObjectError> {
    let asked = client.get_object().bucket(bucket).key(&place.key).set_version_id(place.version.clone());
    let asked = asked.response_content_type(&shown.media_type);
    let asked = asked.response_content_disposition(&shown.disposition);
    let signed = asked.presigned(life()?).await.map_err(|error| failed(&error, &place.key))?;
    Ok(signed.uri().to_owned())
}

/// Where an object can be sent. Its length and checksum are headers that the sender has to send as they were signed.
pub(super) async fn put(
    client: &Client,
    bucket: &str,
    key: &str,
    expected: &Expected,
) -> Result<String, ObjectError> {
    let md5 = expected.md5.as_deref().and_then(|md5| hex::decode(md5).ok()).map(|md5| STANDARD.encode(md5));
    let asked = client.put_object().bucket(bucket).key(key).set_content_md5(md5);
    let asked = asked.set_content_length(expected.size.and_then(|size| i64::try_from(size).ok()));
    let signed = asked.presigned(life()?).await.map_err(|error| failed(&error, key))?;
    Ok(signed.uri().to_owned())
}

/// Where a part of an upload can be sent.
pub(super) async fn part(
    client: &Client,
    bucket: &str,
    upload: &Upload,
    number: i32,
    size: u64,
) -> Result<String, ObjectError> {
    let asked = client.upload_part().bucket(bucket).key(&upload.key).upload_id(&upload.id);
    let asked = asked.part_number(number).set_content_length(i64::try_from(size).ok());
    let signed = asked.presigned(life()?).await.map_err(|error| failed(&error, &upload.key))?;
    Ok(signed.uri().to_owned())
}

fn life() -> Result<PresigningConfig, ObjectError> {
    PresigningConfig::expires_in(SIGNED_FOR).map_err(|error| ObjectError::Refused(error.to_string()))
}
