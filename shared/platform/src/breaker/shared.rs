//! A breaker's state in Redis, one key for all processes, read and changed by one script.

use std::time::Duration;

use redis::Script;

use super::Outcome;
use super::config::BreakerConfig;
use super::machine::{Entered, Phase, Ticket};
use crate::redis::{Away, Redis};

const SCRIPT: &str = include_str!("shared.lua");

/// Most that Redis may cost a call, which itself takes longer.
const PATIENCE: Duration = Duration::from_millis(50);

/// What the script answers: a verdict, an epoch or a wait, the phase, the count.
type Told = (u8, u64, u8, u32);

pub(super) struct Shared {
    redis: Redis,
    script: Script,
    key: String,
    config: BreakerConfig,
}

impl Shared {
    pub(super) fn new(redis: Redis, name: &str, config: BreakerConfig) -> Self {
        Self {
            key: redis.key(&format!("breaker:{name}"), ""),
            redis,
            script: Script::new(SCRIPT),
            config,
        }
    }

    /// Leave for the call of this number, or how long to wait; and the phase it left.
    pub(super) async fn enter(&self, number: u64) -> Result<(Entered, Phase), Away> {
        let (passes, value, phase, _) = self.ask("enter", number, 0).await?;
        let phase = Phase::from_number(phase);
        let entered = if passes == 1 {
            Entered::Pass(Ticket {
                epoch: value,
                number,
                tries: phase == Phase::HalfOpen,
            })
        } else {
            Entered::Rest(value)
        };
        Ok((entered, phase))
    }

    /// Takes an outcome; whether it opened the breaker, and the phase it left.
    pub(super) async fn tell(&self, ticket: Ticket, outcome: Outcome) -> Result<(bool, Phase), Away> {
        let word = match outcome {
            Outcome::Answered => "answered",
            Outcome::Failed => "failed",
            Outcome::Dropped => "dropped",
        };
        let (opened, _, phase, _) = self.ask(word, ticket.number, ticket.epoch).await?;
        Ok((opened == 1, Phase::from_number(phase)))
    }

    /// The phase and the count.
    pub(super) async fn read(&self) -> Result<(Phase, u32), Away> {
        let (_, _, phase, count) = self.ask("read", 0, 0).await?;
        Ok((Phase::from_number(phase), count))
    }

    async fn ask(&self, word: &str, number: u64, epoch: u64) -> Result<Told, Away> {
        let mut call = self.script.key(&self.key);
        call.arg(word).arg(number).arg(epoch);
        call.arg(self.config.failure_threshold);
        call.arg(milliseconds(self.config.recovery));
        call.arg(self.config.success_threshold);
        call.arg(milliseconds(self.config.lease));
        self.redis.run(&call, PATIENCE).await
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
