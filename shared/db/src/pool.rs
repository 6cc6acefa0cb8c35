//! The connection pool.

use std::sync::Arc;
use std::time::Duration;

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::AsyncPgConnection;
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod, bb8};
use futures::FutureExt;
use secrecy::ExposeSecret;
use tokio_postgres::config::SslMode;

use crate::{DatabaseConfig, DbError};

/// Longest wait for a free connection before the caller is told that the database is busy.
pub const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// A connection taken from the pool.
pub type Connection = bb8::PooledConnection<'static, AsyncPgConnection>;

/// The pool. Cheap to clone.
#[derive(Clone)]
pub struct Database {
    pool: bb8::Pool<AsyncPgConnection>,
}

impl Database {
    /// Makes a pool that connects when first used, so that a database that is away does not stop a start.
    #[must_use]
    pub fn open(config: &DatabaseConfig) -> Self {
        let timeout = config.statement_timeout_ms;
        let mut manager = ManagerConfig::default();
        manager.recycling_method = RecyclingMethod::Fast;
        manager.custom_setup = Box::new(move |url| {
            let url = url.to_owned();
            async move { establish(&url, Some(timeout)).await }.boxed()
        });
        let manager = AsyncDieselConnectionManager::new_with_config(config.url.expose_secret(), manager);
        // A dead connection is noticed by its first statement and replaced, so checking at every checkout is waste.
        let pool = bb8::Pool::builder()
            .max_size(config.max_connections)
            .min_idle(Some(1))
            .test_on_check_out(false)
            .connection_timeout(ACQUIRE_TIMEOUT)
            .build_unchecked(manager);
        Self { pool }
    }

    /// Takes a connection.
    ///
    /// # Errors
    /// [`DbError::Unavailable`] when none is free or none can be opened within [`ACQUIRE_TIMEOUT`].
    pub async fn connection(&self) -> Result<Connection, DbError> {
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

    /// Connections open and, of those, idle.
    #[must_use]
    pub fn state(&self) -> (u32, u32) {
        let state = self.pool.state();
        (state.connections, state.idle_connections)
    }
}

/// Opens one connection outside the pool, with TLS when the URL says `sslmode=require`.
///
/// # Errors
/// A malformed URL, refused credentials, or nobody there.
pub async fn establish(url: &str, statement_timeout_ms: Option<u32>) -> ConnectionResult<AsyncPgConnection> {
    let bad = |error: tokio_postgres::Error| ConnectionError::BadConnection(error.to_string());
    let mut config: tokio_postgres::Config = url.parse().map_err(bad)?;
    config.connect_timeout(ACQUIRE_TIMEOUT);
    if let Some(timeout) = statement_timeout_ms {
        let options = config.get_options().unwrap_or_default();
        config.options(format!("{options} -c statement_timeout={timeout}").trim());
    }
    if config.get_ssl_mode() == SslMode::Require {
        let tls = tokio_postgres_rustls::MakeRustlsConnect::new(tls_config()?);
        let (client, connection) = config.connect(tls).await.map_err(bad)?;
        AsyncPgConnection::try_from_client_and_connection(client, connection).await
    } else {
        let (client, connection) = config.connect(tokio_postgres::NoTls).await.map_err(bad)?;
        AsyncPgConnection::try_from_client_and_connection(client, connection).await
    }
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
