//! People who each ask at moments of their own.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use bytes::Bytes;
use futures::stream::{self, StreamExt, TryStreamExt};
use http::Request;
use http_body_util::Full;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use tokio::time::{Instant, sleep_until, timeout};

use crate::connection::Connection;
use crate::tally::{Outcome, Tally};

/// Longest wait for an answer; by then the person has gone.
const PATIENCE: Duration = Duration::from_secs(30);
/// Connections that are being opened at the same moment, so that a listener's queue of 1,024 never overflows.
const OPENING: usize = 256;

/// One request and what it is called in the report.
pub struct Act {
    /// Its name, for instance `GET /jobs/{id}`.
    pub name: &'static str,
    /// What is sent.
    pub request: Request<Full<Bytes>>,
}

/// Somebody who asks for one thing after another.
pub trait Person: Send + 'static {
    /// What they want next.
    fn next(&mut self, chance: &mut SmallRng) -> Act;
}

/// A stretch of time in which so many of the people are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phase {
    /// How long it lasts.
    pub lasts: Duration,
    /// How many are there: the first ones of the list.
    pub people: usize,
}

/// When who is there, and how often each of them asks.
#[derive(Debug, Clone)]
pub struct Plan {
    /// One after another.
    pub phases: Vec<Phase>,
    /// Between two requests of a person, on average: each is due at a moment of its own in a stretch of this length.
    pub every: Duration,
}

impl Plan {
    /// How long it takes.
    #[must_use]
    pub fn lasts(&self) -> Duration {
        self.phases.iter().map(|phase| phase.lasts).sum()
    }

    /// When the requests of this person are due, from the start, with the phase that each belongs to.
    fn moments(&self, person: usize, chance: &mut SmallRng) -> Vec<(Duration, usize)> {
        let (mut moments, mut begins) = (Vec::new(), Duration::ZERO);
        for (number, phase) in self.phases.iter().enumerate() {
            let ends = begins + phase.lasts;
            let mut stretch = begins;
            while person < phase.people && stretch < ends {
                let due = stretch + self.every.mul_f64(chance.random::<f64>());
                if due < ends {
                    moments.push((due, number));
                }
                stretch += self.every;
            }
            begins = ends;
        }
        moments
    }
}

/// Opens a connection for each of so many people, a few hundred at a time.
///
/// # Errors
/// When one cannot be opened.
pub async fn connect(address: SocketAddr, people: usize) -> anyhow::Result<Vec<Connection>> {
    stream::iter(0..people)
        .map(|_| Connection::open(address))
        .buffered(OPENING)
        .try_collect()
        .await
}

/// Lets the people ask as planned, each on a connection of their own: those that are given are taken, the others are opened when their person
/// comes. What became of each request goes into the tally of its phase. `seed` decides who asks for what and when.
///
/// # Errors
/// Only where a part of the run itself broke down; what the server does wrong is in the tallies.
pub async fn run<P: Person>(
    address: SocketAddr,
    people: Vec<P>,
    connections: Vec<Connection>,
    plan: &Plan,
    seed: u64,
) -> anyhow::Result<Vec<Arc<Tally>>> {
    let tallies: Vec<Arc<Tally>> = plan.phases.iter().map(|_| Arc::default()).collect();
    let mut open = connections.into_iter();
    let began = Instant::now();
    let mut tasks = Vec::new();
    for (number, person) in people.into_iter().enumerate() {
        let mut chance = SmallRng::seed_from_u64(seed.wrapping_add(number as u64));
        let asking = Asking {
            address,
            connection: open.next(),
            moments: plan.moments(number, &mut chance),
            tallies: tallies.clone(),
            chance,
            person,
        };
        tasks.push(tokio::spawn(asking.run(began)));
    }
    for task in tasks {
        task.await.context("a person of the crowd broke down")?;
    }
    Ok(tallies)
}

/// A person at work.
struct Asking<P> {
    person: P,
    address: SocketAddr,
    connection: Option<Connection>,
    moments: Vec<(Duration, usize)>,
    tallies: Vec<Arc<Tally>>,
    chance: SmallRng,
}

impl<P: Person> Asking<P> {
    async fn run(mut self, began: Instant) {
        for (due, phase) in std::mem::take(&mut self.moments) {
            let due = began + due;
            sleep_until(due).await;
            let act = self.person.next(&mut self.chance);
            let outcome = timeout(PATIENCE, self.ask(act.request)).await;
            let outcome = match outcome {
                Ok(Ok(outcome)) => outcome,
                Ok(Err(_)) | Err(_) => {
                    // What is left of an answer must not be taken for the next one.
                    self.connection = None;
                    Outcome::Broken
                }
            };
            if let Some(tally) = self.tallies.get(phase) {
                tally.add(act.name, due.elapsed(), outcome);
            }
        }
    }

    async fn ask(&mut self, request: Request<Full<Bytes>>) -> anyhow::Result<Outcome> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => none.insert(Connection::open(self.address).await?),
        };
        let (status, _) = connection.exchange(request).await?;
        Ok(Outcome::of(status))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> Plan {
        let phase = |seconds, people| Phase {
            lasts: Duration::from_secs(seconds),
            people,
        };
        Plan {
            phases: vec![phase(30, 10), phase(60, 100), phase(30, 10)],
            every: Duration::from_secs(3),
        }
    }

    #[test]
    fn everybody_asks_once_in_every_stretch_while_they_are_there() {
        let mut chance = SmallRng::seed_from_u64(1);
        let first = plan().moments(0, &mut chance);
        let counts = |moments: &[(Duration, usize)]| {
            [0, 1, 2].map(|phase| moments.iter().filter(|(_, of)| *of == phase).count())
        };
        assert_eq!(counts(&first), [10, 20, 10]);
        assert!(first.is_sorted());
        assert_eq!(counts(&plan().moments(50, &mut chance)), [0, 20, 0]);
        assert_eq!(counts(&plan().moments(100, &mut chance)), [0, 0, 0]);
    }

    #[test]
    fn no_request_is_due_after_the_end_of_its_phase() {
        let mut chance = SmallRng::seed_from_u64(2);
        let short = Plan {
            phases: vec![Phase {
                lasts: Duration::from_secs(4),
                people: 1,
            }],
            every: Duration::from_secs(3),
        };
        for _ in 0..1000 {
            let moments = short.moments(0, &mut chance);
            assert!(moments.iter().all(|(due, _)| *due < short.lasts()), "{moments:?}");
        }
    }
}
