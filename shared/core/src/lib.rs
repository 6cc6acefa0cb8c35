//! Ids, clock, domain types that cannot be wrong, the configuration reader and the task contract. No I/O.
//!
//! | module | what lives there |
//! |---|---|
//! | [`ids`] | one newtype per noun around a UUIDv7 |
//! | [`clock`], [`random`] | the only doors to wall-clock time and randomness |
//! | [`config`] | reads environment variables into typed settings and reports every problem together |
//! | [`email`] | an e-mail address that has been checked |
//! | [`identity`] | roles, plans and the caps of each plan |
//! | [`job`] | an open position and its structured requirements |
//! | [`application`] | one candidate on one job: stages and legal moves |
//! | [`candidate`] | a person in one organization's pool and the life of their resume |
//! | [`resume`] | the parsed resume: every value with offsets and a confidence |
//! | [`reading`] | what reading a file answers: text, sections, resume, or a reason why not |
//! | [`task`] | background work: kinds, payloads, queues, states and the ring that travels on a broker |
//! | [`taxonomy`] | skill names, their aliases, and finding them in text |
//! | [`occupation`] | which profession a title names, and which professions are near |

pub mod application;
pub mod candidate;
pub mod clock;
pub mod config;
pub mod email;
pub mod identity;
pub mod ids;
pub mod job;
pub mod occupation;
pub mod random;
pub mod reading;
pub mod resume;
pub mod task;
pub mod taxonomy;
pub mod trace;
