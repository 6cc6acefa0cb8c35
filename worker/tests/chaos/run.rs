//! The run itself: everything at once, and then the books.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;
use tokio_postgres::Client;

use crate::books::{self, Balance};
use crate::broker::{Broker, PREFIX};
use crate::faults::{Fault, Parts, WITH_REDIS, WITH_SQS};
use crate::fleet::Fleet;
use crate::patience::{eventually, until_nothing_is_live};
use crate::postgres::Postgres;
use crate::producer::ENOUGH;
use crate::random::{self, Random};
use crate::{child, world};

/// What happens in a run.
struct Plan {
    seed: u64,
    /// A short run has each of these faults once, a long one draws from them.
    faults: &'static [Fault],
    /// How long a long run goes on.
    length: Option<Duration>,
    /// Tasks that must be accepted before it ends.
    tasks: i64,
    /// Tasks that may be live at once.
    most_live: u64,
    /// Worker processes.
    workers: usize,
}

struct Run {
    plan: Plan,
    random: Random,
    parts: Parts,
    met: BTreeMap<Fault, usize>,
}

impl Run {
    async fn set_up(broker: Broker, plan: Plan) -> Self {
        let postgres = Postgres::start(plan.length.is_some()).await;
        let org = books::open(&postgres.client().await).await;
        let mut variables = world::process_variables((&postgres.url(), PREFIX), org);
        let (name, address) = broker.address();
        variables.insert(name.to_owned(), address);
        variables.insert("CHAOS_SEED".to_owned(), plan.seed.to_string());
        variables.insert("CHAOS_MOST_LIVE".to_owned(), plan.most_live.to_string());
        let workers = Fleet::start("worker", plan.workers, &variables);
        let producers = Fleet::start("producer", 2, &variables);
        Self {
            random: Random::seeded(plan.seed),
            plan,
            parts: Parts {
                postgres,
                broker,
                workers,
                producers,
            },
            met: BTreeMap::new(),
        }
    }

    /// A while in which everything goes wrong.
    async fn suffer(&mut self) {
        let begun = Instant::now();
        let mut faults = self.plan.faults.to_vec();
        self.random.shuffle(&mut faults);
        while let Some(fault) = self.next_fault(&mut faults, begun) {
            tokio::time::sleep(Duration::from_millis(200 + self.random.below(800))).await;
            self.revive();
            self.parts.meet(fault, &mut self.random).await;
            *self.met.entry(fault).or_default() += 1;
        }
    }

    fn next_fault(&mut self, left: &mut Vec<Fault>, begun: Instant) -> Option<Fault> {
        match self.plan.length {
            Some(length) => (begun.elapsed() < length).then(|| *self.random.pick(self.plan.faults)),
            None => left.pop(),
        }
    }

    fn revive(&mut self) {
        self.parts.workers.revive();
        self.parts.producers.revive();
    }

    /// Lets producers go on until enough was accepted, and tells them to stop.
    async fn close(&mut self) {
        let client = self.parts.postgres.client().await;
        let mut seen = 0;
        while seen < self.plan.tasks {
            let more = async || {
                let count = "SELECT count(*) FROM accepted";
                let accepted: i64 = client.query_one(count, &[]).await.unwrap().get(0);
                (accepted > seen).then_some(accepted)
            };
            seen = eventually("another task to be accepted", more).await;
            self.revive();
        }
        client
            .execute("INSERT INTO gates VALUES ($1)", &[&ENOUGH])
            .await
            .unwrap();
        let codes = self.parts.producers.wait();
        assert!(
            codes.iter().all(|code| *code == Some(0)),
            "producers that ended: {codes:?}"
        );
    }

    /// Waits until nothing is live and nothing is on its way.
    async fn settle(&mut self, client: &Client) {
        self.parts.broker.behave();
        let workers = &mut self.parts.workers;
        until_nothing_is_live(client, || workers.revive()).await;
        let broker = &self.parts.broker;
        eventually("an empty broker", async || {
            (broker.left().await == 0).then_some(())
        })
        .await;
    }

    /// The whole of it; the balance must be right in the end.
    async fn through(mut self) {
        let begun = Instant::now();
        self.suffer().await;
        println!("faults met after {:.0?}", begun.elapsed());
        self.close().await;
        println!("enough accepted after {:.0?}", begun.elapsed());
        let client = self.parts.postgres.client().await;
        self.settle(&client).await;
        println!("settled after {:.0?}", begun.elapsed());
        let crashes = self.parts.workers.crashes;
        let codes = self.parts.workers.stop();
        let broker = &self.parts.broker;
        let left = broker.left().await;
        println!(
            "faults {:?}, crashed by their own tasks {crashes}, {}",
            self.met,
            broker.told()
        );
        for line in books::by_kind(&client).await {
            println!("{line}");
        }
        let Balance {
            accepted,
            completed,
            dead,
            cancelled,
            doubled,
            lost,
        } = books::balance(&client).await;
        println!(
            "accepted {accepted} = completed {completed} + dead {dead} + cancelled {cancelled}, effects doubled = {doubled}, \
             lost = {lost}, {} left = {left}",
            broker.leftovers()
        );
        assert_eq!(
            accepted,
            completed + dead + cancelled,
            "CHAOS_SEED={}",
            self.plan.seed
        );
        assert_eq!((doubled, lost, left), (0, 0, 0), "CHAOS_SEED={}", self.plan.seed);
        assert_eq!(books::oddities(&client).await, []);
        assert!(accepted >= self.plan.tasks && completed > 0 && dead > 0 && cancelled > 0);
        assert!(
            codes.iter().all(|code| *code == Some(0)),
            "workers told to stop: {codes:?}"
        );
    }
}

fn seed() -> u64 {
    let seed = random::seed();
    println!("CHAOS_SEED={seed}");
    seed
}

fn length() -> Option<Duration> {
    child::minutes().map(|minutes| Duration::from_secs_f64(minutes * 60.0))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_accepted_is_lost_or_doubled_whatever_is_killed_meanwhile() {
    let seed = seed();
    let plan = Plan {
        seed,
        faults: &WITH_REDIS,
        length: length(),
        tasks: 2_000,
        most_live: 800,
        workers: 3,
    };
    Run::set_up(Broker::redis(seed).await, plan).await.through().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nor_is_it_when_rings_travel_by_sqs() {
    let plan = Plan {
        seed: seed(),
        faults: &WITH_SQS,
        length: length(),
        tasks: 150,
        // The stand-in for SQS carries some tens of messages a second.
        most_live: 40,
        workers: 2,
    };
    Run::set_up(Broker::sqs().await, plan).await.through().await;
}
