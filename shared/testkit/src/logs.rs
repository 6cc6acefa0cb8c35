//! The log of every test of a run, kept under the target folder: `script/test` searches it for what must not be in any log.
//!
//! Tests that have a database record what this process logs, at the level `debug`, which says more than production does; those that
//! start the product's programs keep what these say beside it.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt;

/// What tests plant in names, addresses, tokens, files and questions. No log holds it.
pub const CANARY: &str = "zzcanary";

/// What [`record`] records: everything that `LOG_LEVEL=debug` would show.
const FILTER: &str =
    "debug,ort=warn,tokenizers=warn,hyper=warn,hyper_util=warn,rustls=warn,h2=warn,reqwest=warn,tower=warn";

/// A file that is longer when a test begins is started over; a whole run writes less.
const LONGEST: u64 = 256 * 1024 * 1024;

/// The file that this process's log goes to; none outside of `cargo test`.
#[must_use]
pub fn file() -> Option<&'static Path> {
    static FILE: OnceLock<Option<PathBuf>> = OnceLock::new();
    FILE.get_or_init(|| {
        let program = std::env::current_exe().ok()?;
        let folder = program.parent().filter(|folder| folder.ends_with("deps"))?;
        let logs = folder.parent()?.parent()?.join("test-logs");
        std::fs::create_dir_all(&logs).ok()?;
        let file = logs.join(program.file_stem()?).with_extension("jsonl");
        if file.metadata().is_ok_and(|file| file.len() > LONGEST) {
            std::fs::remove_file(&file).ok()?;
        }
        Some(file)
    })
    .as_deref()
}

/// Records what this process logs from here on, unless something else does already.
///
/// # Panics
/// When the file cannot be written.
pub fn record() {
    static STARTED: OnceLock<()> = OnceLock::new();
    STARTED.get_or_init(|| {
        let Some(file) = open() else { return };
        let recording = tracing_subscriber::fmt()
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .with_env_filter(EnvFilter::new(FILTER))
            .with_writer(Arc::new(file))
            .finish();
        // Somebody else's test of logs has come first.
        let _ = recording.try_init();
    });
}

/// Keeps what a program says until it ends.
///
/// # Panics
/// When the file cannot be written.
pub fn keep(lines: impl Iterator<Item = String>) {
    let mut file = open();
    for line in lines {
        if let Some(file) = &mut file {
            file.write_all(format!("{line}\n").as_bytes()).unwrap();
        }
    }
}

/// Lines are appended whole, whoever else writes.
fn open() -> Option<File> {
    let options = OpenOptions::new().append(true).create(true).open(file()?);
    Some(options.expect("the log of the tests can be written"))
}

/// Variables that have one of the product's programs write its log beside this process's.
#[must_use]
pub fn variables() -> Vec<(&'static str, String)> {
    let Some(file) = file() else { return Vec::new() };
    vec![
        ("LOG_FILE", file.display().to_string()),
        ("LOG_FORMAT", "json".to_owned()),
        ("LOG_LEVEL", "debug".to_owned()),
    ]
}
