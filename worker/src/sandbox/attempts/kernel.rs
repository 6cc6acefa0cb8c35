//! What has no name in the standard library, asked of the kernel by number.
//!
//! Where it takes another process, the parent is meant. Nothing comes of it when it is granted: signal 0 is none, limits and
//! pages are only read, priorities stay what they are, and namespaces, rings, pipes and memory end with this process.

use std::io;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixListener};

use libc::{c_long, c_void};

/// Tries one of the attempts that need a system call of their own.
pub(super) fn ask_the_kernel(what: &str) -> io::Result<()> {
    let answer = match what {
        "abstract-socket" => {
            let address = SocketAddr::from_abstract_name("hiring-worker-was-here")?;
            return UnixListener::bind_addr(&address).map(drop);
        }
        "other-architecture" => return other_architecture(),
        "trace" | "signal-thread" | "queue-signal" | "signal-parent" | "signal-by-file"
        | "handle-of-parent" | "read-parent" | "compare-parent" => ask_for_a_process(what),
        "limit-others" | "priority-of-parent" | "scheduling-of-parent" => ask_for_how_it_runs(what),
        _ => ask_for_things(what)?,
    };
    if answer >= 0 {
        return Ok(());
    }
    let error = io::Error::last_os_error();
    match error.raw_os_error() {
        Some(libc::EPERM | libc::EACCES) => Err(error),
        // Whoever says that something does not exist or makes no sense has looked.
        _ => Ok(()),
    }
}

#[expect(unsafe_code, reason = "there is no safe way to ask for what must be refused")]
fn ask_for_a_process(what: &str) -> c_long {
    let nothing = std::ptr::null_mut::<c_void>();
    // SAFETY: `info` is as large as the kernel reads and outlives the call; no other call involves memory of this process.
    unsafe {
        let parent = libc::getppid();
        match what {
            "trace" => libc::ptrace(libc::PTRACE_TRACEME, 0, 0, 0),
            "signal-thread" => libc::syscall(libc::SYS_tgkill, parent, parent, 0),
            "signal-parent" => libc::syscall(libc::SYS_kill, parent, 0),
            "signal-by-file" => libc::syscall(libc::SYS_fcntl, 1, libc::F_SETOWN, parent),
            "handle-of-parent" => libc::syscall(libc::SYS_pidfd_open, parent, 0),
            "read-parent" => libc::syscall(libc::SYS_process_vm_readv, parent, nothing, 0, nothing, 0, 0),
            // 0: whether they have a file in common.
            "compare-parent" => libc::syscall(libc::SYS_kcmp, libc::getpid(), parent, 0, 0, 0),
            _ => {
                let mut info = std::mem::zeroed::<libc::siginfo_t>();
                info.si_code = libc::SI_QUEUE;
                libc::syscall(libc::SYS_rt_sigqueueinfo, parent, 0, &raw mut info)
            }
        }
    }
}

#[expect(unsafe_code, reason = "there is no safe way to ask for what must be refused")]
fn ask_for_how_it_runs(what: &str) -> c_long {
    let nothing = std::ptr::null_mut::<c_void>();
    // SAFETY: `limits` and `ordinary` are as large as the kernel writes and reads, and outlive the calls.
    unsafe {
        let parent = libc::getppid();
        match what {
            "limit-others" => {
                let mut limits = [0_u64; 2];
                let place = limits.as_mut_ptr();
                libc::syscall(libc::SYS_prlimit64, parent, libc::RLIMIT_NOFILE, nothing, place)
            }
            "priority-of-parent" => {
                let same = libc::getpriority(libc::PRIO_PROCESS, parent.cast_unsigned());
                libc::syscall(libc::SYS_setpriority, libc::PRIO_PROCESS, parent, same)
            }
            _ => {
                let ordinary = std::mem::zeroed::<libc::sched_param>();
                let place = &raw const ordinary;
                libc::syscall(libc::SYS_sched_setscheduler, parent, libc::SCHED_OTHER, place)
            }
        }
    }
}

#[expect(unsafe_code, reason = "there is no safe way to ask for what must be refused")]
fn ask_for_things(what: &str) -> io::Result<c_long> {
    const SECOND_TABLE: c_long = 0x4000_0000;
    let nothing = std::ptr::null_mut::<c_void>();
    // SAFETY: the strings end with a zero and live for ever; the kernel is given no other memory of this process.
    let answer = unsafe {
        match what {
            "mode" => libc::syscall(libc::SYS_fchmod, 1, 0o600),
            "times" => libc::syscall(libc::SYS_utimensat, 1, nothing, nothing, 0),
            "shared-memory" => {
                let memory = libc::shmget(libc::IPC_PRIVATE, 4096, libc::IPC_CREAT | 0o600);
                if memory >= 0 {
                    libc::shmctl(memory, libc::IPC_RMID, std::ptr::null_mut());
                }
                memory.into()
            }
            "second-table" => libc::syscall(SECOND_TABLE | libc::SYS_getuid),
            "user-namespace" => libc::syscall(libc::SYS_unshare, libc::CLONE_NEWUSER),
            "other-namespace" => libc::syscall(libc::SYS_setns, 1, 0),
            "ring" => libc::syscall(libc::SYS_io_uring_setup, 1, nothing),
            "memory-file" => libc::syscall(libc::SYS_memfd_create, c"memory".as_ptr(), 0),
            "splice" => libc::syscall(libc::SYS_splice, 0, nothing, 1, nothing, 0, 0),
            "watch" => libc::syscall(
                libc::SYS_inotify_add_watch,
                libc::inotify_init1(0),
                c"/".as_ptr(),
                libc::IN_CREATE,
            ),
            "queue-of-others" => libc::syscall(libc::SYS_mq_unlink, c"hiring-worker-was-here".as_ptr()),
            _ => return Err(io::ErrorKind::InvalidInput.into()),
        }
    };
    Ok(answer)
}

/// Asks for the process's number as programs of 32 bits do, whose calls have other numbers.
#[cfg(target_arch = "x86_64")]
#[expect(
    clippy::unnecessary_wraps,
    unsafe_code,
    reason = "where the processor is another, the answer is an error"
)]
fn other_architecture() -> io::Result<()> {
    // SAFETY: the call involves no memory; registers that the kernel may change are named.
    unsafe {
        std::arch::asm!("int 0x80", inout("eax") 20 => _, out("r8") _, out("r9") _, out("r10") _, out("r11") _);
    }
    Ok(())
}

#[cfg(not(target_arch = "x86_64"))]
fn other_architecture() -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
