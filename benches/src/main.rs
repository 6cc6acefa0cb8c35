//! Load generators and their rivals. Run through `script/bench`, which builds for speed and prepares databases.
//!
//! Every bench compares against something in the same run, repeats in alternation, and prints medians.

mod audience;
mod bare;
mod batch;
mod caller;
mod closed_loop;
mod cold_start;
mod get_job;
mod http;
mod memory;
mod queue;
mod ranking;
mod reading;
mod rescore;
mod resumes;
mod rig;
mod search;
mod statistics;
mod upload;

use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures the product.
#[derive(Parser)]
#[command(name = "hiring-bench")]
struct Arguments {
    /// Benches to run: http, get-job (a part of it), cold-start, upload-latency, upload-rate, rescore, batch, queue, reading, ranking, search. All when none
    /// is named.
    benches: Vec<String>,
    /// How often each side runs; medians are printed.
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// Seconds of each run of get-job and http.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Connections of the http bench's crowd.
    #[arg(long, default_value_t = 10_000)]
    connections: usize,
    /// Where the http bench writes its figures as JSON.
    #[arg(long)]
    json: Option<std::path::PathBuf>,
    /// Candidates of the search bench's large organization.
    #[arg(long, default_value_t = 100_000)]
    people: usize,
    /// Folder of resumes for the upload benches.
    #[arg(long, default_value = "../shared/corpus/dev")]
    corpus: std::path::PathBuf,
    #[command(flatten)]
    ranking: ranking::Options,
}

fn main() -> anyhow::Result<()> {
    // The HTTP client is built without a choice of its own. An error says that it was chosen before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // Before any thread starts: it changes the process environment.
    hiring_platform::embeddings::forbid_runtime_telemetry();
    let arguments = Arguments::parse();
    if arguments
        .benches
        .first()
        .is_some_and(|name| name == bare::COMMAND)
    {
        return actix_web::rt::System::new().block_on(bare::serve());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    if arguments
        .benches
        .first()
        .is_some_and(|name| name == queue::worker::COMMAND)
    {
        return runtime.block_on(queue::worker::serve());
    }
    let wanted =
        |name: &str| arguments.benches.is_empty() || arguments.benches.iter().any(|bench| bench == name);
    if wanted("reading") {
        reading::run(&arguments.corpus, arguments.runs)?;
    }
    if wanted("ranking") {
        runtime.block_on(ranking::run(&arguments.corpus, &arguments.ranking))?;
    }
    // These two need no servers.
    let alone = |bench: &String| matches!(bench.as_str(), "reading" | "ranking");
    if arguments.benches.iter().all(alone) && !arguments.benches.is_empty() {
        return Ok(());
    }
    runtime.block_on(async {
        let settings = rig::Settings::read()?;
        if wanted("cold-start") {
            cold_start::run(&settings, arguments.runs).await?;
        }
        if wanted("get-job") && !wanted("http") {
            get_job::run(&settings, arguments.runs, arguments.seconds).await?;
        }
        if wanted("http") {
            http::run(&settings, &arguments).await?;
        }
        if wanted("upload-latency") {
            upload::latency(&settings, &arguments.corpus).await?;
        }
        if wanted("upload-rate") {
            upload::rate(&settings, &arguments.corpus, arguments.runs).await?;
        }
        if wanted("rescore") {
            rescore::run(&settings, &arguments.corpus).await?;
        }
        if wanted("batch") {
            batch::run(&settings, &arguments.corpus, arguments.runs).await?;
        }
        if wanted("queue") {
            queue::run(&settings, arguments.runs).await?;
        }
        if wanted("search") {
            search::run(&settings, arguments.people).await?;
        }
        Ok(())
    })
}
