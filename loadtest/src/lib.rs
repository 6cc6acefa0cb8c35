//! An open-loop load generator: each person has a connection and a plan of their own, and keeps to it however slow the server is.
//!
//! | module | what lives there |
//! |---|---|
//! | [`crowd`] | people, when each of them asks, and the run of them all |
//! | [`connection`] | one keep-alive connection |
//! | [`tally`] | what was answered how quickly, by name |
//! | [`process`] | processor time and memory of processes, and how many files this one may open |
//!
//! Latency counts from the moment at which a request was due, not from when it could be sent: a server that stalls for a second
//! has made everybody wait who wanted something in that second (no "coordinated omission").

pub mod connection;
pub mod crowd;
pub mod process;
pub mod tally;
