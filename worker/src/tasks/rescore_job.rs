//! Score everybody on a job anew after its weights or requirements have changed, a window at a time.
//!
//! Each window looks for applications whose latest score is not the present one and commits their scores. A worker that is killed,
//! or a change in the middle, therefore costs nothing and skips nobody: the next run finds what is left. Where only the weights are
//! others, scores are made from stored facts, and no resume is looked at.

use std::collections::HashMap;

use diesel_async::AsyncPgConnection;
use hiring_core::ids::{ApplicationId, JobId, OrgId};
use hiring_core::task::RescoreJob;
use hiring_db::DbError;
use hiring_db::json::UnreadableJson;
use hiring_db::matching::{self, ScorableRow};
use hiring_db::screenings::{self, Basis, Current, NewScreening, OutdatedRow, Run};
use hiring_db::{Connection, jobs};
use hiring_matching::{Assessed, RUBRIC_VERSION, Scorer, Weights};
use hiring_platform::embeddings::EmbeddingModel;
use hiring_queue::{Done, Effects, TaskContext, TaskFailure};
use serde_json::json;
use uuid::Uuid;

use super::screen_application::unreadable;
use super::{Parts, organization};
use crate::scoring::{self, AiFacts, Closeness, ENGINE, Job, Known};

/// Applications a window and statement: a transaction of a fraction of a second.
const WINDOW: usize = 500;
/// Resumes that are in memory at the same time when they have to be looked at.
const RESUMES: usize = 50;

/// How a task ends whose job is gone.
const GONE: &str = "job-deleted";

/// Runs the task. Its result says how many scores were made.
///
/// # Errors
/// A retry when the database does not answer.
pub async fn run(parts: &Parts, ctx: TaskContext, task: RescoreJob) -> Result<Done, TaskFailure> {
    let org = organization(&ctx)?;
    let mut connection = ctx.database().connection().await?;
    let total = screenings::count_on_job(&mut connection, org, task.job_id).await?;
    drop(connection);
    let (mut after, mut scored) = (None, 0_usize);
    loop {
        let mut connection = ctx.database().connection().await?;
        let job = find_job(&mut connection, org, task.job_id).await?;
        drop(connection);
        let Some(job) = job else {
            return ctx.cancel(GONE).await;
        };
        let window = Window::new(parts, &ctx, org, job);
        let outdated = window.outdated(after).await?;
        let Some(last) = outdated.last() else { break };
        after = Some(ApplicationId::from(last.application_id));
        scored += window.score(outdated).await?;
        // Proves that the lease still holds before the next window, and shows how far it is.
        ctx.stage("scoring", Some(percent(scored, total))).await?;
    }
    ctx.complete(async |fx: &mut Effects| {
        fx.result(json!({ "scored": scored }));
        Ok::<_, TaskFailure>(())
    })
    .await
}

pub(super) fn percent(done: usize, total: i64) -> u8 {
    let total = usize::try_from(total).unwrap_or_default().max(1);
    u8::try_from((done.min(total) * 99) / total).unwrap_or(99)
}

/// The organization's job as it is at present.
pub(super) async fn find_job(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    id: JobId,
) -> Result<Option<Job>, TaskFailure> {
    let Some(row) = jobs::find(conn, org, id).await? else {
        return Ok(None);
    };
    let text = (row.title.as_str(), row.description.as_str());
    let job = Job::read(id, text, row.requirements, row.weights);
    job.map(Some).map_err(|error| unreadable("job", error))
}

/// One window of a job's applications.
pub(super) struct Window<'a> {
    parts: &'a Parts,
    ctx: &'a TaskContext,
    org: OrgId,
    basis: [u8; 32],
    weights: serde_json::Value,
    job: Job,
}

impl<'a> Window<'a> {
    pub(super) fn new(parts: &'a Parts, ctx: &'a TaskContext, org: OrgId, job: Job) -> Self {
        let model = parts.embedder.model().map(EmbeddingModel::key);
        Self {
            parts,
            ctx,
            org,
            basis: job.basis(model.as_deref()),
            weights: job.weights_json(),
            job,
        }
    }

    async fn connection(&self) -> Result<Connection, DbError> {
        self.ctx.database().connection().await
    }

