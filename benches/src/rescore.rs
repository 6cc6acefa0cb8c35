//! Everybody on a job scored anew after its weights have changed.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use serde_json::{Value, json};

use crate::caller::{Caller, wait};
use crate::resumes;
use crate::rig::{Settings, recruiter, start_api, start_worker};

/// People on the job.
const PEOPLE: i64 = 100_000;
/// Longest wait for anything.
const DEADLINE: Duration = Duration::from_secs(900);
/// Between two looks at a task.
const POLL: Duration = Duration::from_millis(100);

/// Copies of the one candidate who was read and scored by the product itself: their rows as they are, under ids of their own.
/// The quotes were checked when the original was stored.
const FILL: &str = "
    CREATE TEMPORARY TABLE given AS
        SELECT n, gen_random_uuid() AS object, gen_random_uuid() AS candidate, gen_random_uuid() AS application,
            gen_random_uuid() AS facts, gen_random_uuid() AS screening FROM generate_series(2, $PEOPLE) n;
    INSERT INTO stored_objects (id, organization_id, key, state, sha256, size_bytes, file_type)
        SELECT g.object, o.organization_id, g.n::text, 'live', sha256(g.n::text::bytea), o.size_bytes, o.file_type
        FROM given g, (SELECT * FROM stored_objects LIMIT 1) o;
    INSERT INTO candidates (id, organization_id, object_id, sha256, file_name, file_type, status, name, headline,
            visible_text, sections, resume, parser_version, parsed_at, indexed_at)
        SELECT g.candidate, c.organization_id, g.object, sha256(g.n::text::bytea), c.file_name, c.file_type, c.status, c.name,
            c.headline, c.visible_text, c.sections, c.resume, c.parser_version, c.parsed_at, c.indexed_at
        FROM given g, (SELECT * FROM candidates LIMIT 1) c;
    INSERT INTO applications (id, organization_id, candidate_id, job_id, ai_score_bp, screening_id, screened_at)
        SELECT g.application, a.organization_id, g.candidate, a.job_id, a.ai_score_bp, g.screening, a.screened_at
        FROM given g, (SELECT * FROM applications LIMIT 1) a;
    ALTER TABLE screening_facts DISABLE TRIGGER evidence_is_quoted;
    INSERT INTO screening_facts (id, organization_id, application_id, rubric, assessed, inputs, basis, read_at, is_complete)
        SELECT g.facts, f.organization_id, g.application, f.rubric, f.assessed, f.inputs, f.basis, f.read_at, f.is_complete
        FROM given g, (SELECT f.* FROM screening_facts f JOIN screenings s ON s.facts_id = f.id
            JOIN applications a ON a.screening_id = s.id LIMIT 1) f;
    ALTER TABLE screening_facts ENABLE TRIGGER evidence_is_quoted;
    INSERT INTO screenings (id, organization_id, application_id, candidate_id, job_id, task_id, engine, score_version,
            total_bp, facts_id, weights)
        SELECT g.screening, s.organization_id, g.application, g.candidate, s.job_id, s.task_id, s.engine, s.score_version,
            s.total_bp, g.facts, s.weights
        FROM given g, (SELECT s.* FROM screenings s JOIN applications a ON a.screening_id = s.id LIMIT 1) s;
    DROP TABLE given;
    VACUUM ANALYZE";

