//! The Redis transport: three lists a queue, in one hash slot, so that Cluster keeps them together.
//!
//! | module | what lives there |
//! |---|---|
//! | [`config`] | its settings |
//! | `directory`, `inquiry`, [`slot`] | which node takes a queue's commands: the server, the sentinels' master, or a slot's owner |
//! | [`bell`], `sender`, `pools` | the pools that ring |
//! | `popper`, `link` | the source that pops, on a connection of its own |
//! | [`order`] | which lists a pop looks at, and in which order |
//!
//! A list that runs empty is gone from Redis, so a drained queue leaves no key.

pub mod bell;
pub mod config;
mod directory;
mod inquiry;
mod link;
pub mod order;
mod pools;
pub(crate) mod popper;
mod sender;
pub mod slot;

use std::sync::Arc;

use hiring_core::task::{Priority, Queue};

use crate::backend::PullFactory;
use crate::config::RedisConfig;
use crate::delivery::Intake;
use crate::{QueueError, Ringer};

/// The list that a queue's rings of one priority wait in.
#[must_use]
pub fn list_key(prefix: &str, queue: Queue, priority: Priority) -> String {
    format!("{{{prefix}:q:{}}}:{}", queue.name(), priority.number())
}

/// Every source of rings that one worker process needs: one, or in a cluster one for each queue, as one blocking pop cannot
/// reach over hash slots.
pub(crate) fn sources(
    config: &RedisConfig,
    prefix: &str,
    intake: &Intake,
    ringer: &Ringer,
) -> Result<Vec<PullFactory>, QueueError> {
    let directory = Arc::new(directory::Directory::new(config, prefix)?);
    let shares: Vec<Vec<Queue>> = if directory.is_cluster() {
        Queue::ALL.into_iter().map(|queue| vec![queue]).collect()
    } else {
        vec![Queue::ALL.to_vec()]
    };
    let factory = |queues: Vec<Queue>| -> PullFactory {
        let source = popper::Source {
            directory: Arc::clone(&directory),
            prefix: prefix.to_owned(),
            queues,
            intake: intake.clone(),
            ringer: ringer.clone(),
        };
        Box::new(move || Box::new(popper::Popper::new(source.clone())))
    };
    Ok(shares.into_iter().map(factory).collect())
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
