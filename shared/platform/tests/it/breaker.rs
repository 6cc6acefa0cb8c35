//! Breakers that processes share by real Valkey: the same as the pure machine through every history, and alone while it is away.

use std::time::Duration;

use futures::future::join_all;
use hiring_platform::breaker::machine::{Entered, Machine, Phase, Ticket};
use hiring_platform::breaker::{Breaker, BreakerConfig, Breakers, Dependency, Outcome};
use hiring_testkit::{TestRedis, ValkeyServer, eventually};
use proptest::prelude::*;
use redis::aio::MultiplexedConnection;

use crate::shared_redis::{shared, standalone};

const SCRIPT: &str = include_str!("../../src/breaker/shared.lua");

/// What one of several processes does next.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// Asks for leave.
    Enter,
    /// Says how one of the calls under way went; the number picks which.
    Tell(usize, Outcome),
    /// Nothing for so many milliseconds.
    Wait(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let outcome = prop_oneof![
        3 => Just(Outcome::Failed),
        2 => Just(Outcome::Answered),
        1 => Just(Outcome::Dropped),
    ];
    let step = prop_oneof![
        4 => Just(Step::Enter),
        4 => (any::<usize>(), outcome).prop_map(|(which, outcome)| Step::Tell(which, outcome)),
        2 => (0..700_u64).prop_map(Step::Wait),
    ];
    prop::collection::vec(step, 1..120)
}

fn configs() -> impl Strategy<Value = BreakerConfig> {
    (1..4_u32, 1..4_u32, 100..1_000_u64, 100..1_000_u64).prop_map(|(failures, successes, recovery, lease)| {
        BreakerConfig {
            failure_threshold: failures,
            recovery: Duration::from_millis(recovery),
            success_threshold: successes,
            lease: Duration::from_millis(lease),
        }
    })
}

/// The script with a made-up time.
struct Told {
    connection: MultiplexedConnection,
    script: redis::Script,
    key: String,
    config: BreakerConfig,
}

impl Told {
    async fn ask(&mut self, word: &str, (number, epoch): (u64, u64), now: u64) -> (u8, u64, u8, u32) {
        let config = self.config;
        let mut call = self.script.key(&self.key);
        call.arg(word).arg(number).arg(epoch);
        call.arg(config.failure_threshold);
        call.arg(u64::try_from(config.recovery.as_millis()).unwrap());
        call.arg(config.success_threshold);
        call.arg(u64::try_from(config.lease.as_millis()).unwrap());
        call.arg(now);
        call.invoke_async(&mut self.connection).await.unwrap()
    }
}

/// What must hold of every history, told by somebody who knows only what callers see.
#[derive(Default)]
struct Witness {
    closed_until: u64,
    lease: Option<(Ticket, u64)>,
}

impl Witness {
    fn passed(&mut self, ticket: Ticket, now: u64, lease: u64) {
        assert!(now >= self.closed_until, "a call while it was open");
        if ticket.tries {
            let held = self.lease.filter(|(_, until)| now < *until);
            assert!(held.is_none(), "two try at once: {held:?} and {ticket:?}");
            self.lease = Some((ticket, now + lease));
        }
    }

    fn told(&mut self, ticket: Ticket) {
        self.lease = self.lease.filter(|(holder, _)| *holder != ticket);
    }
}

