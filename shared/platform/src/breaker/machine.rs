//! The states of a breaker and what leads from one to another. Pure: the time, in milliseconds, is passed in.
//!
//! `shared.lua` does the same in Redis; a test drives both through the same histories.

use serde::Serialize;

use super::Outcome;
use super::config::BreakerConfig;

/// Longest advice to wait for the one that tries: it has its answer soon.
const SOON: u64 = 1_000;

/// Whether calls are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Everybody calls.
    #[default]
    Closed,
    /// One at a time tries.
    HalfOpen,
    /// Nobody calls.
    Open,
}

impl Phase {
    /// The value of the gauge.
    #[must_use]
    pub const fn number(self) -> f64 {
        match self {
            Self::Closed => 0.0,
            Self::HalfOpen => 1.0,
            Self::Open => 2.0,
        }
    }

    /// Reads the number that Redis keeps.
    pub(super) const fn from_number(number: u8) -> Self {
        match number {
            2 => Self::Open,
            1 => Self::HalfOpen,
            _ => Self::Closed,
        }
    }
}

/// Which call it is: an outcome counts only in the phase that let the call through, and of those that try only from the one
/// that holds the lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket {
    /// The phase, each of which has a number of its own.
    pub epoch: u64,
    /// Names the call among all others.
    pub number: u64,
    /// Whether it is the one that tries.
    pub tries: bool,
}

/// What came of asking for leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entered {
    /// Call, and say how it went.
    Pass(Ticket),
    /// Ask again after so many milliseconds.
    Rest(u64),
}

/// A breaker's state. The default is closed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Machine {
    epoch: u64,
    phase: Phase,
    count: u32,
    /// Open: until when. Half-open: until when the lease holds.
    until: u64,
    /// The call that tries, while one does.
    trying: Option<u64>,
}

impl Machine {
    /// The state's name.
    #[must_use]
    pub const fn phase(&self) -> Phase {
        self.phase
    }

    /// Failures in a row while closed, successes while half-open.
    #[must_use]
    pub const fn count(&self) -> u32 {
        self.count
    }

    /// Leave for the call of this number, or how long to wait.
    pub fn enter(&mut self, now: u64, number: u64, config: &BreakerConfig) -> Entered {
        if self.phase == Phase::Closed {
            return Entered::Pass(self.ticket(number));
        }
        let waits = self.phase == Phase::Open || self.trying.is_some();
        if waits && now < self.until {
            let left = self.until - now;
            return Entered::Rest(if self.phase == Phase::Open {
                left
            } else {
                left.min(SOON)
            });
        }
        if self.phase == Phase::Open {
            self.become_phase(Phase::HalfOpen, now);
        }
        self.trying = Some(number);
        self.until = now.saturating_add(milliseconds(config.lease));
        Entered::Pass(self.ticket(number))
    }

    /// Takes an outcome; whether it opened the breaker.
    pub fn tell(&mut self, now: u64, ticket: Ticket, outcome: Outcome, config: &BreakerConfig) -> bool {
        let is_due = match self.phase {
            Phase::Closed => true,
            Phase::HalfOpen => self.trying == Some(ticket.number),
            Phase::Open => false,
        };
        if !is_due || ticket.epoch != self.epoch {
            return false;
        }
        self.trying = None;
        match (self.phase, outcome) {
            (_, Outcome::Dropped) => {}
            (Phase::Closed, Outcome::Answered) => self.count = 0,
            (_, Outcome::Answered) => {
                self.count += 1;
                if self.count >= config.success_threshold {
                    self.become_phase(Phase::Closed, now);
                }
            }
            (phase, Outcome::Failed) => {
                self.count += 1;
                if phase == Phase::HalfOpen || self.count >= config.failure_threshold {
                    self.become_phase(Phase::Open, now);
                    self.until = now.saturating_add(milliseconds(config.recovery));
                    return true;
                }
            }
        }
        false
    }

    /// Epochs only grow, also beyond a state that was forgotten.
    fn become_phase(&mut self, phase: Phase, now: u64) {
        self.epoch = now.max(self.epoch + 1);
        self.phase = phase;
        self.count = 0;
    }

    fn ticket(&self, number: u64) -> Ticket {
        Ticket {
            epoch: self.epoch,
            number,
            tries: self.phase == Phase::HalfOpen,
        }
    }
}

