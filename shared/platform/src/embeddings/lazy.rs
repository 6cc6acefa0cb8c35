//! The async handle on an embedder: loads the model on first use and computes on its own threads, or asks the server that has it.

use std::sync::Arc;

use tokio::sync::{OnceCell, Semaphore, oneshot};

use super::local::Local;
use super::queue::{Queue, Wanted};
use super::served::Served;
use super::{Backend, EmbedError, EmbeddingConfig, EmbeddingModel, onnx};
use crate::breaker::{Breaker, Dependency};

/// How many texts of one urgency may wait; more callers wait before they may queue. At 250 tokens a text on one core
/// this is a few seconds of work.
const QUEUE_CAPACITY: usize = 128;

/// Whether somebody waits for the vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// A search query or a person's profile: goes before everything patient.
    Now,
    /// Chunks that complete an index.
    Later,
}

/// A cheap handle to clone and share. Nothing is loaded until the first text comes; a load that fails is an error then
/// and is tried again by the next call. Dropping the last handle ends the threads.
#[derive(Clone)]
pub struct LazyEmbedder {
    inner: Arc<Inner>,
}

struct Inner {
    config: EmbeddingConfig,
    running: OnceCell<Running>,
    served: OnceCell<Served>,
    breaker: Option<Breaker>,
    urgent: Semaphore,
    patient: Semaphore,
}

/// The threads that compute; they end when this is dropped.
struct Running {
    queue: Arc<Queue>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.queue.close();
    }
}

