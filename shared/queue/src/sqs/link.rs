//! The client, and where the queues are.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region};
use aws_sdk_sqs::Client;
use aws_sdk_sqs::config::Builder;
use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use hiring_core::task::Queue;
use tokio::sync::OnceCell;

use super::config::SqsConfig;
use super::{dead_letter_name, queue_name};
use crate::QueueError;
use crate::redis::bell::chain;

/// Longest wait of a request for messages, in seconds; SQS allows no more.
pub(super) const LONGEST_POLL_SECONDS: i32 = 20;

/// Most entries of one batch request.
pub(super) const BATCH: usize = 10;

/// A host that does not answer the handshake by then is down.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// An answer may take as long as the longest poll, and then some. Whoever is in a hurry waits less.
const READ_TIMEOUT: Duration = Duration::from_secs(30);

/// The way to SQS. Connects when first used, so that a service that is away does not stop a start.
pub(crate) struct Link {
    pub(super) config: SqsConfig,
    prefix: String,
    client: OnceCell<Client>,
    addresses: Mutex<HashMap<String, String>>,
}

impl Link {
    pub(crate) fn new(config: &SqsConfig, prefix: &str) -> Self {
        Self {
            config: config.clone(),
            prefix: prefix.to_owned(),
            client: OnceCell::new(),
            addresses: Mutex::default(),
        }
    }

    pub(super) fn name(&self, queue: Queue) -> String {
        queue_name(&self.prefix, queue, self.config.fifo)
    }

    pub(super) fn dead_letter_name(&self, queue: Queue) -> String {
        dead_letter_name(&self.prefix, queue, self.config.fifo)
    }

    pub(super) async fn client(&self) -> &Client {
        self.client
            .get_or_init(|| Box::pin(connect(self.config.clone())))
            .await
    }

    /// Where a queue is; asked for once.
    pub(super) async fn address(&self, name: &str) -> Result<String, QueueError> {
        let known = self.addresses.lock().ok();
        if let Some(address) = known.and_then(|known| known.get(name).cloned()) {
            return Ok(address);
        }
        let address = self.look_up(name).await?;
        if let Ok(mut known) = self.addresses.lock() {
            known.insert(name.to_owned(), address.clone());
        }
        Ok(address)
    }

    /// Asks where a queue is; [`QueueError::MissingQueue`] when it is nowhere.
    pub(super) async fn look_up(&self, name: &str) -> Result<String, QueueError> {
        let request = self.client().await.get_queue_url().queue_name(name);
        let answer = Box::pin(request.send())
            .await
            .map_err(|error| told(name, &error))?;
        let address = answer.queue_url.filter(|address| !address.is_empty());
        address.ok_or_else(|| QueueError::MissingQueue(name.to_owned()))
    }
}

async fn connect(config: SqsConfig) -> Client {
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https();
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(READ_TIMEOUT)
        .build();
    // Once more at once, for a pooled connection that the service has closed meanwhile. Longer troubles are waited out by
    // whoever asks: the sweeper for rings, the poller for messages.
    let retries = RetryConfig::standard()
        .with_max_attempts(2)
        .with_initial_backoff(Duration::from_millis(50));
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new(config.region))
        .http_client(http)
        .retry_config(retries)
        .timeout_config(timeouts);
    if let Some(credentials) = config.credentials {
        loader = loader.credentials_provider(credentials);
    }
    let shared = Box::pin(loader.load()).await;
    let mut builder = Builder::from(&shared);
    if let Some(url) = config.endpoint_url {
        builder = builder.endpoint_url(url);
    }
    Client::from_conf(builder.build())
}

/// What went wrong with a queue, without the request, which nobody should log.
pub(super) fn told<E, R>(name: &str, error: &SdkError<E, R>) -> QueueError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: std::fmt::Debug + 'static,
{
    let code = error.code().unwrap_or_default();
    if code.contains("QueueDoesNotExist") || code.contains("NonExistentQueue") {
        return QueueError::MissingQueue(name.to_owned());
    }
    let reason = match (error.message(), code) {
        (Some(message), code) => format!("{code}: {message}"),
        (None, _) => chain(error),
    };
    QueueError::Sqs {
        queue: name.to_owned(),
        reason,
    }
}
