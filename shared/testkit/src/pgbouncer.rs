//! PgBouncer in front of the test Postgres, in transaction mode: every transaction may run on another server connection.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;
use tokio_postgres::{NoTls, SimpleQueryMessage};

use crate::valkey::{GUARD, free_port};
use crate::{env, eventually};

/// Where Debian and Homebrew put it.
const PROGRAMS: [&str; 3] = [
    "/usr/sbin/pgbouncer",
    "/usr/bin/pgbouncer",
    "/opt/homebrew/bin/pgbouncer",
];

/// One pooler; ends with this value, and with the test process at the latest.
pub struct PgBouncer {
    port: u16,
    shell: Child,
    _folder: TempDir,
}

impl PgBouncer {
    /// Starts one that opens at most so many connections to each database. `None` where the program is not installed.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start(servers: u32) -> Option<Self> {
        let program = PROGRAMS.iter().find(|path| std::path::Path::new(path).exists())?;
        let folder = tempfile::tempdir().expect("a folder for PgBouncer");
        let port = free_port();
        let file = folder.path().join("pgbouncer.ini");
        std::fs::write(&file, settings(port, servers)).expect("PgBouncer's settings");
        let mut command = Command::new("sh");
        command
            .arg("-c")
            .arg(GUARD)
            .arg("sh")
            .arg(folder.path().join("log"));
        command.arg(program).arg(&file);
        if let Some((user, group)) = unprivileged() {
            // The pooler refuses to run as root; its account reads the settings and writes the log.
            for path in [folder.path(), &file] {
                std::os::unix::fs::chown(path, Some(user), Some(group)).expect("lending the folder");
            }
            std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o700))
                .expect("closing the folder");
            command.uid(user).gid(group);
        }
        command
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut shell = command.spawn().expect("a shell to run PgBouncer in");
        let output = shell.stdout.take().expect("the shell's output");
        BufReader::new(output)
            .read_line(&mut String::new())
            .expect("PgBouncer's process id");
        let pooler = Self {
            port,
            shell,
            _folder: folder,
        };
        eventually("PgBouncer to start", || async {
            pooler.ask("SHOW VERSION").await
        })
        .await;
        Some(pooler)
    }

    /// The way through the pooler to the database at this URL.
    #[must_use]
    pub fn url_of(&self, direct: &str) -> String {
        let database = direct.rsplit('/').next().unwrap_or_default();
        format!("postgres://tests@127.0.0.1:{}/{database}", self.port)
    }

    /// What its console answers: for each row, each column's text.
    pub async fn ask(&self, command: &str) -> Option<Vec<Vec<String>>> {
        let (client, connection) = tokio_postgres::connect(&self.url_of("/pgbouncer"), NoTls)
            .await
            .ok()?;
        tokio::spawn(connection);
        let messages = client.simple_query(command).await.ok()?;
        let rows = messages.iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(
                (0..row.len())
                    .map(|column| row.get(column).unwrap_or_default().to_owned())
                    .collect(),
            ),
            _ => None,
        });
        Some(rows.collect())
    }
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        // The shell kills it once its own input ends.
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}

/// Everybody may come in, as the tests' own account: who may is no matter of these tests.
fn settings(port: u16, servers: u32) -> String {
    let config: tokio_postgres::Config = env::require(&["TEST_DATABASE_URL", "DATABASE_URL"])
        .parse()
        .expect("the URL of the test Postgres");
    let password = String::from_utf8_lossy(config.get_password().unwrap_or_default()).into_owned();
    let server = config.get_ports().first().copied().unwrap_or(5432);
    let user = config.get_user().unwrap_or_default();
    format!(
        "[databases]\n* = host=127.0.0.1 port={server} user={user} password={password}\n\
         [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n\
         admin_users = tests\npool_mode = transaction\ndefault_pool_size = {servers}\nmax_client_conn = 500\n\
         server_round_robin = 1\nlog_connections = 0\nlog_disconnections = 0\n"
    )
}

/// User and group of an account without rights, where this process has them all: PgBouncer and Postgres refuse to run as root.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn unprivileged() -> Option<(u32, u32)> {
    if !rustix::process::geteuid().is_root() {
        return None;
    }
    let accounts = std::fs::read_to_string("/etc/passwd").expect("the system's accounts");
    let ids = |name: &str| {
        let line = accounts
            .lines()
            .find(|line| line.starts_with(&format!("{name}:")))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    let found = ids("postgres").or_else(|| ids("nobody"));
    Some(found.expect("an account without rights"))
}
