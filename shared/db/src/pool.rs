//! The connection pool.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::AsyncPgConnection;
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, PoolableConnection, RecyclingMethod, bb8,
};
use futures::FutureExt;
use secrecy::ExposeSecret;
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::{DatabaseConfig, DbError, pooler};

/// Longest wait for a free connection before the caller is told that the database is busy.
pub const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// A connection taken from the pool.
pub type Connection = bb8::PooledConnection<'static, AsyncPgConnection>;

/// The pool. Cheap to clone.
#[derive(Clone)]
pub struct Database {
    pool: bb8::Pool<AsyncPgConnection>,
    waiting: Arc<AtomicUsize>,
    most: u32,
}

/// How full the pool is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolState {
    /// Most connections that it opens.
    pub most: u32,
    /// Connections open.
    pub open: u32,
    /// Of those, idle.
    pub idle: u32,
    /// Callers that wait for one at this moment.
    pub waiting: usize,
    /// Callers that waited in vain since the start.
    pub timed_out: u64,
}

/// Counts a caller as waiting as long as it lives.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn begin(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Database {
    /// Makes a pool that connects when first used, so that a database that is away does not stop a start.
    #[must_use]
    pub fn open(config: &DatabaseConfig) -> Self {
        let (timeout, pooled) = (config.statement_timeout_ms, config.external_pooler);
        let mut manager = ManagerConfig::default();
        // Whoever restarts Postgres closes every connection: those are noticed here, without asking over the network, and replaced
        // before anybody sees an error of theirs.
        manager.recycling_method =
            RecyclingMethod::CustomFunction(Box::new(|connection: &mut AsyncPgConnection| {
                let sound = if connection.is_broken() {
                    Err(diesel::result::Error::BrokenTransactionManager)
                } else {
                    Ok(())
                };
                futures::future::ready(sound).boxed()
            }));
        manager.custom_setup = Box::new(move |url| {
            let url = url.to_owned();
            async move {
                if pooled {
                    establish_through_pooler(&url, timeout).await
                } else {
                    establish(&url, Some(timeout)).await
                }
            }
            .boxed()
        });
        let manager = AsyncDieselConnectionManager::new_with_config(config.url.expose_secret(), manager);
        let pool = bb8::Pool::builder()
            .max_size(config.max_connections)
            .min_idle(Some(1))
            .test_on_check_out(true)
            .connection_timeout(ACQUIRE_TIMEOUT)
            .build_unchecked(manager);
        Self {
            pool,
            waiting: Arc::default(),
            most: config.max_connections,
        }
    }

    /// Takes a connection.
    ///
    /// # Errors
    /// [`DbError::Unavailable`] when none is free or none can be opened within [`ACQUIRE_TIMEOUT`].
    pub async fn connection(&self) -> Result<Connection, DbError> {
        let _waiting = Waiting::begin(&self.waiting);
        self.pool
            .get_owned()
            .await
            .map_err(|error| DbError::Unavailable(Box::new(error)))
    }

    /// Asks Postgres for a sign of life.
    ///
    /// # Errors
    /// [`DbError::Unavailable`] when it gives none.
    pub async fn ping(&self) -> Result<(), DbError> {
        use diesel_async::RunQueryDsl;
        let mut connection = self.connection().await?;
        diesel::sql_query("SELECT 1").execute(&mut connection).await?;
        Ok(())
    }

    /// How full the pool is.
    #[must_use]
    pub fn state(&self) -> PoolState {
        let state = self.pool.state();
        PoolState {
            most: self.most,
            open: state.connections,
            idle: state.idle_connections,
            waiting: self.waiting.load(Ordering::Relaxed),
            timed_out: state.statistics.get_timed_out,
        }
    }
}

/// Opens one connection outside the pool, with TLS when the URL says `sslmode=require`.
///
/// # Errors
/// A malformed URL, refused credentials, or nobody there.
pub async fn establish(url: &str, statement_timeout_ms: Option<u32>) -> ConnectionResult<AsyncPgConnection> {
    let (mut config, tls) = settings(url)?;
    if let Some(timeout) = statement_timeout_ms {
        let options = config.get_options().unwrap_or_default();
        config.options(format!("{options} -c statement_timeout={timeout}").trim());
    }
    if let Some(tls) = tls {
        let (client, connection) = config.connect(tls).await.map_err(bad)?;
        AsyncPgConnection::try_from_client_and_connection(client, connection).await
    } else {
        let (client, connection) = config.connect(tokio_postgres::NoTls).await.map_err(bad)?;
        AsyncPgConnection::try_from_client_and_connection(client, connection).await
    }
}

/// The same behind a pooler that changes the server between two transactions.
async fn establish_through_pooler(url: &str, timeout: u32) -> ConnectionResult<AsyncPgConnection> {
    let (config, tls) = settings(url)?;
    pooler::establish(config, tls, Some(timeout)).await
}

/// What the URL says, and TLS if it asks for that.
fn settings(url: &str) -> ConnectionResult<(tokio_postgres::Config, Option<MakeRustlsConnect>)> {
    let mut config: tokio_postgres::Config = url.parse().map_err(bad)?;
    config.connect_timeout(ACQUIRE_TIMEOUT);
    let encrypted = config.get_ssl_mode() == SslMode::Require;
    let tls = encrypted
        .then(tls_config)
        .transpose()?
        .map(MakeRustlsConnect::new);
    Ok((config, tls))
}

fn bad(error: tokio_postgres::Error) -> ConnectionError {
    ConnectionError::BadConnection(error.to_string())
}

/// Trusts what the machine trusts; `SSL_CERT_FILE` adds a private authority such as that of Amazon RDS.
fn tls_config() -> ConnectionResult<rustls::ClientConfig> {
    let bad = |error: rustls::Error| ConnectionError::BadConnection(error.to_string());
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Ok(builder
        .map_err(bad)?
        .with_root_certificates(roots)
        .with_no_client_auth())
}
