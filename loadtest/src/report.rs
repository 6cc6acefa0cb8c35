//! What people read at the end.

use std::collections::BTreeMap;
use std::sync::Arc;

use hiring_loadtest::crowd::Plan;
use hiring_loadtest::tally::{Line, Tally};
use serde_json::{Value, json};

use crate::judge::{Measured, Verdict, rate_of};
use crate::scenario::Scenario;

/// One row for each thing that was asked for, over all phases.
pub fn names(tallies: &[Arc<Tally>]) {
    let mut found: BTreeMap<&'static str, Vec<Line>> = BTreeMap::new();
    for tally in tallies {
        for (name, line) in tally.lines().0 {
            found.entry(name).or_default().push(line);
        }
    }
    println!(
        "\n{:<34}{:>9}{:>8}{:>8}",
        "asked for", "requests", "429", "failed"
    );
    for (name, lines) in found {
        let sum = |of: fn(&Line) -> u64| lines.iter().map(of).sum::<u64>();
        let asked = sum(|line| line.asked);
        println!(
            "{name:<34}{asked:>9}{:>8}{:>8}",
            sum(|line| line.limited),
            sum(Line::failed)
        );
    }
}

/// One row for each phase.
pub fn phases(plan: &Plan, lines: &[(f64, Line)]) {
    println!(
        "\n{:>7}{:>6}{:>10}{:>10}{:>10}{:>10}{:>10}{:>8}{:>8}",
        "people", "s", "good/s", "P50 ms", "P95 ms", "P99 ms", "max ms", "429", "failed"
    );
    for (phase, measured) in plan.phases.iter().zip(lines) {
        let (seconds, line) = measured;
        println!(
            "{:>7}{seconds:>6.0}{:>10.0}{:>10.1}{:>10.1}{:>10.1}{:>10.1}{:>8}{:>8}",
            phase.people,
            rate_of(measured),
            line.milliseconds(0.5),
            line.milliseconds(0.95),
            line.milliseconds(0.99),
            line.longest(),
            line.limited,
            line.failed()
        );
        for (status, count) in &line.failures {
            let what = if *status == 0 {
                "no answer".to_owned()
            } else {
                status.to_string()
            };
            println!("{:>13}{what}: {count}", "");
        }
    }
}

/// Each criterion, and what has none.
pub fn verdicts(verdicts: &[Verdict], measured: &Measured) {
    println!("\n{:<32}{:>14}{:>14}", "criterion", "bar", "measured");
    for verdict in verdicts {
        let told = if verdict.met { "met" } else { "MISSED" };
        println!(
            "{:<32}{:>14}{:>14}  {told}",
            verdict.what, verdict.bar, verdict.measured
        );
    }
    let cache = measured.cache.map_or("nothing looked up".to_owned(), |share| {
        format!("{:.1} % of what was looked up", share * 100.0)
    });
    let (early, late) = measured.memory;
    println!(
        "\ncache: {cache}; the limiter counts {:.0} turned away",
        measured.limited
    );
    println!(
        "cores: generator {:.2}, api and worker {:.2}; PSS of api and worker {early:.0} MB early, {late:.0} MB at the end",
        measured.generator_cores, measured.server_cores
    );
}

/// The same for programs.
pub fn json(
    scenario: Scenario,
    plan: &Plan,
    lines: &[(f64, Line)],
    verdicts: &[Verdict],
    measured: &Measured,
) -> String {
    let phases: Vec<Value> = plan
        .phases
        .iter()
        .zip(lines)
        .map(|(phase, of)| {
            let (seconds, line) = of;
            json!({"people": phase.people, "seconds": seconds, "good_per_second": rate_of(of), "asked": line.asked,
                "p50_ms": line.milliseconds(0.5), "p95_ms": line.milliseconds(0.95), "p99_ms": line.milliseconds(0.99),
                "limited": line.limited, "failed": line.failed()})
        })
        .collect();
    let criteria: Vec<Value> = verdicts
        .iter()
        .map(|of| json!({"what": of.what, "bar": of.bar, "measured": of.measured, "met": of.met}))
        .collect();
    let whole = json!({"scenario": scenario.name(), "phases": phases, "criteria": criteria, "pool_errors": measured.pool_errors,
        "cache_ratio": measured.cache, "generator_cores": measured.generator_cores, "server_cores": measured.server_cores,
        "memory_mb": measured.memory.1});
    format!("{whole:#}\n")
}
