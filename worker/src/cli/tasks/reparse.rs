//! `hiring-worker tasks enqueue reparse`: read stored resumes again, and show how far that is.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use anyhow::bail;
use diesel_async::AsyncConnection;
use hiring_core::ids::{OrgId, TaskId};
use hiring_db::Database;
use hiring_db::reparse::{self, Begun, Progress};
use hiring_queue::Ringer;
use hiring_resume::PARSER_VERSION;
use serde_json::json;

use super::act;
use super::arguments::ReadAgain;

/// Time between two looks at how far it is.
const LOOK: Duration = Duration::from_secs(1);

pub(super) async fn run(database: &Database, what: &ReadAgain) -> anyhow::Result<()> {
    let ringer = act::ringer();
    let organizations = reparse::organizations(&mut *database.connection().await?, what.organization).await?;
    let (mut batches, mut earlier) = (Vec::new(), 0_usize);
    for org in organizations {
        match begin(database, org, what.again, ringer.as_ref()).await? {
            (batch, true) => batches.push(batch),
            (batch, false) => {
                earlier += 1;
                batches.push(batch);
            }
        }
    }
    tell_begun(what, &batches, earlier);
    if what.detach || batches.is_empty() {
        return Ok(());
    }
    follow(database, what, &batches).await
}

/// The organization's batch, and whether it is a new one.
async fn begin(
    database: &Database,
    org: OrgId,
    again: bool,
    ringer: Option<&Ringer>,
) -> anyhow::Result<(TaskId, bool)> {
    let mut connection = database.connection().await?;
    let begun = connection
        .transaction(async |connection| reparse::begin(connection, org, PARSER_VERSION, again).await)
        .await?;
    drop(connection);
    Ok(match begun {
        Begun::Now(batch, enqueued) => {
            act::ring(ringer, &enqueued).await;
            (batch, true)
        }
        Begun::Earlier(batch) => (batch, false),
    })
}

fn tell_begun(what: &ReadAgain, batches: &[TaskId], earlier: usize) {
    if what.json {
        let object = json!({ "version": PARSER_VERSION, "batches": batches, "under_way_before": earlier });
        println!("{object}");
        return;
    }
    if batches.is_empty() {
        println!("There are no stored resumes.");
        return;
    }
    println!(
        "Reading the stored resumes of {} organizations with {PARSER_VERSION}; {earlier} of them were at it before.",
        batches.len()
    );
    for batch in batches {
        println!("  batch {batch}");
    }
}

async fn follow(database: &Database, what: &ReadAgain, batches: &[TaskId]) -> anyhow::Result<()> {
    let mut last = None;
    let broken = loop {
        let progress = reparse::progress(&mut *database.connection().await?, batches).await?;
        if last != Some(progress) {
            show(what, progress)?;
            last = Some(progress);
        }
        if progress.over {
            break progress.broken;
        }
        tokio::time::sleep(LOOK).await;
    };
    if !what.json && io::stdout().is_terminal() {
        println!();
    }
    if broken > 0 {
        bail!("not everybody was asked for: run it again (see `hiring-worker tasks list --kind reparse`)");
    }
    Ok(())
}

fn show(what: &ReadAgain, progress: Progress) -> io::Result<()> {
    let Progress {
        read,
        failed,
        open,
        broken,
        over,
    } = progress;
    if what.json {
        println!(
            "{}",
            json!({ "read": read, "failed": failed, "open": open, "broken": broken, "over": over })
        );
        return Ok(());
    }
    let line = format!("{read} read, {failed} not readable, {open} to go");
    let mut stdout = io::stdout().lock();
    if stdout.is_terminal() {
        write!(stdout, "\r{line}   ")?;
    } else {
        writeln!(stdout, "{line}")?;
    }
    stdout.flush()
}
