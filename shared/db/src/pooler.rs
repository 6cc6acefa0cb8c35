//! Talking to Postgres through a pooler that changes the server between two transactions, as PgBouncer does in transaction mode.
//!
//! The client library prepares every statement under a name and runs it by that name in a second message. Behind such a pooler the
//! second may reach a server that never heard of the name, unless both stand in one transaction. PgBouncer 1.21 and later can keep
//! track of names, where the operator turns it on; Debian's 1.18 cannot. So a stream of ours stands between the library and the
//! socket: it remembers the text behind each name, and sends the text in front of every use, in the same breath. Nothing above it
//! knows.
//!
//! | module | what lives there |
//! |---|---|
//! | [`rewrite`] | what becomes of each message, in both directions; pure |
//! | [`stream`] | the socket with it around, and how the client library gets to it |

mod rewrite;
mod stream;

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::AsyncPgConnection;
use tokio_postgres::Config;
use tokio_postgres::config::{SslMode, SslNegotiation};

use stream::{NoEncryption, Through};

/// Opens a connection through a pooler. Postgres ends a statement after `statement_timeout_ms`, although the pooler takes no settings
/// for the session: it is set for each transaction.
///
/// # Errors
/// Refused credentials, or nobody there.
pub(crate) async fn establish(
    mut config: Config,
    tls: Option<tokio_postgres_rustls::MakeRustlsConnect>,
    statement_timeout_ms: Option<u32>,
) -> ConnectionResult<AsyncPgConnection> {
    let bad = |error: tokio_postgres::Error| ConnectionError::BadConnection(error.to_string());
    // The library lets a connector of ours at the stream only where it thinks that it encrypts.
    config.ssl_mode(SslMode::Require);
    if let Some(tls) = tls {
        let through = Through::new(tls, statement_timeout_ms);
        let (client, connection) = config.connect(through).await.map_err(bad)?;
        AsyncPgConnection::try_from_client_and_connection(client, connection).await
    } else {
        // Otherwise it would ask the server for encryption first.
        config.ssl_negotiation(SslNegotiation::Direct);
        let through = Through::new(NoEncryption, statement_timeout_ms);
        let (client, connection) = config.connect(through).await.map_err(bad)?;
        AsyncPgConnection::try_from_client_and_connection(client, connection).await
    }
}
