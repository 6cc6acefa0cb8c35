//! Ten thousand connections of a thousand people, each asking once in three seconds whatever the api does: half for a job, 30 % for
//! the board, 20 % for who they are.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hiring_loadtest::crowd::{self, Act, Person, Phase, Plan};
use hiring_loadtest::process::{cpu_seconds, need_files, tree_megabytes};
use http::{Request, header};
use http_body_util::Full;
use rand::RngExt;
use rand::rngs::SmallRng;

use crate::audience::Audience;
use crate::memory::Watch;
use crate::rig::Settings;

const EVERY: Duration = Duration::from_secs(3);
/// Warming up: everybody's session and page is asked for once.
const WARM: Duration = Duration::from_secs(6);
const LASTS: Duration = Duration::from_secs(60);
const SPARE_FILES: u64 = 200;

/// What came of it.
pub struct Crowd {
    /// Latency from the moment at which a request was due, in milliseconds.
    pub p95: f64,
    /// Requests without an answer, or with one that is not a success; 429 counts too.
    pub errors: u64,
    /// The api's highest PSS, in MB.
    pub megabytes: f64,
}

/// Opens the connections, warms up, and measures for a minute.
///
/// # Errors
/// When the connections cannot be opened.
pub async fn run(settings: &Settings, connections: usize, people: usize) -> anyhow::Result<Crowd> {
    need_files(connections as u64 + SPARE_FILES)?;
    let audience = Arc::new(Audience::gather(settings, people).await?);
    let api = audience.api.id();
    let address = audience.api.address.parse()?;
    let open = crowd::connect(address, connections).await?;
    println!(
        "crowd: {connections} connections open, api PSS {:.0} MB",
        tree_megabytes(api)
    );
    let everybody: Vec<Visitor> = (0..connections)
        .map(|number| Visitor::new(&audience, number))
        .collect();
    let phase = |lasts| Phase {
        lasts,
        people: connections,
    };
    let plan = Plan {
        phases: vec![phase(WARM), phase(LASTS)],
        every: EVERY,
    };
    let watch = Watch::start(vec![api]);
    let (own, before, api_before) = (
        std::process::id(),
        cpu_seconds(std::process::id()),
        cpu_seconds(api),
    );
    let tallies = crowd::run(address, everybody, open, &plan, 1).await?;
    let seconds = plan.lasts().as_secs_f64();
    let (generator, server) = (
        (cpu_seconds(own) - before) / seconds,
        (cpu_seconds(api) - api_before) / seconds,
    );
    let megabytes = watch.finish().first().copied().unwrap_or_default();
    let Some((names, all)) = tallies.get(1).map(|tally| tally.lines()) else {
        anyhow::bail!("nothing was measured");
    };
    for (name, line) in &names {
        println!(
            "crowd: {name:<16}{:>8} asked, p50 {:.1} ms, p95 {:.1} ms, p99 {:.1} ms, longest {:.0} ms, {} limited, {:?} failed",
            line.asked,
            line.milliseconds(0.5),
            line.milliseconds(0.95),
            line.milliseconds(0.99),
            line.longest(),
            line.limited,
            line.failures
        );
    }
    println!(
        "crowd: {:.0}/s in all, p50 {:.1} ms, p95 {:.1} ms, p99 {:.1} ms; cores: generator {generator:.2}, api {server:.2}; api PSS {megabytes:.0} MB",
        all.asked as f64 / LASTS.as_secs_f64(),
        all.milliseconds(0.5),
        all.milliseconds(0.95),
        all.milliseconds(0.99)
    );
    Ok(Crowd {
        p95: all.milliseconds(0.95),
        errors: all.failed() + all.limited,
        megabytes,
    })
}

/// One connection of somebody.
struct Visitor {
    audience: Arc<Audience>,
    authorization: String,
}

impl Visitor {
    fn new(audience: &Arc<Audience>, number: usize) -> Self {
        let token = audience.tokens.get(number % audience.tokens.len().max(1));
        Self {
            audience: Arc::clone(audience),
            authorization: format!("Bearer {}", token.map_or("", String::as_str)),
        }
    }
}

impl Person for Visitor {
    fn next(&mut self, chance: &mut SmallRng) -> Act {
        let jobs = &self.audience.jobs;
        let (name, path) = match chance.random_range(0..10_u8) {
            0..5 => {
                let job = jobs.get(chance.random_range(0..jobs.len().max(1)));
                (
                    "GET /jobs/{id}",
                    format!("/api/v1/jobs/{}", job.map_or("", String::as_str)),
                )
            }
            5..8 => ("GET /jobs", "/api/v1/jobs".to_owned()),
            _ => ("GET /auth/me", "/api/v1/auth/me".to_owned()),
        };
        let mut request = Request::new(Full::new(Bytes::new()));
        // What is not a path here would be a request for the root, which fails and is counted.
        *request.uri_mut() = path.parse().unwrap_or_default();
        for (field, value) in [
            (header::HOST, &self.audience.api.address),
            (header::AUTHORIZATION, &self.authorization),
        ] {
            if let Ok(value) = value.parse() {
                request.headers_mut().insert(field, value);
            }
        }
        Act { name, request }
    }
}
