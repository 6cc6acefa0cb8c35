//! Programs of others that read hostile bytes.
//!
//! The worker runs itself as `hiring-worker confined LIMITS... PROGRAM ARGUMENTS...`: the wrapper gives up what the program
//! does not need and becomes the program. The program reads an open file on stdin and writes to an open file or a pipe on
//! stdout; it can read what the system has installed, and write nothing else. Its files have no names, so that nothing is left
//! of them however it ends.

use std::fs::File;
use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{ExitCode, Stdio};
use std::time::Duration;

use tokio::process::Command;

use super::confinement::{self, Allowance};
use super::parent::take;
use super::walls;

/// The first argument that turns the program into the wrapper.
pub const SUBCOMMAND: &str = "confined";

/// Most open descriptors of a program: its libraries are opened one after the other, its data files stay open.
const DESCRIPTORS: u64 = 64;
/// How much kinder than the worker a program is to others on the machine.
const NICENESS: i32 = 10;
/// The wrapper's exit status when it could not confine itself or become the program.
const NOT_STARTED: i32 = 125;

/// What one run of a program may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProgramLimits {
    /// Address space in bytes.
    pub memory_bytes: u64,
    /// Processor time in whole seconds.
    pub cpu_seconds: u64,
    /// Largest output in bytes, be it to a file or to the worker.
    pub output_bytes: u64,
    /// Time until the worker gives up.
    pub wall_clock: Duration,
}

/// A program and what it needs besides the system's own files.
#[derive(Debug, Clone)]
pub struct Program {
    /// This product's worker, which wraps the program.
    pub wrapper: PathBuf,
    /// The program.
    pub path: PathBuf,
    /// Folders that it may read besides the system's.
    pub folders: Vec<PathBuf>,
    /// Its environment, all of it.
    pub environment: Vec<(String, String)>,
}

/// Why a program gave nothing of use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProgramError {
    /// It could not be started, or not be confined.
    #[error("the program could not be started")]
    NotStarted,
    /// It used up its processor time.
    #[error("the program took too long")]
    TimedOut,
    /// It did not end in time without using up its processor time, as happens on a busy machine.
    #[error("the program waited too long")]
    Late,
    /// It ended without success.
    #[error("the program failed")]
    Failed,
    /// It said more than the limit.
    #[error("the program said too much")]
    TooMuch,
}

impl Program {
    /// Runs it to the end, its output into a file.
    ///
    /// # Errors
    /// See [`ProgramError`].
    pub async fn run_into(
        &self,
        arguments: &[String],
        (input, output): (File, File),
        limits: &ProgramLimits,
    ) -> Result<(), ProgramError> {
        self.run(arguments, (input.into(), output.into()), limits)
            .await
            .map(drop)
    }

    /// Runs it to the end and takes what it says.
    ///
    /// # Errors
    /// See [`ProgramError`].
    pub async fn run_and_hear(
        &self,
        arguments: &[String],
        input: File,
        limits: &ProgramLimits,
    ) -> Result<Vec<u8>, ProgramError> {
        self.run(arguments, (input.into(), Stdio::piped()), limits).await
    }

    async fn run(
        &self,
        arguments: &[String],
        (input, output): (Stdio, Stdio),
        limits: &ProgramLimits,
    ) -> Result<Vec<u8>, ProgramError> {
        let numbers = [
            limits.memory_bytes,
            limits.cpu_seconds,
            limits.output_bytes,
            self.folders.len() as u64,
        ];
        let child = Command::new(&self.wrapper)
            .arg0("hiring-worker")
            .arg(SUBCOMMAND)
            .args(numbers.map(|number| number.to_string()))
            .args(&self.folders)
            .arg(&self.path)
            .args(arguments)
            .env_clear()
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(input)
            .stdout(output)
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn();
        let mut child = child.map_err(|_| ProgramError::NotStarted)?;
        let mut group = Group(child.id());
        let talk = async {
            let said = take(child.stdout.take(), limits.output_bytes + 1).await;
            if said.len() as u64 > limits.output_bytes {
                return Err(ProgramError::TooMuch);
            }
            let status = child.wait().await.map_err(|_| ProgramError::Failed)?;
            // Its number may belong to another process from here on.
            group.0 = None;
            match (status.code(), status.signal()) {
                (Some(0), _) => Ok(said),
                (Some(NOT_STARTED), _) => Err(ProgramError::NotStarted),
                (_, Some(libc::SIGXCPU)) => Err(ProgramError::TimedOut),
                (_, Some(libc::SIGXFSZ)) => Err(ProgramError::TooMuch),
                _ => Err(ProgramError::Failed),
            }
        };
        let outcome = tokio::time::timeout(limits.wall_clock, talk).await;
        outcome.unwrap_or(Err(ProgramError::Late))
    }
}

/// Everything that a program may have started ends with it: it leads a group of its own.
struct Group(Option<u32>);

impl Drop for Group {
    fn drop(&mut self) {
        let leader = self.0.and_then(|id| i32::try_from(id).ok());
        if let Some(leader) = leader.and_then(rustix::process::Pid::from_raw) {
            // Mostly gone already, and with it the group.
            let _ = rustix::process::kill_process_group(leader, rustix::process::Signal::KILL);
        }
    }
}

/// Becomes a confined program:
/// `hiring-worker confined MEMORY_BYTES CPU_SECONDS OUTPUT_BYTES FOLDERS FOLDER... PROGRAM ARGUMENT...`.
///
/// Must be the first thing that the program does. Returns only when that was not possible.
#[must_use]
pub fn become_program(arguments: impl Iterator<Item = String>) -> ExitCode {
    let error = match Wrapped::parse(arguments) {
        Some(wrapped) => wrapped.become_it(),
        None => io::ErrorKind::InvalidInput.into(),
    };
    eprintln!("the program could not be started in confinement: {error}");
    std::process::exit(NOT_STARTED);
}

struct Wrapped {
    allowance: Allowance,
    folders: Vec<PathBuf>,
    program: PathBuf,
    arguments: Vec<String>,
}

impl Wrapped {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Option<Self> {
        let mut number = || arguments.next()?.parse::<u64>().ok();
        let allowance = Allowance {
            memory_bytes: number()?,
            cpu_seconds: number()?,
            file_bytes: number()?,
            descriptors: DESCRIPTORS,
        };
        let folders = number()?;
        let folders = arguments.by_ref().take(usize::try_from(folders).ok()?);
        Some(Self {
            allowance,
            folders: folders.map(PathBuf::from).collect(),
            program: arguments.next()?.into(),
            arguments: arguments.collect(),
        })
    }

    fn become_it(self) -> io::Error {
        let confined = confinement::confine(&self.allowance).and_then(|()| {
            // Resumes with a text layer come first on a busy machine.
            let _ = rustix::process::nice(NICENESS);
            walls::around_a_program(&self.folders)
        });
        match confined {
            Ok(_) => std::process::Command::new(self.program)
                .args(self.arguments)
                .exec(),
            Err(error) => error,
        }
    }
}

/// The first executable file of this name in the folders of `path`, which is written like the variable `PATH`.
#[must_use]
pub fn find(name: &str, path: &str) -> Option<PathBuf> {
    use std::os::unix::fs::PermissionsExt;
    let is_program = |path: &Path| {
        std::fs::metadata(path).is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
    };
    std::env::split_paths(path)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(name))
        .find(|path| is_program(path))
}
