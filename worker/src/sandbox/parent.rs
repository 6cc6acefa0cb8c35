//! The worker's side: start the child, feed it, keep the clock, judge how it ended.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};

use chrono::NaiveDate;
use hiring_core::reading::{MAX_FILE_BYTES, ReadFailure, ReadResume};
use hiring_resume::scan::RecognisedPage;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

use super::answer::{self, Looked};
use super::{Limits, SUBCOMMAND, UNCONFINED, Walls};

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
    /// The machine is to blame: no process could be started, or none could confine itself. Trying later may help.
    #[error("the reading process could not be started")]
    Start(#[source] io::Error),
    /// The clock ran out, the processor time did not, as happens on a busy machine. Trying later may help.
    #[error("the reading process did not end in time")]
    Late,
}

impl SandboxError {
    /// What is told about the file when nobody tries again; `None` where nothing can be told about it.
    #[must_use]
    pub const fn failure(&self) -> Option<ReadFailure> {
        match self {
            Self::File(failure) => Some(*failure),
            Self::Late => Some(ReadFailure::TimedOut),
            Self::Start(_) => None,
        }
    }
}

/// What a child is asked beside the file itself.
#[derive(Default)]
struct Request<'a> {
    today: NaiveDate,
    /// JSON that follows the file on stdin.
    recognised: Option<Vec<u8>>,
    /// A picture to take out instead of reading.
    picture: Option<u32>,
    bytes: &'a [u8],
    output_bytes: u64,
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

    /// Reads what a file says in text; open-ended jobs in it last until `today`.
    ///
    /// The child is killed when this future is dropped.
    ///
    /// # Errors
    /// See [`SandboxError`].
    pub async fn read(&self, bytes: &[u8], today: NaiveDate) -> Result<ReadResume, SandboxError> {
        Ok(self.look(bytes, today).await?.outcome?)
    }

    /// Reads what a file says in text, and lists its pictures of text.
    ///
    /// # Errors
    /// [`SandboxError`] when there was no answer; a file that cannot be read may still have pictures.
    pub async fn look(&self, bytes: &[u8], today: NaiveDate) -> Result<Looked, SandboxError> {
        let request = self.request(bytes, today);
        Ok(answer::parse(&mut self.ask(request).await?)?)
    }

    /// Reads a file again with what a recogniser saw in its pictures.
    ///
    /// # Errors
    /// See [`SandboxError`].
    pub async fn read_recognised(
        &self,
        bytes: &[u8],
        today: NaiveDate,
        pages: &[RecognisedPage],
    ) -> Result<ReadResume, SandboxError> {
        let recognised = serde_json::to_vec(pages).map_err(|_| ReadFailure::Crashed)?;
        let request = Request {
            recognised: Some(recognised),
            ..self.request(bytes, today)
        };
        Ok(answer::parse(&mut self.ask(request).await?)?.outcome?)
    }

    /// Takes a picture file out of a document. No bytes mean that there is none of this number.
    ///
    /// # Errors
    /// See [`SandboxError`].
    pub async fn picture(&self, bytes: &[u8], number: u32) -> Result<Vec<u8>, SandboxError> {
        let request = Request {
            picture: Some(number),
            output_bytes: MAX_FILE_BYTES,
            ..self.request(bytes, NaiveDate::default())
        };
        self.ask(request).await
    }

    /// What the kernel keeps away from a child, as a child tells it.
    ///
    /// # Errors
    /// When a child cannot be started or cannot confine itself.
    pub async fn walls(&self) -> io::Result<Walls> {
        let output = Command::new(&self.program)
            .args([SUBCOMMAND, "walls"])
            .env_clear()
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output();
        let output = tokio::time::timeout(self.limits.wall_clock, output).await??;
        serde_json::from_slice(&output.stdout).map_err(io::Error::from)
    }

    /// The program that children run.
    #[must_use]
    pub const fn program(&self) -> &PathBuf {
        &self.program
    }

    fn request<'a>(&self, bytes: &'a [u8], today: NaiveDate) -> Request<'a> {
        Request {
            today,
            bytes,
            output_bytes: self.limits.output_bytes,
            ..Request::default()
        }
    }

    async fn ask(&self, request: Request<'_>) -> Result<Vec<u8>, SandboxError> {
        let mut child = self.start(&request).map_err(SandboxError::Start)?;
        let outcome = match tokio::time::timeout(self.limits.wall_clock, converse(&mut child, &request)).await
        {
            Ok(outcome) => outcome.unwrap_or(Err(ReadFailure::Crashed.into())),
            Err(_) => Err(SandboxError::Late),
        };
        if outcome.is_err() {
            // Already gone in most cases; then there is nothing to kill.
            let _ = child.start_kill();
        }
        outcome
    }

    fn start(&self, request: &Request<'_>) -> io::Result<Child> {
        let limits = &self.limits;
        let numbers = [
            request.bytes.len() as u64,
            limits.memory_bytes,
            limits.cpu_seconds,
            request.output_bytes,
            request.recognised.as_ref().map_or(0, |json| json.len() as u64),
        ];
        Command::new(&self.program)
            .arg0("hiring-worker")
            .arg(SUBCOMMAND)
            .arg(request.today.to_string())
            .args(numbers.map(|number| number.to_string()))
            .args(request.picture.map(|number| number.to_string()))
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
    }
}

async fn converse(child: &mut Child, request: &Request<'_>) -> io::Result<Result<Vec<u8>, SandboxError>> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let feed = async {
        let mut stdin = stdin?;
        // A child that ended early has closed the pipe; how it ended says why.
        if stdin.write_all(request.bytes).await.is_ok() {
            let _ = stdin
                .write_all(request.recognised.as_deref().unwrap_or_default())
                .await;
        }
        Some(stdin)
    };
    // One byte more than allowed tells a full answer from one that was cut.
    let (stdin, output, errors) = tokio::join!(
        feed,
        take(stdout, request.output_bytes + 1),
        take(stderr, STDERR_BYTES)
    );
    if output.len() as u64 > request.output_bytes {
        return Ok(Err(ReadFailure::TooLarge.into()));
    }
    // Held open until here: its end tells the child that its parent is gone.
    drop(stdin);
    let status = child.wait().await?;
    Ok(judge(status, &errors).map_or(Ok(output), Err))
}

pub(super) async fn take(stream: Option<impl AsyncRead + Unpin>, most: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(stream) = stream {
        // A broken pipe ends the answer; whether it is whole shows when it is parsed.
        let _ = stream.take(most).read_to_end(&mut bytes).await;
    }
    bytes
}

/// Why a child died, if it did. One that asked the kernel for what is denied (SIGSYS) has crashed like any other.
fn judge(status: ExitStatus, errors: &[u8]) -> Option<SandboxError> {
    if status.success() {
        return None;
    }
    if status.code() == Some(i32::from(UNCONFINED)) {
        let error = io::Error::other("it could not confine itself");
        return Some(SandboxError::Start(error));
    }
    // Rust's runtime prints this before it aborts; an allocation that fails elsewhere is indistinguishable from a crash.
    let out_of_memory = errors.windows(17).any(|window| window == b"memory allocation");
    let failure = match status.signal() {
        Some(libc::SIGXCPU) => ReadFailure::TimedOut,
        _ if out_of_memory => ReadFailure::OutOfMemory,
        _ => ReadFailure::Crashed,
    };
    Some(failure.into())
}
