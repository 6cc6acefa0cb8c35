//! The Redis transport: three lists a queue, in one hash slot, so that Cluster keeps them together.
//!
//! | module | what lives there |
//! |---|---|
//! | [`bell`] | the pool that rings |
//! | `popper` | the source that pops, on a connection of its own |
//! | [`order`] | which lists a pop looks at, and in which order |
//!
//! A list that runs empty is gone from Redis, so a drained queue leaves no key.

pub mod bell;
pub mod order;
pub(crate) mod popper;

use hiring_core::task::{Priority, Queue};
use secrecy::ExposeSecret;

use crate::backend::PullFactory;
use crate::config::RedisConfig;
use crate::delivery::Intake;
use crate::{QueueError, Ringer};

/// The list that a queue's rings of one priority wait in.
#[must_use]
pub fn list_key(prefix: &str, queue: Queue, priority: Priority) -> String {
    format!("{{{prefix}:q:{}}}:{}", queue.name(), priority.number())
}

/// Every source of rings that one worker process needs.
pub(crate) fn sources(
    config: &RedisConfig,
    prefix: &str,
    intake: &Intake,
    ringer: &Ringer,
) -> Result<Vec<PullFactory>, QueueError> {
    let source = popper::Source {
        client: redis::Client::open(config.url.expose_secret())?,
        prefix: prefix.to_owned(),
        queues: Queue::ALL.to_vec(),
        intake: intake.clone(),
        ringer: ringer.clone(),
    };
    Ok(vec![Box::new(move || {
        Box::new(popper::Popper::new(source.clone()))
    })])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_of_one_queue_share_a_hash_slot() {
        let key = list_key("hiring-pro", Queue::Email, Priority::Low);
        assert_eq!(key, "{hiring-pro:q:email}:2");
    }
}
