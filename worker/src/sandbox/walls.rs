//! What the kernel keeps away from a process that has confined itself: files, the network and other processes.
//!
//! Two mechanisms that know nothing of each other: Landlock decides about files, ports and signals, a filter of system calls
//! (seccomp) decides what may be asked of the kernel at all. Either alone would do for the reader; where the kernel lacks one,
//! the other stands.

use std::io;

use serde::{Deserialize, Serialize};

#[cfg(target_os = "linux")]
mod calls;
#[cfg(target_os = "linux")]
mod files;

/// How much of what was asked of Landlock the kernel enforces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Landlock {
    /// All of it.
    Full,
    /// Access to files, but not everything that later kernels can keep away.
    Partial,
    /// Nothing: the kernel does not have it, or it is switched off.
    Missing,
}

/// What stands around a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Walls {
    /// Whether system calls are filtered.
    pub seccomp: bool,
    /// Whether files and the network are out of reach.
    pub landlock: Landlock,
}

impl Walls {
    /// No kernel that could do anything.
    pub const NONE: Self = Self {
        seccomp: false,
        landlock: Landlock::Missing,
    };

    /// Whether the reader can reach neither a file nor the network.
    #[must_use]
    pub const fn hold_the_reader(self) -> bool {
        self.seccomp
    }

    /// Whether programs that must open files of their own can reach no others.
    #[must_use]
    pub const fn hold_programs(self) -> bool {
        self.seccomp && !matches!(self.landlock, Landlock::Missing)
    }
}

/// Around the reader: from here on it can compute, read what is open, write what is open, and end.
///
/// # Errors
/// When the kernel has the means and refuses them: then nothing may be read.
#[cfg(target_os = "linux")]
pub fn around_the_reader() -> io::Result<Walls> {
    let landlock = files::allow_none()?;
    Ok(Walls {
        seccomp: calls::allow_computing()?,
        landlock,
    })
}

/// Around a program that is executed next: it reads the system's own files and those below `also`, writes nothing but what is
/// open, and starts nothing.
///
/// # Errors
/// When the kernel has the means and refuses them: then the program may not be started.
#[cfg(target_os = "linux")]
pub fn around_a_program(also: &[std::path::PathBuf]) -> io::Result<Walls> {
    let landlock = files::allow_reading_the_system(also)?;
    Ok(Walls {
        seccomp: calls::deny_reaching_out()?,
        landlock,
    })
}

/// Other kernels have neither mechanism; limits, clock and output cap remain.
///
/// # Errors
/// None.
#[cfg(not(target_os = "linux"))]
pub fn around_the_reader() -> io::Result<Walls> {
    Ok(Walls::NONE)
}

/// Other kernels have neither mechanism; limits, clock and output cap remain.
///
/// # Errors
/// None.
#[cfg(not(target_os = "linux"))]
pub fn around_a_program(_also: &[std::path::PathBuf]) -> io::Result<Walls> {
    Ok(Walls::NONE)
}
