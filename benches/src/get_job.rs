//! `GET /jobs/{id}` over 10,000 jobs with 64 users' tokens against the bare handler, in alternation.

use std::time::Duration;

use crate::audience::{Audience, USERS};
use crate::bare;
use crate::closed_loop::closed_loop;
use crate::rig::{Program, Settings, free_port};
use crate::statistics::median;

pub const CONNECTIONS: usize = 32;
/// Nothing in between may answer for the api.
pub const FRESH: &str = "Cache-Control: no-cache\r\n";

/// Prints both rates and their ratio.
///
/// # Errors
/// When a program fails or an answer is not 200.
pub async fn run(settings: &Settings, runs: usize, seconds: u64) -> anyhow::Result<()> {
    let audience = Audience::gather(settings, USERS).await?;
    against_bare(&audience, runs, seconds).await?;
    Ok(())
}

/// The product's rate by the bare handler's: the median over the runs.
///
/// # Errors
/// When a program fails or an answer is not 200.
pub async fn against_bare(audience: &Audience, runs: usize, seconds: u64) -> anyhow::Result<f64> {
    let (port, paths) = (free_port()?.to_string(), audience.job_paths());
    let program = std::env::current_exe()?;
    let environment = [("BARE_PORT", port.as_str())];
    let probe = format!("/api/v1{}", paths.first().map_or("", String::as_str));
    let rival = Program::start(
        &program.to_string_lossy(),
        &[bare::COMMAND],
        &environment,
        (port.parse()?, &probe),
    )
    .await?;
    let api = &audience.api.address;
    let (ours, theirs) = (
        audience.requests(api, &paths, FRESH),
        audience.requests(&rival.address, &paths, FRESH),
    );
    let duration = Duration::from_secs(seconds);
    let (mut product, mut bare, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for run in 0..=runs {
        let a = closed_loop(api, &ours, CONNECTIONS, duration).await?.rate;
        let b = closed_loop(&rival.address, &theirs, CONNECTIONS, duration)
            .await?
            .rate;
        // The first pair warms caches and statement caches up.
        if run > 0 {
            println!(
                "get-job run {run}: product {a:.0}/s, bare {b:.0}/s, ratio {:.3}",
                a / b
            );
            product.push(a);
            bare.push(b);
            ratios.push(a / b);
        }
    }
    let (a, b, ratio) = (median(&product), median(&bare), median(&ratios));
    let megabytes = hiring_loadtest::process::tree_megabytes(audience.api.id());
    println!(
        "get-job: product {a:.0}/s, bare {b:.0}/s, ratio {ratio:.3} (medians of {runs}); api PSS {megabytes:.0} MB"
    );
    Ok(ratio)
}
