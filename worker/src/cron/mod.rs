//! Periodic tasks.
//!
//! | module | what lives there |
//! |---|---|
//! | [`schedule`] | `cron.yaml`, compiled in: which task at which minutes |
//! | [`tick`] | seeing to one tick, once in the whole installation |
//! | [`scheduler`] | every worker watches the clock, so that ticks come without a daemon too |

pub mod schedule;
pub mod scheduler;
pub mod tick;
