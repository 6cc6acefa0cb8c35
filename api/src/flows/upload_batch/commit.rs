//! The one transaction: candidates, live objects, applications, the batch and its parts, the saved answer.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use hiring_core::ids::{OrgId, TaskId};
use hiring_core::task::Batch as BatchTask;
use hiring_db::tasks::{EnqueueOptions, Enqueued};
use hiring_db::{DbError, candidates};
use hiring_platform::storage::ObjectKey;
use serde_json::Value;

use super::super::upload_resume::known::{take, take_back};
use super::super::upload_resume::{Origin, Uploader, discard, insert_fresh};
use super::{Batch, Item, Step, Taken, no_room};
use crate::answer::Answer;
use crate::extract::idempotency::Claim;
use crate::extract::upload::Refusal;
use crate::problem::Problem;
use crate::state::AppState;
use crate::views::candidate::{AcceptedFileView, BatchView, RejectedFileView};

/// What the parts of such a batch are.
const OF: &str = "upload";

/// What a file came to in the transaction.
enum Outcome {
    Taken(Taken),
    Refused(Refusal),
}

/// What the transaction did.
struct Committed {
    answer: Answer<Value>,
    outcomes: HashMap<usize, Outcome>,
    enqueued: Vec<Enqueued>,
}

/// Why the transaction did nothing.
enum Ending {
    Problem(Problem),
    /// Equal files came or went meanwhile: what is stored for these no longer fits.
    Stale(Vec<usize>),
}

impl From<Problem> for Ending {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<DbError> for Ending {
    fn from(error: DbError) -> Self {
        Self::Problem(error.into())
    }
}

impl From<diesel::result::Error> for Ending {
    fn from(error: diesel::result::Error) -> Self {
        Self::Problem(error.into())
    }
}

impl Batch {
    /// Takes in everything that is prepared; `None` when it is to be begun again: some of it had to be prepared anew, or the
    /// transaction and another one waited for each other.
    ///
    /// # Errors
    /// `nothing-accepted`, `not-found`, `unavailable`.
    pub(super) async fn commit(
        &mut self,
        state: &AppState,
        uploader: Uploader,
        claim: &Claim,
    ) -> Result<Option<Answer<Value>>, Problem> {
        if self.prepared().is_empty() {
            return Err(self.nothing_accepted(&HashMap::new()));
        }
        let mut connection = state.database.connection().await?;
        let this = &*self;
        let outcome = connection
            .transaction(async |connection| this.take_in(state, connection, (uploader, claim)).await)
            .await;
        drop(connection);
        match outcome {
            Ok(committed) => {
                for (position, outcome) in committed.outcomes {
                    if let (Outcome::Taken(_), Some(item)) = (outcome, self.items.get_mut(position)) {
                        item.step = Step::Taken;
                    }
                }
                let ringer = state.ringer.clone();
                actix_web::rt::spawn(async move { ringer.ring(&committed.enqueued).await });
                Ok(Some(committed.answer))
            }
            Err(Ending::Stale(positions)) => {
                for position in positions {
                    self.prepare_anew(state, uploader.organization, position).await;
                }
                Ok(None)
            }
            Err(Ending::Problem(problem)) if problem.is_deadlock() => Ok(None),
            Err(Ending::Problem(problem)) => Err(problem),
        }
    }

    /// Positions of the files to take in, in the order of their bytes: two batches of the same files lock in one order.
    fn prepared(&self) -> Vec<usize> {
        let mut prepared: Vec<(&[u8; 32], usize)> = Vec::new();
        for (position, item) in self.items.iter().enumerate() {
            if let Step::Staged(upload, _) | Step::Known(upload, _) = &item.step {
                prepared.push((&upload.sha256, position));
            }
        }
        prepared.sort_unstable();
        prepared.into_iter().map(|(_, position)| position).collect()
    }