/// Fills one job, changes its weights over HTTP, and waits until everybody has the other score.
///
/// # Errors
/// When the product refuses something or does not come to an end.
pub async fn run(settings: &Settings, corpus: &Path) -> anyhow::Result<()> {
    let (api, _worker) = (start_api(settings).await?, start_worker(settings).await?);
    let caller = Caller::new(&api, recruiter(settings, &api).await?)?;
    let job = caller.scored_original(corpus).await?;
    let database = settings.database().await?;
    let facts: i64 = database
        .query_one(
            "SELECT max(octet_length(assessed::text))::bigint FROM screening_facts",
            &[],
        )
        .await?
        .get(0);
    for statement in FILL.replace("$PEOPLE", &PEOPLE.to_string()).split(';') {
        // One by one: a vacuum stands outside of transactions.
        database.batch_execute(statement).await?;
    }
    let started = Instant::now();
    let task = caller
        .change(
            &job,
            &json!({"weights": {"must_have": 7000, "nice_to_have": 3000}}),
        )
        .await?;
    let scored = caller.until_completed(&task).await?;
    let seconds = started.elapsed().as_secs_f64();
    ensure!(scored == PEOPLE, "{scored} of {PEOPLE} were scored anew");
    let present = "SELECT count(*) FROM applications a JOIN screenings s ON s.id = a.screening_id
        WHERE s.weights->>'must_have' = '7000' AND s.total_bp = a.ai_score_bp";
    let present: i64 = database.query_one(present, &[]).await?.get(0);
    ensure!(present == PEOPLE, "{present} of {PEOPLE} show the other score");
    println!(
        "rescore: {PEOPLE} people on one job scored anew in {seconds:.1} s, from facts of {facts} bytes each"
    );
    Ok(())
}

/// What this bench does with the api.
impl Caller<'_> {
    /// A job with one resume of the corpus on it that has been read, indexed and scored in full.
    async fn scored_original(&self, corpus: &Path) -> anyhow::Result<String> {
        let body = json!({"title": "Engineer", "requirements": {"min_experience_years": 3, "education": "bachelor",
            "must_have": ["Python", "SQL", "Docker", "Linux"], "nice_to_have": ["Kubernetes", "Git", "Java", "AWS"]}});
        let job = self.call(self.client.post(self.url("/jobs")).json(&body)).await?;
        let job = job
            .get("id")
            .and_then(Value::as_str)
            .context("a job's id")?
            .to_owned();
        let resumes = resumes::load(corpus)?;
        let resume = resumes
            .iter()
            .find(|resume| resume.name.ends_with(".pdf"))
            .context("a PDF")?;
        let file = reqwest::multipart::Part::bytes(resume.bytes.clone()).file_name("resume.pdf");
        let form = reqwest::multipart::Form::new()
            .part("file", file)
            .text("job_id", job.clone());
        self.call(self.client.post(self.url("/candidates/upload")).multipart(form))
            .await?;
        let deadline = Instant::now() + DEADLINE;
        loop {
            let listed = self.call(self.client.get(self.url("/applications"))).await?;
            let screening = listed
                .pointer("/0/ai_analysis/screening_id")
                .and_then(Value::as_str);
            if let Some(screening) = screening {
                let path = self.url(&format!("/screenings/{screening}"));
                if self.call(self.client.get(path)).await?.get("complete") == Some(&Value::Bool(true)) {
                    return Ok(job);
                }
            }
            wait(deadline, POLL).await?;
        }
    }

    /// Changes the job; answers the task that scores everybody anew.
    async fn change(&self, job: &str, body: &Value) -> anyhow::Result<String> {
        let request = self.client.patch(self.url(&format!("/jobs/{job}")));
        let changed = self.call(request.header("if-match", "*").json(body)).await?;
        let task = changed.get("rescore_task_id").and_then(Value::as_str);
        Ok(task.context("a task that scores everybody anew")?.to_owned())
    }

    /// Waits for the task's end; answers how many scores it says that it made.
    async fn until_completed(&self, task: &str) -> anyhow::Result<i64> {
        let deadline = Instant::now() + DEADLINE;
        loop {
            let shown = self
                .call(self.client.get(self.url(&format!("/tasks/{task}"))))
                .await?;
            match shown.get("state").and_then(Value::as_str) {
                Some("completed") => {
                    let scored = shown.pointer("/result/scored").and_then(Value::as_i64);
                    return scored.context("how many were scored");
                }
                Some("dead" | "cancelled") => bail!("the task ended: {shown}"),
                _ => wait(deadline, POLL).await?,
            }
        }
    }
}
