//! Enqueue, claim, relay, sweeper and the Redis transport for background tasks.
