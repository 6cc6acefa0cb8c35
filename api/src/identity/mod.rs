//! Passwords, tokens, sessions.

pub mod liveness;
pub mod passwords;
pub mod tokens;
