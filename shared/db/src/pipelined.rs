//! A transaction whose first statement travels together with its BEGIN: one round trip less for every task that completes.

use diesel::QueryResult;
use diesel::connection::TransactionDepthChange;
use diesel::deserialize::QueryableByName;
use diesel::pg::Pg;
use diesel_async::{
    AnsiTransactionManager, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection, TransactionManager,
};

use crate::DbError;
use crate::statement::Statement;

/// [`INSIDE`], for the text of a statement.
macro_rules! inside {
    () => {
        "current_setting('hiring.pipelined', true) = 'yes'"
    };
}
pub(crate) use inside;

/// Condition that holds only inside of a transaction that [`begin_with`] opened. A first statement that changes something must ask for
/// it: were the BEGIN refused and the statement behind it accepted, the change would stand alone, without what was to follow.
pub const INSIDE: &str = inside!();

/// BEGIN, and the mark that [`INSIDE`] looks for; it is gone with the transaction.
const BEGIN: &str = "BEGIN; SET LOCAL hiring.pipelined = 'yes'";

/// Opens a transaction and runs `first` as its first statement, without waiting for the one before sending the other. The
/// transaction is open afterwards, also when `first` failed: commit it or roll it back.
///
/// # Errors
/// [`DbError`] of either; [`DbError::Query`] when a transaction is open already.
pub async fn begin_with<Row>(conn: &mut AsyncPgConnection, first: Statement<'_>) -> Result<Vec<Row>, DbError>
where
    Row: QueryableByName<Pg> + Send + 'static,
{
    note_begin(conn)?;
    // Both go out in this order, because the first poll of each sends it.
    let (mut one, mut other): (&AsyncPgConnection, &AsyncPgConnection) = (conn, conn);
    let (begun, rows) = futures::join!(one.batch_execute(BEGIN), first.load(&mut other));
    begun?;
    Ok(rows?)
}

/// Says that a transaction is open before anything is sent: should the caller be dropped on the way, the pool discards the
/// connection instead of handing it on in the middle of a transaction.
fn note_begin(conn: &mut AsyncPgConnection) -> QueryResult<()> {
    let status = AnsiTransactionManager::transaction_manager_status_mut(conn);
    let state = status.transaction_state()?;
    if state.transaction_depth().is_some() {
        return Err(diesel::result::Error::AlreadyInTransaction);
    }
    state.change_transaction_depth(TransactionDepthChange::IncreaseDepth)
}
