//! One question, held against the organization's budget before and charged after.

use diesel_async::AsyncPgConnection;
use hiring_core::ids::{ModelCallId, OrgId};
use hiring_db::model_usage::{self, Ended, NewCall};
use hiring_db::{DbError, organizations};
use hiring_platform::llm::{Answer, LlmError, Question};
use hiring_queue::{TaskContext, TaskFailure};

use crate::tasks::Parts;

/// What a question is for; the bill tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Narrative and evidence about a candidate on a job.
    Narrative,
    /// A draft for an admin.
    Draft,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Narrative => "narrative",
            Self::Draft => "draft",
        }
    }
}

/// How asking went.
#[derive(Debug)]
#[must_use = "the call is still to be settled"]
pub enum Asked {
    /// An answer that is to be charged with [`Call::charge`], in the transaction that stores what was made of it.
    Answered(Answer, Call),
    /// The month's budget has no room for the question.
    NoBudget,
    /// No answer; nothing is charged.
    Failed(LlmError),
}

/// An answered call.
#[derive(Debug)]
pub struct Call {
    id: ModelCallId,
    org: OrgId,
    tokens: (u32, u32),
    /// What it cost, in millionths of a US dollar.
    pub cost_micros: i64,
}

impl Call {
    /// Charges the call.
    ///
    /// # Errors
    /// See [`DbError`].
    pub async fn charge(&self, conn: &mut AsyncPgConnection) -> Result<(), DbError> {
        let ended = Ended::Answered {
            tokens: self.tokens,
            cost_micros: self.cost_micros,
        };
        model_usage::settle(conn, self.org, self.id, ended)
            .await
            .map(drop)
    }
}

/// Asks, if the organization's plan has tokens left for it in this month.
///
/// # Errors
/// A retry when the database does not answer.
pub async fn ask(
    parts: &Parts,
    ctx: &TaskContext,
    org: OrgId,
    purpose: Purpose,
    question: &Question,
) -> Result<Asked, TaskFailure> {
    let Some(model) = parts.llm.model() else {
        return Ok(Asked::Failed(LlmError::Off));
    };
    let estimate = parts.llm.estimate(question);
    let mut connection = ctx.database().connection().await?;
    let plan = organizations::plan(&mut connection, org).await?;
    let call = NewCall {
        task: ctx.task_id(),
        purpose: purpose.as_str(),
        model,
        tokens: i64::from(estimate.prompt) + i64::from(estimate.completion),
        cap: parts.llm.config().limits(plan).tokens_month,
    };
    let held = model_usage::hold(&mut connection, org, call).await?;
    // No connection is kept while somebody else's server thinks.
    drop(connection);
    let Some(id) = held else {
        metrics::counter!("llm_budget_refusals_total").increment(1);
        return Ok(Asked::NoBudget);
    };
    match parts.llm.ask(question).await {
        Ok(answer) => {
            let tokens = (answer.usage.prompt, answer.usage.completion);
            metrics::counter!("llm_tokens_total", "side" => "prompt").increment(tokens.0.into());
            metrics::counter!("llm_tokens_total", "side" => "completion").increment(tokens.1.into());
            let cost_micros = parts.llm.config().cost_micros(answer.usage);
            Ok(Asked::Answered(
                answer,
                Call {
                    id,
                    org,
                    tokens,
                    cost_micros,
                },
            ))
        }
        Err(error) => {
            let mut connection = ctx.database().connection().await?;
            model_usage::settle(&mut connection, org, id, Ended::Failed(error.code())).await?;
            Ok(Asked::Failed(error))
        }
    }
}
