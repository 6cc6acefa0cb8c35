//! What a child has left and what it tries in vain: `hiring-worker extract confinement`, `extract walls`, `extract attempt WHAT`.
//!
//! The child confines itself exactly as it does for a file, and then says or tries what is asked. An operator sees with it what
//! the machine's kernel enforces; tests prove with it that nothing can be reached. `extract bare-attempt WHAT` adds no
//! confinement to the one it is in, which shows what programs in the wrapper are refused.

use std::fs::File;
use std::io::{self, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::Command;

use super::Walls;

#[cfg(target_os = "linux")]
mod kernel;

/// Everything that can be tried.
pub const ATTEMPTS: [&str; 38] = [
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
    "other-architecture",
    "execute-in-place",
    "own-memory",
    "parents-memory",
    "read-parent",
    "handle-of-parent",
    "compare-parent",
    "signal-parent",
    "signal-by-file",
    "priority-of-parent",
    "scheduling-of-parent",
    "abstract-socket",
    "user-namespace",
    "other-namespace",
    "ring",
    "memory-file",
    "splice",
    "watch",
    "queue-of-others",
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
        "code" => executable_memory(),
        "execute-in-place" => Err(Command::new("/bin/true").exec()),
        "own-memory" => File::options().write(true).open("/proc/self/mem").map(drop),
        "parents-memory" => {
            let parent = std::os::unix::process::parent_id();
            File::open(format!("/proc/{parent}/mem")).map(drop)
        }
        _ => ask_the_kernel(what),
    }
}

#[cfg(target_os = "linux")]
use kernel::ask_the_kernel;

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