    async fn take_in(
        &self,
        state: &AppState,
        connection: &mut AsyncPgConnection,
        (uploader, claim): (Uploader, &Claim),
    ) -> Result<Committed, Ending> {
        let org = uploader.organization;
        let mut room = match self.cap {
            Some(cap) => Some(cap - candidates::lock_and_count(connection, org).await?),
            None => None,
        };
        let batch = enqueue_batch(state, connection, uploader).await?;
        let origin = Origin {
            uploader,
            batch: Some(batch.task_id),
        };
        let task_id = batch.task_id;
        let (mut outcomes, mut stale, mut enqueued) = (HashMap::new(), Vec::new(), vec![batch]);
        for position in self.prepared() {
            let Some(item) = self.items.get(position) else {
                continue;
            };
            if matches!(item.step, Step::Staged(..)) && room.is_some_and(|room| room <= 0) {
                outcomes.insert(position, Outcome::Refused(no_room(self.cap)));
                continue;
            }
            let Some((taken, follow_up)) = take_one(state, connection, origin, item).await? else {
                stale.push(position);
                continue;
            };
            if !taken.duplicate {
                room = room.map(|room| room - 1);
            }
            enqueued.extend(follow_up);
            outcomes.insert(position, Outcome::Taken(taken));
        }
        if !stale.is_empty() {
            return Err(Ending::Stale(stale));
        }
        let view = self.view(task_id, &outcomes);
        if view.accepted.is_empty() {
            return Err(self.nothing_accepted(&refusals(&outcomes)).into());
        }
        let location = format!("{}/tasks/{task_id}", state.config.prefix);
        let answer = Answer::with_status(StatusCode::ACCEPTED, view)
            .header(LOCATION, location)
            .private()
            .recorded()?;
        claim.save(connection, &answer).await?;
        Ok(Committed {
            answer,
            outcomes,
            enqueued,
        })
    }

    fn view(&self, task_id: TaskId, outcomes: &HashMap<usize, Outcome>) -> BatchView {
        let refused = refusals(outcomes);
        let (mut accepted, mut rejected) = (Vec::new(), Vec::new());
        for (position, item) in self.items.iter().enumerate() {
            let (first, is_twin) = match &item.step {
                Step::Twin(first) => (*first, true),
                _ => (position, false),
            };
            let file_name = item.file.file_name.clone();
            if let Some(Outcome::Taken(taken)) = outcomes.get(&first) {
                accepted.push(AcceptedFileView {
                    file_name,
                    candidate_id: taken.candidate.uuid(),
                    task_id: taken.task.map(TaskId::uuid),
                    duplicate: taken.duplicate || is_twin,
                });
            } else if let Some(refusal) = self.refusal(position, &refused) {
                rejected.push(RejectedFileView {
                    file_name,
                    code: refusal.code,
                    reason: refusal.reason.clone(),
                });
            }
        }
        BatchView {
            task_id: task_id.uuid(),
            accepted,
            rejected,
        }
    }

    /// Removes what is stored for a file and no longer fits, so that it is looked at again.
    async fn prepare_anew(&mut self, state: &AppState, org: OrgId, position: usize) {
        let Some(item) = self.items.get_mut(position) else {
            return;
        };
        match std::mem::replace(&mut item.step, Step::Waiting) {
            Step::Staged(_, object) => discard(state, org, object, &ObjectKey::new(org, object)).await,
            Step::Known(_, Some(object)) => take_back(state, org, object).await,
            _ => {}
        }
    }
}

fn refusals(outcomes: &HashMap<usize, Outcome>) -> HashMap<usize, Refusal> {
    let refused = outcomes.iter().filter_map(|(position, outcome)| match outcome {
        Outcome::Refused(refusal) => Some((*position, refusal.clone())),
        Outcome::Taken(_) => None,
    });
    refused.collect()
}

async fn enqueue_batch(
    state: &AppState,
    connection: &mut AsyncPgConnection,
    uploader: Uploader,
) -> Result<Enqueued, DbError> {
    let options = EnqueueOptions {
        organization_id: Some(uploader.organization),
        user_id: Some(uploader.user),
        trace_context: Some(uploader.trace.to_string()),
        ..EnqueueOptions::default()
    };
    let payload = BatchTask { of: OF.to_owned() };
    state.ringer.enqueue(connection, &payload, options).await
}

/// Takes one file in; `None` when what is stored for it no longer fits.
async fn take_one(
    state: &AppState,
    connection: &mut AsyncPgConnection,
    origin: Origin,
    item: &Item,
) -> Result<Option<(Taken, Option<Enqueued>)>, Problem> {
    match &item.step {
        Step::Staged(upload, object) => {
            let fresh = insert_fresh(state, connection, origin, (upload, *object)).await?;
            Ok(fresh.map(|fresh| {
                let taken = Taken {
                    candidate: fresh.id,
                    task: Some(fresh.enqueued.task_id),
                    duplicate: false,
                };
                (taken, Some(fresh.enqueued))
            }))
        }
        Step::Known(upload, restored) => {
            let known = take(state, connection, origin, (upload, *restored)).await?;
            Ok(known.map(|known| {
                let taken = Taken {
                    candidate: known.known.id,
                    task: known.task_id,
                    duplicate: true,
                };
                (taken, known.enqueued)
            }))
        }
        _ => Ok(None),
    }
}
