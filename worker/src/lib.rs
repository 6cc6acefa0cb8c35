//! The task runner.
//!
//! | module | what lives there |
//! |---|---|
//! | [`config`] | everything the worker is told by its environment |
//! | [`cli`] | subcommands for operators |
//! | [`running`] | start, signals, stop |
//! | [`tasks`] | one file per kind of task |
//! | [`sandbox`] | reading a file that nobody trusts, in a confined child process |
//! | [`scanning`] | reading what has its text in pictures, by programs that are confined as well |
//! | [`scoring`] | what scores are made from: the job, its vectors, what a resume shows of it |
//! | [`narrating`] | asking the language model, within the organization's budget |
//! | [`facts`] | what lists and filters need, copied out of a resume |
//! | [`maintenance`] | what every worker tidies up by itself |
//! | [`door`] | the HTTP door: health, and tasks that a daemon brings |
//! | [`cron`] | periodic tasks |

pub mod cli;
pub mod config;
pub mod cron;
pub mod door;
pub mod facts;
pub mod maintenance;
pub mod narrating;
pub mod running;
pub mod sandbox;
pub mod scanning;
pub mod scoring;
pub mod tasks;
