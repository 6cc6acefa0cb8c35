//! Reading a file that nobody trusts, in a child process that can do nothing but answer.
//!
//! The worker runs itself again as `hiring-worker extract`, hands over the bytes on stdin and takes one line of JSON
//! from stdout. The child confines itself before it reads the first byte, so that no code runs between fork and exec; the
//! parent keeps the wall clock and caps the answer.
//!
//! | module | what lives there |
//! |---|---|
//! | [`child`] | the child: bytes in, answer out |
//! | [`confinement`] | descriptors, privileges, limits that the child takes from itself |
//! | [`walls`] | files, network and processes that the kernel keeps away from it |
//! | [`attempts`] | what a child tries to do in vain, for operators and tests |
//! | [`parent`] | the worker's side |
//! | [`answer`] | what the child says, taken apart within bounds |
//! | [`program`] | programs of others that read hostile bytes: a wrapper that confines them, and the side that starts it |

pub mod answer;
pub mod attempts;
pub mod child;
pub mod confinement;
pub mod parent;
pub mod program;
pub mod walls;

use std::time::Duration;

use hiring_core::reading::MAX_FILE_BYTES;

pub use answer::Looked;
pub use parent::{Sandbox, SandboxError};
pub use walls::Walls;

/// The first argument that turns the program into the confined child.
pub const SUBCOMMAND: &str = "extract";

/// The child's exit status when it could not confine itself. The machine is to blame, not the file.
pub const UNCONFINED: u8 = 3;

/// What one reading may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Address space of the child in bytes.
    pub memory_bytes: u64,
    /// Processor time of the child in whole seconds.
    pub cpu_seconds: u64,
    /// Time until the parent gives up; catches what waits instead of computing.
    pub wall_clock: Duration,
    /// Largest answer that the parent takes, in bytes.
    pub output_bytes: u64,
}

impl Default for Limits {
    /// 768 MB, 5 s of processor, 10 s in all, 8 MB of answer: every clean document of the test corpus stays below a tenth.
    fn default() -> Self {
        Self {
            memory_bytes: 768 * 1024 * 1024,
            cpu_seconds: 5,
            wall_clock: Duration::from_secs(10),
            output_bytes: 8 * 1024 * 1024,
        }
    }
}

/// Largest input that the child takes, in bytes: what an upload may hold.
pub const MAX_INPUT_BYTES: u64 = MAX_FILE_BYTES;
