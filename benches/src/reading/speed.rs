//! How fast files are read in process, beside a bare library that only takes the text out, and what confinement adds.

use std::io::{Cursor, Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, ensure};
use chrono::NaiveDate;
use hiring_resume::{ReadOptions, read};

use crate::resumes::{Resume, load};
use crate::statistics::{median, percentile};

/// Times that each set is read in one run.
const ROUNDS: usize = 10;

/// Measures and prints.
///
/// # Errors
/// When the corpus cannot be read or the worker does not start.
pub fn run(worker: &Path, corpus: &Path, runs: usize) -> anyhow::Result<()> {
    let resumes = load(corpus)?;
    let of = |kind: &str| -> Vec<Resume> {
        resumes
            .iter()
            .filter(|resume| resume.name.ends_with(kind))
            .cloned()
            .collect()
    };
    let (pdf, docx) = (of(".pdf"), of(".docx"));
    ensure!(
        !pdf.is_empty() && !docx.is_empty(),
        "there are no PDF and DOCX files in {}",
        corpus.display()
    );
    let pages: usize = pdf.iter().map(|resume| pages(&resume.bytes)).sum();
    let (mut ours, mut bare, mut words, mut unzip) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    // In alternation, so that a busy moment hits both sides.
    for _ in 0..runs {
        ours.push(per_second(pages, &pdf, |bytes| drop(read(bytes, &options()))));
        bare.push(per_second(pages, &pdf, text_only));
        words.push(per_second(docx.len(), &docx, |bytes| {
            drop(read(bytes, &options()))
        }));
        unzip.push(per_second(docx.len(), &docx, unpack));
    }
    println!(
        "reading: PDF {:.0} pages/s read and parsed; lopdf's text alone {:.0}; ratio {:.2}",
        median(&ours),
        median(&bare),
        median(&ours) / median(&bare)
    );
    println!(
        "reading: DOCX {:.0} files/s read and parsed; unpacking alone {:.0}; ratio {:.2}",
        median(&words),
        median(&unzip),
        median(&words) / median(&unzip)
    );
    confined(worker, &pdf, runs)
}

fn options() -> ReadOptions {
    ReadOptions {
        today: NaiveDate::default(),
    }
}

fn pages(bytes: &[u8]) -> usize {
    read(bytes, &options()).map_or(0, |read| read.pages)
}

fn per_second(units: usize, files: &[Resume], work: impl Fn(&[u8])) -> f64 {
    let started = Instant::now();
    for _ in 0..ROUNDS {
        for file in files {
            work(&file.bytes);
        }
    }
    (units * ROUNDS) as f64 / started.elapsed().as_secs_f64()
}

fn text_only(bytes: &[u8]) {
    if let Ok(document) = lopdf::Document::load_mem(bytes) {
        let numbers: Vec<u32> = document.get_pages().into_keys().collect();
        drop(document.extract_text(&numbers));
    }
}

fn unpack(bytes: &[u8]) {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else {
        return;
    };
    let mut content = Vec::new();
    for part in 0..archive.len() {
        if let Ok(mut file) = archive.by_index(part) {
            content.clear();
            // Files of our own corpus, nobody's bombs.
            let _ = file.read_to_end(&mut content);
        }
    }
}

/// What a process of its own costs, and the most memory that one took.
fn confined(worker: &Path, files: &[Resume], runs: usize) -> anyhow::Result<()> {
    let mut added = Vec::new();
    for _ in 0..runs {
        for file in files {
            let started = Instant::now();
            drop(read(&file.bytes, &options()));
            let inside = started.elapsed();
            let started = Instant::now();
            in_child(worker, &file.bytes)?;
            added.push((started.elapsed().saturating_sub(inside)).as_secs_f64() * 1_000.0);
        }
    }
    println!(
        "reading: confinement adds {:.1} ms at the median, {:.1} ms at p95; the largest child held {:.0} MB",
        median(&added),
        percentile(&added, 0.95),
        largest_child_mb()
    );
    Ok(())
}

fn in_child(worker: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let mut child = Command::new(worker)
        .arg("extract")
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("the worker does not start")?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(bytes)?;
    }
    let output = child.wait_with_output()?;
    ensure!(
        output.status.success(),
        "a child could not read a file of the corpus"
    );
    Ok(())
}

/// Most memory that any child of this process was resident with, in MiB.
#[expect(unsafe_code, reason = "no library in the workspace wraps getrusage")]
fn largest_child_mb() -> f64 {
    // SAFETY: an all-zero `rusage` is a valid one, and the call writes to nothing else.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_CHILDREN, &raw mut usage);
        usage
    };
    // Linux counts in KiB.
    usage.ru_maxrss as f64 / 1024.0
}
