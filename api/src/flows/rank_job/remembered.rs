//! Whom rankings chose before, the totals of scores that were computed before, and how many rankings compute at the same time.
//!
//! A score is a pure function, so its total is remembered with a digest of everything that it was computed from and taken again where all of
//! that is the same. Of a candidate nothing is remembered but the id, what they are chosen by, the digest and the total.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;
use tokio::sync::{Semaphore, SemaphorePermit};
use uuid::Uuid;

use super::choice::Choice;
use super::weighing::Basis;
use crate::problem::{Kind, Problem};

/// Most totals that are remembered, each about 100 bytes; a ranking has at most [`super::MOST_SCORED`].
const MOST_TOTALS: u64 = 200_000;
/// Most people that are remembered of choices, each 48 bytes; a choice knows at most [`super::choice::MOST_KNOWN`].
const MOST_CHOSEN: u64 = 200_000;
/// What a choice takes beside its people, in people.
const BESIDE_PEOPLE: usize = 10;
/// How long what is remembered of a job is kept that nobody asks for.
const KEPT_FOR: Duration = Duration::from_secs(60 * 60);
/// Rankings that score many people at the same time; each keeps one core busy and up to [`super::MOST_SCORED`] scores in memory.
const LARGE: usize = 2;
/// Rankings that score at most [`FEW`] people at the same time, so that they need not wait for the others.
const SMALL: usize = 2;
/// As many as a page has at most.
const FEW: usize = 100;
/// Rankings whose people Postgres chooses at the same time: up to a second each among 100,000, and each holds a connection.
const CHOOSING: usize = 4;
/// Longest wait for one's turn: at a few tenths of a second each, who waits longer stands behind dozens.
const PATIENCE: Duration = Duration::from_secs(5);
/// Seconds after which those turned away may ask again.
const ASK_AGAIN_SECONDS: u64 = 2;

/// A total and what it was computed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Total {
    /// What it was computed from.
    pub basis: Basis,
    /// 0..=10000.
    pub bp: u16,
}

/// The totals of one job's candidates.
pub(super) type Totals = HashMap<Uuid, Total>;

/// Choices and totals of each job that was ranked, and places for those that compute. One per process.
pub struct Rankings {
    choices: Cache<Basis, Arc<Choice>>,
    totals: Cache<(Basis, bool), Arc<Totals>>,
    choosing: Semaphore,
    large: Semaphore,
    small: Semaphore,
}

impl Default for Rankings {
    fn default() -> Self {
        let weight =
            |_: &(Basis, bool), totals: &Arc<Totals>| u32::try_from(totals.len()).unwrap_or(u32::MAX);
        let people =
            |_: &Basis, choice: &Arc<Choice>| u32::try_from(choice.len() + BESIDE_PEOPLE).unwrap_or(u32::MAX);
        Self {
            choices: Cache::builder()
                .weigher(people)
                .max_capacity(MOST_CHOSEN)
                .time_to_idle(KEPT_FOR)
                .build(),
            totals: Cache::builder()
                .weigher(weight)
                .max_capacity(MOST_TOTALS)
                .time_to_idle(KEPT_FOR)
                .build(),
            choosing: Semaphore::new(CHOOSING),
            large: Semaphore::new(LARGE),
            small: Semaphore::new(SMALL),
        }
    }
}

impl Rankings {
    /// What was chosen for this question before.
    pub(super) async fn choice(&self, asked: Option<Basis>) -> Option<Arc<Choice>> {
        self.choices.get(&asked?).await
    }

    /// Remembers a choice in place of the one before. Should it be the older of two, more has changed since: no harm is done.
    pub(super) async fn keep_choice(&self, asked: Option<Basis>, choice: Choice) {
        if let Some(asked) = asked {
            self.choices.insert(asked, Arc::new(choice)).await;
        }
    }

    /// What is remembered of this question, asked of everybody or only of those on the job.
    pub(super) async fn recall(&self, asked: Option<Basis>, applied_only: bool) -> Arc<Totals> {
        match asked {
            Some(asked) => self.totals.get(&(asked, applied_only)).await.unwrap_or_default(),
            None => Arc::default(),
        }
    }

    /// Remembers the totals of a whole ranking in place of those before.
    pub(super) async fn remember(&self, asked: Option<Basis>, applied_only: bool, totals: Totals) {
        if let Some(asked) = asked {
            self.totals.insert((asked, applied_only), Arc::new(totals)).await;
        }
    }

    /// Waits for one's turn to have people chosen.
    ///
    /// # Errors
    /// `unavailable` to whoever has waited for [`PATIENCE`].
    pub(super) async fn turn_to_choose(&self) -> Result<SemaphorePermit<'_>, Problem> {
        turn(&self.choosing, PATIENCE).await
    }

    /// Waits for one's turn to score so many people.
    ///
    /// # Errors
    /// `unavailable` to whoever has waited for [`PATIENCE`].
    pub(super) async fn turn_to_score(&self, people: usize) -> Result<SemaphorePermit<'_>, Problem> {
        turn(self.places(people), PATIENCE).await
    }

    const fn places(&self, people: usize) -> &Semaphore {
        if people > FEW { &self.large } else { &self.small }
    }
}

async fn turn(places: &Semaphore, patience: Duration) -> Result<SemaphorePermit<'_>, Problem> {
    match tokio::time::timeout(patience, places.acquire()).await {
        Ok(place) => place.map_err(Problem::internal),
        Err(_) => {
            let detail = "Many rankings are being computed. Nothing was lost; try again.";
            Err(Problem::new(Kind::Unavailable, detail).retry_after(ASK_AGAIN_SECONDS))
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::ResponseError;

    use super::*;

    #[actix_web::test]
    async fn who_waits_too_long_is_told_when_to_come_back_and_few_people_wait_for_few() {
        let rankings = Rankings::default();
        let turn = |people| turn(rankings.places(people), Duration::from_millis(1));
        let busy = [turn(500).await.unwrap(), turn(101).await.unwrap()];
        let refused = turn(500).await.map(drop).unwrap_err();
        assert_eq!(refused.kind(), Kind::Unavailable);
        let answer = refused.error_response();
        assert_eq!(answer.headers().get("retry-after").unwrap(), "2");
        assert!(turn(100).await.is_ok());
        drop(busy);
        assert!(turn(500).await.is_ok());
    }

    #[actix_web::test]
    async fn totals_are_those_of_one_question() {
        let rankings = Rankings::default();
        let total = Total {
            basis: [7; 32],
            bp: 4_200,
        };
        let totals: Totals = [(Uuid::nil(), total)].into();
        rankings.remember(Some([1; 32]), false, totals.clone()).await;
        rankings.remember(None, false, totals.clone()).await;
        assert_eq!(*rankings.recall(Some([1; 32]), false).await, totals);
        for (asked, applied_only) in [(Some([1; 32]), true), (Some([2; 32]), false), (None, false)] {
            assert!(rankings.recall(asked, applied_only).await.is_empty());
        }
    }
}
