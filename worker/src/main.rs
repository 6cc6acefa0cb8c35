//! `hiring-worker run`: the task runner. `hiring-worker extract`: one file, read in confinement. The others are for operators.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use hiring_core::config::Reader;
use hiring_worker::cli::fairness::{self, Fairness};
use hiring_worker::cli::queues::{self, QueuesCommand};
use hiring_worker::cli::read::{self, Read};
use hiring_worker::cli::tasks::{self, TasksCommand};
use hiring_worker::cli::taxonomy::{self, TaxonomyCommand};
use hiring_worker::config::WorkerConfig;
use hiring_worker::{running, sandbox};

/// Reads and indexes resumes in the background.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run tasks until told to stop (SIGTERM or Ctrl-C).
    Run,
    /// Read one resume from standard input in a confined process and print what it says as JSON.
    Extract,
    /// Read resumes from files, each in a confined process as uploads are, and show what they say.
    Read(Read),
    /// Measure how much scores depend on names, addresses, schools and the like, by swapping them in copies of resumes.
    Fairness(Fairness),
    /// Print the effective settings, secrets redacted.
    Config,
    /// Make, look at and redrive the queues of the transport.
    #[command(subcommand)]
    Queues(QueuesCommand),
    /// Look at tasks of all organizations, retry, cancel and purge them.
    #[command(subcommand)]
    Tasks(TasksCommand),
    /// Show skills of the taxonomy; import, list and remove those that an organization adds.
    #[command(subcommand)]
    Taxonomy(TaxonomyCommand),
}

fn main() -> ExitCode {
    // First of all: this child is started for every resume, and must have nothing that it could be robbed of.
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some(sandbox::SUBCOMMAND) => return sandbox::child::run(arguments),
        Some(sandbox::program::SUBCOMMAND) => return sandbox::program::become_program(arguments),
        _ => {}
    }
    match Cli::parse().command {
        Command::Run => run(),
        Command::Config => print_config(),
        Command::Read(command) => read::run(&command),
        Command::Fairness(command) => fairness::run(&command),
        Command::Queues(command) => queues::run(&command),
        Command::Tasks(command) => tasks::run(&command),
        Command::Taxonomy(command) => taxonomy::run(&command),
        // Only reached when options stand before the subcommand.
        Command::Extract => sandbox::child::run(std::iter::empty()),
    }
}

/// Reads the settings, or prints every problem.
fn settings() -> Result<(Reader, WorkerConfig), ExitCode> {
    let mut reader = Reader::from_environment();
    match WorkerConfig::read(&mut reader) {
        Ok(config) => Ok((reader, config)),
        Err(problems) => {
            for problem in problems {
                eprintln!("{problem}");
            }
            Err(ExitCode::from(2))
        }
    }
}

fn print_config() -> ExitCode {
    match settings() {
        Ok((reader, _)) => {
            print!("{}", reader.render());
            ExitCode::SUCCESS
        }
        Err(code) => code,
    }
}

fn run() -> ExitCode {
    // Before any thread starts: it changes the process environment.
    hiring_platform::embeddings::forbid_runtime_telemetry();
    let (reader, config) = match settings() {
        Ok(settings) => settings,
        Err(code) => return code,
    };
    match running::run(config, reader.notes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("hiring-worker: {error:#}");
            ExitCode::FAILURE
        }
    }
}
