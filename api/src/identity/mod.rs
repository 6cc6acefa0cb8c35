//! Passwords, tokens, sessions.

pub mod fields;
pub mod liveness;
pub mod passwords;
pub mod tokens;
