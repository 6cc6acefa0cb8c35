//! Who is scored: chosen among everybody once, and afterwards among those who were chosen before and those who changed since.

use std::collections::HashSet;
use std::sync::Arc;

use diesel_async::AsyncPgConnection;
use hiring_core::ids::OrgId;
use hiring_db::DbError;
use hiring_db::matching::{self, Chosen, Wanted};
use uuid::Uuid;

use super::MOST_SCORED;
use super::choice::{Choice, MOST_KNOWN};
use super::remembered::Rankings;
use super::weighing::basis;

/// Most people that are looked at again. Where more changed, everybody is.
const MOST_CHANGED: usize = 1_000;
/// How often those who turn out to be gone are replaced by others that are known.
const REPLACED: usize = 2;

/// Chooses at most [`MOST_SCORED`] of those who are on the job.
pub(super) async fn applicants(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    wanted: &Wanted<'_>,
) -> Result<Vec<Chosen>, DbError> {
    let best = matching::list_best(conn, org, (wanted, true), most(MOST_SCORED)).await?;
    let ids: Vec<Uuid> = best.iter().map(|one| one.id).collect();
    matching::list_chosen(conn, org, wanted.job, &ids).await
}

/// Chooses at most [`MOST_SCORED`] of everybody.
pub(super) async fn everybody(
    conn: &mut AsyncPgConnection,
    rankings: &Rankings,
    org: OrgId,
    wanted: &Wanted<'_>,
) -> Result<Vec<Chosen>, DbError> {
    let key = (wanted.job, wanted.model, wanted.must_have, wanted.nice_to_have);
    let key = basis(&(org, key));
    if let Some(known) = rankings.choice(key).await
        && let Some((choice, chosen)) = choose_again(conn, org, wanted, &known).await?
    {
        rankings.keep_choice(key, choice).await;
        return Ok(chosen);
    }
    let moment = matching::find_moment(conn, org, wanted).await?;
    let best = matching::list_best(conn, org, (wanted, false), most(MOST_KNOWN)).await?;
    let choice = Choice::new(moment, best);
    let ids = choice.best(MOST_SCORED).unwrap_or_default();
    rankings.keep_choice(key, choice).await;
    matching::list_chosen(conn, org, wanted.job, &ids).await
}

/// What was chosen before, with what changed since; `None` when that does not tell whom to choose.
async fn choose_again(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    wanted: &Wanted<'_>,
    known: &Arc<Choice>,
) -> Result<Option<(Choice, Vec<Chosen>)>, DbError> {
    let moment = matching::find_moment(conn, org, wanted).await?;
    if !moment.continues(known.moment()) {
        return Ok(None);
    }
    let since = (wanted, known.moment());
    let changed = matching::list_changed(conn, org, since, most(MOST_CHANGED + 1)).await?;
    if changed.len() > MOST_CHANGED {
        return Ok(None);
    }
    let mut choice = known.at(moment, &changed);
    for _ in 0..=REPLACED {
        let Some(ids) = choice.best(MOST_SCORED) else {
            break;
        };
        let chosen = matching::list_chosen(conn, org, wanted.job, &ids).await?;
        if chosen.len() == ids.len() {
            return Ok(Some((choice, chosen)));
        }
        let mut gone: HashSet<Uuid> = ids.into_iter().collect();
        for one in &chosen {
            gone.remove(&one.id);
        }
        choice = choice.without(&gone);
    }
    Ok(None)
}

fn most(people: usize) -> i64 {
    i64::try_from(people).unwrap_or(i64::MAX)
}
