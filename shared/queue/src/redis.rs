//! The Redis transport: three lists a queue, in one hash slot, so that Cluster keeps them together.
//!
//! | module | what lives there |
//! |---|---|
//! | [`bell`] | the pool that rings |
//! | [`backend`] | the apalis backend that pops, on a connection of its own |
//! | [`order`] | which lists a pop looks at, and in which order |
//!
//! A list that runs empty is gone from Redis, so a drained queue leaves no key.

pub mod backend;
pub mod bell;
pub mod order;

use hiring_core::task::{Priority, Queue};

/// The list that a queue's rings of one priority wait in.
#[must_use]
pub fn list_key(prefix: &str, queue: Queue, priority: Priority) -> String {
    format!("{{{prefix}:q:{}}}:{}", queue.name(), priority.number())
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
