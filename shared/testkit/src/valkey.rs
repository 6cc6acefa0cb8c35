//! Valkey servers of a test's own, which it may pause, freeze, flush and kill.
//!
//! | module | what lives there |
//! |---|---|
//! | here | one server |
//! | [`sentinel`] | a master, its replica and the sentinels that watch them |
//! | [`cluster`] | masters that share the hash slots, and replicas |
//!
//! Servers listen on loopback behind a password, keep nothing on disk, and end with the test, also when it panics or is killed.

pub mod cluster;
pub mod sentinel;

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use redis::AsyncConnectionConfig;
use redis::aio::MultiplexedConnection;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::{env, eventually};

/// Runs the program in the background, says its process id, and kills it once the standard input ends: with the test process
/// at the latest.
pub(crate) const GUARD: &str =
    r#"log=$1; shift; "$@" </dev/null >>"$log" 2>&1 & echo $!; read -r _; kill -9 $!; wait $!"#;

/// What every server gets: nothing on disk, and replicas that follow at once.
const SETTINGS: [&str; 10] = [
    "--bind",
    "127.0.0.1",
    "--save",
    "",
    "--appendonly",
    "no",
    "--repl-diskless-sync-delay",
    "0",
    "--loglevel",
    "notice",
];

/// Stands for a free port among a server's settings.
pub(crate) const ANY_PORT: &str = "any-port";

/// One Valkey process; killed with this value.
pub struct ValkeyServer {
    program: PathBuf,
    settings: Vec<String>,
    port: u16,
    password: Option<String>,
    folder: TempDir,
    running: Option<(Child, Pid)>,
}

impl ValkeyServer {
    /// Starts an empty server on a free port, with a password.
    ///
    /// # Panics
    /// When `VALKEY_SERVER` is not set or the server does not start.
    pub async fn start() -> Self {
        let password = hiring_core::random::uuid_v4().simple().to_string();
        Self::start_with(&password, &[]).await
    }

    /// Starts an empty server with this password and further settings, each a word of the command line.
    ///
    /// # Panics
    /// See [`Self::start`].
    pub async fn start_with(password: &str, further: &[&str]) -> Self {
        let mut settings: Vec<&str> = SETTINGS.to_vec();
        settings.extend(["--requirepass", password, "--primaryauth", password]);
        settings.extend(further);
        Self::launch(Some(password), &settings).await
    }

    async fn launch(password: Option<&str>, settings: &[&str]) -> Self {
        let mut server = Self {
            program: PathBuf::from(env::require(&["VALKEY_SERVER"])),
            settings: Vec::new(),
            port: 0,
            password: password.map(str::to_owned),
            folder: tempfile::tempdir().expect("a folder for Valkey"),
            running: None,
        };
        // Another process may take a port before the server does.
        for _ in 0..5 {
            server.port = free_port();
            let resolved = settings.iter().map(|&word| match word {
                ANY_PORT => free_port().to_string(),
                word => word.to_owned(),
            });
            server.settings = resolved.collect();
            if server.run().await {
                return server;
            }
        }
        panic!("Valkey did not start: {}", server.log());
    }