impl LazyEmbedder {
    /// A handle with these settings. Loads nothing.
    #[must_use]
    pub fn new(config: EmbeddingConfig) -> Self {
        let served = config.served.as_ref();
        let inner = Inner {
            breaker: served.map(|served| Breaker::new(Dependency::Embeddings, served.breaker)),
            config,
            running: OnceCell::new(),
            served: OnceCell::new(),
            urgent: Semaphore::new(QUEUE_CAPACITY),
            patient: Semaphore::new(QUEUE_CAPACITY),
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// What makes the vectors, or `None` when embeddings are switched off. Does not load the model.
    #[must_use]
    pub fn model(&self) -> Option<&EmbeddingModel> {
        match self.inner.config.backend {
            Backend::Onnx | Backend::RustBert => Some(&onnx::MODEL),
            Backend::Openai => self.inner.config.served.as_ref().map(|served| &served.model),
            Backend::Off => None,
        }
    }

    /// When the model's server is left alone; this process decides that alone until the breaker is shared. `None` where no server
    /// is asked.
    #[must_use]
    pub fn breaker(&self) -> Option<&Breaker> {
        self.inner.breaker.as_ref()
    }

    /// Whether the model is in memory, or its server has given vectors that fit.
    #[must_use]
    pub fn is_loaded(&self) -> bool {
        self.inner.running.initialized() || self.inner.served.get().is_some_and(Served::is_checked)
    }

    /// Loads the model ahead of the first text, or sees whether its server has one that fits.
    ///
    /// # Errors
    /// [`EmbedError::Off`], [`EmbedError::NotLoaded`], [`EmbedError::Away`].
    pub async fn load(&self) -> Result<(), EmbedError> {
        match self.served().await? {
            Some(served) => served.check().await,
            None => self.running().await.map(|_| ()),
        }
    }

    /// One vector a text, in the order given; see [`Embedder::embed`]. Waits while the queue is full, so callers that
    /// answer a person put a timeout around it; texts whose caller has gone are skipped.
    ///
    /// # Errors
    /// [`EmbedError`]; the first one when several texts fail.
    pub async fn embed(
        &self,
        texts: Vec<String>,
        max_tokens: usize,
        urgency: Urgency,
    ) -> Result<Vec<Vec<f32>>, EmbedError> {
        if let Some(served) = self.served().await? {
            return served.embed(&texts, max_tokens, urgency).await;
        }
        let running = self.running().await?;
        let room = match urgency {
            Urgency::Now => &self.inner.urgent,
            Urgency::Later => &self.inner.patient,
        };
        let mut vectors = Vec::with_capacity(texts.len());
        let mut texts = texts.into_iter().peekable();
        // A request longer than the queue goes through it in parts, or it would wait for itself.
        while texts.peek().is_some() {
            let part: Vec<String> = texts.by_ref().take(QUEUE_CAPACITY / 4).collect();
            let count = u32::try_from(part.len()).unwrap_or(u32::MAX);
            let _room = room.acquire_many(count).await.map_err(|_| stopped())?;
            let answers: Vec<_> = part
                .into_iter()
                .map(|text| running.submit(text, max_tokens, urgency))
                .collect();
            for answer in answers {
                vectors.push(answer.await.map_err(|_| stopped())??);
            }
        }
        Ok(vectors)
    }

    /// [`LazyEmbedder::embed`] for one text somebody waits for.
    ///
    /// # Errors
    /// [`EmbedError`].
    pub async fn embed_one(&self, text: &str, max_tokens: usize) -> Result<Vec<f32>, EmbedError> {
        let vectors = self
            .embed(vec![text.to_owned()], max_tokens, Urgency::Now)
            .await?;
        vectors.into_iter().next().ok_or_else(stopped)
    }

    /// The server that has the model, where one has.
    async fn served(&self) -> Result<Option<&Served>, EmbedError> {
        let (Some(config), Some(breaker)) = (&self.inner.config.served, &self.inner.breaker) else {
            return Ok(None);
        };
        let open = || async { Served::open(config.clone(), self.inner.config.threads, breaker.clone()) };
        self.inner.served.get_or_try_init(open).await.map(Some)
    }

    async fn running(&self) -> Result<&Running, EmbedError> {
        if self.model().is_none() {
            return Err(EmbedError::Off);
        }
        self.inner
            .running
            .get_or_try_init(|| start(self.inner.config.clone()))
            .await
    }
}

impl Running {
    fn submit(
        &self,
        text: String,
        max_tokens: usize,
        urgency: Urgency,
    ) -> oneshot::Receiver<Result<Vec<f32>, EmbedError>> {
        let (answer, receiver) = oneshot::channel();
        self.queue.push(
            Wanted {
                text,
                max_tokens,
                answer,
            },
            urgency,
        );
        receiver
    }
}

fn stopped() -> EmbedError {
    EmbedError::Failed("the computing thread has ended".into())
}

/// Starts the threads and answers when the first has its model; the others load theirs when first needed.
async fn start(config: EmbeddingConfig) -> Result<Running, EmbedError> {
    let threads = config.threads;
    let loading = tokio::task::spawn_blocking(move || Local::load(&config));
    let first = loading
        .await
        .map_err(|error| EmbedError::NotLoaded(error.to_string()))??;
    let first = Arc::new(first);
    let running = Running {
        queue: Arc::new(Queue::default()),
    };
    for number in 0..threads {
        let (queue, first) = (Arc::clone(&running.queue), Arc::clone(&first));
        let thread = std::thread::Builder::new().name(format!("embed-{number}"));
        let spawned = thread.spawn(move || work(&queue, &first, number == 0));
        spawned.map_err(|error| EmbedError::NotLoaded(error.to_string()))?;
    }
    Ok(running)
}

/// Computes until the queue is closed, with the first model or with a copy that is loaded for the first text.
fn work(queue: &Queue, first: &Arc<Local>, uses_first: bool) {
    let mut own = uses_first.then(|| Arc::clone(first));
    while let Some(wanted) = queue.pop() {
        let embedder = match own.take().map_or_else(|| first.another().map(Arc::new), Ok) {
            Ok(embedder) => own.insert(embedder),
            Err(error) => {
                let _ = wanted.answer.send(Err(error));
                continue;
            }
        };
        let vectors = embedder.embed(&[wanted.text], wanted.max_tokens);
        let vector = vectors.and_then(|vectors| vectors.into_iter().next().ok_or_else(stopped));
        // The caller may have gone while this was computed.
        let _ = wanted.answer.send(vector);
    }
}
