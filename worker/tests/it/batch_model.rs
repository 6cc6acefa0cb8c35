//! Batches of screenings with a language model: it is asked about the best, paid once, and keeps nobody waiting for ever.

use std::time::Duration;

use hiring_core::ids::TaskId;
use hiring_core::task::NarrateApplication;
use hiring_db::batch_screenings::OutcomeRow;
use hiring_db::model_answers;
use hiring_db::tasks::{self, EnqueueOptions};
use hiring_testkit::model::{Reply, nothing};
use hiring_testkit::{ModelServer, eventually};
use rustix::process::Signal;
use serde_json::Value;
use uuid::Uuid;

use crate::batch_screening::{insert, job, outcomes, people, screen};
use crate::process::Program;
use crate::stage::Stage;

/// A stage whose workers have this model, and no embeddings.
async fn stage(server: &ModelServer, more: &[(&str, &str)]) -> Stage {
    let mut stage = Stage::set().await;
    let model = [
        ("EMBEDDING_BACKEND", "off"),
        ("OPENAI_API_KEY", "sk-1"),
        ("OPENAI_BASE_URL", server.base_url()),
        ("OPENAI_TIMEOUT_SECONDS", "1"),
        ("CIRCUIT_BREAKER_FAILURE_THRESHOLD", "1000"),
        ("TASK_MAX_ATTEMPTS", "1"),
    ];
    for (name, value) in model.iter().chain(more) {
        stage.with(name, value);
    }
    stage
}

