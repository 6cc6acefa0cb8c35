//! An answer from store or model, checked and stored.

use diesel_async::{AsyncConnection, AsyncPgConnection};
use hiring_core::ids::{CandidateId, JobId, OrgId};
use hiring_core::random;
use hiring_core::reading::Section;
use hiring_core::resume::Resume;
use hiring_db::DbError;
use hiring_db::matching::ScorableRow;
use hiring_db::model_answers::{self, AnswerRow, Key, NewAnswer, REUSE_HOURS};
use hiring_matching::{Assessed, JobFacts, Pointing};
use hiring_narrative::{Believed, Brief, PROMPT_VERSION, answer, believe, prompt};
use hiring_platform::embeddings::EmbeddingModel;
use hiring_platform::llm::{Answer, LlmError, Question};
use hiring_queue::{TaskContext, TaskFailure};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::asking::{Asked, Call, Purpose, ask};
use super::measure;
use crate::scoring::measured;
use crate::tasks::Parts;

/// Questions for one answer: one that cannot be used is asked for once more.
const QUESTIONS: u32 = 2;

/// What is asked about.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// What the job asks for.
    pub job: (JobId, &'a JobFacts),
    /// SHA-256 of everything about the job and the rules.
    pub job_hash: &'a [u8; 32],
    /// The resume.
    pub row: &'a ScorableRow,
    /// What the rules have found in it.
    pub assessed: &'a Assessed,
}

/// How it went.
#[derive(Debug)]
pub enum Narrated {
    /// There is an answer, and it is stored.
    Answer {
        /// Whether it was stored before.
        reused: bool,
        /// Tokens of question and answer that were paid for now.
        tokens: (u32, u32),
    },
    /// The month's budget has no room.
    NoBudget,
    /// No answer.
    Failed(LlmError),
    /// Answers came, and none of them could be used.
    Unusable,
    /// Candidate or job are gone.
    Gone,
}

/// Sees to it that there is an answer about this candidate and job: one of the last 24 hours unless `fresh`, else a new one. It is
/// stored, and charged, before anything else is done with it, so that a worker that is killed later never pays for it again.
///
/// # Errors
/// A retry when the database does not answer.
pub async fn narrate(
    parts: &Parts,
    ctx: &TaskContext,
    org: OrgId,
    subject: Subject<'_>,
    fresh: bool,
) -> Result<Narrated, TaskFailure> {
    let Some(model) = parts.llm.model() else {
        return Ok(Narrated::Failed(LlmError::Off));
    };
    let text_hash: [u8; 32] = Sha256::digest(subject.row.visible_text.as_bytes()).into();
    let key = Key {
        candidate: CandidateId::from(subject.row.id),
        job: subject.job.0,
        text_hash: &text_hash,
        job_hash: subject.job_hash,
        prompt_version: PROMPT_VERSION,
        model,
    };
    if let Some(stored) = stored(ctx, org, key, fresh).await? {
        tracing::debug!(answer = %stored.id, "a stored answer is used again");
        return Ok(Narrated::Answer {
            reused: true,
            tokens: (0, 0),
        });
    }
    let Ok((resume, sections)) = subject.row.read() else {
        return Err(TaskFailure::fail(
            "stored-value-unreadable",
            "What is stored about the candidate cannot be read.",
        ));
    };
    let asking = Asking { parts, ctx, org, key };
    asking.run(subject, (&resume, &sections)).await
}

/// The answer to use: of the last 24 hours; where a fresh one was asked for, only what this very task has stored before it was
/// interrupted.
async fn stored(
    ctx: &TaskContext,
    org: OrgId,
    key: Key<'_>,
    fresh: bool,
) -> Result<Option<AnswerRow>, TaskFailure> {
    let mut connection = ctx.database().connection().await?;
    let found = model_answers::find(&mut connection, org, key, Some(REUSE_HOURS)).await?;
    Ok(found.filter(|row| !fresh || row.task_id == ctx.task_id().uuid()))
}

struct Asking<'a> {
    parts: &'a Parts,
    ctx: &'a TaskContext,
    org: OrgId,
    key: Key<'a>,
}

