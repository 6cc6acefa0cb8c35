//! The proof that nothing accepted is ever lost: worker processes, producers, Redis and Postgres are killed, paused, frozen
//! and restarted at random while tasks run, and afterwards the books must balance.
//!
//! `CHAOS_MINUTES` makes the run a long one, on servers that sync to disk; `CHAOS_SEED` repeats the choices of an earlier run.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod books;
mod broker;
mod child;
mod crashing;
mod faults;
mod fleet;
mod frozen;
mod kinds;
mod load;
mod mixture;
mod moments;
mod patience;
mod postgres;
mod producer;
mod product;
mod proxy;
mod random;
mod run;
mod stopping;
mod world;
