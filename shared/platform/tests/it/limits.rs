//! Token buckets on real Valkey: exact under a burst, and as promised when servers fail.

use std::time::{Duration, Instant};

use hiring_platform::limits::{Buckets, Decision, Limiter, Rule, Verdict, WhenAway};
use hiring_testkit::valkey::cluster::Cluster;
use hiring_testkit::valkey::sentinel::Sentinel;
use hiring_testkit::{TestRedis, ValkeyServer, eventually};
use proptest::prelude::*;

use crate::shared_redis::{PATIENCE, behind, clustered, server_time, shared, standalone};

const SCRIPT: &str = include_str!("../../src/limits/bucket.lua");

const fn rule(capacity: u32, per_minute: u32) -> Rule {
    Rule {
        name: "test",
        capacity,
        per_minute,
        per_hour: 100_000,
        when_away: WhenAway::CountHere,
    }
}

fn remaining(decision: Decision) -> u32 {
    decision.level.expect("an answer of Redis").remaining
}

/// So many requests of one caller at once, spread over four processes' limiters; how many are let in.
async fn burst(url: &str, prefix: &str, rule: Rule, requests: usize) -> u64 {
    let limiters: Vec<_> = (0..4)
        .map(|_| std::sync::Arc::new(Limiter::new(Some(standalone(url, prefix)), PATIENCE)))
        .collect();
    let asked = (0..requests).map(|number| {
        let limiter = limiters[number % limiters.len()].clone();
        tokio::spawn(async move { limiter.take(&Buckets::new(rule), "somebody").await })
    });
    let asked: Vec<_> = asked.collect();
    let mut admitted = 0;
    for decision in asked {
        match decision.await.unwrap().verdict {
            Verdict::Admitted => admitted += 1,
            Verdict::Refused { wait } => assert!(wait > Duration::ZERO),
            Verdict::Unchecked => panic!("Redis was asked in vain"),
        }
    }
    admitted
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_burst_admits_the_capacity_and_what_came_back_meanwhile_and_not_one_more() {
    for (capacity, per_minute) in [(100, 1), (10, 6_000), (37, 100_000)] {
        let namespace = TestRedis::namespace();
        let began = server_time(&namespace.url).await;
        let admitted = burst(
            &namespace.url,
            &namespace.prefix,
            rule(capacity, per_minute),
            1000,
        )
        .await;
        let elapsed = server_time(&namespace.url).await - began;
        let came_back = elapsed * u64::from(per_minute) / 60_000_000;
        let most = (u64::from(capacity) + came_back).min(1000);
        assert!(
            (u64::from(capacity)..=most).contains(&admitted),
            "{admitted} of {capacity} and {came_back}"
        );
        if came_back == 0 {
            assert_eq!(admitted, u64::from(capacity));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hours_bucket_ends_what_the_minutes_would_still_allow() {
    let (redis, _) = shared();
    let limiter = Limiter::new(Some(redis), PATIENCE);
    let buckets = Buckets::new(Rule {
        per_hour: 3,
        ..rule(10, 60)
    });
    for left in [2, 1, 0] {
        let level = limiter.take(&buckets, "a").await.level.unwrap();
        assert_eq!((level.is_hour, level.limit, level.remaining), (true, 3, left));
    }
    let refused = limiter.take(&buckets, "a").await;
    let wait = refused.retry_after().unwrap();
    assert!((1190..=1200).contains(&wait), "a third of an hour: {wait}");
    assert_eq!(limiter.take(&buckets, "b").await.verdict, Verdict::Admitted);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_has_forgotten_its_scripts_is_told_again() {
    let server = ValkeyServer::start().await;
    let limiter = Limiter::new(Some(standalone(&server.url(), "test")), PATIENCE);
    let buckets = Buckets::new(rule(5, 1));
    for left in [4, 3, 2, 1, 0] {
        assert_eq!(remaining(limiter.take(&buckets, "a").await), left);
        server.tell(&["SCRIPT", "FLUSH", "SYNC"]).await;
    }
    let refused = limiter.take(&buckets, "a").await.verdict;
    assert!(matches!(refused, Verdict::Refused { .. }));
}

#[tokio::test]
async fn who_asks_at_the_same_moment_asks_together_and_each_takes_a_token() {
    let server = ValkeyServer::start().await;
    let limiter = Limiter::new(Some(standalone(&server.url(), "test")), PATIENCE);
    let (some, others) = (Buckets::new(rule(150, 1)), Buckets::new(rule(10, 1)));
    limiter.take(&some, "first").await;
    let before = scripts_run(&server).await;
    let asked = (0..200).map(|number| match number % 5 {
        0 => limiter.take(&others, "b"),
        _ => limiter.take(&some, "a"),
    });
    let answers = futures::future::join_all(asked).await;
    let admitted = |verdict: Verdict| usize::from(verdict == Verdict::Admitted);
    // The rules share their name and so their buckets, but not their sizes.
    let (b, a): (Vec<_>, Vec<_>) = answers
        .iter()
        .enumerate()
        .partition(|(number, _)| number % 5 == 0);
    assert_eq!(
        b.iter()
            .map(|(_, decision)| admitted(decision.verdict))
            .sum::<usize>(),
        10
    );
    assert_eq!(
        a.iter()
            .map(|(_, decision)| admitted(decision.verdict))
            .sum::<usize>(),
        150
    );
    assert_eq!(
        scripts_run(&server).await - before,
        4,
        "200 questions, 64 at once"
    );
}

/// How many scripts the server has run.
async fn scripts_run(server: &ValkeyServer) -> u64 {
    let told: String = server.ask(&["INFO", "commandstats"]).await.unwrap();
    let line = told
        .lines()
        .find_map(|line| line.strip_prefix("cmdstat_evalsha:calls="));
    line.and_then(|line| line.split(',').next())
        .unwrap()
        .parse()
        .unwrap()
}

#[tokio::test]
async fn who_goes_away_takes_nobody_elses_answer_along() {
    let server = ValkeyServer::start().await;
    let limiter = Limiter::new(Some(standalone(&server.url(), "test")), PATIENCE);
    let buckets = Buckets::new(rule(5, 1));
    limiter.take(&buckets, "other").await;
    let mut gone = Box::pin(limiter.take(&buckets, "a"));
    assert!(futures::poll!(&mut gone).is_pending());
    let mut stays = Box::pin(limiter.take(&buckets, "a"));
    assert!(futures::poll!(&mut stays).is_pending());
    drop(gone);
    assert_eq!(
        remaining(stays.await),
        3,
        "the token of who has gone is taken all the same"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_end_when_their_buckets_would_be_full() {
    let server = ValkeyServer::start().await;
    let limiter = Limiter::new(Some(standalone(&server.url(), "shop")), PATIENCE);
    limiter.take(&Buckets::new(rule(5, 60)), "user:1").await;
    assert_eq!(server.keys().await, ["{shop:bucket:test:user:1}"]);
    let left: i64 = server.ask(&["PTTL", "{shop:bucket:test:user:1}"]).await.unwrap();
    assert!((1..=2100).contains(&left), "a second, and one to be safe: {left}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_stays_taken_over_a_failover_behind_sentinel() {
    let set = Sentinel::start().await;
    let limiter = Limiter::new(Some(behind(&set)), PATIENCE);
    let buckets = Buckets::new(rule(100, 1));
    assert_eq!(remaining(limiter.take(&buckets, "a").await), 99);
    eventually("a replica that has the bucket", || async {
        set.nodes[1].keys().await.len().eq(&1).then_some(())
    })
    .await;
    set.fail_over().await;
    let left = eventually("an answer of the other master", || async {
        limiter
            .take(&buckets, "a")
            .await
            .level
            .map(|level| level.remaining)
    })
    .await;
    assert!(left < 99, "{left}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_stays_taken_over_a_failover_in_a_cluster() {
    let mut cluster = Cluster::start(3).await;
    let limiter = Limiter::new(Some(clustered(&cluster)), PATIENCE);
    let buckets = Buckets::new(rule(100, 1));
    let slot: u16 = cluster.nodes[0]
        .ask(&["CLUSTER", "KEYSLOT", "{test:bucket:test:a}"])
        .await
        .unwrap();
    assert_eq!(remaining(limiter.take(&buckets, "a").await), 99);
    let owner = cluster.owner(slot, 0).await.unwrap();
    let replica = cluster.add_replica(owner).await;
    cluster.fail_over(replica, slot).await;
    let left = eventually("an answer of the slot's owner", || async {
        limiter
            .take(&buckets, "a")
            .await
            .level
            .map(|level| level.remaining)
    })
    .await;
    assert!(left < 99, "{left}");
    // Other callers' buckets lie on other nodes.
    for number in 0..50 {
        let decision = limiter.take(&buckets, &format!("other-{number}")).await;
        assert_eq!(decision.verdict, Verdict::Admitted);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_redis_is_away_costly_things_are_counted_here_and_the_others_are_let_in() {
    let mut server = ValkeyServer::start().await;
    let limiter = Limiter::new(Some(standalone(&server.url(), "test")), PATIENCE);
    let (costly, cheap) = (
        Buckets::new(rule(3, 1)),
        Buckets::new(Rule {
            when_away: WhenAway::Admit,
            ..rule(3, 1)
        }),
    );
    server.kill();
    for _ in 0..10 {
        assert_eq!(limiter.take(&cheap, "a").await.verdict, Verdict::Unchecked);
    }
    for _ in 0..3 {
        assert_eq!(limiter.take(&costly, "a").await.verdict, Verdict::Unchecked);
    }
    let refused = limiter.take(&costly, "a").await;
    assert!((1..=60).contains(&refused.retry_after().unwrap()), "{refused:?}");
    assert_eq!(limiter.take(&costly, "b").await.verdict, Verdict::Unchecked);
    server.restart_empty().await;
    eventually("a Redis that is asked again", || async {
        limiter.take(&cheap, "a").await.level.map(|_| ())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_hangs_costs_each_request_no_more_than_its_patience_and_soon_nothing() {
    let server = ValkeyServer::start().await;
    let patience = Duration::from_millis(50);
    let limiter = Limiter::new(Some(standalone(&server.url(), "test")), patience);
    let buckets = Buckets::new(Rule {
        when_away: WhenAway::Admit,
        ..rule(3, 1)
    });
    eventually("a first answer", || async {
        limiter.take(&buckets, "a").await.level.map(|_| ())
    })
    .await;
    server.freeze();
    let began = Instant::now();
    for _ in 0..1000 {
        assert_eq!(limiter.take(&buckets, "a").await.verdict, Verdict::Unchecked);
    }
    let spent = began.elapsed();
    server.thaw();
    assert!(spent < patience * 40, "{spent:?} for 1000 requests");
    eventually("answers again", || async {
        limiter.take(&buckets, "a").await.level.map(|_| ())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_any_redis_the_process_counts_alone() {
    let limiter = Limiter::new(None, PATIENCE);
    let buckets = Buckets::new(rule(2, 1));
    assert_eq!(limiter.take(&buckets, "a").await.verdict, Verdict::Unchecked);
    assert_eq!(limiter.take(&buckets, "a").await.verdict, Verdict::Unchecked);
    let refused = limiter.take(&buckets, "a").await.verdict;
    assert!(matches!(refused, Verdict::Refused { .. }));
}

/// Two buckets as exact fractions: levels in parts of a token, computed at each moment from what was taken since they were last
/// full, in numbers that cannot overflow.
#[derive(Clone, Copy)]
struct Model {
    at: u128,
    levels: [u128; 2],
}

impl Model {
    const PARTS: [u128; 2] = [60_000_000, 3_600_000_000];

    fn take(&mut self, now: u128, rates: [u128; 2], full: [u128; 2]) -> bool {
        let now = now.max(self.at);
        let elapsed = now - self.at;
        let mut levels = self.levels;
        for index in 0..2 {
            levels[index] = full[index].min(levels[index] + elapsed * rates[index]);
        }
        if (0..2).any(|index| levels[index] < Self::PARTS[index]) {
            return false;
        }
        self.at = now;
        self.levels = [levels[0] - Self::PARTS[0], levels[1] - Self::PARTS[1]];
        true
    }
}

/// Sizes of the buckets, and the pauses between requests in microseconds; negative ones are clocks that were set back.
fn histories() -> impl Strategy<Value = ((u32, u32, u32), Vec<i64>)> {
    let sizes = prop_oneof![
        (1..50_u32, 1..600_u32, 1..100_u32),
        (1..=1_000_000_u32, 1..=1_000_000_u32, 1..=1_000_000_u32),
    ];
    let pause = prop_oneof![
        4 => 0..5_000_i64,
        3 => 0..120_000_000_i64,
        1 => 0..30_000_000_000_i64,
        1 => -5_000_000..0_i64,
    ];
    (sizes, prop::collection::vec(pause, 1..60))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_script_counts_as_exact_fractions_do((sizes, pauses) in histories()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let namespace = TestRedis::namespace();
            let client = redis::Client::open(namespace.url.as_str()).unwrap();
            let mut connection = client.get_multiplexed_async_connection().await.unwrap();
            let script = redis::Script::new(SCRIPT);
            let (capacity, per_minute, per_hour) = sizes;
            let rates = [u128::from(per_minute), u128::from(per_hour)];
            let full = [u128::from(capacity) * Model::PARTS[0], u128::from(per_hour) * Model::PARTS[1]];
            let mut now = 1_700_000_000_000_000_i64;
            let mut model = Model { at: 0, levels: full };
            for pause in pauses {
                now += pause;
                let key = format!("{{{}}}", namespace.prefix);
                let mut call = script.key(&key);
                call.arg(capacity).arg(per_minute).arg(per_hour).arg(now);
                let (taken, minute, hour): (u8, u128, u128) = call.invoke_async(&mut connection).await.unwrap();
                // Time is made up here, but not the one by which keys end.
                let () = redis::cmd("PERSIST").arg(&key).query_async(&mut connection).await.unwrap();
                let expected = model.take(u128::try_from(now).unwrap(), rates, full);
                prop_assert_eq!(taken == 1, expected);
                if expected {
                    prop_assert_eq!([minute, hour], model.levels);
                }
            }
            let () = redis::cmd("DEL").arg(format!("{{{}}}", namespace.prefix)).query_async(&mut connection).await.unwrap();
            Ok(())
        })?;
    }
}
