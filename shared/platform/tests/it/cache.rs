//! The cache on real Valkey: nothing old is served, nobody sees what is another's, and without Redis all goes on.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::future::join_all;
use hiring_core::ids::{OrgId, UserId};
use hiring_platform::cache::{Cache, CacheConfig, CacheKey, Class, Found, Kept, Room, Scope, Tally};
use hiring_platform::redis::Redis;
use hiring_testkit::valkey::cluster::Cluster;
use hiring_testkit::{ValkeyServer, eventually};
use tokio::sync::Semaphore;

use crate::shared_redis::{PATIENCE, clustered, shared, standalone};

const CONFIG: CacheConfig = CacheConfig {
    enabled: true,
    longest: Duration::from_secs(3600),
    patience: PATIENCE,
};

/// For servers that are away: nobody waits for them longer.
const IMPATIENT: CacheConfig = CacheConfig {
    patience: Duration::from_millis(50),
    ..CONFIG
};

fn open(config: CacheConfig, redis: Redis) -> Cache {
    Cache::new(config, Some(redis), "one")
}

fn board(query: &str) -> CacheKey {
    CacheKey::new(Class::Board, Room::Board, Scope::of(None), &["/jobs", query])
}

fn search(org: OrgId) -> CacheKey {
    let asked = ["/candidates/search", "q=rust"];
    let scope = Scope::of(Some(org)).seeing("blind");
    CacheKey::new(Class::Search, Room::Organization(org), scope, &asked)
}

fn worth(text: &str) -> Kept {
    Kept {
        text: text.to_owned(),
        worth: true,
    }
}

/// What the cache answers where computing would give `fresh`.
async fn ask(cache: &Cache, key: &CacheKey, fresh: &str) -> (String, Found) {
    let compute = || async { Ok::<_, ()>(worth(fresh)) };
    let (text, found) = cache.through(key, compute).await.unwrap();
    (text.to_string(), found)
}

