//! Hand-written SQL whose prepared statement is kept.
//!
//! `diesel::sql_query` is prepared again at every call, which costs a round trip on paths that run thousands of times a
//! second. A [`Statement`] is cached by its text like any query of the DSL.

use std::marker::PhantomData;

use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{HasSqlType, Untyped};

/// SQL with a `?` for every bound value.
pub struct Statement<'a> {
    text: &'static str,
    binds: Vec<Box<dyn QueryFragment<Pg> + Send + 'a>>,
}

/// Starts a statement. Each `?` in the text takes the next bound value; the text cannot hold a literal `?`.
#[must_use]
pub const fn statement<'a>(text: &'static str) -> Statement<'a> {
    Statement {
        text,
        binds: Vec::new(),
    }
}

impl<'a> Statement<'a> {
    /// Binds the next `?` as the SQL type `ST`.
    #[must_use]
    pub fn bind<ST, V>(mut self, value: V) -> Self
    where
        Pg: HasSqlType<ST>,
        V: ToSql<ST, Pg> + Send + 'a,
        ST: Send + 'a,
    {
        self.binds.push(Box::new(Bound::<ST, V> {
            value,
            sql_type: PhantomData,
        }));
        self
    }
}

struct Bound<ST, V> {
    value: V,
    sql_type: PhantomData<ST>,
}

impl<ST, V> QueryFragment<Pg> for Bound<ST, V>
where
    Pg: HasSqlType<ST>,
    V: ToSql<ST, Pg>,
{
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        pass.push_bind_param(&self.value)
    }
}

impl QueryFragment<Pg> for Statement<'_> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let mut binds = self.binds.iter();
        for (index, piece) in self.text.split('?').enumerate() {
            if index > 0
                && let Some(bind) = binds.next()
            {
                bind.walk_ast(pass.reborrow())?;
            }
            pass.push_sql(piece);
        }
        Ok(())
    }
}

impl QueryId for Statement<'_> {
    type QueryId = ();
    // The text itself is the cache key.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Statement<'_> {
    type SqlType = Untyped;
}
