//! `hiring-worker queues`: make, look at and redrive the queues of the transport.

use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Subcommand;
use hiring_core::task::Queue;
use hiring_queue::sqs::admin::{Admin, Ensured};
use hiring_queue::{QueueConfig, QueueError, Ringer, TransportConfig};
use serde_json::json;

use super::table::layout;

/// What to do about the queues.
#[derive(Debug, Clone, Subcommand)]
pub enum QueuesCommand {
    /// Make the queues of SQS and those for their dead letters, or set right what is there. Harmless when all is well.
    Ensure,
    /// Show how many messages wait.
    Status {
        /// Print JSON instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// Move dead letters that are rings back to their queue. What nobody can read stays.
    Redrive {
        /// Only those of this queue, for instance `resume-parse`.
        #[arg(long, value_name = "NAME")]
        queue: Option<String>,
    },
}

/// Does it with the settings of the environment.
#[must_use]
pub fn run(command: &QueuesCommand) -> ExitCode {
    let config = match super::settings(QueueConfig::read) {
        Ok(config) => config,
        Err(problems) => {
            for problem in problems {
                eprintln!("{problem}");
            }
            return ExitCode::from(2);
        }
    };
    match work(&config, command) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("hiring-worker: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Answers whether all is well.
fn work(config: &QueueConfig, command: &QueuesCommand) -> anyhow::Result<bool> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("starting the runtime failed")?;
    runtime.block_on(async {
        match &config.transport {
            TransportConfig::Sqs(sqs) => {
                let admin = Admin::new(sqs, &config.prefix);
                match command {
                    QueuesCommand::Ensure => ensure(&admin).await.map(|()| true),
                    QueuesCommand::Status { json } => status(&admin, *json).await,
                    QueuesCommand::Redrive { queue } => {
                        redrive(&admin, queue.as_deref()).await.map(|()| true)
                    }
                }
            }
            _ => match command {
                QueuesCommand::Status { json } => {
                    lists(&Ringer::open(config)?, *json).await.map(|()| true)
                }
                _ => {
                    println!("Nothing to do: the lists of Redis come and go by themselves, and have no dead letters.");
                    Ok(true)
                }
            },
        }
    })
}

async fn ensure(admin: &Admin) -> anyhow::Result<()> {
    let word = |ensured| match ensured {
        Ensured::Created => "created",
        Ensured::Changed => "changed",
        Ensured::Unchanged => "unchanged",
    };
    let mut rows = Vec::new();
    for queue in Queue::ALL {
        let done = admin.ensure(queue).await?;
        let names = admin.names(queue).into_iter().zip(done);
        rows.extend(names.map(|(name, done)| vec![name, word(done).to_owned()]));
    }
    print!("{}", layout(&["QUEUE", "STATE"], &rows));
    Ok(())
}

/// Answers whether every queue is there.
async fn status(admin: &Admin, as_json: bool) -> anyhow::Result<bool> {
    let mut complete = true;
    let (mut rows, mut objects) = (Vec::new(), Vec::new());
    for queue in Queue::ALL {
        let [name, _] = admin.names(queue);
        match admin.depths(queue).await {
            Ok(depths) => {
                let counts = [depths.waiting, depths.in_flight, depths.dead_letters];
                rows.push(
                    std::iter::once(name.clone())
                        .chain(counts.map(|count| count.to_string()))
                        .collect(),
                );
                objects.push(json!({
                    "queue": name,
                    "waiting": depths.waiting,
                    "in_flight": depths.in_flight,
                    "dead_letters": depths.dead_letters,
                }));
            }
            Err(QueueError::MissingQueue(missing)) => {
                complete = false;
                rows.push(vec![name.clone(), format!("`{missing}` is missing")]);
                objects.push(json!({ "queue": name, "missing": missing }));
            }
            Err(error) => return Err(error.into()),
        }
    }
    show(
        as_json,
        &objects,
        &layout(&["QUEUE", "WAITING", "IN FLIGHT", "DEAD LETTERS"], &rows),
    );
    if !complete {
        eprintln!("Create what is missing by `hiring-worker queues ensure`.");
    }
    Ok(complete)
}

/// The lists of Redis have a depth only.
async fn lists(ringer: &Ringer, as_json: bool) -> anyhow::Result<()> {
    let depths = ringer.depths().await?;
    let object = |(queue, waiting): &(Queue, u64)| json!({ "queue": queue.name(), "waiting": waiting });
    let row = |(queue, waiting): &(Queue, u64)| vec![queue.name().to_owned(), waiting.to_string()];
    let objects: Vec<_> = depths.iter().map(object).collect();
    let rows: Vec<_> = depths.iter().map(row).collect();
    show(as_json, &objects, &layout(&["QUEUE", "WAITING"], &rows));
    Ok(())
}

fn show(as_json: bool, objects: &[serde_json::Value], table: &str) {
    if as_json {
        println!("{}", json!({ "queues": objects }));
    } else {
        print!("{table}");
    }
}

async fn redrive(admin: &Admin, only: Option<&str>) -> anyhow::Result<()> {
    let queues: Vec<Queue> = Queue::ALL
        .into_iter()
        .filter(|queue| only.is_none_or(|name| name == queue.name()))
        .collect();
    if queues.is_empty() {
        let names = Queue::ALL.map(Queue::name).join(", ");
        bail!("there is no such queue; the queues are {names}");
    }
    let mut rows = Vec::new();
    for queue in queues {
        let done = admin.redrive(queue).await?;
        let [name, _] = admin.names(queue);
        rows.push(vec![name, done.moved.to_string(), done.kept.to_string()]);
    }
    print!("{}", layout(&["QUEUE", "MOVED", "LEFT"], &rows));
    Ok(())
}
