//! The run itself: everything at once, and then the books.

use std::collections::BTreeMap;
use std::time::Duration;

use hiring_testkit::ValkeyServer;
use tokio::time::Instant;
use tokio_postgres::Client;

use crate::books::{self, Balance};
use crate::faults::{FAULTS, Fault, Parts};
use crate::fleet::Fleet;
use crate::patience::{eventually, until_nothing_is_live};
use crate::postgres::Postgres;
use crate::producer::ENOUGH;
use crate::proxy::Proxy;
use crate::random::{self, Random};
use crate::{child, world};

/// Of the Valkey behind the proxy.
const PASSWORD: &str = "chaos";

/// Tasks of a short run.
const ENOUGH_TASKS: i64 = 2_000;

struct Run {
    seed: u64,
    random: Random,
    /// How long faults go on; none is a short run, which has each fault of the list once.
    length: Option<Duration>,
    parts: Parts,
    proxy: Proxy,
    met: BTreeMap<Fault, usize>,
}

impl Run {
    async fn set_up() -> Self {
        let seed = random::seed();
        println!("CHAOS_SEED={seed}");
        let length = child::minutes().map(|minutes| Duration::from_secs_f64(minutes * 60.0));
        let (postgres, valkey) = (
            Postgres::start(length.is_some()).await,
            ValkeyServer::start_with(PASSWORD, &[]).await,
        );
        let org = books::open(&postgres.client().await).await;
        let proxy = Proxy::start(valkey.port(), PASSWORD, seed).await;
        let mut variables = world::process_variables((&postgres.url(), &proxy.url(), "chaos"), org);
        variables.insert("CHAOS_SEED".to_owned(), seed.to_string());
        let workers = Fleet::start("worker", 3, &variables);
        let producers = Fleet::start("producer", 2, &variables);
        Self {
            seed,
            random: Random::seeded(seed),
            length,
            parts: Parts {
                postgres,
                valkey,
                workers,
                producers,
            },
            proxy,
            met: BTreeMap::new(),
        }
    }

    /// A while in which everything goes wrong.
    async fn suffer(&mut self) {
        let begun = Instant::now();
        let mut faults = FAULTS.to_vec();
        self.random.shuffle(&mut faults);
        while let Some(fault) = self.next_fault(&mut faults, begun) {
            tokio::time::sleep(Duration::from_millis(200 + self.random.below(800))).await;
            self.revive();
            self.parts.meet(fault, &mut self.random).await;
            *self.met.entry(fault).or_default() += 1;
        }
    }

    fn next_fault(&mut self, left: &mut Vec<Fault>, begun: Instant) -> Option<Fault> {
        match self.length {
            Some(length) => (begun.elapsed() < length).then(|| *self.random.pick(&FAULTS)),
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
        while seen < ENOUGH_TASKS {
            let more = async || {
                let accepted: i64 = number(&client, "SELECT count(*) FROM accepted").await;
                (accepted > seen).then_some(accepted)
            };
            seen = eventually("another task to be accepted", more).await;
            self.revive();
        }
        client
            .execute("INSERT INTO gates VALUES ($1)", &[&ENOUGH])
            .await
            .unwrap();
        assert!(
            self.parts.producers.wait().iter().all(|code| *code == Some(0)),
            "a producer failed"
        );
    }

    /// Waits until nothing is live and nothing is on its way.
    async fn settle(&mut self, client: &Client) {
        self.proxy.behave();
        let workers = &mut self.parts.workers;
        until_nothing_is_live(client, || workers.revive()).await;
        let proxy = &self.proxy;
        eventually("late rings", async || (proxy.waiting() == 0).then_some(())).await;
        let valkey = &self.parts.valkey;
        eventually("an empty Redis", async || {
            (valkey.keys().await.is_empty()).then_some(())
        })
        .await;
    }
}

async fn number(client: &Client, query: &str) -> i64 {
    client.query_one(query, &[]).await.unwrap().get(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_accepted_is_lost_or_doubled_whatever_is_killed_meanwhile() {
    let mut run = Run::set_up().await;
    run.suffer().await;
    run.close().await;
    let client = run.parts.postgres.client().await;
    run.settle(&client).await;
    let crashes = run.parts.workers.crashes;
    let codes = run.parts.workers.stop();
    let keys = run.parts.valkey.keys().await.len();
    println!(
        "faults {:?}, crashed by their own tasks {crashes}, rings {:?}",
        run.met,
        run.proxy.told()
    );
    for line in books::by_kind(&client).await {
        println!("{line}");
    }
    let sum = books::balance(&client).await;
    let Balance {
        accepted,
        completed,
        dead,
        cancelled,
        doubled,
        lost,
    } = sum;
    println!(
        "accepted {accepted} = completed {completed} + dead {dead} + cancelled {cancelled}, effects doubled = {doubled}, \
         lost = {lost}, Redis keys left = {keys}"
    );
    assert_eq!(accepted, completed + dead + cancelled);
    assert_eq!((doubled, lost, keys), (0, 0, 0), "CHAOS_SEED={}", run.seed);
    assert_eq!(books::oddities(&client).await, []);
    assert!(accepted >= ENOUGH_TASKS && completed > 0 && dead > 0 && cancelled > 0);
    assert!(
        codes.iter().all(|code| *code == Some(0)),
        "workers told to stop: {codes:?}"
    );
}
