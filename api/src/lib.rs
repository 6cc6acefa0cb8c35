//! The HTTP server: routes, extractors, handlers, flows, views. No SQL, no broker client.
