use std::os::unix::fs::symlink;

use crate::documents::RESUME;
use crate::stage::Stage;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_becomes_a_candidate_found_by_words_and_by_meaning() {
    let stage = Stage::set().await;
    let worker = stage.start();
    let upload = stage.upload(RESUME.as_bytes()).await;
    stage.until_candidate(upload.candidate, "ready").await;
    stage.until_idle().await;
    let row = stage
        .client
        .query_one(
            "SELECT name, email, headline, education, skills, skill_names, experience_months, visible_text,
                 indexed_at IS NOT NULL AND parsed_at IS NOT NULL, resume->'contact'->'emails'->0->>'value',
                 EXISTS (SELECT FROM search_entries e WHERE e.candidate_id = candidates.id
                    AND e.words @@ plainto_tsquery('english', 'pipelines'))
             FROM candidates WHERE id = $1",
            &[&upload.candidate.uuid()],
        )
        .await
        .unwrap();
    assert_eq!(row.get::<_, Option<&str>>(0), Some("Ada Lovelace"));
    assert_eq!(row.get::<_, Option<&str>>(1), Some("ada@example.org"));
    assert_eq!(row.get::<_, Option<&str>>(2), Some("Senior Data Engineer"));
    assert_eq!(row.get::<_, Option<&str>>(3), Some("master"));
    let skills: Vec<String> = row.get(4);
    assert!(
        skills.contains(&"python".into()) && skills.contains(&"postgresql".into()),
        "{skills:?}"
    );
    assert_eq!(skills.len(), row.get::<_, Vec<String>>(5).len());
    assert!((100..=110).contains(&row.get::<_, Option<i32>>(6).unwrap()));
    assert!(row.get::<_, &str>(7).contains("Analytical Engines"));
    assert!(row.get::<_, bool>(8) && row.get::<_, bool>(10));
    assert_eq!(row.get::<_, Option<&str>>(9), Some("ada@example.org"));
    let models = "SELECT count(*) FROM profile_vectors p JOIN chunk_vectors c USING (candidate_id, model)";
    assert!(stage.count(models).await > 0);
    let beyond = "SELECT count(*) FROM chunk_vectors v JOIN candidates c ON c.id = v.candidate_id
         WHERE end_offset > char_length(visible_text) OR end_offset = start_offset";
    assert_eq!(stage.count(beyond).await, 0);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_model_people_are_found_by_words_and_by_meaning_once_it_is_back() {
    let mut stage = Stage::set().await;
    let model = stage.variables["EMBEDDING_MODEL_DIR"].clone();
    let missing = stage.folder().join("model");
    stage.with("EMBEDDING_MODEL_DIR", missing.to_str().unwrap());
    let worker = stage.start();
    let upload = stage.upload(RESUME.as_bytes()).await;
    stage.until_candidate(upload.candidate, "ready").await;
    assert_eq!(stage.count("SELECT count(*) FROM profile_vectors").await, 0);
    symlink(std::fs::canonicalize(model).unwrap(), &missing).unwrap();
    stage.database.shift_task_clock("61 s").await;
    stage.until_idle().await;
    assert_eq!(stage.count("SELECT count(*) FROM profile_vectors").await, 1);
    assert!(stage.count("SELECT count(*) FROM chunk_vectors").await > 0);
    assert_eq!(stage.count("SELECT count(*) FROM line_vectors").await, 1);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_embeddings_off_nothing_is_left_waiting_for_them() {
    let mut stage = Stage::set().await;
    stage.with("EMBEDDING_BACKEND", "off");
    let worker = stage.start();
    let upload = stage.upload(RESUME.as_bytes()).await;
    stage.until_candidate(upload.candidate, "ready").await;
    stage.until_idle().await;
    assert_eq!(stage.count("SELECT count(*) FROM profile_vectors").await, 0);
    assert_eq!(
        stage
            .count("SELECT count(*) FROM tasks WHERE state <> 'completed'")
            .await,
        0
    );
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reading_again_replaces_the_vectors_and_keeps_one_profile() {
    let stage = Stage::set().await;
    let worker = stage.start();
    let upload = stage.upload(RESUME.as_bytes()).await;
    stage.until_candidate(upload.candidate, "ready").await;
    stage.until_idle().await;
    let chunks = stage.count("SELECT count(*) FROM chunk_vectors").await;
    let task = hiring_core::task::ParseResume {
        candidate_id: upload.candidate,
        object_id: upload.object,
    };
    let again = stage.enqueue(&task).await;
    stage.until_task(again, "completed").await;
    stage.until_idle().await;
    assert_eq!(stage.count("SELECT count(*) FROM chunk_vectors").await, chunks);
    assert_eq!(stage.count("SELECT count(*) FROM profile_vectors").await, 1);
    assert_eq!(stage.count("SELECT count(*) FROM line_vectors").await, 1);
    worker.stop().await;
}

/// Everything that was embedded of one candidate.
async fn vectors(stage: &Stage, candidate: uuid::Uuid) -> Vec<String> {
    let query = "SELECT embedding::text FROM profile_vectors WHERE candidate_id = $1
         UNION ALL SELECT embedding::text FROM chunk_vectors WHERE candidate_id = $1
         UNION ALL SELECT unnest(embeddings)::text FROM line_vectors WHERE candidate_id = $1 ORDER BY 1";
    let rows = stage.client.query(query, &[&candidate]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_somebody_is_changes_no_vector() {
    let stage = Stage::set().await;
    let worker = stage.start();
    let about = |name: &str| RESUME.replace("Data engineer with", &format!("{name} is a data engineer with"));
    let ada = about("Ada").into_bytes();
    let other = about("Maximilian")
        .replace("Ada Lovelace", "Maximilian Weber")
        .replace("ada@example.org", "weber@example.com")
        .replace("+44 20 7946 0958", "+49 30 1234567")
        .into_bytes();
    let (ada, other) = (stage.upload(&ada).await, stage.upload(&other).await);
    stage.until_candidate(ada.candidate, "ready").await;
    stage.until_candidate(other.candidate, "ready").await;
    stage.until_idle().await;
    let (ada, other) = (
        vectors(&stage, ada.candidate.uuid()).await,
        vectors(&stage, other.candidate.uuid()).await,
    );
    assert!(ada.len() > 2);
    assert!(ada == other);
    worker.stop().await;
}
