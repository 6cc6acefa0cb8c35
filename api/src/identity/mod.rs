//! Who calls: addresses, passwords, tokens, sessions.

pub mod address;
pub mod client;
pub mod fields;
pub mod limits;
pub mod liveness;
pub mod passwords;
pub mod tokens;
