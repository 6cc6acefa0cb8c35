//! Draft a job description or test questions: with the language model where that can be, else from a template that says so.
//!
//! Each answer is stored and charged as soon as it has come, so that a run that is interrupted pays for none twice. Whatever is the
//! matter with the model, there is a draft at the end.

use diesel_async::{AsyncConnection, AsyncPgConnection};
use hiring_core::ids::{DraftId, OrgId};
use hiring_core::random;
use hiring_core::task::GenerateDraft;
use hiring_db::DbError;
use hiring_db::drafts::{self, DraftWork, MadeDraft};
use hiring_narrative::drafts::{DRAFT_VERSION, DraftKind, Drafting, Made, Request};
use hiring_platform::llm::{Answer, Question};
use hiring_queue::{Done, Effects, TaskContext, TaskFailure};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Parts, organization};
use crate::narrating::{Asked, Call, Purpose, ask};

/// How a task ends whose draft was deleted meanwhile.
const DELETED: &str = "draft-deleted";
/// Answers have come, and too little of them held.
const INVALID: &str = "answer-invalid";
/// The month's budget has no room.
const NO_BUDGET: &str = "budget-exceeded";

/// A model's answer as it is stored.
#[derive(Debug, Serialize, Deserialize)]
struct Stored {
    raw: String,
    model: String,
    answered_by: String,
    prompt_version: String,
    prompt_tokens: u32,
    completion_tokens: u32,
    cost_micros: i64,
}

/// Why asking has ended.
enum End {
    /// There is everything, or the code of why there is not.
    Over(Option<&'static str>),
    /// The draft was deleted.
    Gone,
}

/// Runs the task. Its result names the draft, and says whether a model had a part in it.
///
/// # Errors
/// A retry when the database does not answer.
pub async fn run(parts: &Parts, ctx: TaskContext, task: GenerateDraft) -> Result<Done, TaskFailure> {
    let org = organization(&ctx)?;
    let mut connection = ctx.database().connection().await?;
    let work = drafts::find_work(&mut connection, org, task.draft_id).await?;
    drop(connection);
    let Some(work) = work else {
        return ctx.cancel(DELETED).await;
    };
    let (kind, request, mut answers) = read(work)?;
    // Another model, or another version of the question, begins anew.
    answers
        .retain(|one| one.prompt_version == DRAFT_VERSION && Some(one.model.as_str()) == parts.llm.model());
    let mut drafting = Drafting::new(kind, &request);
    for answer in &answers {
        take(&mut drafting, &answer.raw);
    }
    let about = (org, task.draft_id);
    let reason = match converse(parts, &ctx, about, &mut drafting, &mut answers).await? {
        End::Over(reason) => reason,
        End::Gone => return ctx.cancel(DELETED).await,
    };
    let (made, by) = match drafting.made() {
        Some(made) => (made, answers.last()),
        None => (Drafting::template(kind, &request), None),
    };
    store(&ctx, about, (&made, by, reason), kind).await
}

fn read(work: DraftWork) -> Result<(DraftKind, Request, Vec<Stored>), TaskFailure> {
    let unreadable = || {
        TaskFailure::fail(
            "stored-value-unreadable",
            "What is stored about the draft cannot be read.",
        )
    };
    let kind = DraftKind::from_name(&work.kind).ok_or_else(unreadable)?;
    let request = serde_json::from_value(work.request).map_err(|_| unreadable())?;
    let answers = serde_json::from_value(work.answers).map_err(|_| unreadable())?;
    Ok((kind, request, answers))
}

/// Asks as long as another call could add something.
async fn converse(
    parts: &Parts,
    ctx: &TaskContext,
    about: (OrgId, DraftId),
    drafting: &mut Drafting<'_>,
    answers: &mut Vec<Stored>,
) -> Result<End, TaskFailure> {
    let Some(model) = parts.llm.model() else {
        return Ok(End::Over(Some("off")));
    };
    while drafting.is_open() {
        let prompt = drafting.prompt(random::bytes());
        let question = Question {
            system: prompt.system,
            user: prompt.user,
            name: prompt.name,
            schema: prompt.schema,
            max_tokens: prompt.max_tokens,
        };
        let (answer, call) = match ask(parts, ctx, about.0, Purpose::Draft, &question).await? {
            Asked::Answered(answer, call) => (answer, call),
            Asked::NoBudget => return Ok(End::Over(Some(NO_BUDGET))),
            Asked::Failed(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the language model drafts nothing"
                );
                return Ok(End::Over(Some(error.code())));
            }
        };
        let stored = stored(answer, model, &call);
        let Some(stored) = keep(ctx, about, stored, &call).await? else {
            return Ok(End::Gone);
        };
        take(drafting, &stored.raw);
        answers.push(stored);
        if drafting.is_open() {
            ctx.stage("asking", Some(drafting.percent())).await?;
        }
    }
    Ok(End::Over((!drafting.is_complete()).then_some(INVALID)))
}

fn stored(answer: Answer, model: &str, call: &Call) -> Stored {
    // Postgres stores no NUL characters.
    let storable = |text: &str| text.replace('\0', "\u{fffd}");
    Stored {
        raw: storable(&answer.text),
        model: model.to_owned(),
        answered_by: storable(&answer.model),
        prompt_version: DRAFT_VERSION.to_owned(),
        prompt_tokens: answer.usage.prompt,
        completion_tokens: answer.usage.completion,
        cost_micros: call.cost_micros,
    }
}

/// Stores an answer with its charge; none when the draft is gone, and then it is charged all the same.
async fn keep(
    ctx: &TaskContext,
    (org, draft): (OrgId, DraftId),
    stored: Stored,
    call: &Call,
) -> Result<Option<Stored>, TaskFailure> {
    let mut connection = ctx.database().connection().await?;
    let connection: &mut AsyncPgConnection = &mut connection;
    let answer = json!(stored);
    let kept = connection
        .transaction(async |conn| {
            let kept = drafts::keep_answer(conn, org, draft, &answer).await?;
            call.charge(conn).await?;
            Ok::<_, DbError>(kept)
        })
        .await?;
    Ok(kept.then_some(stored))
}

fn take(drafting: &mut Drafting<'_>, raw: &str) {
    if let Err(error) = drafting.take(raw) {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "an answer cannot be used"
        );
        metrics::counter!("llm_unusable_answers_total").increment(1);
    }
}

/// Stores the draft with the end of the task.
async fn store(
    ctx: &TaskContext,
    (org, draft): (OrgId, DraftId),
    (made, by, reason): (&Made, Option<&Stored>, Option<&str>),
    kind: DraftKind,
) -> Result<Done, TaskFailure> {
    let value = json!(made);
    let mut result = json!({
        "draft_id": draft,
        "kind": kind,
        "engine": if by.is_some() { "model" } else { "template" },
        "ai_used": by.is_some(),
    });
    if let (Some(reason), Some(result)) = (reason, result.as_object_mut()) {
        result.insert("reason".to_owned(), json!(reason));
    }
    let mut gone = false;
    let done = ctx
        .complete(async |fx: &mut Effects| {
            let row = MadeDraft {
                made: &value,
                reason,
                model: by.map(|by| {
                    (
                        by.model.as_str(),
                        by.answered_by.as_str(),
                        by.prompt_version.as_str(),
                    )
                }),
            };
            if drafts::finish(fx.conn(), org, draft, row).await? {
                fx.result(result);
                return Ok(());
            }
            gone = true;
            Err(TaskFailure::fail(DELETED, "The draft was deleted."))
        })
        .await;
    if gone { ctx.cancel(DELETED).await } else { done }
}
