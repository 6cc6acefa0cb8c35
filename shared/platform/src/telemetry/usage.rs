//! What people do with the product, for PostHog: ids, route templates and statuses, nothing else.

use std::sync::Arc;

use chrono::{DateTime, SecondsFormat, Utc};
use hiring_core::clock::{Clock, SystemClock};
use hiring_core::random;
use reqwest::{Client, RequestBuilder, Url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use uuid::Uuid;

use super::export::UsageConfig;
use super::export::outbox::{self, Carrier, Farewell, Outbox, OutboxError};

/// One thing that somebody did.
#[derive(Debug, Clone, Copy)]
pub struct Action<'a> {
    /// Who.
    pub user: Uuid,
    /// For which organization.
    pub organization: Option<Uuid>,
    /// The HTTP method.
    pub method: &'static str,
    /// The route as a template.
    pub route: &'a str,
    /// The answer's status.
    pub status: u16,
}

/// Counts what people do, where somebody wants that. Cheap to clone; dropping the last one sends what is left.
#[derive(Debug, Clone, Default)]
pub struct Usage {
    running: Option<Arc<Running>>,
}

#[derive(Debug)]
struct Running {
    outbox: Outbox<Done>,
    _farewell: Farewell,
}

impl Usage {
    /// Starts counting; without settings nothing is counted.
    ///
    /// # Errors
    /// [`OutboxError`].
    pub fn start(config: Option<&UsageConfig>) -> Result<Self, OutboxError> {
        let Some(config) = config else {
            return Ok(Self::default());
        };
        let (outbox, farewell) = outbox::start(Batches {
            url: config.url.clone(),
            key: config.key.clone(),
        })?;
        let running = Running {
            outbox,
            _farewell: farewell,
        };
        Ok(Self {
            running: Some(Arc::new(running)),
        })
    }

    /// Notes that somebody did something. Never waits.
    pub fn acted(&self, action: &Action<'_>) {
        if let Some(running) = &self.running {
            running.outbox.offer(Done {
                user: action.user,
                organization: action.organization,
                what: format!("{} {}", action.method, action.route),
                status: action.status,
                at: SystemClock.now(),
            });
        }
    }
}

#[derive(Debug)]
struct Done {
    user: Uuid,
    organization: Option<Uuid>,
    what: String,
    status: u16,
    at: DateTime<Utc>,
}

/// Actions in the form of PostHog's batches.
struct Batches {
    url: Url,
    key: SecretString,
}

impl Carrier for Batches {
    type Item = Done;
    const NAME: &'static str = "posthog";
    const BATCH: usize = 100;

    fn request(&self, client: &Client, items: Vec<Done>) -> RequestBuilder {
        let batch: Vec<Value> = items.iter().map(event).collect();
        client
            .post(self.url.clone())
            .json(&json!({ "api_key": self.key.expose_secret(), "batch": batch }))
    }
}

fn event(done: &Done) -> Value {
    // No profile of a person is made of it, and our own address tells nothing about them.
    let mut properties = json!({
        "action": done.what,
        "status": done.status,
        "$process_person_profile": false,
        "$geoip_disable": true,
        "$lib": "hiring-agent",
    });
    if let (Some(organization), Some(properties)) = (done.organization, properties.as_object_mut()) {
        properties.insert("$groups".to_owned(), json!({ "organization": organization }));
    }
    json!({
        "uuid": random::uuid_v7(),
        "event": "api_action",
        "distinct_id": done.user,
        "timestamp": done.at.to_rfc3339_opts(SecondsFormat::Millis, true),
        "properties": properties,
    })
}
