//! A bounded queue and the thread that empties it over HTTP.
//!
//! Whoever puts something in never waits and never fails: what finds no room is dropped and counted, and so is what the other side does
//! not take. The thread has a runtime of its own, so that a slow or dead collector costs requests and tasks nothing.

use std::thread::JoinHandle;
use std::time::Duration;

use reqwest::header::RETRY_AFTER;
use reqwest::{Client, RequestBuilder, StatusCode};
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::time::{Instant, sleep, timeout_at};
use tokio_util::sync::CancellationToken;

/// How much may wait: at 1 KiB apiece, 2 MiB.
const CAPACITY: usize = 2_048;
/// How long the first of a batch waits for others.
const LINGER: Duration = Duration::from_secs(1);
/// Longest wait for an answer.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long nothing is sent after a failure.
const PAUSE: Duration = Duration::from_secs(1);
/// Longest pause that the other side may ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// How long the end of the process may wait for what is left.
const FAREWELL: Duration = Duration::from_secs(3);

/// What keeps an exporter from starting.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    /// No thread, or no runtime on it.
    #[error("an exporter's thread cannot be started")]
    Thread(#[from] std::io::Error),
    /// No HTTP client.
    #[error("an exporter's HTTP client cannot be made")]
    Client(#[from] reqwest::Error),
    /// No TLS.
    #[error("an exporter's TLS cannot be set up")]
    Tls(#[from] rustls::Error),
}

/// Makes requests of what waits.
pub(crate) trait Carrier: Send + 'static {
    /// One thing to be sent.
    type Item: Send + 'static;
    /// What metrics and the thread are called.
    const NAME: &'static str;
    /// Most things in one request.
    const BATCH: usize;

    /// The request that carries these things, of which there is at least one.
    fn request(&self, client: &Client, items: Vec<Self::Item>) -> RequestBuilder;
}

/// Where things are put. Cheap to clone.
#[derive(Debug)]
pub(crate) struct Outbox<T> {
    sender: Sender<T>,
    name: &'static str,
}

impl<T> Clone for Outbox<T> {
    fn clone(&self) -> Self {
        Self {
            sender: self.sender.clone(),
            name: self.name,
        }
    }
}

impl<T> Outbox<T> {
    /// Puts something in, if there is room.
    pub(crate) fn offer(&self, item: T) {
        if self.sender.try_send(item).is_err() {
            count(self.name, "dropped", 1);
        }
    }
}

/// Ends the thread when dropped, giving it three seconds for what is left.
#[derive(Debug)]
pub(crate) struct Farewell {
    stop: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Farewell {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so itself.
            let _ = thread.join();
        }
    }
}

/// Starts the thread.
///
/// # Errors
/// [`OutboxError`].
pub(crate) fn start<C: Carrier>(carrier: C) -> Result<(Outbox<C::Item>, Farewell), OutboxError> {
    let (sender, receiver) = mpsc::channel(CAPACITY);
    // No redirects: keys would follow them.
    let client = Client::builder()
        .tls_backend_preconfigured(crate::tls::client_config()?)
        .redirect(reqwest::redirect::Policy::none())
        .timeout(TIMEOUT)
        .user_agent("hiring-agent")
        .build()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let stop = CancellationToken::new();
    let stopping = stop.clone();
    for outcome in ["sent", "failed", "dropped"] {
        count(C::NAME, outcome, 0);
    }
    let work = async move {
        let carrying = carry(carrier, client, receiver, stopping.clone());
        let too_late = async {
            stopping.cancelled().await;
            sleep(FAREWELL).await;
        };
        tokio::select! {
            () = carrying => {}
            () = too_late => {}
        }
    };
    let thread = std::thread::Builder::new().name(C::NAME.into());
    let thread = thread.spawn(move || runtime.block_on(work))?;
    let outbox = Outbox {
        sender,
        name: C::NAME,
    };
    let farewell = Farewell {
        stop,
        thread: Some(thread),
    };
    Ok((outbox, farewell))
}

async fn carry<C: Carrier>(
    carrier: C,
    client: Client,
    mut items: Receiver<C::Item>,
    stop: CancellationToken,
) {
    let mut well = true;
    while let Some(batch) = gather(&mut items, C::BATCH, &stop).await {
        let number = batch.len();
        match post(carrier.request(&client, batch)).await {
            Ok(()) => {
                count(C::NAME, "sent", number);
                well = true;
            }
            Err(refusal) => {
                count(C::NAME, "failed", number);
                if std::mem::replace(&mut well, false) {
                    tracing::warn!(
                        exporter = C::NAME,
                        why = refusal.why,
                        "telemetry cannot be handed over; it is lost until that works again"
                    );
                }
                stop.run_until_cancelled(sleep(refusal.pause)).await;
            }
        }
    }
}

/// What waits, up to so many things; `None` once nothing is left after the end was asked for.
async fn gather<T>(items: &mut Receiver<T>, most: usize, stop: &CancellationToken) -> Option<Vec<T>> {
    let mut batch = vec![next(items, stop).await?];
    let until = Instant::now() + LINGER;
    while batch.len() < most {
        match timeout_at(until, next(items, stop)).await {
            Ok(Some(item)) => batch.push(item),
            Ok(None) | Err(_) => break,
        }
    }
    Some(batch)
}

async fn next<T>(items: &mut Receiver<T>, stop: &CancellationToken) -> Option<T> {
    if let Some(item) = stop.run_until_cancelled(items.recv()).await {
        return item;
    }
    items.close();
    items.recv().await
}

struct Refusal {
    why: String,
    pause: Duration,
}

async fn post(request: RequestBuilder) -> Result<(), Refusal> {
    // The URL may hold a key.
    let response = request.send().await.map_err(|error| Refusal {
        why: if error.is_timeout() {
            "it takes too long"
        } else {
            "no connection"
        }
        .to_owned(),
        pause: PAUSE,
    })?;
    let status = response.status();
    if status.is_success() {
        return Ok(());
    }
    let asked = response.headers().get(RETRY_AFTER);
    let asked = asked.and_then(|value| value.to_str().ok()?.parse().ok());
    let busy = matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
    );
    Err(Refusal {
        why: format!("status {}", status.as_u16()),
        pause: asked.filter(|_| busy).map_or(PAUSE, |seconds| {
            Duration::from_secs(seconds).clamp(PAUSE, LONGEST_PAUSE)
        }),
    })
}

fn count(name: &'static str, outcome: &'static str, number: usize) {
    let number = u64::try_from(number).unwrap_or(u64::MAX);
    metrics::counter!("telemetry_items_total", "exporter" => name, "outcome" => outcome).increment(number);
}
