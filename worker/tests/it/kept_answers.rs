//! What tasks change makes the api's answers about their organization old.

use std::time::Duration;

use hiring_core::ids::OrgId;
use hiring_platform::cache::{Cache, CacheConfig, CacheKey, Class, Found, Kept, Room, Scope};
use hiring_platform::redis::{Redis, Servers};
use hiring_testkit::eventually;
use redis::IntoConnectionInfo;

use crate::documents::RESUME;
use crate::stage::Stage;

/// The cache as a process of the api opens it.
fn cache_of_the_api(stage: &Stage) -> Cache {
    let config = CacheConfig {
        enabled: true,
        longest: Duration::from_secs(3600),
        patience: Duration::from_secs(20),
    };
    let server = stage.variables["REDIS_URL"]
        .as_str()
        .into_connection_info()
        .unwrap();
    let servers = Servers::new(&[server], None, false).unwrap();
    let redis = Redis::new(servers, &stage.variables["QUEUE_PREFIX"]);
    Cache::new(config, Some(redis), "api")
}

/// Where a search of this organization would come from.
async fn found(cache: &Cache, org: OrgId) -> Found {
    let asked = ["/candidates/search", "q=engines"];
    let key = CacheKey::new(
        Class::Search,
        Room::Organization(org),
        Scope::of(Some(org)),
        &asked,
    );
    let compute = || async {
        Ok::<_, ()>(Kept {
            text: "found".to_owned(),
            worth: true,
        })
    };
    cache.through(&key, compute).await.unwrap().1
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_resume_that_was_read_and_indexed_makes_its_organizations_searches_old_and_no_others() {
    let stage = Stage::set().await;
    let cache = cache_of_the_api(&stage);
    let other = OrgId::generate();
    for org in [stage.org, other] {
        assert_eq!(found(&cache, org).await, Found::Miss);
        assert_eq!(found(&cache, org).await, Found::Hit);
    }
    let worker = stage.start();
    let upload = stage.upload(RESUME.as_bytes()).await;
    stage.until_candidate(upload.candidate, "ready").await;
    eventually("the search to be old", || async {
        (found(&cache, stage.org).await == Found::Miss).then_some(())
    })
    .await;
    stage.until_idle().await;
    worker.stop().await;
    assert_eq!(found(&cache, other).await, Found::Hit);
}
