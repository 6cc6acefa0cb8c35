//! What the child takes from itself before it touches the file.
//!
//! Everything here happens after exec and before any thread exists, so none of it needs code between fork and exec.

use std::io;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Most open descriptors of the reader: stdin, stdout, stderr and a little room for the runtime.
pub const MAX_DESCRIPTORS: u64 = 16;

/// What a process may still use once it has confined itself.
#[derive(Debug, Clone, Copy)]
pub struct Allowance {
    /// Address space in bytes.
    pub memory_bytes: u64,
    /// Processor time in whole seconds.
    pub cpu_seconds: u64,
    /// What any file may grow to, in bytes.
    pub file_bytes: u64,
    /// Open descriptors.
    pub descriptors: u64,
}

/// Gives up descriptors, the session, privileges, core dumps, processes, memory and processor time, for good.
///
/// # Errors
/// When the kernel refuses one of them: then nothing may be read.
pub fn confine(allowance: &Allowance) -> io::Result<()> {
    close_inherited_descriptors()?;
    // Refused only to the leader of a process group, which a child started by a shell may be; it matters to no limit.
    let _ = rustix::process::setsid();
    give_up_privileges()?;
    limit(Resource::Core, 0)?;
    limit(Resource::Fsize, allowance.file_bytes)?;
    limit(Resource::Nofile, allowance.descriptors)?;
    // Counts every process of the user, so that none can be added; who runs as root is held by the filter of system calls.
    limit(Resource::Nproc, 1)?;
    limit_memory(allowance.memory_bytes)?;
    // The soft limit sends SIGXCPU, which says what happened; the hard one a second later is for who ignores it.
    limits(
        Resource::Cpu,
        allowance.cpu_seconds,
        allowance.cpu_seconds.saturating_add(1),
    )
}

fn limit(resource: Resource, most: u64) -> io::Result<()> {
    limits(resource, most, most)
}

/// Sets both limits, each to no more than the hard limit that was inherited: the kernel lets nobody raise that one.
fn limits(resource: Resource, soft: u64, hard: u64) -> io::Result<()> {
    let inherited = getrlimit(resource).maximum.unwrap_or(u64::MAX);
    setrlimit(
        resource,
        Rlimit {
            current: Some(soft.min(inherited)),
            maximum: Some(hard.min(inherited)),
        },
    )?;
    Ok(())
}

#[cfg(target_os = "linux")]
fn limit_memory(bytes: u64) -> io::Result<()> {
    limit(Resource::As, bytes)
}

/// Darwin accepts no limit on the address space; processor time and wall clock remain.
#[cfg(not(target_os = "linux"))]
fn limit_memory(_bytes: u64) -> io::Result<()> {
    Ok(())
}

#[cfg(target_os = "linux")]
fn give_up_privileges() -> io::Result<()> {
    use rustix::process::{DumpableBehavior, Signal};
    use rustix::thread::{CapabilitySet, CapabilitySets, set_capabilities};
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    rustix::thread::set_no_new_privs(true)?;
    // A worker that runs as root, as in many containers, has them; with the flag above no program gets them back.
    set_capabilities(
        None,
        CapabilitySets {
            effective: CapabilitySet::empty(),
            permitted: CapabilitySet::empty(),
            inheritable: CapabilitySet::empty(),
        },
    )?;
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn give_up_privileges() -> io::Result<()> {
    Ok(())
}

#[cfg(target_os = "linux")]
#[expect(
    unsafe_code,
    reason = "closing by number: no object of this process owns a descriptor above 2 yet"
)]
fn close_inherited_descriptors() -> io::Result<()> {
    // SAFETY: called first thing in main; nothing but the three standard streams has been opened by this program.
    if unsafe { libc::syscall(libc::SYS_close_range, 3_u32, u32::MAX, 0_u32) } == 0 {
        return Ok(());
    }
    let error = io::Error::last_os_error();
    // Kernels before 5.9 do not know the call. The worker opens everything close-on-exec, which then has to do.
    if error.raw_os_error() == Some(libc::ENOSYS) {
        Ok(())
    } else {
        Err(error)
    }
}

#[cfg(not(target_os = "linux"))]
#[expect(
    unsafe_code,
    reason = "closing by number: no object of this process owns a descriptor above 2 yet"
)]
fn close_inherited_descriptors() -> io::Result<()> {
    for descriptor in 3..1024 {
        // SAFETY: called first thing in main; nothing but the three standard streams has been opened by this program.
        unsafe { libc::close(descriptor) };
    }
    Ok(())
}
