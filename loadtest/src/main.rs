//! Tries the running product with many people at once. Run through `script/loadtest`, which starts what it needs.

mod judge;
mod metrics;
mod people;
mod report;
mod scenario;
mod stage;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use clap::Parser;
use hiring_loadtest::crowd::{self, Plan};
use hiring_loadtest::process;
use hiring_loadtest::tally::{Line, Tally};

use crate::judge::{Measured, judge};
use crate::metrics::Counters;
use crate::people::Somebody;
use crate::scenario::Scenario;
use crate::stage::Stage;

/// Descriptors that this program needs beside its connections.
const SPARE_FILES: u64 = 200;

/// Tries the product with many people at once.
#[derive(Parser)]
#[command(name = "hiring-loadtest")]
pub struct Arguments {
    /// normal, spike (ten times as many for a while), soak (long) or stress (more and more).
    #[arg(value_enum, default_value_t = Scenario::Normal)]
    scenario: Scenario,
    /// People who are there in normal times; each asks once in three seconds. Every tenth is a recruiter.
    #[arg(long)]
    people: Option<usize>,
    /// How long each phase lasts; soak has one of 1,800 s, the others last 20 to 60 s.
    #[arg(long)]
    seconds: Option<u64>,
    /// Resumes that are uploaded and read before it begins.
    #[arg(long, default_value_t = 150)]
    resumes: usize,
    /// Decides who asks for what and when.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where the result is written as JSON.
    #[arg(long)]
    json: Option<std::path::PathBuf>,
}

fn main() -> anyhow::Result<()> {
    // The HTTP client is built without a choice of its own. An error says that it was chosen before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let missed = runtime.block_on(run(&arguments))?;
    if missed > 0 {
        println!("{missed} criteria missed");
        std::process::exit(1);
    }
    Ok(())
}

/// Prepares, runs, prints; how many criteria were missed.
async fn run(arguments: &Arguments) -> anyhow::Result<usize> {
    let settings = stage::Settings::read()?;
    let plan = arguments.scenario.plan(arguments.people, arguments.seconds);
    let most = plan.phases.iter().map(|phase| phase.people).max().unwrap_or(0);
    process::need_files(most as u64 + SPARE_FILES)?;
    println!("preparing {most} people and {} resumes", arguments.resumes);
    let stage = Arc::new(Stage::prepare(&settings, most, arguments.resumes).await?);
    println!("{} for {} s", arguments.scenario.name(), plan.lasts().as_secs());
    let before = Counters::read(&settings.metrics).await?;
    let own = std::process::id();
    let (cpu, server_cpu) = (process::cpu_seconds(own), settings.server_cpu());
    let watch = tokio::spawn(watch_memory(settings.processes.clone(), plan.lasts()));
    let people = (0..most).map(|number| Somebody::new(&stage, number)).collect();
    let tallies = crowd::run(settings.address, people, Vec::new(), &plan, arguments.seed).await?;
    let after = Counters::read(&settings.metrics).await?;
    let seconds = plan.lasts().as_secs_f64();
    let memory = watch.await.context("watching the memory broke down")?;
    let measured = Measured {
        limited: after.limited - before.limited,
        pool_errors: after.pool_errors - before.pool_errors,
        cache: after.cache_ratio_since(&before),
        memory,
        generator_cores: (process::cpu_seconds(own) - cpu) / seconds,
        server_cores: (settings.server_cpu() - server_cpu) / seconds,
    };
    finish(arguments, &plan, &tallies, &measured)
}

fn finish(
    arguments: &Arguments,
    plan: &Plan,
    tallies: &[Arc<Tally>],
    measured: &Measured,
) -> anyhow::Result<usize> {
    let lines: Vec<(f64, Line)> = plan
        .phases
        .iter()
        .zip(tallies)
        .map(|(phase, tally)| (phase.lasts.as_secs_f64(), tally.lines().1))
        .collect();
    report::names(tallies);
    report::phases(plan, &lines);
    let verdicts = judge(arguments.scenario, &lines, measured);
    report::verdicts(&verdicts, measured);
    if let Some(path) = &arguments.json {
        let text = report::json(arguments.scenario, plan, &lines, &verdicts, measured);
        std::fs::write(path, text).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(verdicts.iter().filter(|verdict| !verdict.met).count())
}

/// PSS of the processes in MB, taken a quarter and the whole of the way through.
async fn watch_memory(processes: Vec<u32>, lasts: Duration) -> (f64, f64) {
    let total = |processes: &[u32]| processes.iter().map(|id| process::tree_megabytes(*id)).sum();
    tokio::time::sleep(lasts / 4).await;
    let early = total(&processes);
    tokio::time::sleep(lasts * 3 / 4).await;
    (early, total(&processes))
}
