//! `hiring-worker tasks`: the operator's view of background work, over all organizations. Needs `DATABASE_URL` only; with the
//! queue's settings at hand what is retried is rung at once, without them the workers find it within seconds.

mod act;
mod arguments;
mod look;
mod reparse;

use std::process::ExitCode;

use anyhow::Context;
use clap::Subcommand;
use hiring_core::ids::TaskId;
use hiring_db::{Database, DatabaseConfig};

pub use arguments::{List, Over, ReadAgain, Retry, Shown};

/// What to do about tasks.
#[derive(Debug, Clone, Subcommand)]
pub enum TasksCommand {
    /// List tasks, the latest first.
    List(List),
    /// Show everything about one task.
    Show {
        /// The task.
        id: TaskId,
        /// Print JSON instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// Give a dead task its attempts again, or all dead tasks of a kind.
    Retry(Retry),
    /// Cancel a task that is not over, with its parts if it is a batch.
    Cancel {
        /// The task.
        id: TaskId,
        /// Print JSON instead of a sentence.
        #[arg(long)]
        json: bool,
    },
    /// Enqueue work for everybody.
    #[command(subcommand)]
    Enqueue(Work),
    /// Delete tasks that are over. Asks nothing.
    Purge {
        /// How they ended.
        #[arg(long)]
        state: Over,
        /// Only those that ended more than so many days ago.
        #[arg(long, value_name = "DAYS")]
        older_than: u32,
        /// Print JSON instead of a sentence.
        #[arg(long)]
        json: bool,
    },
}

/// Work that an operator asks for.
#[derive(Debug, Clone, Subcommand)]
pub enum Work {
    /// Read stored resumes again that another version of the reader has read, or that it could not read, and show how far
    /// that is. Interrupted, it goes on in the workers; asked again, it shows the one under way.
    Reparse(ReadAgain),
}

/// Does it with the settings of the environment.
#[must_use]
pub fn run(command: &TasksCommand) -> ExitCode {
    let config = match super::settings(DatabaseConfig::read) {
        Ok(config) => config,
        Err(problems) => {
            for problem in problems {
                eprintln!("{problem}");
            }
            return ExitCode::from(2);
        }
    };
    match work(&config, command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("hiring-worker: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn work(config: &DatabaseConfig, command: &TasksCommand) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("starting the runtime failed")?;
    runtime.block_on(async {
        let database = Database::open(config);
        match command {
            TasksCommand::List(list) => look::list(&database, list).await,
            TasksCommand::Show { id, json } => look::show(&database, *id, *json).await,
            TasksCommand::Retry(what) => act::retry(&database, what).await,
            TasksCommand::Cancel { id, json } => act::cancel(&database, *id, *json).await,
            TasksCommand::Enqueue(Work::Reparse(what)) => reparse::run(&database, what).await,
            TasksCommand::Purge {
                state,
                older_than,
                json,
            } => act::purge(&database, (state.state(), *older_than), *json).await,
        }
    })
}
