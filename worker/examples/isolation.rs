//! What a child a file costs: `isolation WORKER FOLDER` reads every document of a folder in process and in the sandbox, in
//! alternation, and prints medians, the difference, and the memory of the largest child.

use std::error::Error;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use hiring_resume::ReadOptions;
use hiring_worker::sandbox::{Limits, Sandbox};

/// Rounds over the folder.
const ROUNDS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, program, folder] = arguments.as_slice() else {
        return Err("usage: isolation WORKER FOLDER".into());
    };
    let sandbox = Sandbox::new(PathBuf::from(program), Limits::default());
    let today = NaiveDate::from_ymd_opt(2026, 11, 15).ok_or("no such day")?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut documents = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() && path.extension().is_none_or(|kind| kind != "json") {
            documents.push(std::fs::read(path)?);
        }
    }
    let (mut inside, mut confined, mut between) = (Vec::new(), Vec::new(), Vec::new());
    for bytes in std::iter::repeat_n(&documents, ROUNDS).flatten() {
        let started = Instant::now();
        let direct = hiring_resume::read(bytes, &ReadOptions { today });
        let alone = started.elapsed();
        let started = Instant::now();
        let read = runtime.block_on(sandbox.read(bytes, today));
        let together = started.elapsed();
        if direct.is_ok() != read.is_ok() {
            return Err("the sandbox and the process do not agree about a document".into());
        }
        inside.push(alone);
        confined.push(together);
        between.push(together.saturating_sub(alone));
    }
    println!(
        "{} documents: p50 in process {:.2} ms, in the sandbox {:.2} ms, difference {:.2} ms; largest child {} MB",
        documents.len(),
        median(inside),
        median(confined),
        median(between),
        largest_child() / 1024
    );
    Ok(())
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times
        .get(times.len() / 2)
        .map_or(0.0, |time| time.as_secs_f64() * 1e3)
}

/// Peak resident memory of the largest child so far, in kilobytes.
#[expect(unsafe_code, reason = "the figure is only to be had from the C library")]
fn largest_child() -> i64 {
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: the call fills the structure that it is given; all zeros are a valid one.
    let usage = unsafe {
        libc::getrusage(libc::RUSAGE_CHILDREN, usage.as_mut_ptr());
        usage.assume_init()
    };
    usage.ru_maxrss
}
