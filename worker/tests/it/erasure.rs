use hiring_core::ids::ObjectId;
use hiring_core::task::EraseObjects;
use hiring_db::cleanup;
use hiring_platform::storage::{ObjectKey, StorageError};
use hiring_worker::maintenance;

use crate::documents::RESUME;
use crate::stage::Stage;

async fn has_bytes(stage: &Stage, object: ObjectId) -> bool {
    match stage
        .storage
        .get(&ObjectKey::new(stage.org, object), 10_000_000)
        .await
    {
        Ok(_) => true,
        Err(StorageError::NotFound) => false,
        Err(error) => panic!("{error}"),
    }
}

async fn has_row(stage: &Stage, object: ObjectId) -> bool {
    let query = "SELECT 1 FROM stored_objects WHERE id = $1";
    stage
        .client
        .query_opt(query, &[&object.uuid()])
        .await
        .unwrap()
        .is_some()
}

async fn age(stage: &Stage, object: ObjectId, age: &str) {
    let query = format!("UPDATE stored_objects SET created_at = now() - interval '{age}' WHERE id = $1");
    stage.client.execute(&query, &[&object.uuid()]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erased_file_loses_its_bytes_and_its_row_and_a_live_one_neither() {
    let stage = Stage::set().await;
    let (erased, live) = (
        stage.store(b"erased", "erasing").await,
        stage.store(b"live", "live").await,
    );
    let worker = stage.start();
    let task = stage
        .enqueue(&EraseObjects {
            object_ids: vec![erased, live],
        })
        .await;
    stage.until_task(task, "completed").await;
    assert!(!has_bytes(&stage, erased).await && !has_row(&stage, erased).await);
    assert!(has_bytes(&stage, live).await && has_row(&stage, live).await);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn uploads_that_nobody_finished_are_removed_after_an_hour() {
    let stage = Stage::set().await;
    let (old, young) = (
        stage.store(b"old", "staged").await,
        stage.store(b"young", "staged").await,
    );
    let (erased, live) = (
        stage.store(b"erased", "erasing").await,
        stage.store(b"live", "live").await,
    );
    for object in [old, erased, live] {
        age(&stage, object, "61 min").await;
    }
    age(&stage, young, "59 min").await;
    maintenance::remove_abandoned_objects(stage.parts(), stage.database.database())
        .await
        .unwrap();
    for object in [old, erased] {
        assert!(!has_bytes(&stage, object).await && !has_row(&stage, object).await);
    }
    for object in [young, live] {
        assert!(has_bytes(&stage, object).await && has_row(&stage, object).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_cannot_be_deleted_keeps_its_row_for_the_next_time() {
    let stage = Stage::set().await;
    let old = stage.store(b"old", "staged").await;
    age(&stage, old, "61 min").await;
    let away = stage.folder().join("away");
    std::fs::rename(stage.objects(), &away).unwrap();
    let failed = maintenance::remove_abandoned_objects(stage.parts(), stage.database.database()).await;
    std::fs::rename(&away, stage.objects()).unwrap();
    assert!(failed.is_err() && has_row(&stage, old).await);
    maintenance::remove_abandoned_objects(stage.parts(), stage.database.database())
        .await
        .unwrap();
    assert!(!has_row(&stage, old).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_file_that_cannot_be_deleted_holds_up_none_of_more_than_a_batch() {
    let stage = Stage::set().await;
    let stuck = stage.store(b"stuck", "staged").await;
    age(&stage, stuck, "3 h").await;
    let path = stage.objects().join(ObjectKey::new(stage.org, stuck).as_str());
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    let many = format!(
        "INSERT INTO stored_objects (id, organization_id, key, state, sha256, size_bytes, file_type, created_at)
         SELECT gen_random_uuid(), organization_id, 'without bytes ' || n, state, sha256(n::text::bytea), 1, 'txt',
             now() - interval '2 h' FROM stored_objects, generate_series(1, {}) n",
        cleanup::BATCH + 1
    );
    stage.client.batch_execute(&many).await.unwrap();
    let outcome = maintenance::remove_abandoned_objects(stage.parts(), stage.database.database()).await;
    assert!(outcome.is_err(), "one remains");
    assert!(has_row(&stage, stuck).await);
    assert_eq!(stage.count("SELECT count(*) FROM stored_objects").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_cannot_be_deleted_holds_up_no_other_of_its_task() {
    let mut stage = Stage::set().await;
    stage.with("EMBEDDING_BACKEND", "off");
    let mut objects = Vec::new();
    for bytes in [b"first", b"stuck", b"third"] {
        objects.push(stage.store(bytes, "erasing").await);
    }
    let path = stage
        .objects()
        .join(ObjectKey::new(stage.org, objects[1]).as_str());
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    let worker = stage.start();
    let task = EraseObjects {
        object_ids: objects.clone(),
    };
    let task = stage.enqueue(&task).await;
    let tried =
        "SELECT state = 'pending' AND last_error->>'code' = 'storage-unavailable' FROM tasks WHERE id = $1";
    stage.until("the task to be put off", tried, task.uuid()).await;
    assert!(has_row(&stage, objects[1]).await);
    for object in [objects[0], objects[2]] {
        assert!(!has_bytes(&stage, object).await && !has_row(&stage, object).await);
    }
    std::fs::remove_dir(&path).unwrap();
    stage.database.shift_task_clock("61 s").await;
    stage.until_task(task, "completed").await;
    assert!(!has_row(&stage, objects[1]).await);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_candidate_erased_before_it_is_read_calls_the_task_off() {
    let stage = Stage::set().await;
    let upload = stage.upload(RESUME.as_bytes()).await;
    stage
        .client
        .execute(
            "DELETE FROM candidates WHERE id = $1",
            &[&upload.candidate.uuid()],
        )
        .await
        .unwrap();
    stage
        .storage
        .delete(&ObjectKey::new(stage.org, upload.object))
        .await
        .unwrap();
    let worker = stage.start();
    stage.until_task(upload.task, "cancelled").await;
    worker.stop().await;
}
