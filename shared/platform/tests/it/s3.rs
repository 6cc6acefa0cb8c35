//! The S3 store against a server that speaks S3.

use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{BehaviorVersion, Builder, Credentials, Region};
use bytes::Bytes;
use hiring_platform::storage::config::S3Config;
use hiring_platform::storage::{ObjectKey, ObjectStore, S3Store, StorageError};
use uuid::Uuid;

use crate::server::{Moto, free_address, get};

const BUCKET: &str = "resumes";
const MAX: u64 = 1 << 20;

fn key(number: u128) -> ObjectKey {
    ObjectKey::new(Uuid::from_u128(7).into(), Uuid::from_u128(number).into())
}

/// A client of the tests' own, to make the bucket and to look behind the store.
fn client(url: &str) -> Client {
    let http = aws_smithy_http_client::Builder::new().build_http();
    let config = Builder::new()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(Credentials::for_tests())
        .region(Region::new("us-east-1"))
        .http_client(http)
        .endpoint_url(url)
        .force_path_style(true);
    Client::from_conf(config.build())
}

async fn store(url: &str) -> S3Store {
    let config = S3Config {
        bucket: BUCKET.into(),
        endpoint_url: Some(url.into()),
        region: "us-east-1".into(),
    };
    S3Store::connect_as(config, Credentials::for_tests()).await
}

async fn server_and_store() -> (Moto, Client, S3Store) {
    let server = tokio::task::spawn_blocking(Moto::start).await.unwrap();
    let client = client(&server.url());
    client.create_bucket().bucket(BUCKET).send().await.unwrap();
    let store = store(&server.url()).await;
    (server, client, store)
}

#[tokio::test]
async fn s3_keeps_objects_like_the_local_store_does() {
    let (_server, client, store) = server_and_store().await;
    store.check().await.unwrap();
    let body = Bytes::from((0..=255).cycle().take(100_000).collect::<Vec<u8>>());

    store
        .put(&key(1), Bytes::from_static(b"older"), "text/plain")
        .await
        .unwrap();
    store.put(&key(1), body.clone(), "application/pdf").await.unwrap();
    store.put(&key(2), Bytes::new(), "text/plain").await.unwrap();
    assert_eq!(store.get(&key(1), MAX).await.unwrap(), body);
    assert_eq!(store.get(&key(1), 100_000).await.unwrap().len(), 100_000);
    assert!(matches!(
        store.get(&key(1), 99_999).await,
        Err(StorageError::TooLarge { max_bytes: 99_999 })
    ));
    assert!(store.get(&key(2), 0).await.unwrap().is_empty());

    let head = client
        .head_object()
        .bucket(BUCKET)
        .key(key(1).as_str())
        .send()
        .await
        .unwrap();
    assert_eq!(
        head.server_side_encryption().map(|kind| kind.as_str()),
        Some("AES256")
    );
    assert_eq!(head.content_type(), Some("application/pdf"));

    store.delete(&key(1)).await.unwrap();
    store.delete(&key(1)).await.unwrap();
    assert!(matches!(
        store.get(&key(1), MAX).await,
        Err(StorageError::NotFound)
    ));
}

#[tokio::test]
async fn a_signed_link_downloads_the_object_under_its_own_name() {
    let (server, _client, store) = server_and_store().await;
    store
        .put(&key(1), Bytes::from_static(b"the resume"), "text/plain")
        .await
        .unwrap();
    let link = store
        .signed_url(&key(1), "Zoë's.pdf", Duration::from_secs(60))
        .await
        .unwrap()
        .unwrap();
    let path = link.strip_prefix(&server.url()).unwrap().to_owned();
    let address = server.address;
    let answer = tokio::task::spawn_blocking(move || get(address, &path))
        .await
        .unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.ends_with("the resume"), "{answer}");
    // moto does not play this part of S3, so the link itself has to show the name.
    let disposition =
        "response-content-disposition=attachment%3B%20filename%2A%3DUTF-8%27%27Zo%25C3%25AB%2527s.pdf";
    assert!(
        link.contains(disposition) && link.contains("X-Amz-Expires=60"),
        "{link}"
    );
    let too_long = store
        .signed_url(&key(1), "x", Duration::from_secs(8 * 24 * 3600))
        .await;
    assert!(too_long.is_err());
}

#[tokio::test]
async fn a_missing_bucket_or_server_is_unavailable_and_names_nothing() {
    let server = tokio::task::spawn_blocking(Moto::start).await.unwrap();
    let without_bucket = store(&server.url()).await;
    let without_server = store(&format!("http://{}", free_address())).await;
    for store in [without_bucket, without_server] {
        for error in [
            store.check().await.unwrap_err(),
            store.put(&key(1), Bytes::new(), "text/plain").await.unwrap_err(),
            store.get(&key(1), MAX).await.unwrap_err(),
        ] {
            assert!(error.may_pass());
            assert_eq!(error.to_string(), "file storage is unavailable");
        }
    }
}
