//! The worker's side: start the child, feed it, keep the clock, judge how it ended.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};

use chrono::NaiveDate;
use hiring_core::reading::{ReadFailure, ReadResume};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

use super::{Answer, Limits, SUBCOMMAND};

/// Most bytes of the child's stderr that are looked at; they are searched for one phrase and never logged.
const STDERR_BYTES: u64 = 4096;

/// Starts one confined child a file.
#[derive(Debug, Clone)]
pub struct Sandbox {
    program: PathBuf,
    limits: Limits,
}

/// Why there is no resume.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The file is to blame: another attempt ends the same way.
    #[error("the file could not be read: {}", .0.code())]
    File(#[from] ReadFailure),
    /// The machine is to blame: no process could be started. Trying later may help.
    #[error("the reading process could not be started")]
    Start(#[source] io::Error),
}

impl Sandbox {
    /// A sandbox that runs this very program again. On Linux that still works when an update has replaced the file.
    ///
    /// # Errors
    /// When the operating system cannot name the running program.
    pub fn of_this_program(limits: Limits) -> io::Result<Self> {
        let program = if cfg!(target_os = "linux") {
            PathBuf::from("/proc/self/exe")
        } else {
            std::env::current_exe()?
        };
        Ok(Self::new(program, limits))
    }

    /// A sandbox that runs another build of the worker, for tests.
    #[must_use]
    pub const fn new(program: PathBuf, limits: Limits) -> Self {
        Self { program, limits }
    }

    /// Reads one file; open-ended jobs in it last until `today`.
    ///
    /// The child is killed when this future is dropped.
    ///
    /// # Errors
    /// See [`SandboxError`].
    pub async fn read(&self, bytes: &[u8], today: NaiveDate) -> Result<ReadResume, SandboxError> {
        let mut child = self.start(bytes.len(), today).map_err(SandboxError::Start)?;
        let outcome =
            match tokio::time::timeout(self.limits.wall_clock, self.converse(&mut child, bytes)).await {
                Ok(outcome) => outcome.unwrap_or(Err(ReadFailure::Crashed)),
                Err(_) => Err(ReadFailure::TimedOut),
            };
        if outcome.is_err() {
            // Already gone in most cases; then there is nothing to kill.
            let _ = child.start_kill();
        }
        outcome.map_err(SandboxError::File)
    }

    fn start(&self, length: usize, today: NaiveDate) -> io::Result<Child> {
        let limits = &self.limits;
        let numbers = [
            length as u64,
            limits.memory_bytes,
            limits.cpu_seconds,
            limits.output_bytes,
        ];
        Command::new(&self.program)
            .arg0("hiring-worker")
            .arg(SUBCOMMAND)
            .arg(today.to_string())
            .args(numbers.map(|number| number.to_string()))
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
    }

    async fn converse(&self, child: &mut Child, bytes: &[u8]) -> io::Result<Result<ReadResume, ReadFailure>> {
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let feed = async {
            let mut stdin = stdin?;
            // A child that ended early has closed the pipe; how it ended says why.
            let _ = stdin.write_all(bytes).await;
            Some(stdin)
        };
        // One byte more than allowed tells a full answer from one that was cut.
        let (stdin, mut output, errors) = tokio::join!(
            feed,
            take(stdout, self.limits.output_bytes + 1),
            take(stderr, STDERR_BYTES)
        );
        if output.len() as u64 > self.limits.output_bytes {
            return Ok(Err(ReadFailure::TooLarge));
        }
        // Held open until here: its end tells the child that its parent is gone.
        drop(stdin);
        let status = child.wait().await?;
        replace_nul(&mut output);
        Ok(judge(status, &output, &errors))
    }
}

async fn take(stream: Option<impl AsyncRead + Unpin>, most: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(stream) = stream {
        // A broken pipe ends the answer; whether it is whole shows when it is parsed.
        let _ = stream.take(most).read_to_end(&mut bytes).await;
    }
    bytes
}

/// Postgres stores no NUL character. Each becomes U+FFFD, which is as long, so that offsets stay right.
fn replace_nul(json: &mut [u8]) {
    const NUL: &[u8] = b"\\u0000";
    let mut from = 0;
    while let Some(at) = json
        .get(from..)
        .and_then(|rest| rest.windows(NUL.len()).position(|window| window == NUL))
    {
        let at = from + at;
        let backslashes = json
            .get(..at)
            .unwrap_or_default()
            .iter()
            .rev()
            .take_while(|byte| **byte == b'\\')
            .count();
        // After an odd number of backslashes this is the text `\u0000`, not the character.
        if backslashes % 2 == 0
            && let Some(place) = json.get_mut(at..at + NUL.len())
        {
            place.copy_from_slice(b"\\ufffd");
        }
        from = at + 1;
    }
}

fn judge(status: ExitStatus, output: &[u8], errors: &[u8]) -> Result<ReadResume, ReadFailure> {
    if status.success() {
        return match serde_json::from_slice(output) {
            Ok(Answer::Ok(resume)) => Ok(*resume),
            Ok(Answer::Failed(failure)) => Err(failure),
            Err(_) => Err(ReadFailure::Crashed),
        };
    }
    // Rust's runtime prints this before it aborts; an allocation that fails elsewhere is indistinguishable from a crash.
    let out_of_memory = errors.windows(17).any(|window| window == b"memory allocation");
    Err(match status.signal() {
        Some(libc::SIGXCPU) => ReadFailure::TimedOut,
        _ if out_of_memory => ReadFailure::OutOfMemory,
        _ => ReadFailure::Crashed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn nul_characters_become_replacement_characters_and_nothing_else_changes(
            parts in proptest::collection::vec(proptest::sample::select(vec!["\0", "\\", "u0000", "a", "\"", "é"]), 0..40)
        ) {
            let text = parts.concat();
            let mut json = serde_json::to_vec(&text).unwrap();
            replace_nul(&mut json);
            let read: String = serde_json::from_slice(&json).unwrap();
            proptest::prop_assert_eq!(read, text.replace('\0', "\u{fffd}"));
        }
    }
}
