//! The confined child: bytes in, one line of JSON out.

use std::io::{self, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use chrono::NaiveDate;
use hiring_core::clock::{Clock, SystemClock};
use hiring_core::reading::ReadFailure;
use hiring_resume::scan::RecognisedPage;
use hiring_resume::{ReadOptions, Reading};

use super::answer::{Answer, Looked, is_bounded};
use super::confinement::{self, Allowance, MAX_DESCRIPTORS};
use super::{Limits, MAX_INPUT_BYTES, UNCONFINED, Walls, attempts, walls};

/// Most bytes of recognised words: forty pages of the longest kind.
const MAX_RECOGNISED_BYTES: u64 = 64 * 1024 * 1024;

/// What the parent passes on the command line; by hand, nothing has to be given.
struct Arguments {
    today: NaiveDate,
    /// Bytes to read; until the end of stdin when absent.
    length: Option<u64>,
    memory_bytes: u64,
    cpu_seconds: u64,
    output_bytes: u64,
    /// Bytes of JSON behind the file: what was recognised in its pictures.
    recognised_bytes: Option<u64>,
    /// A picture to take out instead of reading.
    picture: Option<u32>,
}

/// Runs the child:
/// `hiring-worker extract [TODAY [LENGTH [MEMORY_BYTES [CPU_SECONDS [OUTPUT_BYTES [RECOGNISED_BYTES [PICTURE]]]]]]] < FILE`.
///
/// Must be the first thing that the program does. `extract confinement` prints what the child has left instead,
/// `extract walls` what the kernel enforces, and `extract attempt WHAT` tries something that must be refused.
#[must_use]
pub fn run(mut arguments: impl Iterator<Item = String>) -> ExitCode {
    // A panic's message may quote the file, and stderr ends up in logs.
    std::panic::set_hook(Box::new(|_| {}));
    let first = arguments.next();
    let other = first.clone().filter(|word| attempts::is_command(word));
    let attempt = other.as_ref().and_then(|_| arguments.next());
    let Some(arguments) = Arguments::parse(first.filter(|_| other.is_none()), arguments) else {
        return ExitCode::from(2);
    };
    // The worker listens on a pipe; by hand, stdout may be a file.
    let file_bytes = if arguments.length.is_some() {
        0
    } else {
        arguments.output_bytes
    };
    let allowance = Allowance {
        memory_bytes: arguments.memory_bytes,
        cpu_seconds: arguments.cpu_seconds,
        file_bytes,
        descriptors: MAX_DESCRIPTORS,
    };
    if other.as_deref() == Some(attempts::BARE) {
        let tried = attempts::run(attempt.as_deref(), serde_json::Value::Null, Walls::NONE);
        return ExitCode::from(u8::from(tried.is_err()));
    }
    let held = confinement::confine(&allowance).and_then(|()| {
        // Read while it still can be.
        let left = other.as_deref().map(attempts::describe);
        Ok((walls::around_the_reader()?, left))
    });
    let written = match held {
        Ok((walls, Some(left))) => attempts::run(attempt.as_deref(), left, walls),
        Ok((_, None)) => answer(&arguments),
        Err(error) => {
            eprintln!("the reading process could not confine itself: {error}");
            return ExitCode::from(UNCONFINED);
        }
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
            recognised_bytes: Some(number().unwrap_or(Some(0))?).filter(|length| *length > 0),
            picture: match number() {
                Some(number) => Some(number?.try_into().ok()?),
                None => None,
            },
        })
    }
}

fn answer(arguments: &Arguments) -> io::Result<()> {
    let bytes = read_input(arguments.length, MAX_INPUT_BYTES)?;
    let recognised = match arguments.recognised_bytes {
        Some(length) => Some(read_input(Some(length), MAX_RECOGNISED_BYTES)?),
        None => None,
    };
    if arguments.length.is_some() {
        end_with_parent()?;
    }
    let output = match arguments.picture {
        Some(number) => hiring_resume::scan::picture(&bytes, number).unwrap_or_default(),
        None => serde_json::to_vec(&read_file(&bytes, arguments.today, recognised.as_deref()))?,
    };
    let short = output.len() as u64 <= arguments.output_bytes;
    let output = match arguments.picture {
        Some(_) if short => output,
        Some(_) => Vec::new(),
        None if short && is_bounded(&output) => output,
        None => serde_json::to_vec(&Answer::Failed(ReadFailure::TooLarge))?,
    };
    let mut stdout = io::stdout().lock();
    stdout.write_all(&output)?;
    stdout.flush()
}

/// Reads exactly `length` bytes, or all there is; one byte more than `most` stands for all that is too much. A short input
/// means that the parent died: answer nobody.
fn read_input(length: Option<u64>, most: u64) -> io::Result<Vec<u8>> {
    let mut stdin = io::stdin().lock();
    let mut bytes = Vec::with_capacity(length.unwrap_or(64 * 1024).min(most) as usize);
    match length {
        Some(length) => {
            let length = length.min(most.saturating_add(1));
            stdin.by_ref().take(length).read_to_end(&mut bytes)?;
            if (bytes.len() as u64) < length {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        None => {
            stdin.take(most + 1).read_to_end(&mut bytes)?;
        }
    }
    Ok(bytes)
}

fn read_file(bytes: &[u8], today: NaiveDate, recognised: Option<&[u8]>) -> Answer {
    if bytes.len() as u64 > MAX_INPUT_BYTES {
        return Answer::Failed(ReadFailure::TooLarge);
    }
    let reading = catch_unwind(AssertUnwindSafe(|| {
        // Whoever recognised text wrote this; it is not the file's.
        let pages: Option<Vec<RecognisedPage>> =
            recognised.and_then(|json| serde_json::from_slice(json).ok());
        hiring_resume::read_recognised(bytes, &ReadOptions { today }, pages.as_deref())
    }));
    match reading {
        Err(_) => Answer::Failed(ReadFailure::Crashed),
        Ok(Reading { outcome, pictures }) if pictures.is_empty() => {
            outcome.map_or_else(Answer::Failed, |resume| Answer::Ok(Box::new(resume)))
        }
        Ok(Reading { outcome, pictures }) => Answer::Pictured(Box::new(Looked { outcome, pictures })),
    }
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
