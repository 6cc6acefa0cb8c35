//! A query string: 400 when it cannot be parsed, 422 when a value is not acceptable.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use serde::de::DeserializeOwned;

use super::{Validate, Violations};
use crate::problem::{Kind, Problem};

/// A query string that has been parsed and checked.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + Validate> FromRequest for Query<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(parse(request.query_string()))
    }
}

fn parse<T: DeserializeOwned + Validate>(query: &str) -> Result<Query<T>, Problem> {
    let value = web::Query::<T>::from_query(query)
        .map_err(|error| {
            Problem::new(
                Kind::Malformed,
                format!("The query string cannot be parsed: {error}."),
            )
        })?
        .into_inner();
    let mut violations = Violations::default();
    value.validate(&mut violations);
    violations.finish()?;
    Ok(Query(value))
}
