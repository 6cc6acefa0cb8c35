//! What was answered, how quickly, and what went wrong, by the name of what was asked.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::StatusCode;

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// As it should: 2xx or 304.
    Fine,
    /// Turned away by the limiter: 429.
    Limited,
    /// Any other status.
    Failed(StatusCode),
    /// No answer: the connection could not be made or broke, or nothing came in time.
    Broken,
}

impl Outcome {
    /// What a status means.
    #[must_use]
    pub fn of(status: StatusCode) -> Self {
        match status {
            StatusCode::TOO_MANY_REQUESTS => Self::Limited,
            StatusCode::NOT_MODIFIED => Self::Fine,
            status if status.is_success() => Self::Fine,
            status => Self::Failed(status),
        }
    }
}

/// What became of all requests of one name.
#[derive(Debug, Clone, Default)]
pub struct Line {
    /// In microseconds: four bytes a request, of which even a long run has only some millions. Those of a finished line are sorted.
    latencies: Vec<u32>,
    /// Requests that were due.
    pub asked: u64,
    /// Answered 429.
    pub limited: u64,
    /// How many of them failed, by status; 0 stands for no answer.
    pub failures: BTreeMap<u16, u64>,
}

impl Line {
    fn add(&mut self, took: Duration, outcome: Outcome) {
        self.asked += 1;
        match outcome {
            Outcome::Fine => {}
            Outcome::Limited => self.limited += 1,
            Outcome::Failed(status) => *self.failures.entry(status.as_u16()).or_default() += 1,
            Outcome::Broken => *self.failures.entry(0).or_default() += 1,
        }
        self.latencies
            .push(u32::try_from(took.as_micros()).unwrap_or(u32::MAX));
    }

    fn join(&mut self, other: &Self) {
        self.asked += other.asked;
        self.limited += other.limited;
        for (status, count) in &other.failures {
            *self.failures.entry(*status).or_default() += count;
        }
        self.latencies.extend_from_slice(&other.latencies);
    }

    /// How many failed, however.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.failures.values().sum()
    }

    /// The latency below which this share (0 to 1) of all requests lies, by nearest rank, in milliseconds.
    #[must_use]
    pub fn milliseconds(&self, share: f64) -> f64 {
        let last = self.latencies.len().saturating_sub(1);
        let rank = (share * last as f64).round() as usize;
        f64::from(self.latencies.get(rank).copied().unwrap_or_default()) / 1000.0
    }

    /// The longest latency, in milliseconds.
    #[must_use]
    pub fn longest(&self) -> f64 {
        f64::from(self.latencies.last().copied().unwrap_or_default()) / 1000.0
    }

    fn finished(mut self) -> Self {
        self.latencies.sort_unstable();
        self
    }
}

/// What a crowd met; shared by all of it.
#[derive(Debug, Default)]
pub struct Tally {
    lines: Mutex<BTreeMap<&'static str, Line>>,
}

impl Tally {
    /// Counts one request.
    pub fn add(&self, name: &'static str, took: Duration, outcome: Outcome) {
        self.lock().entry(name).or_default().add(took, outcome);
    }

    /// Each name's line, and that of all together.
    #[must_use]
    pub fn lines(&self) -> (BTreeMap<&'static str, Line>, Line) {
        let lines = self.lock().clone();
        let mut all = Line::default();
        for line in lines.values() {
            all.join(line);
        }
        let lines = lines.into_iter().map(|(name, line)| (name, line.finished()));
        (lines.collect(), all.finished())
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<&'static str, Line>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_wrong_is_told_apart_from_what_was_turned_away() {
        let tally = Tally::default();
        let statuses = [200, 304, 429, 500, 500, 404];
        for (number, status) in (1..).zip(statuses) {
            let outcome = Outcome::of(StatusCode::from_u16(status).unwrap());
            tally.add("jobs", Duration::from_millis(number), outcome);
        }
        tally.add("me", Duration::from_millis(100), Outcome::Broken);
        let (lines, all) = tally.lines();
        assert_eq!(
            (lines["jobs"].asked, lines["jobs"].limited, lines["jobs"].failed()),
            (6, 1, 3)
        );
        assert_eq!((all.asked, all.limited, all.failed()), (7, 1, 4));
        assert_eq!(all.failures, BTreeMap::from([(0, 1), (404, 1), (500, 2)]));
    }

    #[test]
    fn shares_of_latencies_are_those_of_the_requests() {
        let tally = Tally::default();
        for milliseconds in 1..=100 {
            tally.add("jobs", Duration::from_millis(milliseconds), Outcome::Fine);
        }
        let (_, all) = tally.lines();
        for share in [0.5, 0.95, 0.99] {
            let (told, sound) = (all.milliseconds(share), share * 100.0);
            assert!((told - sound).abs() <= 1.0, "{share}: {told}");
        }
        assert!((all.longest() - 100.0).abs() < 0.001);
    }
}
