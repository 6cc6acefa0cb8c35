//! What carries rings during a run, and what can be done to it.

use std::time::Duration;

use aws_sdk_sqs::config::Credentials;
use hiring_core::task::Queue;
use hiring_queue::sqs::admin::Admin;
use hiring_queue::{RedisConfig, SqsConfig, TransportConfig};
use hiring_testkit::{Moto, ValkeyServer, env};

use crate::patience::eventually;
use crate::proxy::Proxy;

/// First part of every key and queue name.
pub const PREFIX: &str = "chaos";

/// Of the Valkey behind the proxy.
const PASSWORD: &str = "chaos";

pub enum Broker {
    /// A Valkey behind a proxy that mistreats rings.
    Redis(Box<ValkeyServer>, Proxy),
    /// A server that speaks SQS; none while it is away.
    Sqs(Option<Moto>, Box<Admin>),
}

/// How processes reach the broker: by `CHAOS_SQS_URL` or else `CHAOS_REDIS_URL`.
pub fn transport() -> TransportConfig {
    match env::optional(&["CHAOS_SQS_URL"]) {
        Some(endpoint) => TransportConfig::Sqs(sqs(&endpoint)),
        None => TransportConfig::Redis(RedisConfig::standalone(&env::require(&["CHAOS_REDIS_URL"]), 4)),
    }
}

/// As in production, only that messages of the dead come back sooner.
fn sqs(endpoint: &str) -> SqsConfig {
    SqsConfig {
        credentials: Some(Credentials::new("chaos", "chaos", None, None, "chaos")),
        visibility: Duration::from_secs(3),
        ..SqsConfig::new(Some(endpoint.to_owned()), "us-east-1".to_owned())
    }
}

impl Broker {
    pub async fn redis(seed: u64) -> Self {
        let valkey = ValkeyServer::start_with(PASSWORD, &[]).await;
        let proxy = Proxy::start(valkey.port(), PASSWORD, seed).await;
        Self::Redis(Box::new(valkey), proxy)
    }

    pub async fn sqs() -> Self {
        let moto = Moto::start().await;
        let admin = Admin::new(&sqs(&moto.endpoint), PREFIX);
        let broker = Self::Sqs(Some(moto), Box::new(admin));
        broker.ensure().await;
        broker
    }

    /// The variable that leads to it.
    pub fn address(&self) -> (&'static str, String) {
        match self {
            Self::Redis(_, proxy) => ("CHAOS_REDIS_URL", proxy.url()),
            Self::Sqs(moto, _) => ("CHAOS_SQS_URL", moto.as_ref().unwrap().endpoint.clone()),
        }
    }

    /// What its leftovers are called.
    pub const fn leftovers(&self) -> &'static str {
        match self {
            Self::Redis(..) => "Redis keys",
            Self::Sqs(..) => "SQS messages",
        }
    }

    /// Makes the queues where SQS has forgotten them.
    async fn ensure(&self) {
        if let Self::Sqs(_, admin) = self {
            for queue in Queue::ALL {
                eventually("a queue", async || admin.ensure(queue).await.ok()).await;
            }
        }
    }

    /// Killed, away for a while, back and empty.
    pub async fn restart(&mut self, away: Duration) {
        match self {
            Self::Redis(valkey, _) => {
                valkey.kill();
                tokio::time::sleep(away).await;
                valkey.restart_empty().await;
            }
            Self::Sqs(moto, _) => {
                let mut gone = moto.take().unwrap();
                gone.kill();
                tokio::time::sleep(away).await;
                *moto = Some(gone.restart().await);
                self.ensure().await;
            }
        }
    }

    /// A command to Redis itself, which may be paused at the moment.
    pub async fn tell(&self, words: &[&str]) {
        if let Self::Redis(valkey, _) = self {
            eventually("Redis to listen", async || {
                valkey.ask::<redis::Value>(words).await.ok()
            })
            .await;
        }
    }

    /// Mistreats nothing from now on.
    pub fn behave(&self) {
        if let Self::Redis(_, proxy) = self {
            proxy.behave();
        }
    }

    /// What it still holds, besides what is on its way.
    pub async fn left(&self) -> usize {
        match self {
            Self::Redis(valkey, proxy) => valkey.keys().await.len() + proxy.waiting(),
            Self::Sqs(_, admin) => {
                let mut left = 0;
                for queue in Queue::ALL {
                    let depths =
                        eventually("the depth of a queue", async || admin.depths(queue).await.ok()).await;
                    left += depths.waiting + depths.in_flight + depths.dead_letters;
                }
                usize::try_from(left).unwrap()
            }
        }
    }

    /// What it did to rings.
    pub fn told(&self) -> String {
        match self {
            Self::Redis(_, proxy) => format!("rings {:?}", proxy.told()),
            Self::Sqs(..) => "rings by SQS".to_owned(),
        }
    }
}
