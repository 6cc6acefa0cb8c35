//! The HTTP server: routes, extractors, handlers, flows, views. No SQL, no broker client.
//!
//! | module | what lives there |
//! |---|---|
//! | [`routes`] | the route table: method, path, permission, rate tier, handler; reads like the API |
//! | [`app`] | builds the application (for the binary and the tests alike) and serves it |
//! | [`extract`] | who may (`Allowed`), ids, bodies, queries, idempotency, uploads: the checks in the argument types |
//! | [`middleware`] | request id, log line and metrics; limits; authentication |
//! | [`handlers`] | thin: from typed arguments to a flow or a finder, and to a view |
//! | [`flows`] | what takes more than one step, with plain values |
//! | [`views`] | the shapes that callers see |
//! | [`problem`] | every error that callers see (RFC 9457) |
//! | [`identity`] | addresses, limits, passwords, tokens, sessions |
//! | [`openapi`] | the OpenAPI 3.1 document, made from the handlers |
//! | [`config`], [`state`] | settings and what every handler can reach |
//! | [`reporting`] | metrics that no request tells |

pub mod answer;
pub mod app;
pub mod config;
pub mod extract;
pub mod flows;
pub mod handlers;
pub mod identity;
pub mod middleware;
pub mod openapi;
pub mod problem;
pub mod reporting;
pub mod routes;
pub mod state;
pub mod views;
