//! The confined child: bytes in, one line of JSON out.

use std::io::{self, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use chrono::NaiveDate;
use hiring_core::clock::{Clock, SystemClock};
use hiring_core::reading::ReadFailure;
use hiring_resume::ReadOptions;

use super::{Answer, Limits, MAX_INPUT_BYTES, confinement};

/// What the parent passes on the command line; by hand, nothing has to be given.
struct Arguments {
    today: NaiveDate,
    /// Bytes to read; until the end of stdin when absent.
    length: Option<u64>,
    memory_bytes: u64,
    cpu_seconds: u64,
    output_bytes: u64,
}

/// Runs the child: `hiring-worker extract [TODAY [LENGTH [MEMORY_BYTES [CPU_SECONDS [OUTPUT_BYTES]]]]] < FILE`.
///
/// Must be the first thing that the program does. `extract confinement` prints what the child has left instead.
#[must_use]
pub fn run(mut arguments: impl Iterator<Item = String>) -> ExitCode {
    // A panic's message may quote the file, and stderr ends up in logs.
    std::panic::set_hook(Box::new(|_| {}));
    let first = arguments.next();
    let describe = first.as_deref() == Some("confinement");
    let Some(arguments) = Arguments::parse(first.filter(|_| !describe), arguments) else {
        return ExitCode::from(2);
    };
    // The worker listens on a pipe; by hand, stdout may be a file.
    let file_bytes = if arguments.length.is_some() {
        0
    } else {
        arguments.output_bytes
    };
    if let Err(error) = confinement::confine(arguments.memory_bytes, arguments.cpu_seconds, file_bytes) {
        eprintln!("the reading process could not confine itself: {error}");
        return ExitCode::from(3);
    }
    let written = if describe {
        describe_confinement()
    } else {
        answer(&arguments)
    };
    // Nothing is left to tidy up, and the operating system frees memory faster than destructors do.
    std::process::exit(i32::from(written.is_err()));
}

impl Arguments {
    fn parse(today: Option<String>, mut rest: impl Iterator<Item = String>) -> Option<Self> {
        let limits = Limits::default();
        let today = match today {
            Some(text) => text.parse().ok()?,
            None => SystemClock.now().date_naive(),
        };
        let mut number = || rest.next().map(|text| text.parse::<u64>().ok());
        Some(Self {
            today,
            length: match number() {
                Some(length) => Some(length?),
                None => None,
            },
            memory_bytes: number().unwrap_or(Some(limits.memory_bytes))?,
            cpu_seconds: number().unwrap_or(Some(limits.cpu_seconds))?,
            output_bytes: number().unwrap_or(Some(limits.output_bytes))?,
        })
    }
}

fn answer(arguments: &Arguments) -> io::Result<()> {
    let bytes = read_input(arguments.length)?;
    if arguments.length.is_some() {
        end_with_parent()?;
    }
    let output = match read_file(&bytes, arguments.today) {
        Ok(answer) => serde_json::to_vec(&answer)?,
        Err(failure) => serde_json::to_vec(&Answer::Failed(failure))?,
    };
    let output = if output.len() as u64 > arguments.output_bytes {
        serde_json::to_vec(&Answer::Failed(ReadFailure::TooLarge))?
    } else {
        output
    };
    let mut stdout = io::stdout().lock();
    stdout.write_all(&output)?;
    stdout.flush()
}

/// Reads exactly `length` bytes, or all there is. A short input means that the parent died: answer nobody.
fn read_input(length: Option<u64>) -> io::Result<Vec<u8>> {
    let mut stdin = io::stdin().lock();
    let mut bytes = Vec::with_capacity(length.unwrap_or(64 * 1024).min(MAX_INPUT_BYTES) as usize);
    match length {
        Some(length) => {
            stdin.by_ref().take(length).read_to_end(&mut bytes)?;
            if (bytes.len() as u64) < length {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        None => {
            stdin.take(MAX_INPUT_BYTES + 1).read_to_end(&mut bytes)?;
        }
    }
    Ok(bytes)
}

fn read_file(bytes: &[u8], today: NaiveDate) -> Result<Answer, ReadFailure> {
    if bytes.len() as u64 > MAX_INPUT_BYTES {
        return Err(ReadFailure::TooLarge);
    }
    let read = catch_unwind(AssertUnwindSafe(|| {
        hiring_resume::read(bytes, &ReadOptions { today })
    }));
    read.unwrap_or(Err(ReadFailure::Crashed))
        .map(|resume| Answer::Ok(Box::new(resume)))
}

/// On Linux the kernel kills the child when its parent ends ([`confinement`]).
#[cfg(target_os = "linux")]
#[expect(
    clippy::unnecessary_wraps,
    reason = "starting the watching thread elsewhere can fail"
)]
fn end_with_parent() -> io::Result<()> {
    Ok(())
}

/// Elsewhere a thread waits for the end of stdin, which the parent holds open until it has its answer.
#[cfg(not(target_os = "linux"))]
fn end_with_parent() -> io::Result<()> {
    let watch = || {
        let mut byte = [0_u8; 1];
        while !matches!(io::stdin().lock().read(&mut byte), Ok(0) | Err(_)) {}
        std::process::exit(1);
    };
    std::thread::Builder::new()
        .stack_size(64 * 1024)
        .spawn(watch)
        .map(drop)
}

/// Prints descriptors, limits and privileges as the kernel tells them, for operators and tests.
fn describe_confinement() -> io::Result<()> {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let descriptors: Vec<String> = std::fs::read_dir("/proc/self/fd").map_or_else(
        |_| Vec::new(),
        |entries| {
            entries
                .flatten()
                .map(|entry| entry.file_name().to_string_lossy().into_owned())
                .collect()
        },
    );
    let description = serde_json::json!({
        "pid": std::process::id(),
        "session": rustix::process::getsid(None).map(|pid| pid.as_raw_nonzero().get()).ok(),
        // One of these is the listing itself.
        "descriptors": descriptors,
        "environment_bytes": read("/proc/self/environ").len(),
        "status": read("/proc/self/status"),
        "limits": read("/proc/self/limits"),
    });
    writeln!(io::stdout(), "{description}")
}