impl Asking<'_> {
    async fn run(
        &self,
        subject: Subject<'_>,
        (resume, sections): (&Resume, &[Section]),
    ) -> Result<Narrated, TaskFailure> {
        let pointing = Pointing::new(resume, &subject.row.visible_text, sections);
        let config = self.parts.llm.config();
        let brief = Brief::new(subject.job.1, subject.assessed, config.max_tokens);
        let mut max_tokens = config.max_tokens;
        for _ in 0..QUESTIONS {
            let prompt = prompt(&brief, &pointing, random::bytes());
            let question = Question {
                system: prompt.system,
                user: prompt.user,
                name: "narrative",
                schema: prompt.schema,
                max_tokens,
            };
            let (answer, call) =
                match ask(self.parts, self.ctx, self.org, Purpose::Narrative, &question).await? {
                    Asked::Answered(answer, call) => (answer, call),
                    Asked::NoBudget => return Ok(Narrated::NoBudget),
                    Asked::Failed(error) => return Ok(Narrated::Failed(error)),
                };
            match answer::read(&answer.text) {
                Ok(said) => {
                    let believed = believe(&said, &brief, &pointing);
                    return self.keep(believed, pointing.instructs(), (answer, call)).await;
                }
                Err(error) => {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        cut = answer.cut,
                        "an answer cannot be used"
                    );
                    metrics::counter!("llm_unusable_answers_total").increment(1);
                    let mut connection = self.ctx.database().connection().await?;
                    call.charge(&mut connection).await?;
                    if answer.cut {
                        max_tokens = max_tokens.saturating_mul(2);
                    }
                }
            }
        }
        Ok(Narrated::Unusable)
    }

    /// Measures what was pointed at, then stores the answer and charges for it in one transaction.
    async fn keep(
        &self,
        mut believed: Believed,
        instructed: bool,
        (answer, call): (Answer, Call),
    ) -> Result<Narrated, TaskFailure> {
        let places = measure::bearing(self.parts, &believed.proposals).await;
        let bearing = |one: &hiring_narrative::Proposal| {
            places.iter().any(|place| {
                place.requirement == one.requirement && (place.start, place.end) == (one.start, one.end)
            })
        };
        let proposed = believed.proposals.len();
        believed.proposals.retain(bearing);
        let beside = u32::try_from(proposed - believed.proposals.len()).unwrap_or(u32::MAX);
        believed.dropped.beside_the_point = believed.dropped.beside_the_point.saturating_add(beside);
        let dropped = believed.dropped;
        metrics::counter!("llm_quotes_dropped_total", "why" => "made-up").increment(dropped.made_up.into());
        metrics::counter!("llm_quotes_dropped_total", "why" => "beside-the-point")
            .increment(dropped.beside_the_point.into());
        let embedding = self.parts.embedder.model().map(EmbeddingModel::key);
        let unstorable =
            |_| TaskFailure::fail("answer-invalid", "The language model's answer cannot be stored.");
        let believed: Value = serde_json::to_value(&believed).map_err(unstorable)?;
        let pointed = measured(&places, embedding.as_deref());
        let tokens = (answer.usage.prompt, answer.usage.completion);
        // Postgres stores no NUL characters.
        let raw = answer.text.replace('\0', "\u{fffd}");
        let new = NewAnswer {
            answered_by: &answer.model.replace('\0', "\u{fffd}"),
            raw: &raw,
            believed: &believed,
            pointed: &pointed,
            instructed,
            tokens,
            cost_micros: call.cost_micros,
            task: self.ctx.task_id(),
        };
        let mut connection = self.ctx.database().connection().await?;
        let connection: &mut AsyncPgConnection = &mut connection;
        let stored = connection
            .transaction(async |conn| {
                let stored = model_answers::insert(conn, self.org, self.key, new).await?;
                call.charge(conn).await?;
                Ok::<_, DbError>(stored)
            })
            .await?;
        Ok(match stored {
            Some(_) => Narrated::Answer {
                reused: false,
                tokens,
            },
            None => Narrated::Gone,
        })
    }
}
