//! Many at once, on the embedded store. The same runs on DynamoDB in `tests/contract`.

use crate::support::{Site, races};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_sixteen_writers_with_one_revision_one_wins() {
    races::writers_with_one_revision(&Site::start().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_revision_the_last_writer_wins() {
    races::writers_without_revision(&Site::start().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_sixteen_publishers_one_publishes() {
    races::publishers(&Site::start().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_is_discarded_once_and_then_there_is_none() {
    races::discarders_and_users_of_a_draft(&Site::start().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_doi_is_claimed_once_however_many_publish_it_at_once() {
    races::claims_of_an_identifier(&Site::start().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixteen_times_one_request_with_a_key_are_one() {
    races::one_request_with_a_key(&Site::start().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ids_of_entries_and_addresses_of_users_are_given_once() {
    let site = Site::start().await;
    races::creators_of_an_entry(&site).await;
    races::creators_of_a_user(&site).await;
}