async fn go_through(config: BreakerConfig, steps: Vec<Step>) {
    let namespace = TestRedis::namespace();
    let client = redis::Client::open(namespace.url.as_str()).unwrap();
    let mut told = Told {
        connection: client.get_multiplexed_async_connection().await.unwrap(),
        script: redis::Script::new(SCRIPT),
        key: format!("{{{}}}", namespace.prefix),
        config,
    };
    let lease = u64::try_from(config.lease.as_millis()).unwrap();
    let recovery = u64::try_from(config.recovery.as_millis()).unwrap();
    let (mut machine, mut witness) = (Machine::default(), Witness::default());
    let (mut under_way, mut now): (Vec<Ticket>, u64) = (Vec::new(), 1_700_000_000_000);
    for (number, step) in (1_u64 << 60..).zip(steps) {
        match step {
            Step::Wait(milliseconds) => now += milliseconds,
            Step::Enter => {
                let expected = machine.enter(now, number, &config);
                let (passes, value, ..) = told.ask("enter", (number, 0), now).await;
                match expected {
                    Entered::Rest(wait) => assert_eq!((passes, value), (0, wait)),
                    Entered::Pass(ticket) => {
                        assert_eq!((passes, value), (1, ticket.epoch));
                        witness.passed(ticket, now, lease);
                        under_way.push(ticket);
                    }
                }
            }
            Step::Tell(..) if under_way.is_empty() => {}
            Step::Tell(which, outcome) => {
                let ticket = under_way.swap_remove(which % under_way.len());
                let word = match outcome {
                    Outcome::Answered => "answered",
                    Outcome::Failed => "failed",
                    Outcome::Dropped => "dropped",
                };
                let expected = machine.tell(now, ticket, outcome, &config);
                let (opened, ..) = told.ask(word, (ticket.number, ticket.epoch), now).await;
                assert_eq!(opened == 1, expected);
                witness.told(ticket);
                if opened == 1 {
                    assert_eq!(outcome, Outcome::Failed);
                    (witness.closed_until, witness.lease) = (now + recovery, None);
                }
            }
        }
        let (_, _, phase, count) = told.ask("read", (0, 0), now).await;
        let phase = [Phase::Closed, Phase::HalfOpen, Phase::Open][usize::from(phase)];
        assert_eq!((phase, count), (machine.phase(), machine.count()));
    }
    let () = redis::cmd("DEL")
        .arg(&told.key)
        .query_async(&mut told.connection)
        .await
        .unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_processes_do_in_whatever_order_the_script_and_the_machine_agree_and_one_at_a_time_tries(
        config in configs(),
        steps in steps(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(go_through(config, steps));
    }
}

fn breaker(config: BreakerConfig, redis: &hiring_platform::redis::Redis) -> Breaker {
    let breaker = Breaker::new(Dependency::Llm, config);
    breaker.share(redis.clone());
    breaker
}

const SHORT: BreakerConfig = BreakerConfig {
    failure_threshold: 3,
    recovery: Duration::from_millis(300),
    success_threshold: 1,
    lease: Duration::from_secs(60),
};

const LONG: BreakerConfig = BreakerConfig {
    recovery: Duration::from_secs(600),
    ..SHORT
};

#[tokio::test(flavor = "multi_thread")]
async fn failures_of_different_processes_count_together_and_all_are_told() {
    let (redis, _) = shared();
    let processes: Vec<Breaker> = (0..3).map(|_| breaker(LONG, &redis)).collect();
    for (number, process) in processes.iter().enumerate() {
        let opened = process.enter().await.ok().unwrap().failed().await;
        assert_eq!(opened, number == 2);
    }
    for process in &processes {
        let wait = process.enter().await.err().unwrap();
        assert!(wait > Duration::from_secs(500), "{wait:?}");
        let reading = process.read().await;
        assert_eq!((reading.state, reading.shared), (Phase::Open, true));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_all_who_ask_at_once_when_the_time_is_up_one_tries() {
    let (redis, _) = shared();
    let processes: Vec<Breaker> = (0..4).map(|_| breaker(SHORT, &redis)).collect();
    for process in processes.iter().take(3) {
        process.enter().await.ok().unwrap().failed().await;
    }
    let round = || async {
        let asked = (0..50).map(|number| {
            let process = processes[number % processes.len()].clone();
            tokio::spawn(async move { process.enter().await.ok() })
        });
        let answers = join_all(asked).await;
        answers.into_iter().filter_map(Result::unwrap).collect::<Vec<_>>()
    };
    let mut passes = eventually("the end of the pause", || async {
        Some(round().await).filter(|passes| !passes.is_empty())
    })
    .await;
    assert_eq!(passes.len(), 1);
    assert!(round().await.is_empty(), "it has not said how it went");
    // One that is dropped makes room at once instead of at the end of its lease.
    drop(passes.pop());
    let mut passes = eventually("another that tries", || async {
        Some(round().await).filter(|passes| !passes.is_empty())
    })
    .await;
    assert_eq!(passes.len(), 1);
    passes.pop().unwrap().answered().await;
    assert_eq!(round().await.len(), 50);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_redis_is_away_each_process_has_a_state_of_its_own() {
    let mut server = ValkeyServer::start().await;
    let redis = standalone(&server.url(), "test");
    let (one, other) = (breaker(LONG, &redis), breaker(LONG, &redis));
    one.enter().await.ok().unwrap().answered().await;
    server.kill();
    for _ in 0..3 {
        one.enter().await.ok().unwrap().failed().await;
    }
    assert!(one.enter().await.is_err());
    assert!(other.enter().await.is_ok());
    let reading = one.read().await;
    assert_eq!((reading.state, reading.shared), (Phase::Open, false));
    server.restart_empty().await;
    eventually("the state that all share", || async {
        one.read().await.shared.then_some(())
    })
    .await;
    assert!(one.enter().await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_process_can_tell_of_every_dependency() {
    let (redis, _) = shared();
    let worker = Breakers::new(vec![Breaker::new(Dependency::Smtp, LONG)], LONG, Some(&redis));
    let mailer = breaker_of(&worker, Dependency::Smtp).await;
    assert_eq!((mailer.0, mailer.1), (Phase::Closed, 4));
    let smtp = Breaker::new(Dependency::Smtp, LONG);
    smtp.share(redis.clone());
    for _ in 0..3 {
        smtp.enter().await.ok().unwrap().failed().await;
    }
    let api = Breakers::new(Vec::new(), LONG, Some(&redis));
    assert_eq!(breaker_of(&api, Dependency::Smtp).await, (Phase::Open, 4));
    assert_eq!(breaker_of(&api, Dependency::Llm).await, (Phase::Closed, 4));
}

/// The state of one, and how many there are.
async fn breaker_of(breakers: &Breakers, dependency: Dependency) -> (Phase, usize) {
    let readings = breakers.readings().await;
    let found = readings.iter().find(|reading| reading.dependency == dependency);
    (found.unwrap().state, readings.len())
}