    /// Starts the process; whether it came up, as opposed to having ended at once.
    async fn run(&mut self) -> bool {
        let folder = self.folder.path();
        let mut command = Command::new("sh");
        command.arg("-c").arg(GUARD).arg("sh").arg(folder.join("log"));
        command.arg(&self.program);
        if self.settings.first().is_some_and(|word| word == "--sentinel") {
            // A sentinel keeps its state in its configuration file and insists on one.
            let file = folder.join("sentinel.conf");
            std::fs::write(&file, "").expect("a file for the sentinel");
            command.arg(file);
        }
        command
            .arg("--port")
            .arg(self.port.to_string())
            .arg("--dir")
            .arg(folder);
        command
            .args(&self.settings)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut shell = command.spawn().expect("a shell to run Valkey in");
        let mut line = String::new();
        let output = shell.stdout.take().expect("the shell's output");
        BufReader::new(output)
            .read_line(&mut line)
            .expect("the process id of Valkey");
        let pid = line.trim().parse().ok().and_then(Pid::from_raw);
        self.running = Some((shell, pid.expect("a process id")));
        let began = self.log().len();
        let up = eventually("Valkey to start", || async {
            if self.ask::<String>(&["PING"]).await.is_ok() {
                return Some(true);
            }
            let log = self.log();
            log.get(began.min(log.len())..)
                .is_some_and(|log| log.contains("Failed listening"))
                .then_some(false)
        })
        .await;
        if !up {
            self.kill();
        }
        up
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// The port on 127.0.0.1; the same after a restart.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// `127.0.0.1:port`.
    #[must_use]
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// How clients reach it, password included.
    #[must_use]
    pub fn url(&self) -> String {
        let password = self.password.as_deref().unwrap_or_default();
        let at = if password.is_empty() { "" } else { "@" };
        let colon = if password.is_empty() { "" } else { ":" };
        format!("redis://{colon}{password}{at}127.0.0.1:{}/0", self.port)
    }

    /// A connection that waits patiently for answers, as a paused server's take long.
    ///
    /// # Errors
    /// When the server is not there.
    pub async fn connection(&self) -> redis::RedisResult<MultiplexedConnection> {
        let patience = Some(Duration::from_secs(20));
        let config = AsyncConnectionConfig::new()
            .set_response_timeout(patience)
            .set_connection_timeout(Some(Duration::from_secs(5)));
        let client = redis::Client::open(self.url())?;
        client.get_multiplexed_async_connection_with_config(&config).await
    }

    /// What it answers to one command.
    ///
    /// # Errors
    /// When the server is not there or refuses.
    pub async fn ask<T: redis::FromRedisValue>(&self, words: &[&str]) -> redis::RedisResult<T> {
        let mut connection = self.connection().await?;
        let (name, arguments) = words.split_first().expect("a command");
        let mut command = redis::cmd(name);
        for argument in arguments {
            command.arg(argument);
        }
        command.query_async(&mut connection).await
    }

    /// [`Self::ask`] for commands that must work.
    ///
    /// # Panics
    /// When the server is not there or refuses.
    pub async fn tell(&self, words: &[&str]) -> redis::Value {
        let answer = self.ask(words).await;
        answer.unwrap_or_else(|error| panic!("{words:?} on {}: {error}", self.address()))
    }

    /// Stops serving for so many milliseconds (`CLIENT PAUSE`); connections stay.
    ///
    /// # Panics
    /// When the server is not there.
    pub async fn pause(&self, milliseconds: u32) {
        self.tell(&["CLIENT", "PAUSE", &milliseconds.to_string(), "ALL"])
            .await;
    }

    /// Empties it (`FLUSHALL`).
    ///
    /// # Panics
    /// When the server is not there.
    pub async fn flush(&self) {
        self.tell(&["FLUSHALL"]).await;
    }

    /// Every key that it holds; waits until it answers.
    pub async fn keys(&self) -> Vec<String> {
        eventually("a list of keys", || async { self.ask(&["KEYS", "*"]).await.ok() }).await
    }

    /// How many commands it has carried out since it started.
    ///
    /// # Panics
    /// When the server is not there.
    pub async fn commands_processed(&self) -> u64 {
        let info: String = self.ask(&["INFO", "stats"]).await.expect("statistics");
        info.lines()
            .find_map(|line| line.strip_prefix("total_commands_processed:"))
            .and_then(|number| number.trim().parse().ok())
            .expect("a count of commands")
    }

    /// `kill -9`. What it held is gone.
    pub fn kill(&mut self) {
        if let Some((mut shell, _)) = self.running.take() {
            drop(shell.stdin.take());
            let _ = shell.wait();
        }
    }

    /// Starts it again, empty, on the same port; kills it first if it runs.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn restart_empty(&mut self) {
        self.kill();
        assert!(self.run().await, "Valkey did not start again: {}", self.log());
    }

    /// Lets it stand still (`SIGSTOP`): it accepts connections and answers nothing.
    pub fn freeze(&self) {
        self.signal(Signal::STOP);
    }

    /// Lets it go on after [`Self::freeze`].
    pub fn thaw(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        let (_, pid) = self.running.as_ref().expect("a running server");
        kill_process(*pid, signal).expect("a signal to Valkey");
    }
}

impl Drop for ValkeyServer {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A port that nobody listens on, below those that systems give to outgoing connections (32768 and up on Linux, 49152 and up on
/// macOS), so that it is still free at a restart.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn free_port() -> u16 {
    for _ in 0..1_000 {
        let port = 20_000 + u16::from_le_bytes(hiring_core::random::bytes()) % 12_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("no free port between 20000 and 32000");
}