    /// What the scores of this window rest on.
    pub(super) fn current(&self) -> Current<'_> {
        Current {
            weights: &self.weights,
            basis: &self.basis,
        }
    }

    /// Whether scores of this job are the ones that this window makes.
    pub(super) fn is_of(&self, job: &Job) -> bool {
        let model = self.parts.embedder.model().map(EmbeddingModel::key);
        job.basis(model.as_deref()) == self.basis && job.weights_json() == self.weights
    }

    async fn outdated(&self, after: Option<ApplicationId>) -> Result<Vec<OutdatedRow>, TaskFailure> {
        let mut connection = self.connection().await?;
        let job = (self.org, self.job.id);
        let limit = i64::try_from(WINDOW).unwrap_or(i64::MAX);
        Ok(screenings::list_outdated(&mut connection, job, self.current(), after, limit).await?)
    }

    /// Those of these candidates on the job whose score is not the present one.
    pub(super) async fn outdated_of(&self, candidates: &[Uuid]) -> Result<Vec<OutdatedRow>, TaskFailure> {
        let mut connection = self.connection().await?;
        let job = (self.org, self.job.id);
        Ok(screenings::list_outdated_of(&mut connection, job, self.current(), candidates).await?)
    }

    /// Scores these applications; answers how many scores were stored.
    pub(super) async fn score(&self, outdated: Vec<OutdatedRow>) -> Result<usize, TaskFailure> {
        let (weighed, unknown): (Vec<_>, Vec<_>) =
            outdated.into_iter().partition(|row| row.facts_id.is_some());
        let weights = self.job.weights;
        let weighed = blocking(move || weigh(&weighed, &weights)).await?;
        let mut stored = self.store(weighed).await?;
        for some in unknown.chunks(RESUMES) {
            stored += self.store(self.assess(some).await?).await?;
        }
        Ok(stored)
    }

    /// New facts of stored resumes. Whose resume cannot be read is left out, with a line in the log: one broken row must not
    /// hold up everybody else.
    async fn assess(&self, some: &[OutdatedRow]) -> Result<Vec<NewScreening>, TaskFailure> {
        let ids: Vec<Uuid> = some.iter().map(|row| row.candidate_id).collect();
        let known = scoring::closeness(self.parts, self.ctx, self.org, (&self.job, &ids)).await?;
        let pointed = scoring::ai_facts(self.parts, self.ctx, (self.org, self.job.id), &ids).await?;
        let rows = {
            let mut connection = self.connection().await?;
            matching::list_scorable(&mut connection, self.org, &ids).await?
        };
        let of: HashMap<Uuid, ApplicationId> = some
            .iter()
            .map(|row| (row.candidate_id, row.application_id.into()))
            .collect();
        let job = self.job.clone();
        blocking(move || {
            let scorer = Scorer::new(&job.facts);
            rows.iter()
                .filter_map(|row| {
                    let application = *of.get(&row.id)?;
                    let new = assess((&job, &scorer), row, (&known, pointed.get(&row.id)));
                    let new = new.map_err(|error| {
                        tracing::error!(candidate = %row.id, %error, "a stored resume cannot be read");
                    });
                    new.ok().map(|(total_bp, facts)| NewScreening {
                        application,
                        total_bp,
                        facts,
                    })
                })
                .collect()
        })
        .await
    }

    /// Stores scores in one transaction. Who was read again meanwhile is scored by the task that indexes the new reading.
    async fn store(&self, scores: Vec<NewScreening>) -> Result<usize, TaskFailure> {
        if scores.is_empty() {
            return Ok(0);
        }
        let run = Run {
            task: self.ctx.task_id(),
            engine: ENGINE,
            score_version: RUBRIC_VERSION,
            weights: &self.weights,
            basis: &self.basis,
        };
        let mut connection = self.connection().await?;
        Ok(screenings::insert_all(&mut connection, self.org, run, scores).await?)
    }
}

fn assess(
    job: (&Job, &Scorer),
    row: &ScorableRow,
    (known, ai): (&Closeness, Option<&AiFacts>),
) -> Result<(u16, Basis), UnreadableJson> {
    let similarity = known.of(row.id);
    let model = known
        .model
        .as_deref()
        .filter(|_| similarity != Default::default());
    let (assessed, facts) = scoring::assess(
        job,
        row,
        Known {
            model,
            similarity: &similarity,
            ai,
        },
    )?;
    Ok((
        assessed.score(&job.0.weights).total_bp,
        Basis::New(Box::new(facts)),
    ))
}

/// Scores from stored facts by other weights. Facts that cannot be read are left out, with a line in the log.
fn weigh(rows: &[OutdatedRow], weights: &Weights) -> Vec<NewScreening> {
    rows.iter()
        .filter_map(|row| {
            let facts = row.facts_id?;
            let assessed: Result<Assessed, _> =
                serde_json::from_str(row.assessed.as_deref()?).map_err(UnreadableJson::from);
            let assessed = assessed
                .map_err(|error| tracing::error!(%facts, %error, "stored facts cannot be read"))
                .ok()?;
            Some(NewScreening {
                application: row.application_id.into(),
                total_bp: assessed.score(weights).total_bp,
                facts: Basis::Stored(facts),
            })
        })
        .collect()
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, TaskFailure> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| TaskFailure::retry("scoring-failed", "The applications could not be scored."))
}
