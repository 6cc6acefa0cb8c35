//! What was measured, and whether that is good enough.

use hiring_loadtest::tally::Line;

use crate::scenario::Scenario;

/// 95 of 100 requests are answered within this, in milliseconds.
const P95: f64 = 500.0;
/// 99 of 100.
const P99: f64 = 2_000.0;
/// Of all requests, how many may fail.
const FAILED: f64 = 0.001;
/// Of all requests, how many the limiter may turn away.
const LIMITED: f64 = 0.05;
/// Requests a second that must be answered.
const RATE: f64 = 500.0;
/// How much more memory the server may use at the end of a soak than a quarter of the way through.
const GROWTH: f64 = 1.10;

/// What the server and the machine said.
#[derive(Debug, Clone, Copy)]
pub struct Measured {
    /// Requests that the limiter turned away.
    pub limited: f64,
    /// Requests that found no connection to the database in time.
    pub pool_errors: f64,
    /// Answers from the cache, of all that were looked up there; none where nothing was.
    pub cache: Option<f64>,
    /// PSS of the server's processes in MB, a quarter of the way through and at the end.
    pub memory: (f64, f64),
    /// Cores that the generator used.
    pub generator_cores: f64,
    /// Cores that the server's processes used.
    pub server_cores: f64,
}

/// One criterion and what was measured.
pub struct Verdict {
    /// What was asked.
    pub what: &'static str,
    /// What it must be.
    pub bar: String,
    /// What it was.
    pub measured: String,
    /// Whether that is enough.
    pub met: bool,
}

/// Judges a run: `phases` are seconds and what was answered in them. All requests count, except under stress, where only the phases up to
/// the first that missed a criterion do: its question is how many people there can be.
pub fn judge(scenario: Scenario, phases: &[(f64, Line)], measured: &Measured) -> Vec<Verdict> {
    let counted = match scenario {
        Scenario::Stress => {
            let held = phases.iter().take_while(|(_, line)| holds(line)).count();
            phases.get(..held.max(1)).unwrap_or_default()
        }
        _ => phases,
    };
    let worst = |share: f64| {
        let each = counted.iter().map(|(_, line)| line.milliseconds(share));
        each.fold(0.0, f64::max)
    };
    let asked: u64 = counted.iter().map(|(_, line)| line.asked).sum();
    let failed: u64 = counted.iter().map(|(_, line)| line.failed()).sum();
    let limited: u64 = counted.iter().map(|(_, line)| line.limited).sum();
    let share = |count: u64| count as f64 / (asked.max(1)) as f64;
    let rate = counted.iter().map(rate_of).fold(0.0, f64::max);
    let below = |what, bar: f64, unit: &str, measured: f64| Verdict {
        what,
        bar: format!("< {bar} {unit}"),
        measured: format!("{measured:.1} {unit}"),
        met: measured < bar,
    };
    let mut verdicts = vec![
        below("P95 of the worst phase", P95, "ms", worst(0.95)),
        below("P99 of the worst phase", P99, "ms", worst(0.99)),
        below("errors", FAILED * 100.0, "%", share(failed) * 100.0),
        Verdict {
            what: "answered in the busiest phase",
            bar: format!("> {RATE} /s"),
            measured: format!("{rate:.0} /s"),
            met: rate > RATE,
        },
        below(
            "turned away by the limiter",
            LIMITED * 100.0,
            "%",
            share(limited) * 100.0,
        ),
    ];
    if scenario != Scenario::Stress {
        verdicts.push(Verdict {
            what: "pool errors",
            bar: "0".to_owned(),
            measured: format!("{:.0}", measured.pool_errors),
            met: measured.pool_errors == 0.0,
        });
    }
    if scenario == Scenario::Soak {
        let (early, late) = measured.memory;
        verdicts.push(Verdict {
            what: "memory at the end",
            bar: format!("< {:.0} MB", early * GROWTH),
            measured: format!("{late:.0} MB"),
            met: late < early * GROWTH,
        });
    }
    verdicts
}

/// Whether people were served well enough.
fn holds(line: &Line) -> bool {
    let few = line.failed() as f64 <= FAILED * line.asked as f64;
    few && line.milliseconds(0.95) < P95 && line.milliseconds(0.99) < P99
}

/// Requests a second that were answered as they should.
pub fn rate_of((seconds, line): &(f64, Line)) -> f64 {
    (line.asked - line.failed() - line.limited) as f64 / seconds
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use hiring_loadtest::tally::{Outcome, Tally};

    use super::*;

    const QUIET: Measured = Measured {
        limited: 0.0,
        pool_errors: 0.0,
        cache: None,
        memory: (100.0, 100.0),
        generator_cores: 0.1,
        server_cores: 0.5,
    };

    /// A phase of ten seconds with so many good answers, each after so many milliseconds, and so many failures.
    fn phase(fine: u64, milliseconds: u64, broken: u64) -> (f64, Line) {
        let tally = Tally::default();
        for _ in 0..fine {
            tally.add("any", Duration::from_millis(milliseconds), Outcome::Fine);
        }
        for _ in 0..broken {
            tally.add("any", Duration::from_millis(milliseconds), Outcome::Broken);
        }
        (10.0, tally.lines().1)
    }

    fn missed(scenario: Scenario, phases: &[(f64, Line)], measured: &Measured) -> Vec<&'static str> {
        let verdicts = judge(scenario, phases, measured);
        verdicts
            .iter()
            .filter(|verdict| !verdict.met)
            .map(|verdict| verdict.what)
            .collect()
    }

    #[test]
    fn each_criterion_is_missed_by_its_own_fault_alone() {
        let good = [phase(6_000, 10, 0)];
        assert!(missed(Scenario::Normal, &good, &QUIET).is_empty());
        assert_eq!(
            missed(Scenario::Normal, &[phase(6_000, 600, 0)], &QUIET),
            ["P95 of the worst phase"]
        );
        assert_eq!(
            missed(Scenario::Normal, &[phase(6_000, 10, 7)], &QUIET),
            ["errors"]
        );
        assert_eq!(
            missed(Scenario::Normal, &[phase(4_000, 10, 0)], &QUIET),
            ["answered in the busiest phase"]
        );
        let tired = Measured {
            pool_errors: 1.0,
            ..QUIET
        };
        assert_eq!(missed(Scenario::Normal, &good, &tired), ["pool errors"]);
        let grown = Measured {
            memory: (100.0, 111.0),
            ..QUIET
        };
        assert_eq!(missed(Scenario::Soak, &good, &grown), ["memory at the end"]);
        assert!(missed(Scenario::Normal, &good, &grown).is_empty());
    }

    #[test]
    fn a_slow_spike_is_not_hidden_by_the_quiet_around_it() {
        let phases = [phase(60_000, 5, 0), phase(6_000, 700, 0), phase(60_000, 5, 0)];
        assert_eq!(
            missed(Scenario::Spike, &phases, &QUIET),
            ["P95 of the worst phase"]
        );
    }

    #[test]
    fn under_stress_only_what_came_before_the_server_gave_in_counts() {
        let phases = [
            phase(6_000, 10, 0),
            phase(9_000, 10, 0),
            phase(12_000, 3_000, 500),
            phase(100, 1, 0),
        ];
        assert!(missed(Scenario::Stress, &phases, &QUIET).is_empty());
        assert!(!missed(Scenario::Stress, &phases[2..], &QUIET).is_empty());
    }
}
