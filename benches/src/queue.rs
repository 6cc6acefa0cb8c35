//! Background tasks: how fast they are accepted and done, how soon they start, and what an idle worker costs.
//!
//! | module | what lives there |
//! |---|---|
//! | [`world`] | the measured database and queue |
//! | [`worker`] | the worker process: this very program under another argument |
//! | [`enqueue`] | accepting, against bare INSERTs |
//! | [`drain`] | doing, against the fewest statements that could |
//! | [`latency`] | from the commit to the handler's first line, against a bare Redis list |
//! | [`idle`] | commands and statements of a worker without work |
//!
//! Everything is durable: the bench refuses a Postgres that does not sync to disk.

mod drain;
mod enqueue;
mod idle;
mod latency;
pub mod worker;
mod world;

use world::World;

use crate::rig::Settings;
use crate::statistics::median;

/// Two sides of a comparison, in tasks per second.
#[derive(Debug, Clone, Copy)]
struct Rates {
    product: f64,
    bare: f64,
}

/// Runs all four.
///
/// # Errors
/// A database that is not durable, or anything that fails while measuring.
pub async fn run(settings: &Settings, runs: usize) -> anyhow::Result<()> {
    let world = World::prepare(settings).await?;
    println!("queue: fsync and synchronous_commit are on");
    alternate("enqueued one per transaction, 32 producers", runs, || {
        enqueue::singly(&world)
    })
    .await?;
    alternate("enqueued 100 per transaction, 32 producers", runs, || {
        enqueue::in_batches(&world)
    })
    .await?;
    alternate("drained by one worker process, 50 in flight", runs, || {
        drain::once(&world)
    })
    .await?;
    latency::run(&world).await?;
    idle::run(&world).await
}

async fn alternate<F, Fut>(what: &str, runs: usize, once: F) -> anyhow::Result<()>
where
    F: Fn() -> Fut,
    Fut: Future<Output = anyhow::Result<Rates>>,
{
    let mut measured = Vec::new();
    for number in 1..=runs {
        let Rates { product, bare } = once().await?;
        println!(
            "queue {what}, run {number}: {product:.0}/s, bare {bare:.0}/s (ratio {:.2})",
            product / bare
        );
        measured.push(Rates { product, bare });
    }
    let middle = |of: fn(&Rates) -> f64| median(&measured.iter().map(of).collect::<Vec<_>>());
    println!(
        "queue: {what}: {:.0}/s, bare {:.0}/s, ratio {:.2} (medians of {runs})",
        middle(|rates| rates.product),
        middle(|rates| rates.bare),
        middle(|rates| rates.product / rates.bare)
    );
    Ok(())
}
