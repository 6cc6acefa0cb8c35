//! `hiring-worker read FILE...`: read resumes from the command line, exactly as uploads are read. Needs no services.

mod explain;
mod table;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use chrono::NaiveDate;
use clap::Args;
use hiring_core::clock::{Clock, SystemClock};
use hiring_core::reading::{MAX_FILE_BYTES, ReadResume};
use hiring_scoreboard::Prediction;
use serde_json::json;

use crate::sandbox::{Limits, Sandbox, SandboxError};
use crate::scanning::Reader;
use crate::scanning::config::OcrConfig;

/// What to read and how to show it.
#[derive(Debug, Clone, Args)]
pub struct Read {
    /// Files to read; of a folder, every file in it.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Print one JSON object a line: the file and what was read, or why it could not be.
    #[arg(long, conflicts_with_all = ["explain", "predictions"])]
    json: bool,
    /// Print the fields as a table. This is what happens when nothing else is asked for.
    #[arg(long, conflicts_with_all = ["json", "explain", "predictions"])]
    table: bool,
    /// Draw the pages as text, with sections and fields marked.
    #[arg(long, conflicts_with = "predictions")]
    explain: bool,
    /// Write one `{name}.json` a file into this folder, in the flat shape that scorers compare.
    #[arg(long, value_name = "FOLDER")]
    predictions: Option<PathBuf>,
    /// The day that `present` means where the document has no date.
    #[arg(long, value_name = "YYYY-MM-DD")]
    today: Option<NaiveDate>,
}

/// Reads them; ends with 1 when a file could not be read.
#[must_use]
pub fn run(command: &Read) -> ExitCode {
    match work(command) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("hiring-worker: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn work(command: &Read) -> anyhow::Result<bool> {
    let files = expand(&command.files)?;
    if let Some(folder) = &command.predictions {
        std::fs::create_dir_all(folder).with_context(|| format!("making {} failed", folder.display()))?;
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("starting the runtime failed")?;
    let sandbox = Sandbox::of_this_program(Limits::default()).context("this program cannot be found")?;
    let ocr = match super::settings(OcrConfig::read) {
        Ok(ocr) => ocr,
        Err(problems) => bail!(
            problems
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("; ")
        ),
    };
    let reader = runtime.block_on(Reader::open(sandbox, &ocr));
    for note in reader.notes() {
        eprintln!("{note}");
    }
    let today = command.today.unwrap_or_else(|| SystemClock.now().date_naive());
    let mut all = true;
    for file in &files {
        let bytes = content(file)?;
        let read = runtime.block_on(reader.read(&bytes, today));
        all &= read.is_ok();
        show(command, file, read)?;
    }
    Ok(all)
}

/// The files, folders replaced by what is in them, in the order of names.
pub(super) fn expand(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let listed = std::fs::read_dir(path).with_context(|| format!("listing {} failed", path.display()))?;
        let mut inside: Vec<PathBuf> = listed.flatten().map(|entry| entry.path()).collect();
        inside.retain(|path| path.is_file() && path.extension().is_none_or(|kind| kind != "json"));
        inside.sort();
        files.append(&mut inside);
    }
    Ok(files)
}

/// The bytes of a file, or one byte more than may be read of a larger one.
pub(super) fn content(file: &Path) -> anyhow::Result<Vec<u8>> {
    use std::io::Read as _;
    let doing = || format!("reading {} failed", file.display());
    let mut bytes = Vec::new();
    let open = std::fs::File::open(file).with_context(doing)?;
    open.take(MAX_FILE_BYTES + 1)
        .read_to_end(&mut bytes)
        .with_context(doing)?;
    Ok(bytes)
}

fn show(command: &Read, file: &Path, read: Result<ReadResume, SandboxError>) -> anyhow::Result<()> {
    let name = file.display();
    let mut stdout = io::stdout().lock();
    match read {
        Ok(read) if command.json => {
            writeln!(stdout, "{}", json!({ "file": name.to_string(), "read": read }))?
        }
        Ok(read) => match &command.predictions {
            Some(folder) => {
                let stem = file.file_stem().unwrap_or_default().to_string_lossy();
                let path = folder.join(format!("{stem}.json"));
                let prediction = serde_json::to_vec_pretty(&Prediction::from(&read.resume))?;
                std::fs::write(&path, prediction)
                    .with_context(|| format!("writing {} failed", path.display()))?;
            }
            None if command.explain => write!(stdout, "{}", explain::render(&name.to_string(), &read))?,
            None => write!(stdout, "{}", table::render(&name.to_string(), &read))?,
        },
        Err(error) => tell(command, &name.to_string(), error)?,
    }
    Ok(())
}

/// Says why a file was not read. That nothing can be read here ends the command.
fn tell(command: &Read, name: &str, error: SandboxError) -> anyhow::Result<()> {
    match error.failure() {
        Some(failure) if command.json => {
            let failure = json!({ "code": failure.code(), "reason": failure.reason() });
            writeln!(io::stdout(), "{}", json!({ "file": name, "failure": failure }))?;
        }
        Some(failure) => eprintln!("{name}: {} ({})", failure.reason(), failure.code()),
        None => return Err(error.into()),
    }
    Ok(())
}
