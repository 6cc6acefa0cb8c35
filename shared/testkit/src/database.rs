//! A database of one's own, copied from a migrated template in a few milliseconds.

use std::sync::atomic::{AtomicBool, Ordering};

use hiring_db::{Database, DatabaseConfig};
use secrecy::SecretString;
use sha2::{Digest, Sha256};
use tokio_postgres::{Client, NoTls};

use crate::env;

/// Lets no periodic task come due by itself: a test that happens to run at two in the morning must not meet a report.
const NO_PERIODIC_TASKS: &str = "INSERT INTO cron_ticks (taskname, scheduled_at)
    SELECT taskname, '2100-01-01Z' FROM unnest(ARRAY['cleanup-sessions', 'generate-reports', 'check-backups']) taskname";

/// One test's database; dropped with it.
///
/// Dropping it fails the test when tasks are left that nobody finished, unless [`TestDatabase::leave_tasks`] was called:
/// a forgotten task is a bug in a product that promises to lose none.
pub struct TestDatabase {
    name: String,
    url: String,
    database: Database,
    tasks_may_be_left: AtomicBool,
}

impl TestDatabase {
    /// Copies the template, making it first when this is the first test since the migrations changed.
    ///
    /// # Panics
    /// When the test server cannot be reached or a migration fails.
    pub async fn create() -> Self {
        crate::tls::choose();
        crate::logs::record();
        let admin = connect(&admin_url()).await;
        static CLEANED: tokio::sync::OnceCell<()> = tokio::sync::OnceCell::const_new();
        CLEANED.get_or_init(|| drop_leftovers(&admin)).await;
        let template = ensure_template(&admin).await;
        let id = hiring_core::random::uuid_v4().simple();
        let name = format!("hiring_test_{}_{id}", std::process::id());
        admin
            .batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}"))
            .await
            .expect("copying the template database");
        let url = with_database(&admin_url(), &name);
        let database = Database::open(&Self::config_for(&url));
        Self {
            name,
            url,
            database,
            tasks_may_be_left: AtomicBool::new(false),
        }
    }

    /// The pool on this database.
    #[must_use]
    pub fn database(&self) -> Database {
        self.database.clone()
    }

    /// The URL of this database.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Settings for this database, for code that opens its own pool.
    #[must_use]
    pub fn config(&self) -> DatabaseConfig {
        Self::config_for(&self.url)
    }

    /// A bare connection for statements that the product has no code for.
    ///
    /// # Panics
    /// When the database cannot be reached.
    pub async fn client(&self) -> Client {
        connect(&self.url).await
    }

    /// Moves the clock of leases, due times and deadlines forward by a Postgres interval such as `61 s`.
    ///
    /// # Panics
    /// When the interval is malformed.
    pub async fn shift_task_clock(&self, by: &str) {
        let statement = format!("UPDATE task_clock SET shift = shift + interval '{by}'");
        self.client()
            .await
            .batch_execute(&statement)
            .await
            .expect("shifting the task clock");
    }

    /// Lets periodic tasks come due as in an installation that has not seen any; in other tests none does.
    ///
    /// # Panics
    /// When the database cannot be reached.
    pub async fn let_periodic_tasks_come(&self) {
        self.client()
            .await
            .batch_execute("DELETE FROM cron_ticks")
            .await
            .expect("emptying cron_ticks");
    }

    /// Says that this test means to leave unfinished tasks behind.
    pub fn leave_tasks(&self) {
        self.tasks_may_be_left.store(true, Ordering::SeqCst);
    }

    /// Settings for the database at this address.
    #[must_use]
    pub fn config_for(url: &str) -> DatabaseConfig {
        DatabaseConfig {
            url: SecretString::from(url.to_owned()),
            direct_url: SecretString::from(url.to_owned()),
            external_pooler: false,
            max_connections: 12,
            statement_timeout_ms: 30_000,
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let (name, url) = (self.name.clone(), self.url.clone());
        let (answer, left) = std::sync::mpsc::channel();
        // A destructor cannot await, and blocking inside the test's runtime is forbidden: a thread of its own may.
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async {
                let _ = answer.send(unfinished_tasks(&url).await);
                // Nobody waits for this: Postgres waits in turn for connections that the test's runtime, blocked in this
                // destructor, is still opening. What the end of the process cuts short, the next run removes.
                let admin = connect(&admin_url()).await;
                let _ = admin
                    .batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
                    .await;
            });
        });
        let left = left.recv().unwrap_or_default();
        if !std::thread::panicking() && !self.tasks_may_be_left.load(Ordering::SeqCst) {
            assert!(left.is_empty(), "the test left unfinished tasks: {left:?}");
        }
    }
}

