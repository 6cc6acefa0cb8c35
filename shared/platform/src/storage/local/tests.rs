use proptest::prelude::*;
use uuid::Uuid;

use super::*;

const MAX: u64 = 1 << 20;

fn key(number: u128) -> ObjectKey {
    ObjectKey::new(Uuid::from_u128(7).into(), Uuid::from_u128(number).into())
}

fn store() -> (tempfile::TempDir, LocalStore) {
    let folder = tempfile::tempdir().unwrap();
    let store = LocalStore::open(folder.path().join("objects"), None).unwrap();
    (folder, store)
}

#[tokio::test]
async fn a_restart_with_a_made_up_key_can_still_read() {
    let (folder, store) = store();
    store
        .put(&key(1), Bytes::from_static(b"resume"), "text/plain")
        .await
        .unwrap();
    drop(store);
    let reopened = LocalStore::open(folder.path().join("objects"), None).unwrap();
    assert_eq!(reopened.get(&key(1), MAX).await.unwrap(), "resume");
}

#[tokio::test]
async fn with_another_key_nothing_opens() {
    let (folder, store) = store();
    store
        .put(&key(1), Bytes::from_static(b"resume"), "text/plain")
        .await
        .unwrap();
    let other = LocalStore::open(folder.path().join("objects"), Some([9; 32])).unwrap();
    assert!(matches!(
        other.get(&key(1), MAX).await,
        Err(StorageError::Damaged)
    ));
}

#[tokio::test]
async fn contents_do_not_lie_readable_on_the_disk() {
    let (_folder, store) = store();
    store
        .put(
            &key(1),
            Bytes::from_static(b"Ada Lovelace, 12 Analytical Road"),
            "text/plain",
        )
        .await
        .unwrap();
    let (_, path) = store.shared.path(&key(1));
    let raw = fs::read(path).unwrap();
    assert!(!raw.windows(8).any(|window| window == b"Lovelace"));
}

#[tokio::test]
async fn deleting_twice_is_success_and_the_object_is_gone() {
    let (_folder, store) = store();
    store
        .put(&key(1), Bytes::from_static(b"x"), "text/plain")
        .await
        .unwrap();
    store.delete(&key(1)).await.unwrap();
    store.delete(&key(1)).await.unwrap();
    store.delete(&key(2)).await.unwrap();
    assert!(matches!(
        store.get(&key(1), MAX).await,
        Err(StorageError::NotFound)
    ));
}

#[tokio::test]
async fn an_object_may_have_exactly_the_accepted_size_and_no_byte_more() {
    let (_folder, store) = store();
    store
        .put(&key(1), Bytes::from_static(b"0123456789"), "text/plain")
        .await
        .unwrap();
    assert_eq!(store.get(&key(1), 10).await.unwrap().len(), 10);
    assert!(matches!(
        store.get(&key(1), 9).await,
        Err(StorageError::TooLarge { max_bytes: 9 })
    ));
}

#[tokio::test]
async fn a_file_moved_to_another_key_or_altered_is_damaged() {
    let (_folder, store) = store();
    store
        .put(&key(1), Bytes::from_static(b"resume"), "text/plain")
        .await
        .unwrap();
    let (_, one) = store.shared.path(&key(1));
    let (_, two) = store.shared.path(&key(2));
    fs::copy(&one, &two).unwrap();
    assert!(matches!(
        store.get(&key(2), MAX).await,
        Err(StorageError::Damaged)
    ));
    fs::write(&one, b"").unwrap();
    assert!(matches!(
        store.get(&key(1), MAX).await,
        Err(StorageError::Damaged)
    ));
}

#[tokio::test]
async fn a_store_whose_folder_is_gone_is_unavailable_and_leaves_no_draft() {
    let (_folder, store) = store();
    store.check().await.unwrap();
    assert_eq!(fs::read_dir(store.shared.root.join(DRAFTS)).unwrap().count(), 0);
    fs::remove_dir_all(&store.shared.root).unwrap();
    assert!(store.check().await.unwrap_err().may_pass());
    let put = store.put(&key(1), Bytes::new(), "text/plain").await.unwrap_err();
    assert_eq!(put.to_string(), "file storage is unavailable");
}

#[test]
fn drafts_of_a_process_that_died_are_removed_and_those_of_a_living_one_are_kept() {
    let (_folder, store) = store();
    let dead = store.shared.write_draft(b"half").unwrap();
    let living = store.shared.write_draft(b"half").unwrap();
    let long_ago = fs::metadata(&dead).unwrap().modified().unwrap() - ABANDONED_AFTER * 2;
    File::options()
        .write(true)
        .open(&dead)
        .unwrap()
        .set_modified(long_ago)
        .unwrap();
    LocalStore::open(&store.shared.root, None).unwrap();
    assert!(!dead.exists() && living.exists());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn any_bytes_under_any_key_come_back(contents: Vec<u8>, number: u128) {
        let (_folder, store) = store();
        let name = key(number);
        store.shared.put(&name, b"older").unwrap();
        store.shared.put(&name, &contents).unwrap();
        prop_assert_eq!(store.shared.get(&name, MAX).unwrap(), contents);
    }
}
