//! A Postgres of one's own that can crash.

use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use hiring_db::DatabaseConfig;
use hiring_testkit::{TestDatabase, env};
use tokio_postgres::{Client, NoTls};

use crate::fleet::{kill, signal};
use crate::patience::eventually;
use crate::random::Random;

/// Below the range that systems hand out to outgoing connections, so that nobody takes a port between two starts.
const PORTS: std::ops::Range<u64> = 12_000..20_000;

/// Where tasks live during a run.
pub enum Postgres {
    /// A cluster that this run started.
    Own(Box<Cluster>),
    /// A database on a server that somebody lends to the tests (`DATABASE_URL`): it cannot be crashed, so every connection
    /// is cut instead.
    Lent(Box<TestDatabase>),
}

pub struct Cluster {
    folder: tempfile::TempDir,
    programs: PathBuf,
    account: Option<(u32, u32)>,
    password: String,
    port: u16,
    durable: bool,
    server: Option<Child>,
}

impl Postgres {
    /// Starts one, with the product's tables. `durable` syncs to disk at every commit as production does; without it a crash
    /// of the server still loses nothing, only one of the machine would.
    pub async fn start(durable: bool) -> Self {
        let Some(programs) = env::optional(&["POSTGRES_BIN"]) else {
            return Self::Lent(Box::new(TestDatabase::create().await));
        };
        let mut cluster = Cluster::create(programs.into(), durable);
        cluster.launch().await;
        hiring_db::migrate::run_pending(&cluster.url()).await.unwrap();
        Self::Own(Box::new(cluster))
    }

    pub fn url(&self) -> String {
        match self {
            Self::Own(cluster) => cluster.url(),
            Self::Lent(database) => database.url().to_owned(),
        }
    }

    /// A bare connection, as soon as there is one to be had.
    pub async fn client(&self) -> Client {
        eventually("a connection to Postgres", async || connect(&self.url()).await).await
    }

    /// Settings for a pool of its connections.
    pub fn config(&self) -> DatabaseConfig {
        TestDatabase::config_for(&self.url())
    }

    /// Kills one of the server's processes, whereupon it ends the others and recovers from its log without being started again. Answers
    /// whether it was one's own to kill.
    pub async fn kill_a_backend(&self) -> bool {
        if matches!(self, Self::Lent(_)) {
            return false;
        }
        let row = self
            .client()
            .await
            .query_one("SELECT pg_backend_pid()", &[])
            .await
            .unwrap();
        let pid = rustix::process::Pid::from_raw(row.get(0)).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
        true
    }

    /// Ends the server without a checkpoint or a goodbye (`pg_ctl stop -m immediate`), and starts it again: it recovers from
    /// its log.
    pub async fn crash(&mut self) {
        match self {
            Self::Own(cluster) => {
                cluster.end(rustix::process::Signal::QUIT);
                cluster.launch().await;
            }
            Self::Lent(_) => {
                let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                           WHERE datname = current_database() AND pid <> pg_backend_pid()";
                self.client().await.batch_execute(cut).await.unwrap();
            }
        }
    }
}

async fn connect(url: &str) -> Option<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.ok()?;
    tokio::spawn(connection);
    Some(client)
}

impl Cluster {
    fn create(programs: PathBuf, durable: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let account = hiring_testkit::pgbouncer::unprivileged();
        // The server's account passes through.
        std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
        let password = hiring_core::random::uuid_v4().simple().to_string();
        let cluster = Self {
            folder,
            programs,
            account,
            password,
            port: 0,
            durable,
            server: None,
        };
        let (data, secret) = (cluster.data(), cluster.folder.path().join("password"));
        std::fs::create_dir(&data).unwrap();
        std::fs::write(&secret, &cluster.password).unwrap();
        for path in [&data, &secret] {
            if let Some((user, group)) = account {
                chown(path, Some(user), Some(group)).unwrap();
            }
        }
        std::fs::set_permissions(&data, PermissionsExt::from_mode(0o700)).unwrap();
        std::fs::set_permissions(&secret, PermissionsExt::from_mode(0o600)).unwrap();
        let made = cluster
            .command("initdb")
            .arg("--pgdata")
            .arg(&data)
            .args([
                "--username",
                "hiring",
                "--auth",
                "scram-sha-256",
                "--set",
                "scram_iterations=1",
            ])
            .args([
                "--encoding",
                "UTF8",
                "--locale",
                "C",
                "--locale-provider",
                "builtin",
            ])
            .args(["--builtin-locale", "C.UTF-8", "--no-sync", "--pwfile"])
            .arg(&secret)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        cluster
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn url(&self) -> String {
        format!(
            "postgres://hiring:{}@127.0.0.1:{}/postgres",
            self.password, self.port
        )
    }

    fn command(&self, program: &str) -> Command {
        let program = std::fs::canonicalize(Path::new(&self.programs).join(program)).unwrap();
        let mut command = Command::new(program);
        command.current_dir("/").stdin(Stdio::null());
        if let Some((user, group)) = self.account {
            command.uid(user).gid(group);
        }
        command
    }

    /// Starts the server and waits until it answers; on another attempt when the port or the data are still being let go of.
    async fn launch(&mut self) {
        if self.port == 0 {
            self.port = free_port();
        }
        let sync = if self.durable { "on" } else { "off" };
        let settings = [
            format!("port={}", self.port),
            "listen_addresses=127.0.0.1".to_owned(),
            "unix_socket_directories=".to_owned(),
            format!("fsync={sync}"),
            format!("full_page_writes={sync}"),
            "synchronous_commit=on".to_owned(),
            "shared_buffers=64MB".to_owned(),
            "max_connections=150".to_owned(),
            "jit=off".to_owned(),
        ];
        let log = self.folder.path().join("server.log");
        let url = self.url();
        eventually("Postgres to start", async || {
            if self
                .server
                .as_mut()
                .is_none_or(|server| server.try_wait().unwrap().is_some())
            {
                let told = std::fs::File::options()
                    .create(true)
                    .append(true)
                    .open(&log)
                    .unwrap();
                let mut command = self.command("postgres");
                command.arg("-D").arg(self.data());
                for setting in &settings {
                    command.arg("-c").arg(setting);
                }
                command
                    .stdout(told.try_clone().unwrap())
                    .stderr(told)
                    .process_group(0);
                self.server = Some(command.spawn().unwrap());
            }
            connect(&url).await
        })
        .await;
    }

    fn end(&mut self, how: rustix::process::Signal) {
        if let Some(mut server) = self.server.take() {
            signal(&server, how);
            server.wait().unwrap();
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(mut server) = self.server.take() {
            signal(&server, rustix::process::Signal::QUIT);
            kill_when_stubborn(&mut server);
        }
    }
}

fn kill_when_stubborn(server: &mut Child) {
    for _ in 0..200 {
        if server.try_wait().is_ok_and(|ended| ended.is_some()) {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    kill(server);
}

pub fn free_port() -> u16 {
    let mut random = Random::seeded(u64::from_le_bytes(hiring_core::random::bytes()));
    loop {
        let port = u16::try_from(PORTS.start + random.below(PORTS.end - PORTS.start)).unwrap();
        if std::net::TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