fn answer(text: &str, found: Found) -> (String, Found) {
    (text.to_owned(), found)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_computed_once_is_served_until_its_room_becomes_old() {
    let (redis, _) = shared();
    let cache = open(CONFIG, redis);
    for (page, fresh, expected) in [
        ("page=1", "one", answer("one", Found::Miss)),
        ("page=1", "two", answer("one", Found::Hit)),
        ("page=2", "two", answer("two", Found::Miss)),
    ] {
        assert_eq!(ask(&cache, &board(page), fresh).await, expected);
    }
    cache.invalidate(&[Room::Board]).await;
    for page in ["page=1", "page=2"] {
        assert_eq!(
            ask(&cache, &board(page), "three").await,
            answer("three", Found::Miss)
        );
    }
    let told = Tally {
        hits: 1,
        misses: 4,
        bypasses: 0,
    };
    assert_eq!((cache.tally(), cache.is_on()), (told, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_in_one_process_is_seen_by_all_even_by_one_that_keeps_nothing_itself() {
    let (redis, namespace) = shared();
    let again = || standalone(&namespace.url, &namespace.prefix);
    let off = CacheConfig {
        enabled: false,
        ..CONFIG
    };
    let (one, other, without) = (open(CONFIG, redis), open(CONFIG, again()), open(off, again()));
    for changing in [&other, &without] {
        ask(&one, &board(""), "before").await;
        assert_eq!(
            ask(&other, &board(""), "later").await,
            answer("before", Found::Hit)
        );
        assert_eq!(
            ask(&without, &board(""), "computed").await,
            answer("computed", Found::Bypass)
        );
        changing.invalidate(&[Room::Board]).await;
        assert_eq!(ask(&one, &board(""), "after").await, answer("after", Found::Miss));
        one.invalidate(&[Room::Board]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_that_shape_answers_differently_have_answers_of_their_own_that_become_old_together() {
    let (redis, namespace) = shared();
    let (one, two) = (
        open(CONFIG, redis),
        Cache::new(CONFIG, Some(standalone(&namespace.url, &namespace.prefix)), "two"),
    );
    assert_eq!(ask(&one, &board(""), "{}").await, answer("{}", Found::Miss));
    assert_eq!(ask(&two, &board(""), "[]").await, answer("[]", Found::Miss));
    assert_eq!(ask(&one, &board(""), "other").await, answer("{}", Found::Hit));
    two.invalidate(&[Room::Board]).await;
    assert_eq!(ask(&one, &board(""), "other").await, answer("other", Found::Miss));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_a_change_has_overtaken_is_never_served_to_others() {
    let (redis, _) = shared();
    let cache = open(CONFIG, redis);
    let key = board("");
    let overtaken = cache.through(&key, || async {
        // Somebody commits while this is being computed from before.
        cache.invalidate(&[Room::Board]).await;
        Ok::<_, ()>(worth("before"))
    });
    overtaken.await.unwrap();
    assert_eq!(
        ask(&cache, &board(""), "after").await,
        answer("after", Found::Miss)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_whose_caller_hung_up_makes_answers_old_all_the_same_and_one_that_is_void_does_not() {
    let (redis, _) = shared();
    let cache = open(CONFIG, redis);
    ask(&cache, &board(""), "before").await;
    cache.change(vec![Room::Board]).is_void();
    assert_eq!(
        ask(&cache, &board(""), "after").await,
        answer("before", Found::Hit)
    );
    drop(cache.change(vec![Room::Board]));
    eventually("the answer to be old", || async {
        Some(ask(&cache, &board(""), "after").await).filter(|(text, _)| text == "after")
    })
    .await;
    cache.change(vec![Room::Board]).stands().await;
    assert_eq!(ask(&cache, &board(""), "last").await, answer("last", Found::Miss));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_ask_at_once_one_computes() {
    let (redis, _) = shared();
    let cache = open(CONFIG, redis);
    let (computed, gate) = (Arc::new(AtomicUsize::new(0)), Arc::new(Semaphore::new(0)));
    let asked = (0..200).map(|_| {
        let (cache, computed, gate) = (cache.clone(), Arc::clone(&computed), Arc::clone(&gate));
        tokio::spawn(async move {
            let compute = || async {
                computed.fetch_add(1, Ordering::SeqCst);
                gate.acquire().await.unwrap().forget();
                Ok::<_, ()>(worth("once"))
            };
            cache.through(&board(""), compute).await.unwrap().0
        })
    });
    let asked: Vec<_> = asked.collect();
    eventually("a computation", || async {
        (computed.load(Ordering::SeqCst) > 0).then_some(())
    })
    .await;
    gate.add_permits(200);
    for answer in join_all(asked).await {
        assert_eq!(&*answer.unwrap(), "once");
    }
    assert_eq!(computed.load(Ordering::SeqCst), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_is_too_large_or_not_worth_it_is_not_kept() {
    let (redis, _) = shared();
    let cache = open(CONFIG, redis);
    let failed = cache
        .through(&board(""), || async { Err::<Kept, _>("away") })
        .await;
    assert_eq!(failed.unwrap_err(), "away");
    let degraded = || async {
        let half = Kept {
            worth: false,
            ..worth("half")
        };
        Ok::<_, ()>(half)
    };
    cache.through(&board(""), degraded).await.unwrap();
    let huge = "x".repeat(256 * 1024 + 1);
    for fresh in [huge.as_str(), "whole"] {
        assert_eq!(ask(&cache, &board(""), fresh).await, answer(fresh, Found::Miss));
    }
    assert_eq!(ask(&cache, &board(""), "").await, answer("whole", Found::Hit));
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_came_past_the_cache_are_counted() {
    let (redis, _) = shared();
    let cache = open(CONFIG, redis);
    ask(&cache, &board(""), "kept").await;
    cache.bypassed(Class::Board);
    let tally = cache.tally();
    assert_eq!((tally.hits, tally.misses, tally.bypasses), (0, 1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_key_is_without_an_end_and_none_tells_what_was_asked() {
    let server = ValkeyServer::start().await;
    let cache = open(CONFIG, standalone(&server.url(), "shop"));
    let (org, user) = (OrgId::generate(), UserId::generate());
    let me = CacheKey::new(
        Class::Profile,
        Room::Person(user),
        Scope::of(None).only(user),
        &["/auth/me", ""],
    );
    for key in [&search(org), &board(""), &me] {
        ask(&cache, key, "found").await;
    }
    let keys = server.keys().await;
    assert_eq!(keys.len(), 6, "{keys:?}");
    let most = |key: &str| match key {
        tag if tag.ends_with(":tag") => 3_600_000,
        board if board.contains(":board:") => 600_000,
        _ => 300_000,
    };
    for key in keys {
        let left: i64 = server.ask(&["PTTL", &key]).await.unwrap();
        assert!((1..=most(&key)).contains(&left), "{key} lives for {left} ms");
        assert!(!key.contains("rust"), "what people look for stands in {key}");
    }
    cache
        .invalidate(&[Room::Board, Room::Organization(org), Room::Person(user)])
        .await;
    let left = server.keys().await;
    assert!(left.iter().all(|key| !key.ends_with(":tag")), "{left:?}");
    let short = CacheConfig {
        longest: Duration::from_secs(2),
        ..CONFIG
    };
    let cache = open(short, standalone(&server.url(), "short"));
    ask(&cache, &board(""), "jobs").await;
    let keys = server.keys().await;
    let keys: Vec<_> = keys.iter().filter(|key| key.starts_with("{short")).collect();
    assert_eq!(keys.len(), 2);
    for key in keys {
        let left: i64 = server.ask(&["PTTL", key]).await.unwrap();
        assert!((1..=2_000).contains(&left), "{key} lives for {left} ms");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_whose_tag_was_evicted_is_not_served() {
    let server = ValkeyServer::start().await;
    let cache = open(CONFIG, standalone(&server.url(), "test"));
    ask(&cache, &board(""), "before").await;
    server.tell(&["DEL", "{test:cache:board}:tag"]).await;
    assert_eq!(
        ask(&cache, &board(""), "after").await,
        answer("after", Found::Miss)
    );
}

#[tokio::test]
async fn a_hit_costs_one_question() {
    let server = ValkeyServer::start().await;
    let cache = open(CONFIG, standalone(&server.url(), "test"));
    ask(&cache, &board(""), "kept").await;
    let before = server.commands_processed().await;
    let idle = server.commands_processed().await - before;
    for _ in 0..100 {
        assert_eq!(ask(&cache, &board(""), "").await.1, Found::Hit);
    }
    let after = server.commands_processed().await;
    assert_eq!(after - before, 100 + 2 * idle);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_redis_everything_is_computed_and_what_changed_meanwhile_is_old_when_it_is_back() {
    let server = ValkeyServer::start().await;
    let cache = open(IMPATIENT, standalone(&server.url(), "test"));
    // The first may take longer than anybody waits on a busy machine.
    eventually("an answer to be kept", || async {
        let (_, found) = ask(&cache, &board(""), "before").await;
        (found == Found::Hit).then_some(())
    })
    .await;
    server.freeze();
    cache.invalidate(&[Room::Board]).await;
    assert_eq!(
        ask(&cache, &board(""), "after").await,
        answer("after", Found::Bypass)
    );
    server.thaw();
    let (text, _) = eventually("a cache that is used again", || async {
        Some(ask(&cache, &board(""), "after").await).filter(|(_, found)| *found != Found::Bypass)
    })
    .await;
    assert_eq!(text, "after");
    let none = Cache::new(CONFIG, None, "one");
    assert_eq!(
        ask(&none, &board(""), "computed").await,
        answer("computed", Found::Bypass)
    );
    assert!(!none.is_on());
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_cluster_each_rooms_keys_lie_together() {
    let cluster = Cluster::start(3).await;
    let cache = open(CONFIG, clustered(&cluster));
    let organizations: Vec<OrgId> = (0..20).map(|_| OrgId::generate()).collect();
    for round in [Found::Miss, Found::Hit] {
        for org in &organizations {
            let own = org.to_string();
            assert_eq!(ask(&cache, &search(*org), &own).await, (own, round));
        }
    }
    cache.invalidate(&[Room::Organization(organizations[0])]).await;
    assert_eq!(ask(&cache, &search(organizations[0]), "").await.1, Found::Miss);
    assert_eq!(ask(&cache, &search(organizations[1]), "").await.1, Found::Hit);
}
