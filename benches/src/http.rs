//! The whole chain from the socket to the handler: what it costs beside a bare handler, what the cache saves, what the limiter costs,
//! and whether ten thousand connections are served.

mod board;
mod crowd;
mod limiter;

use anyhow::Context;
use serde_json::json;

use crate::Arguments;
use crate::audience::Audience;
use crate::get_job::against_bare;
use crate::rig::Settings;

/// People who are signed in.
const PEOPLE: usize = 1_000;
/// Share of the bare handler's rate that `GET /jobs/{id}` reaches at least.
const LEAST_OF_BARE: f64 = 0.55;
/// How many times as quick the board is from the cache, at least.
const LEAST_BY_CACHE: f64 = 1.5;
/// What the limiter may add to a request in the middle, in microseconds.
const MOST_FOR_LIMITER: f64 = 150.0;
/// What 95 of 100 requests take at most with ten thousand connections, in milliseconds.
const MOST_P95: f64 = 200.0;
/// Most memory of the api then, in MB.
const MOST_MEMORY: f64 = 250.0;

/// One figure and its bar.
struct Judged {
    what: &'static str,
    bar: String,
    measured: String,
    value: f64,
    met: bool,
}

impl Judged {
    fn at_least(what: &'static str, bar: f64, value: f64) -> Self {
        Self {
            what,
            bar: format!(">= {bar}"),
            measured: format!("{value:.3}"),
            value,
            met: value >= bar,
        }
    }

    fn below(what: &'static str, (bar, unit): (f64, &str), value: f64) -> Self {
        Self {
            what,
            bar: format!("< {bar} {unit}"),
            measured: format!("{value:.1} {unit}"),
            value,
            met: value < bar,
        }
    }
}

/// Runs all parts and judges them.
///
/// # Errors
/// When a program fails, or a figure is not what it must be.
pub async fn run(settings: &Settings, arguments: &Arguments) -> anyhow::Result<()> {
    let audience = Audience::gather(settings, PEOPLE).await?;
    let (runs, seconds) = (arguments.runs, arguments.seconds);
    let of_bare = against_bare(&audience, runs, seconds).await?;
    let by_cache = board::run(&audience, runs, seconds).await?;
    let limiter = limiter::run(settings, &audience, runs, seconds).await?;
    // Memory of a process that did nothing else before.
    drop(audience);
    let crowd = crowd::run(settings, arguments.connections, PEOPLE).await?;
    let judged = [
        Judged::at_least("GET /jobs/{id}: product / bare", LEAST_OF_BARE, of_bare),
        Judged::at_least("GET /jobs: cached / not", LEAST_BY_CACHE, by_cache),
        Judged::below("limiter, p50 of a request", (MOST_FOR_LIMITER, "us"), limiter),
        Judged::below("crowd, P95", (MOST_P95, "ms"), crowd.p95),
        Judged::below("crowd, errors", (1.0, ""), crowd.errors as f64),
        Judged::below("crowd, api PSS", (MOST_MEMORY, "MB"), crowd.megabytes),
    ];
    println!("\n{:<36}{:>12}{:>14}", "http", "bar", "measured");
    for row in &judged {
        let told = if row.met { "met" } else { "MISSED" };
        println!("{:<36}{:>12}{:>14}  {told}", row.what, row.bar, row.measured);
    }
    if let Some(path) = &arguments.json {
        let rows = judged
            .iter()
            .map(|row| json!({"what": row.what, "bar": row.bar, "measured": row.value, "met": row.met}));
        let text = format!("{:#}\n", rows.collect::<serde_json::Value>());
        std::fs::write(path, text).with_context(|| format!("writing {}", path.display()))?;
    }
    let missed = judged.iter().filter(|row| !row.met).count();
    anyhow::ensure!(
        missed == 0,
        "{missed} figures of the http bench are not what they must be"
    );
    Ok(())
}
