//! Who is scored: chosen among everybody once, and afterwards among those who were chosen before and those who changed since.

use std::collections::HashSet;
use std::time::Duration;

use diesel_async::AsyncPgConnection;
use hiring_core::ids::{JobId, OrgId};
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
/// How long a choice is kept true by changes alone: then what is known of the erased goes, and what somebody changed past the triggers counts.
const TRUSTED_FOR: Duration = Duration::from_secs(60 * 60);

/// Chooses at most [`MOST_SCORED`] of those who are on the job.
pub(super) async fn applicants(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    wanted: &Wanted<'_>,
) -> Result<Vec<Chosen>, DbError> {
    matching::list_best_applicants(conn, org, wanted, most(MOST_SCORED)).await
}

/// Chooses at most [`MOST_SCORED`] of everybody.
pub(super) async fn everybody(
    conn: &mut AsyncPgConnection,
    rankings: &Rankings,
    org: OrgId,
    wanted: &Wanted<'_>,
) -> Result<Vec<Chosen>, DbError> {
    let question = basis(&(
        org,
        wanted.job,
        wanted.model,
        wanted.must_have,
        wanted.nice_to_have,
    ));
    let known = rankings.choice(question).await;
    if let Some(known) = known.filter(|known| known.age() < TRUSTED_FOR)
        && let Some(choice) = choose_again(conn, org, wanted, &known).await?
        && let (choice, Some(chosen)) = confirm(conn, org, wanted.job, choice).await?
    {
        count("changes");
        rankings.keep_choice(question, choice).await;
        return Ok(chosen);
    }
    count("everybody");
    let moment = matching::read_moment(conn, org, wanted).await?;
    let best = matching::list_best(conn, org, wanted, most(MOST_KNOWN)).await?;
    let (choice, chosen) = confirm(conn, org, wanted.job, Choice::new(moment, best)).await?;
    let chosen = match chosen {
        Some(chosen) => chosen,
        // Whoever was found leaves in hundreds at this very moment: those who are left do.
        None => matching::list_chosen(conn, org, wanted.job, &choice.first(MOST_SCORED)).await?,
    };
    rankings.keep_choice(question, choice).await;
    Ok(chosen)
}

/// What was chosen before, with what changed since; `None` when that cannot be told.
async fn choose_again(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    wanted: &Wanted<'_>,
    known: &Choice,
) -> Result<Option<Choice>, DbError> {
    let since = (wanted, known.moment());
    let (moment, changed) = matching::list_changed(conn, org, since, most(MOST_CHANGED + 1)).await?;
    let is_all = moment.continues(known.moment()) && changed.len() <= MOST_CHANGED;
    Ok(is_all.then(|| known.at(moment, &changed)))
}

/// Looks up those who come first, and replaces whoever is gone by those who come next; `None` beside the choice when those are not known.
async fn confirm(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    job: JobId,
    mut choice: Choice,
) -> Result<(Choice, Option<Vec<Chosen>>), DbError> {
    for _ in 0..=REPLACED {
        let Some(ids) = choice.best(MOST_SCORED) else {
            break;
        };
        let chosen = matching::list_chosen(conn, org, job, &ids).await?;
        if chosen.len() == ids.len() {
            return Ok((choice, Some(chosen)));
        }
        let mut gone: HashSet<Uuid> = ids.into_iter().collect();
        for one in &chosen {
            gone.remove(&one.id);
        }
        choice = choice.without(&gone);
    }
    Ok((choice, None))
}

fn count(among: &'static str) {
    metrics::counter!("ranking_choices_total", "among" => among).increment(1);
}

fn most(people: usize) -> i64 {
    i64::try_from(people).unwrap_or(i64::MAX)
}