fn told<'a>(row: &'a OutcomeRow, name: &str) -> Option<&'a Value> {
    row.ai_result.as_ref().and_then(|result| result.get(name))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_model_is_asked_about_the_best_share_of_a_batch_and_paid_once() {
    let server = ModelServer::start(|_| Reply::json(&nothing())).await;
    let mut stage = stage(&server, &[]).await;
    let worker = stage.start();
    let people = people(&stage, 4).await;
    let job = job(&stage).await;
    let rows = outcomes(&stage, screen(&stage, job, &people).await).await;
    let mut best: Vec<(i32, Uuid)> = rows
        .iter()
        .map(|row| (-row.total_bp.unwrap(), row.candidate_id))
        .collect();
    best.sort_unstable();
    // 30 % of four, rounded up.
    let best: Vec<Uuid> = best.into_iter().take(2).map(|(_, id)| id).collect();
    for row in &rows {
        if best.contains(&row.candidate_id) {
            assert_eq!(told(row, "ai_scored"), Some(&true.into()), "{row:?}");
            assert_eq!(told(row, "reused"), Some(&false.into()), "{row:?}");
        } else {
            assert_eq!(row.ai_reason.as_deref(), Some("not-in-top-share"));
        }
    }
    assert_eq!(server.count(), 2);

    let again = outcomes(&stage, screen(&stage, job, &people).await).await;
    let reused = |row: &&OutcomeRow| told(row, "reused") == Some(&true.into());
    assert_eq!(again.iter().filter(reused).count(), 2);
    assert_eq!(server.count(), 2, "no answer is paid for twice");
    worker.stop().await;

    stage.with("AI_SHARE_PERCENT_FREE", "0");
    let worker = stage.start();
    let nobody = outcomes(&stage, screen(&stage, job, &people).await).await;
    assert!(nobody.iter().all(|row| row.ai_reason.as_deref() == Some("plan")));
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_wrong_with_the_models_server_the_batch_ends_and_every_score_by_the_rules_stands() {
    let mut server = ModelServer::start(|_| Reply::Garbage).await;
    let stage = stage(&server, &[("AI_SHARE_PERCENT_FREE", "100")]).await;
    let worker = stage.start();
    let people = people(&stage, 2).await;
    let job = job(&stage).await;
    let unavailable = || Reply::Status(500, None, String::new());
    let cases = [
        (Reply::Status(429, Some(120), String::new()), "provider-busy"),
        (unavailable(), "provider-unavailable"),
        (
            unavailable().after(Duration::from_secs(5)),
            "provider-unavailable",
        ),
        (Reply::Cut, "provider-unavailable"),
        (Reply::Garbage, "answer-invalid"),
        (Reply::Text("{\"score\": 100}".into()), "answer-invalid"),
        (Reply::Huge(5_000_000, false), "answer-too-large"),
        (Reply::Status(401, None, String::new()), "key-refused"),
    ];
    for (reply, code) in cases {
        let scripted = reply.clone();
        server.script(move |_| scripted.clone());
        everybody_has(&stage, screen(&stage, job, &people).await, code).await;
    }
    server.stop().await;
    let refused = screen(&stage, job, &people).await;
    everybody_has(&stage, refused, "provider-unavailable").await;
    assert_eq!(stage.count("SELECT count(*) FROM screenings").await, 2);
    worker.stop().await;
}

/// Every candidate of the batch has a score, and this is why the model has not looked at them.
async fn everybody_has(stage: &Stage, batch: TaskId, code: &str) {
    for row in outcomes(stage, batch).await {
        assert_eq!(row.state.as_deref(), Some("scored"), "{row:?}");
        assert_eq!(row.ai_state.as_deref(), Some("dead"), "{code}: {row:?}");
        assert_eq!(row.ai_code.as_deref(), Some(code));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_killed_in_the_middle_of_a_batch_pays_for_no_answer_twice() {
    let server = ModelServer::start(|_| Reply::json(&nothing()).after(Duration::from_millis(400))).await;
    let more = [
        ("AI_SHARE_PERCENT_FREE", "100"),
        ("AI_CONCURRENCY", "3"),
        ("WORKER_CONCURRENCY", "4"),
        ("TASK_MAX_ATTEMPTS", "4"),
        ("OPENAI_TIMEOUT_SECONDS", "20"),
    ];
    let stage = stage(&server, &more).await;
    let worker = stage.start();
    let people = people(&stage, 12).await;
    worker.stop().await;
    let job = job(&stage).await;
    let program = Program::start(&stage);
    let enqueued = insert(&stage, job, &people).await;
    let batch = enqueued.task_id;
    stage.ringer.ring(&[enqueued]).await;
    let answers = "SELECT count(*) FROM model_answers";
    let some = || async { (stage.count(answers).await >= 4).then_some(()) };
    eventually("some answers", some).await;
    program.signal(Signal::KILL);
    assert_eq!(program.ended().await, None);
    let answered = "SELECT visible_text FROM candidates c JOIN model_answers m ON m.candidate_id = c.id";
    let finished = stage.client.query(answered, &[]).await.unwrap();
    assert!(finished.len() < 12, "it was killed in the middle");

    stage.database.shift_task_clock("10 min").await;
    let program = Program::start(&stage);
    stage.until_task(batch, "completed").await;
    let rows = outcomes(&stage, batch).await;
    assert!(
        rows.iter()
            .all(|row| told(row, "ai_scored") == Some(&true.into()))
    );
    assert_eq!(stage.count(answers).await, 12);
    let asked = server.requests();
    for row in finished {
        let text: String = row.get(0);
        let number = text.lines().rfind(|line| line.starts_with("Number ")).unwrap();
        let about = asked
            .iter()
            .filter(|asked| asked.resume().lines().any(|line| line == number));
        assert_eq!(about.count(), 1, "{number} was answered before the kill");
    }
    // Whoever was being asked about at the kill is asked about once more, and nobody else.
    assert!((12..=12 + 3).contains(&asked.len()), "{} questions", asked.len());
    program.signal(Signal::TERM);
    assert_eq!(program.ended().await, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_that_is_under_way_already_is_not_waited_for_and_tells_its_answer_to_the_batch_later() {
    let server = ModelServer::start(|_| Reply::json(&nothing())).await;
    let more = [
        ("AI_SHARE_PERCENT_FREE", "100"),
        ("AI_TOKENS_PER_MONTH_FREE", "0"),
    ];
    let stage = stage(&server, &more).await;
    let worker = stage.start();
    let people = people(&stage, 2).await;
    let job = job(&stage).await;
    screen(&stage, job, &people).await;
    let application = "SELECT id FROM applications WHERE candidate_id = $1";
    let row = stage.client.query_one(application, &[&people[0]]).await.unwrap();
    let patient = NarrateApplication {
        application_id: row.get::<_, Uuid>(0).into(),
        candidate_id: people[0].into(),
        job_id: job,
        fresh: false,
        patient: true,
    };
    let options = EnqueueOptions {
        organization_id: Some(stage.org),
        unique_key: Some(model_answers::task_key(patient.application_id)),
        ..EnqueueOptions::default()
    };
    let mut connection = stage.database.database().connection().await.unwrap();
    let earlier = stage
        .ringer
        .enqueue(&mut connection, &patient, options)
        .await
        .unwrap();
    drop(connection);
    let asked = earlier.task_id;
    stage.ringer.ring(&[earlier]).await;
    let parked = "SELECT last_error->>'code' = 'budget-exceeded' FROM tasks WHERE id = $1";
    stage
        .until("the question to be parked", parked, asked.uuid())
        .await;

    // The batch ends all the same, and says that this one is still to come.
    let batch = screen(&stage, job, &people).await;
    let rows = outcomes(&stage, batch).await;
    assert_eq!(rows[0].ai_task_id, Some(asked.uuid()));
    assert_eq!(rows[0].ai_state.as_deref(), Some("pending"));
    assert_eq!(told(&rows[1], "reason"), Some(&"budget-exceeded".into()));
    let mut connection = stage.database.database().connection().await.unwrap();
    let shown = tasks::find_task(&mut connection, stage.org, batch)
        .await
        .unwrap()
        .unwrap();
    drop(connection);
    let counts = shown.counts.unwrap();
    assert_eq!((counts.total, counts.done, shown.children), (2, 1, Some(1)));

    let richer = "UPDATE organizations SET plan = 'pro'";
    stage.client.batch_execute(richer).await.unwrap();
    stage.database.shift_task_clock("61 min").await;
    stage.until_task(asked, "completed").await;
    let rows = outcomes(&stage, batch).await;
    assert_eq!(told(&rows[0], "ai_scored"), Some(&true.into()));
    worker.stop().await;
}