/// Drops the databases of test processes that have ended.
async fn drop_leftovers(admin: &Client) {
    let query = "SELECT datname::text FROM pg_database WHERE datname LIKE 'hiring\\_test\\_%'";
    for row in admin.query(query, &[]).await.expect("listing databases") {
        let name: String = row.get(0);
        let owner = name
            .split('_')
            .nth(2)
            .and_then(|number| number.parse::<i32>().ok());
        let gone = owner
            .and_then(rustix::process::Pid::from_raw)
            .is_some_and(|process| rustix::process::test_kill_process(process).is_err());
        if gone {
            // Another test process may be dropping the same one.
            let _ = admin
                .batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
                .await;
        }
    }
}

async fn unfinished_tasks(url: &str) -> Vec<String> {
    let client = connect(url).await;
    let query = "SELECT kind || ' ' || state FROM tasks WHERE finished_at IS NULL";
    client
        .query(query, &[])
        .await
        .map_or_else(|_| Vec::new(), |rows| rows.iter().map(|row| row.get(0)).collect())
}

fn admin_url() -> String {
    env::require(&["TEST_DATABASE_URL", "DATABASE_URL"])
}

/// The template's name carries a hash of the migrations, so that a changed migration makes a fresh one.
async fn ensure_template(admin: &Client) -> String {
    let template = format!("hiring_template_{}", migrations_hash());
    let exists = "SELECT 1 FROM pg_database WHERE datname = $1 AND datistemplate";
    if admin
        .query_opt(exists, &[&template])
        .await
        .expect("listing databases")
        .is_some()
    {
        return template;
    }
    // Test binaries run side by side: one builds, the others wait for the lock and find it built.
    admin
        .batch_execute("SELECT pg_advisory_lock(726431)")
        .await
        .expect("locking");
    if admin
        .query_opt(exists, &[&template])
        .await
        .expect("listing databases")
        .is_none()
    {
        let statement = format!("DROP DATABASE IF EXISTS {template} WITH (FORCE)");
        admin
            .batch_execute(&statement)
            .await
            .expect("dropping a half-made template");
        admin
            .batch_execute(&format!("CREATE DATABASE {template}"))
            .await
            .expect("creating the template");
        let url = with_database(&admin_url(), &template);
        hiring_db::migrate::run_pending(&url)
            .await
            .expect("migrating the template");
        connect(&url)
            .await
            .batch_execute(NO_PERIODIC_TASKS)
            .await
            .expect("keeping periodic tasks out");
        let statement = format!("ALTER DATABASE {template} WITH is_template true");
        admin
            .batch_execute(&statement)
            .await
            .expect("marking the template");
    }
    admin
        .batch_execute("SELECT pg_advisory_unlock(726431)")
        .await
        .expect("unlocking");
    template
}

fn migrations_hash() -> String {
    let mut folders: Vec<_> = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations"))
        .expect("the migrations folder")
        .map(|entry| entry.expect("a folder entry").path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    let mut hash = Sha256::new_with_prefix(NO_PERIODIC_TASKS);
    for folder in folders {
        hash.update(folder.file_name().unwrap().as_encoded_bytes());
        hash.update(std::fs::read(folder.join("up.sql")).expect("an up.sql"));
    }
    hex::encode(&hash.finalize()[..8])
}

fn with_database(url: &str, name: &str) -> String {
    let (base, query) = url
        .split_once('?')
        .map_or((url, None), |(base, query)| (base, Some(query)));
    let authority_end = base.find("://").map_or(0, |at| at + 3);
    let path_start = base[authority_end..]
        .find('/')
        .map_or(base.len(), |at| authority_end + at);
    let suffix = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{}/{name}{suffix}", &base[..path_start])
}

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls)
        .await
        .expect("connecting to the test database");
    tokio::spawn(connection);
    client
}
