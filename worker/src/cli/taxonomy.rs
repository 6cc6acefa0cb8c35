//! `hiring-worker taxonomy`: skills of the house's taxonomy, and those that an organization adds. Importing, listing and removing need
//! `DATABASE_URL` only; what is imported counts for resumes read from then on.

mod table;

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use hiring_core::ids::OrgId;
use hiring_core::taxonomy;
use hiring_core::taxonomy::own::OwnEntry;
use hiring_db::{Database, DatabaseConfig};
use serde_json::json;

use super::table::layout;

/// What to do about the taxonomy.
#[derive(Debug, Clone, Subcommand)]
pub enum TaxonomyCommand {
    /// Put the skills of a CSV file in the place of all that the organization had. Columns: name, aliases, kind, parents; several of
    /// one apart by `|`.
    Import {
        /// The file.
        file: PathBuf,
        /// Whose skills they are.
        #[command(flatten)]
        whose: Whose,
        /// Only say what is wrong with the file, or how many entries it has.
        #[arg(long)]
        dry_run: bool,
    },
    /// Show the skills that the organization adds.
    List(Whose),
    /// Remove all of them.
    Remove(Whose),
    /// Show what the taxonomy of the house knows of a skill.
    Show {
        /// Any of its names.
        name: String,
        /// Print JSON instead of lines.
        #[arg(long)]
        json: bool,
    },
}

/// Whose skills, and how to answer.
#[derive(Debug, Clone, Args)]
pub struct Whose {
    /// The organization.
    #[arg(long)]
    organization: OrgId,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Does it with the settings of the environment.
#[must_use]
pub fn run(command: &TaxonomyCommand) -> ExitCode {
    match work(command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("hiring-worker: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn work(command: &TaxonomyCommand) -> anyhow::Result<ExitCode> {
    match command {
        TaxonomyCommand::Show { name, json } => show(name, *json),
        TaxonomyCommand::Import { file, whose, dry_run } => {
            let Some(entries) = entries(file)? else {
                return Ok(ExitCode::FAILURE);
            };
            if !dry_run
                && !with_database(async |database| {
                    let mut connection = database.connection().await?;
                    Ok(hiring_db::taxonomy::replace(&mut connection, whose.organization, &entries).await?)
                })?
            {
                bail!("there is no organization {}", whose.organization);
            }
            tell(
                whose,
                "entries",
                entries.len(),
                if *dry_run { "would be imported" } else { "imported" },
            );
            Ok(ExitCode::SUCCESS)
        }
        TaxonomyCommand::List(whose) => {
            let entries = with_database(async |database| {
                Ok(hiring_db::taxonomy::of(&mut *database.connection().await?, whose.organization).await?)
            })?;
            list(whose, &entries);
            Ok(ExitCode::SUCCESS)
        }
        TaxonomyCommand::Remove(whose) => {
            let removed = with_database(async |database| {
                Ok(
                    hiring_db::taxonomy::remove(&mut *database.connection().await?, whose.organization)
                        .await?,
                )
            })?;
            tell(whose, "entries", removed, "removed");
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Runs something against the database of the environment.
fn with_database<T>(work: impl AsyncFnOnce(&Database) -> anyhow::Result<T>) -> anyhow::Result<T> {
    let config = match super::settings(DatabaseConfig::read) {
        Ok(config) => config,
        Err(problems) => {
            let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
            bail!("{}", told.join("\n"));
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("starting the runtime failed")?;
    runtime.block_on(async { work(&Database::open(&config)).await })
}

/// The entries of a file; its problems are printed.
fn entries(file: &Path) -> anyhow::Result<Option<Vec<OwnEntry>>> {
    let doing = || format!("reading {} failed", file.display());
    let mut bytes = Vec::new();
    let open = std::fs::File::open(file).with_context(doing)?;
    open.take(table::MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .with_context(doing)?;
    if bytes.len() as u64 > table::MAX_BYTES {
        bail!("{} is larger than {} bytes", file.display(), table::MAX_BYTES);
    }
    match table::parse(&bytes) {
        Ok(entries) => Ok(Some(entries)),
        Err(problems) => {
            for problem in problems {
                eprintln!("{}:{}: {}", file.display(), problem.line, problem.message);
            }
            Ok(None)
        }
    }
}

fn tell(whose: &Whose, what: &str, count: usize, done: &str) {
    if whose.json {
        println!(
            "{}",
            json!({ "organization": whose.organization, what: count, "done": done })
        );
    } else {
        println!("{count} {what} {done}.");
    }
}

fn list(whose: &Whose, entries: &[OwnEntry]) {
    if whose.json {
        let entries: Vec<_> = entries
            .iter()
            .map(|entry| {
                json!({ "name": entry.name, "kind": entry.kind, "aliases": entry.aliases, "parents": entry.parents })
            })
            .collect();
        println!("{}", json!({ "entries": entries }));
        return;
    }
    let rows: Vec<Vec<String>> = entries
        .iter()
        .map(|entry| {
            vec![
                entry.name.clone(),
                entry.kind.as_str().to_owned(),
                entry.aliases.join(" | "),
                entry.parents.join(" | "),
            ]
        })
        .collect();
    print!("{}", layout(&["NAME", "KIND", "ALIASES", "PARENTS"], &rows));
}

fn show(name: &str, json: bool) -> anyhow::Result<ExitCode> {
    let Some(entry) = taxonomy::canonical(name) else {
        bail!("the taxonomy ({}) does not know \"{name}\"", taxonomy::VERSION);
    };
    let parents: Vec<_> = taxonomy::parents(entry.name).collect();
    let aliases = taxonomy::aliases(entry.name);
    let below = taxonomy::descendants(entry.name);
    if json {
        let all = json!({ "name": entry.name, "kind": entry.kind, "parents": parents, "aliases": aliases, "below": below });
        println!("{all}");
    } else {
        println!("{} ({})", entry.name, entry.kind.as_str());
        println!("parents: {}", parents.join(", "));
        println!("names:   {}", aliases.join(", "));
        println!("below:   {}", below.join(", "));
    }
    Ok(ExitCode::SUCCESS)
}
