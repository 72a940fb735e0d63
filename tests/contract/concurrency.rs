//! What holds for many at once holds on DynamoDB too: whole sites, asked through the gateway.

use std::sync::Arc;

use cairn_aws::dynamo::{DynamoStore, create_tables, local_client};
use cairn_model::kinds::TABLES;
use cairn_ports::{Clock, Ids, clock::SystemClock, ids::RandomIds};

use crate::{
    dynamo::endpoint,
    support::{Extension, Site, races},
};

/// A site on tables of its own.
async fn site() -> Site {
    let endpoint = endpoint();
    let prefix = format!("{}-", RandomIds.ulid(SystemClock.now()));
    create_tables(&local_client(&endpoint).await, &prefix, TABLES).await.unwrap();
    let store = DynamoStore::new(local_client(&endpoint).await, prefix);
    Site::on(Arc::new(store), Arc::new(RandomIds), &Extension::default()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_writers_with_one_revision_one_wins() {
    races::writers_with_one_revision(&site().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_revision_the_last_writer_wins() {
    races::writers_without_revision(&site().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_sixteen_publishers_one_publishes() {
    races::publishers(&site().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_discarded_once_and_then_there_is_none() {
    races::discarders_and_users_of_a_draft(&site().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_doi_is_claimed_once_however_many_publish_it_at_once() {
    races::claims_of_an_identifier(&site().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_times_one_request_with_a_key_are_one() {
    races::one_request_with_a_key(&site().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_of_entries_and_addresses_of_users_are_given_once() {
    let site = site().await;
    races::creators_of_an_entry(&site).await;
    races::creators_of_a_user(&site).await;
}
