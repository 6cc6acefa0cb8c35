//! The SQS transport: one queue for each name, and beside it the one for messages that nobody can read.
//!
//! | module | what lives there |
//! |---|---|
//! | [`config`] | the settings |
//! | `link` | the client, and where the queues are |
//! | [`bell`] | sends rings in batches |
//! | `poller` | the source that receives: when which queue is asked, and with how many slots |
//! | `inbox` | one queue as its receiver sees it: receive, hide, delete, and what becomes of messages that are no ring |
//! | `receipt` | keeps a message out of others' hands while its task runs |
//! | [`admin`] | making the queues, looking at them, and bringing messages back |
//! | `attributes` | what is set on a queue, and what SQS counts there |
//!
//! SQS has no priorities: the kinds of one queue come as they were rung.

pub mod admin;
mod attributes;
pub mod bell;
pub mod config;
mod inbox;
pub(crate) mod link;
mod poller;
mod receipt;

use std::sync::Arc;

use hiring_core::task::Queue;

use crate::backend::PullFactory;
use crate::delivery::Intake;
use config::SqsConfig;
use link::Link;

/// The name of a queue, for instance `hiring-pro-resume-parse`, or `hiring-pro-resume-parse.fifo`.
#[must_use]
pub fn queue_name(prefix: &str, queue: Queue, fifo: bool) -> String {
    format!("{prefix}-{}{}", queue.name(), suffix(fifo))
}

/// The name of the queue for what nobody can read, for instance `hiring-pro-resume-parse-dlq`.
#[must_use]
pub fn dead_letter_name(prefix: &str, queue: Queue, fifo: bool) -> String {
    format!("{prefix}-{}-dlq{}", queue.name(), suffix(fifo))
}

const fn suffix(fifo: bool) -> &'static str {
    if fifo { ".fifo" } else { "" }
}

/// The one source of rings that a worker process needs.
pub(crate) fn sources(config: &SqsConfig, prefix: &str, intake: &Intake) -> Vec<PullFactory> {
    let link = Arc::new(Link::new(config, prefix));
    let intake = intake.clone();
    vec![Box::new(move || {
        Box::new(poller::Poller::new(Arc::clone(&link), intake.clone()))
    })]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_installation_queue_and_order() {
        assert_eq!(queue_name("blue", Queue::Email, false), "blue-email");
        assert_eq!(queue_name("blue", Queue::Email, true), "blue-email.fifo");
        assert_eq!(dead_letter_name("blue", Queue::Email, false), "blue-email-dlq");
        assert_eq!(
            dead_letter_name("blue", Queue::Email, true),
            "blue-email-dlq.fifo"
        );
    }

    #[test]
    fn the_longest_name_fits() {
        // SQS takes 80 characters of letters, digits, `-` and `_`, the suffix included.
        let longest = "x".repeat(config::PREFIX_LENGTH);
        for queue in Queue::ALL {
            assert!(dead_letter_name(&longest, queue, true).len() <= 80);
        }
    }
}
