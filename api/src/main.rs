//! `hiring-api`: serves the API, migrates the database, prints configuration and the OpenAPI document.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::{Parser, Subcommand};
use hiring_api::config::Config;
use hiring_api::{app, flows, openapi};
use hiring_core::config::Reader;
use hiring_platform::telemetry;
use secrecy::ExposeSecret;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The HTTP server of Hiring Agent.
#[derive(Parser)]
#[command(name = "hiring-api", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API until SIGTERM or SIGINT.
    Serve,
    /// Apply the migrations that are missing.
    Migrate,
    /// Print the effective settings, secrets redacted; exit status 2 when something is wrong with them.
    Config,
    /// Print the OpenAPI document.
    Openapi,
    /// Create the demo organization with a recruiter and an admin; never in production.
    SeedDemo,
}

/// Exit status for a configuration that cannot be used.
const BAD_CONFIGURATION: u8 = 2;

fn main() -> ExitCode {
    // Before any thread starts: it changes the process environment.
    hiring_platform::embeddings::forbid_runtime_telemetry();
    use_small_pages();
    let arguments = Arguments::parse();
    if matches!(arguments.command, Command::Openapi) {
        return print_openapi();
    }
    let mut reader = Reader::from_environment();
    let config = Config::read(&mut reader);
    if matches!(arguments.command, Command::Config) {
        print!("{}", reader.render());
    }
    if let Err(problems) = reader.finish() {
        for problem in problems {
            eprintln!("{problem}");
        }
        return ExitCode::from(BAD_CONFIGURATION);
    }
    match run(arguments.command, config, &reader) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("hiring-api: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// How often the allocator is reminded. It keeps freed memory at hand for a second, since a busy server needs it again at once.
const REMINDED_EVERY: Duration = Duration::from_secs(1);

/// Has mimalloc give memory back. By itself it only thinks of that when memory is asked for, and an idle server would keep the 19 MiB of
/// every password it ever hashed at the same time.
async fn give_freed_memory_back() {
    let mut beat = actix_web::rt::time::interval(REMINDED_EVERY);
    loop {
        beat.tick().await;
        give_back();
    }
}

#[expect(unsafe_code, reason = "the allocator only listens through its C interface")]
fn give_back() {
    // SAFETY: any thread may ask for this at any time; memory in use stays where it is.
    unsafe { libmimalloc_sys::mi_collect(false) };
}

/// Has the system give this process memory in small pages only. mimalloc asks for huge ones, each of which stays resident for the sake of
/// a few of the thousands of buffers in it that come and go: 18 MiB of an idle server, and 7 KiB of each connection.
#[cfg(target_os = "linux")]
fn use_small_pages() {
    // An old kernel cannot; the process only takes more memory then.
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}

/// Other systems have no such option.
#[cfg(not(target_os = "linux"))]
const fn use_small_pages() {}

fn print_openapi() -> ExitCode {
    println!("{:#}", openapi::document("/api/v1"));
    ExitCode::SUCCESS
}

fn run(command: Command, config: Config, reader: &Reader) -> anyhow::Result<()> {
    let system = actix_web::rt::System::new();
    system.block_on(async {
        match command {
            Command::Serve => {
                let _logs = telemetry::start(&config.telemetry)?;
                for note in reader.notes() {
                    tracing::warn!("{note}");
                }
                actix_web::rt::spawn(give_freed_memory_back());
                app::serve(config).await
            }
            Command::Migrate => {
                let url = config.database.direct_url.expose_secret();
                let ran = hiring_db::migrate::run_pending(url)
                    .await
                    .context("migrating the database failed")?;
                println!("{} migrations applied", ran.len());
                Ok(())
            }
            Command::SeedDemo => flows::seed_demo::seed(config, reader).await,
            Command::Config | Command::Openapi => Ok(()),
        }
    })
}
