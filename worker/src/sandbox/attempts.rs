//! What a child has left and what it tries in vain: `hiring-worker extract confinement`, `extract walls`, `extract attempt WHAT`.
//!
//! The child confines itself exactly as it does for a file, and then says or tries what is asked. An operator sees with it what
//! the machine's kernel enforces; tests prove with it that nothing can be reached. `extract bare-attempt WHAT` adds no
//! confinement to the one it is in, which shows what programs in the wrapper are refused.

use std::fs::File;
use std::io::{self, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::unix::net::UnixStream;
use std::process::Command;

use super::Walls;

/// Everything that can be tried.
pub const ATTEMPTS: [&str; 19] = [
    "open",
    "write",
    "list",
    "socket",
    "connect",
    "local-socket",
    "execute",
    "thread",
    "signal",
    "trace",
    "code",
    "rename",
    "signal-thread",
    "queue-signal",
    "limit-others",
    "mode",
    "times",
    "shared-memory",
    "second-table",
];

/// What [`ATTEMPTS`] is tried in without more confinement.
pub const BARE: &str = "bare-attempt";

/// Whether the child is asked about itself instead of a file.
#[must_use]
pub fn is_command(word: &str) -> bool {
    matches!(word, "confinement" | "walls" | "attempt" | BARE)
}

/// What is left to the child as the kernel tells it; must run while `/proc` can still be read.
#[must_use]
pub fn describe(command: &str) -> serde_json::Value {
    if command != "confinement" {
        return serde_json::Value::Null;
    }
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
    serde_json::json!({
        "pid": std::process::id(),
        "session": rustix::process::getsid(None).map(|pid| pid.as_raw_nonzero().get()).ok(),
        // One of these is the listing itself.
        "descriptors": descriptors,
        "environment_bytes": read("/proc/self/environ").len(),
        "status": read("/proc/self/status"),
        "limits": read("/proc/self/limits"),
    })
}

/// Prints what was asked for; an attempt prints `refused` or `done`, or ends the process.
///
/// # Errors
/// When nobody listens.
pub fn run(attempt: Option<&str>, mut left: serde_json::Value, walls: Walls) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    match attempt {
        Some(what) => {
            let word = if try_to(what).is_ok() { "done" } else { "refused" };
            writeln!(stdout, "{word}")
        }
        None if left.is_null() => writeln!(stdout, "{}", serde_json::json!(walls)),
        None => {
            if let Some(fields) = left.as_object_mut() {
                fields.insert("walls".into(), serde_json::json!(walls));
            }
            writeln!(stdout, "{left}")
        }
    }
}

fn try_to(what: &str) -> io::Result<()> {
    match what {
        "open" => File::open("/etc/passwd").map(drop),
        "write" => File::create("/tmp/hiring-worker-was-here").map(drop),
        "rename" => std::fs::rename("/tmp/hiring-worker-was-here", "/tmp/hiring-worker-was-there"),
        "list" => std::fs::read_dir("/").map(drop),
        "socket" => UdpSocket::bind("127.0.0.1:0").map(drop),
        "connect" => TcpStream::connect("127.0.0.1:9")
            .map(drop)
            .or_else(|_| TcpListener::bind("127.0.0.1:0").map(drop)),
        "local-socket" => UnixStream::pair().map(drop),
        "execute" => Command::new("/bin/true").spawn().map(drop),
        "thread" => std::thread::Builder::new().spawn(|| ()).map(drop),
        "signal" => rustix::process::test_kill_process(rustix::process::Pid::INIT).map_err(io::Error::from),
        "trace" | "signal-thread" | "queue-signal" | "limit-others" | "mode" | "times" | "shared-memory"
        | "second-table" => ask_the_kernel(what),
        "code" => executable_memory(),
        _ => Err(io::ErrorKind::InvalidInput.into()),
    }
}

/// Asks for what has no name in the standard library, of the parent where it takes another process. Nothing comes of it when it
/// is granted: signal 0 is none, limits are only read, and pipes and memory end with this process.
#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "there is no safe way to ask for what must be refused")]
fn ask_the_kernel(what: &str) -> io::Result<()> {
    const SECOND_TABLE: libc::c_long = 0x4000_0000;
    let nothing = std::ptr::null_mut::<libc::c_void>();
    // SAFETY: `info` and `limits` are large enough for what the kernel reads and writes, and outlive the calls; the other
    // calls involve no memory of this process.
    let outcome = unsafe {
        let parent = libc::getppid();
        match what {
            "trace" => libc::ptrace(libc::PTRACE_TRACEME, 0, 0, 0),
            "signal-thread" => libc::syscall(libc::SYS_tgkill, parent, parent, 0),
            "queue-signal" => {
                let mut info = std::mem::zeroed::<libc::siginfo_t>();
                info.si_code = libc::SI_QUEUE;
                libc::syscall(libc::SYS_rt_sigqueueinfo, parent, 0, &raw mut info)
            }
            "limit-others" => {
                let mut limits = [0_u64; 2];
                libc::syscall(
                    libc::SYS_prlimit64,
                    parent,
                    libc::RLIMIT_NOFILE,
                    nothing,
                    limits.as_mut_ptr(),
                )
            }
            "mode" => libc::syscall(libc::SYS_fchmod, 1, 0o600),
            "times" => libc::syscall(libc::SYS_utimensat, 1, nothing, nothing, 0),
            "shared-memory" => {
                let memory = libc::shmget(libc::IPC_PRIVATE, 4096, libc::IPC_CREAT | 0o600);
                if memory >= 0 {
                    libc::shmctl(memory, libc::IPC_RMID, std::ptr::null_mut());
                }
                memory.into()
            }
            _ => libc::syscall(SECOND_TABLE | libc::SYS_getuid),
        }
    };
    if outcome >= 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

#[cfg(not(target_os = "linux"))]
fn ask_the_kernel(_what: &str) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[expect(unsafe_code, reason = "there is no safe way to ask for what must be refused")]
fn executable_memory() -> io::Result<()> {
    // SAFETY: asks for a page of its own, which nothing else refers to.
    let page = unsafe {
        libc::mmap(
            std::ptr::null_mut(),
            4096,
            libc::PROT_READ | libc::PROT_WRITE | libc::PROT_EXEC,
            libc::MAP_PRIVATE | libc::MAP_ANON,
            -1,
            0,
        )
    };
    if page == libc::MAP_FAILED {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}
