//! The route table: a plain list that reads like the API.

mod spec;

use actix_web::http::Method;

pub use spec::{Route, Tier, configure};
use spec::route;

use crate::handlers::jobs;

/// Every route under `API_PREFIX`: method, path, rate tier, handler. The permission is the handler's first argument.
/// Where two paths match one request, the one listed first wins.
#[must_use]
pub fn routes() -> Vec<Route> {
    let (get, post, patch, delete) = (Method::GET, Method::POST, Method::PATCH, Method::DELETE);
    vec![
        route(&get, "/jobs", Tier::Read, jobs::list),
        route(&post, "/jobs", Tier::Write, jobs::create),
        route(&get, "/jobs/{id}", Tier::Read, jobs::show),
        route(&patch, "/jobs/{id}", Tier::Write, jobs::update),
        route(&delete, "/jobs/{id}", Tier::Write, jobs::delete),
    ]
}
