//! JSON columns read into and written from our own types, without a tree of values in between.

use std::fmt::Debug;
use std::io::Write;

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::Jsonb;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

/// The only version of `jsonb`'s binary format.
const JSONB_VERSION: u8 = 1;

/// Why stored JSON could not be read: which sort of mistake and where, never the value, which may be somebody's resume.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unreadable JSON ({category:?}) in line {line}, column {column}")]
pub struct UnreadableJson {
    category: Category,
    line: usize,
    column: usize,
}

impl From<serde_json::Error> for UnreadableJson {
    fn from(error: serde_json::Error) -> Self {
        Self {
            category: error.classify(),
            line: error.line(),
            column: error.column(),
        }
    }
}

/// A value stored as `jsonb`.
#[derive(Debug, Clone, Copy, PartialEq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Jsonb)]
pub struct Json<T: Debug>(pub T);

impl<T: Serialize + Debug> ToSql<Jsonb, Pg> for Json<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&[JSONB_VERSION])?;
        serde_json::to_writer(out, &self.0)?;
        Ok(IsNull::No)
    }
}

impl<T: DeserializeOwned + Debug> FromSql<Jsonb, Pg> for Json<T> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        match value.as_bytes().split_first() {
            Some((&JSONB_VERSION, json)) => {
                let read = serde_json::from_slice(json).map_err(UnreadableJson::from)?;
                Ok(Self(read))
            }
            _ => Err("not the binary format of jsonb".into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error;
    use std::num::NonZeroU32;

    use super::*;
    use crate::DbError;

    /// Any type will do as long as its oid is that of `jsonb`.
    fn read<T: DeserializeOwned + Debug>(bytes: &[u8]) -> deserialize::Result<Json<T>> {
        const JSONB_OID: NonZeroU32 = NonZeroU32::new(3802).unwrap();
        Json::from_sql(PgValue::new(bytes, &JSONB_OID))
    }

    #[test]
    fn a_value_that_cannot_be_read_is_not_quoted() {
        let error = read::<Vec<u32>>(b"\x01[1, \"Ada Lovelace\"]").unwrap_err();
        assert_eq!(error.to_string(), "unreadable JSON (Data) in line 1, column 18");
        assert!(!format!("{error:?}").contains("Ada"));
    }

    #[test]
    fn a_corrupt_value_is_quoted_in_no_part_of_the_error() {
        let serde = serde_json::from_str::<Vec<u32>>("[\"Ada Lovelace\"]").unwrap_err();
        assert!(serde.to_string().contains("Ada"), "what this guards against");
        let error = DbError::from(serde);
        assert!(!format!("{error:?} {}", error.source().unwrap()).contains("Ada"));
    }

    #[test]
    fn what_is_written_is_read_again() {
        assert_eq!(read::<Vec<u32>>(b"\x01[1, 2]").unwrap(), Json(vec![1, 2]));
        assert!(read::<Vec<u32>>(b"\x02[1, 2]").is_err());
    }
}