fn milliseconds(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const CONFIG: BreakerConfig = BreakerConfig {
        failure_threshold: 3,
        recovery: Duration::from_secs(30),
        success_threshold: 2,
        lease: Duration::from_secs(10),
    };

    fn pass(machine: &mut Machine, now: u64, number: u64) -> Ticket {
        match machine.enter(now, number, &CONFIG) {
            Entered::Pass(ticket) => ticket,
            Entered::Rest(wait) => panic!("{number} is to wait for {wait} ms"),
        }
    }

    fn opened_at(now: u64) -> Machine {
        let mut machine = Machine::default();
        for number in 0..3 {
            let ticket = pass(&mut machine, now, number);
            assert_eq!(machine.tell(now, ticket, Outcome::Failed, &CONFIG), number == 2);
        }
        machine
    }

    #[test]
    fn failures_in_a_row_open_it_and_an_answer_in_between_starts_the_count_anew() {
        let mut machine = Machine::default();
        let outcomes = [Outcome::Failed, Outcome::Failed, Outcome::Answered];
        for (number, outcome) in (0..).zip(outcomes.into_iter().chain(outcomes)) {
            let ticket = pass(&mut machine, 5, number);
            assert!(!machine.tell(5, ticket, outcome, &CONFIG));
        }
        let mut machine = opened_at(5);
        assert_eq!(machine.enter(10_005, 9, &CONFIG), Entered::Rest(20_000));
    }

    #[test]
    fn when_the_time_is_up_one_at_a_time_tries_until_enough_have_succeeded() {
        let mut machine = opened_at(0);
        let first = pass(&mut machine, 30_000, 10);
        assert!(first.tries);
        assert_eq!(machine.enter(30_001, 11, &CONFIG), Entered::Rest(1_000));
        machine.tell(30_002, first, Outcome::Answered, &CONFIG);
        assert_eq!(machine.phase(), Phase::HalfOpen);
        let second = pass(&mut machine, 30_003, 12);
        machine.tell(30_004, second, Outcome::Answered, &CONFIG);
        assert_eq!(machine.phase(), Phase::Closed);
        assert!(!pass(&mut machine, 30_005, 13).tries && !pass(&mut machine, 30_005, 14).tries);
    }

    #[test]
    fn one_that_tries_and_fails_opens_it_again() {
        let mut machine = opened_at(0);
        let ticket = pass(&mut machine, 30_000, 10);
        assert!(machine.tell(31_000, ticket, Outcome::Failed, &CONFIG));
        assert_eq!(machine.enter(60_999, 11, &CONFIG), Entered::Rest(1));
    }

    #[test]
    fn one_that_says_nothing_is_given_up_after_its_lease_and_its_late_word_does_not_count() {
        let mut machine = opened_at(0);
        let silent = pass(&mut machine, 30_000, 10);
        let next = pass(&mut machine, 40_000, 11);
        assert!(!machine.tell(40_001, silent, Outcome::Failed, &CONFIG));
        assert_eq!(machine.phase(), Phase::HalfOpen);
        assert!(machine.tell(40_002, next, Outcome::Failed, &CONFIG));
    }

    #[test]
    fn one_that_was_dropped_lets_the_next_one_try() {
        let mut machine = opened_at(0);
        let ticket = pass(&mut machine, 30_000, 10);
        machine.tell(30_001, ticket, Outcome::Dropped, &CONFIG);
        assert!(pass(&mut machine, 30_002, 11).tries);
    }

    #[test]
    fn failures_of_calls_from_before_it_opened_do_not_count_after_it_has_closed() {
        let mut machine = Machine::default();
        let late: Vec<Ticket> = (20..23).map(|number| pass(&mut machine, 0, number)).collect();
        for number in 0..3 {
            let ticket = pass(&mut machine, 0, number);
            machine.tell(0, ticket, Outcome::Failed, &CONFIG);
        }
        for number in 10..12 {
            let ticket = pass(&mut machine, 30_000, number);
            machine.tell(30_000, ticket, Outcome::Answered, &CONFIG);
        }
        for ticket in late {
            assert!(!machine.tell(30_001, ticket, Outcome::Failed, &CONFIG));
        }
        assert_eq!((machine.phase(), machine.count()), (Phase::Closed, 0));
    }
}
