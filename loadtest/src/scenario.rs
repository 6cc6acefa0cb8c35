//! Who is there when.

use std::time::Duration;

use clap::ValueEnum;
use hiring_loadtest::crowd::{Phase, Plan};

/// Between two requests of a person, on average: somebody who reads what they see.
pub const EVERY: Duration = Duration::from_secs(3);
/// People of `normal` and `soak`: 600 requests a second.
const NORMAL: usize = 1_800;
/// People of `spike` before and after: 100 requests a second, and 1,000 in between.
const CALM: usize = 300;
/// How many times as many come at once.
const SPIKE: usize = 10;
/// People that each step of `stress` adds: 300 requests a second.
const STEP: usize = 900;
const STEPS: usize = 9;

/// What is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Scenario {
    /// The usual number of people.
    Normal,
    /// Ten times as many all at once, and then the usual number again.
    Spike,
    /// The usual number for half an hour.
    Soak,
    /// More every 20 s, until the server cannot keep up.
    Stress,
}

impl Scenario {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Spike => "spike",
            Self::Soak => "soak",
            Self::Stress => "stress",
        }
    }

    /// The plan, for so many people in normal times and phases of so many seconds.
    pub fn plan(self, people: Option<usize>, seconds: Option<u64>) -> Plan {
        let phases: Vec<(u64, usize)> = match self {
            Self::Normal => vec![(60, people.unwrap_or(NORMAL))],
            Self::Soak => vec![(1_800, people.unwrap_or(NORMAL))],
            Self::Spike => {
                let calm = people.unwrap_or(CALM);
                vec![(20, calm), (20, calm * SPIKE), (20, calm)]
            }
            Self::Stress => {
                let first = people.unwrap_or(NORMAL);
                (0..STEPS).map(|step| (20, first + step * STEP)).collect()
            }
        };
        let phases = phases.into_iter().map(|(usual, people)| Phase {
            lasts: Duration::from_secs(seconds.unwrap_or(usual)),
            people,
        });
        Plan {
            phases: phases.collect(),
            every: EVERY,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spike_is_ten_times_as_many_people_and_goes_away_again() {
        let people: Vec<usize> = Scenario::Spike
            .plan(Some(7), None)
            .phases
            .iter()
            .map(|phase| phase.people)
            .collect();
        assert_eq!(people, [7, 70, 7]);
    }

    #[test]
    fn stress_only_grows_and_the_length_of_phases_can_be_chosen() {
        let plan = Scenario::Stress.plan(None, Some(2));
        assert!(plan.phases.is_sorted_by(|a, b| a.people < b.people));
        assert_eq!(plan.lasts(), Duration::from_secs(2 * STEPS as u64));
    }
}
