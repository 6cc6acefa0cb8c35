//! Vectors from a server that speaks OpenAI's embeddings.
//!
//! What comes back is believed only as far as it can be checked: as many vectors as texts, of the size that the tables hold, of
//! finite numbers, and, on first use, different enough for texts about different things. Vectors are brought to norm 1 here.

use std::sync::atomic::{AtomicBool, Ordering};

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::{OnceCell, Semaphore};

use super::config::ServedConfig;
use super::{DIMENSION, EmbedError, EmbeddingModel, Urgency};
use crate::breaker::Breaker;
use crate::llm::LlmError;
use crate::llm::connection::{Access, Connection};
use crate::llm::exchange::{Failed, failed};

/// Texts of one request. Some servers take no more (text-embeddings-inference, unless told), and the reply stays below
/// [`crate::llm::MAX_REPLY_BYTES`]: 32 vectors of 384 numbers are about 270 kB.
const BATCH: usize = 32;

/// Characters of a text for each token that is to count. English prose has about five, so that little is cut which the model
/// would have read, and a small model's 512 tokens hold 256 such.
const CHARS_PER_TOKEN: usize = 6;

/// How often a text is cut in half that the server does not take.
const HALVINGS: usize = 3;

/// What nobody would put together.
const UNRELATED: [&str; 3] = [
    "Drives a forklift in a cold store",
    "Wrote a sonata for violin and piano",
    "Treats children with asthma",
];

/// Highest mean cosine of [`UNRELATED`]. all-MiniLM-L6-v2 has below 0.1; similarities count from a cosine of 0.10 to 0.70
/// (`hiring_matching::similarity_bp`), so vectors that are alike whatever is said would make everybody similar to every job.
const MOST_ALIKE: f32 = 0.40;

/// One server and one model of it.
pub(super) struct Served {
    config: ServedConfig,
    connection: Connection,
    /// Whether the server was told how long vectors are to be, until it complained about it.
    knows_no_dimensions: AtomicBool,
    checked: OnceCell<()>,
    patient: Semaphore,
}

impl Served {
    /// Sends nothing. At most `at_once` requests that nobody waits for are under way at a time.
    pub(super) fn open(config: ServedConfig, at_once: usize, breaker: Breaker) -> Result<Self, EmbedError> {
        let access = Access {
            base_url: &config.base_url,
            key: &config.key,
            timeout: config.timeout,
            breaker,
            kind: "embedding",
        };
        Ok(Self {
            connection: Connection::open(&access).map_err(EmbedError::Away)?,
            config,
            knows_no_dimensions: AtomicBool::new(false),
            checked: OnceCell::new(),
            patient: Semaphore::new(at_once),
        })
    }

    /// What makes the vectors.
    pub(super) const fn model(&self) -> &EmbeddingModel {
        &self.config.model
    }

    /// Whether the server has given vectors that fit.
    pub(super) fn is_checked(&self) -> bool {
        self.checked.initialized()
    }

    /// Sees to it that the model fits, once.
    pub(super) async fn check(&self) -> Result<(), EmbedError> {
        let checking = || async {
            let vectors = self.batch(&UNRELATED.map(str::to_owned)).await?;
            let alike = mean_cosine(&vectors);
            if alike > MOST_ALIKE {
                return Err(EmbedError::NotLoaded(format!(
                    "EMBEDDING_MODEL {} gives nearly the same vector to texts about different things (mean cosine {alike:.2}, at most \
                     {MOST_ALIKE:.2}), so that everybody would be similar to every job: choose another one",
                    self.model().name
                )));
            }
            Ok(())
        };
        self.checked.get_or_try_init(checking).await.copied()
    }

    /// One vector a text, in the order given.
    pub(super) async fn embed(
        &self,
        texts: &[String],
        max_tokens: usize,
        urgency: Urgency,
    ) -> Result<Vec<Vec<f32>>, EmbedError> {
        self.check().await?;
        let mut vectors = Vec::with_capacity(texts.len());
        for part in texts.chunks(BATCH) {
            let _room = match urgency {
                Urgency::Now => None,
                Urgency::Later => self.patient.acquire().await.ok(),
            };
            let part: Vec<String> = part.iter().map(|text| beginning(text, max_tokens)).collect();
            vectors.extend(self.part(&part).await?);
        }
        Ok(vectors)
    }

    /// A batch, or where the server refuses it its texts one by one: one that is too long must not cost the others theirs, and no
    /// text's vector may depend on its company.
    async fn part(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, EmbedError> {
        let refused = match self.batch(texts).await {
            Err(EmbedError::Failed(why)) => EmbedError::Failed(why),
            other => return other,
        };
        if let [text] = texts {
            return self.shorter(text, refused).await.map(|vector| vec![vector]);
        }
        let mut vectors = Vec::with_capacity(texts.len());
        for text in texts {
            let alone = std::slice::from_ref(text);
            let vector = match self.batch(alone).await {
                Err(EmbedError::Failed(why)) => self.shorter(text, EmbedError::Failed(why)).await?,
                other => other?.pop().ok_or_else(nothing)?,
            };
            vectors.push(vector);
        }
        Ok(vectors)
    }

    /// The vector of the first half of a text, or of the first quarter, or of the first eighth.
    async fn shorter(&self, text: &str, mut refused: EmbedError) -> Result<Vec<f32>, EmbedError> {
        let length = text.chars().count();
        for halving in 1..=HALVINGS {
            let part: String = text.chars().take(length >> halving).collect();
            if part.trim().is_empty() {
                break;
            }
            match self.batch(&[part]).await {
                Err(EmbedError::Failed(why)) => refused = EmbedError::Failed(why),
                other => return other?.pop().ok_or_else(nothing),
            }
        }
        Err(refused)
    }

    async fn batch(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, EmbedError> {
        let vectors = self.connection.ask(|| self.converse(texts)).await;
        let vectors = vectors.map_err(|error| match error {
            LlmError::Refused(_) | LlmError::TooLarge | LlmError::Declined => {
                EmbedError::Failed(error.to_string())
            }
            _ => EmbedError::Away(error),
        })?;
        match vectors.iter().map(Vec::len).find(|length| *length != DIMENSION) {
            Some(length) => Err(EmbedError::NotLoaded(format!(
                "EMBEDDING_MODEL {} gives vectors of {length} numbers, and the tables hold {DIMENSION}: choose a model of {DIMENSION} \
                 (all-minilm, bge-small), or one whose server shortens vectors on request (text-embedding-3-small)",
                self.model().name
            ))),
            None => Ok(vectors),
        }
    }

    /// One request, repeated at once where the server only does not know `dimensions`.
    async fn converse(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, LlmError> {
        loop {
            let plain = self.knows_no_dimensions.load(Ordering::Relaxed);
            let mut request = json!({ "model": self.model().name, "input": texts });
            if let Some(request) = request.as_object_mut().filter(|_| !plain) {
                request.insert("dimensions".to_owned(), json!(DIMENSION));
            }
            let reply: Result<Value, _> = self.connection.client().embeddings().create_byot(request).await;
            match reply.map_err(failed) {
                Ok(reply) => return vectors(reply, texts.len()),
                Err(Failed::Because(error)) => return Err(error),
                Err(Failed::Complaint { words, .. })
                    if !plain && words.to_lowercase().contains("dimension") =>
                {
                    self.knows_no_dimensions.store(true, Ordering::Relaxed);
                }
                Err(Failed::Complaint { status, .. }) => return Err(LlmError::Refused(status)),
            }
        }
    }
}

#[derive(Deserialize)]
struct Reply {
    data: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    index: Option<usize>,
    embedding: Vec<f32>,
}

/// As many vectors of norm 1 as texts were sent, in their order.
fn vectors(reply: Value, count: usize) -> Result<Vec<Vec<f32>>, LlmError> {
    let reply: Reply = serde_json::from_value(reply).map_err(|_| LlmError::Garbled("it holds no vectors"))?;
    if reply.data.len() != count {
        return Err(LlmError::Garbled(
            "it holds more or fewer vectors than texts were sent",
        ));
    }
    let mut placed: Vec<Option<Vec<f32>>> = vec![None; count];
    for (at, item) in reply.data.into_iter().enumerate() {
        let place = placed.get_mut(item.index.unwrap_or(at));
        match place {
            Some(place @ None) => *place = Some(normal(item.embedding)?),
            _ => return Err(LlmError::Garbled("its vectors are not numbered")),
        }
    }
    Ok(placed.into_iter().flatten().collect())
}

fn normal(vector: Vec<f32>) -> Result<Vec<f32>, LlmError> {
    let norm = vector
        .iter()
        .map(|number| f64::from(*number).powi(2))
        .sum::<f64>()
        .sqrt();
    if !norm.is_finite() || norm < 1e-6 {
        return Err(LlmError::Garbled("a vector points nowhere"));
    }
    // Casting rounds to the nearest; the numbers are at most 1.
    Ok(vector
        .into_iter()
        .map(|number| (f64::from(number) / norm) as f32)
        .collect())
}

/// As much of a text as `max_tokens` tokens have at most, about. Servers refuse empty texts, so that one is a blank.
fn beginning(text: &str, max_tokens: usize) -> String {
    if text.trim().is_empty() {
        return " ".to_owned();
    }
    text.chars()
        .take(max_tokens.saturating_mul(CHARS_PER_TOKEN))
        .collect()
}

/// Mean cosine of each two of some vectors of norm 1.
fn mean_cosine(vectors: &[Vec<f32>]) -> f32 {
    let pairs = vectors.iter().enumerate();
    let cosines: Vec<f32> = pairs
        .flat_map(|(at, one)| vectors.iter().skip(at + 1).map(move |other| (one, other)))
        .map(|(one, other)| one.iter().zip(other).map(|(a, b)| a * b).sum())
        .collect();
    cosines.iter().sum::<f32>() / cosines.len().max(1) as f32
}

fn nothing() -> EmbedError {
    EmbedError::Failed("the server answered nothing".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(items: Value) -> Result<Vec<Vec<f32>>, LlmError> {
        vectors(json!({ "data": items }), 2)
    }

    #[test]
    fn vectors_are_put_in_the_order_of_the_texts_and_brought_to_norm_1() {
        let one = json!([{ "index": 1, "embedding": [0, 2] }, { "index": 0, "embedding": [3, 4] }]);
        assert_eq!(reply(one).unwrap(), [[0.6, 0.8], [0.0, 1.0]]);
        let unnumbered = json!([{ "embedding": [1, 0] }, { "embedding": [0, 1] }]);
        assert_eq!(reply(unnumbered).unwrap(), [[1.0, 0.0], [0.0, 1.0]]);
    }

    #[test]
    fn what_is_no_vector_is_refused() {
        for items in [
            json!([]),
            json!([{ "embedding": [1, 0] }]),
            json!([{ "embedding": [1, 0] }, { "embedding": [null, 1] }]),
            json!([{ "embedding": [1, 0] }, { "embedding": [0, 0] }]),
            json!([{ "embedding": [1, 0] }, { "embedding": [1e300, 0] }]),
            json!([{ "embedding": [1, 0] }, { "embedding": [] }]),
            json!([{ "index": 1, "embedding": [1, 0] }, { "index": 1, "embedding": [0, 1] }]),
            json!([{ "index": 2, "embedding": [1, 0] }, { "index": 0, "embedding": [0, 1] }]),
            json!([{ "embedding": [1, 0] }, { "embedding": "AACAPw==" }]),
            json!("none"),
        ] {
            assert!(
                matches!(reply(items.clone()), Err(LlmError::Garbled(_))),
                "{items}"
            );
        }
    }

    #[test]
    fn a_text_is_cut_by_letters_and_an_empty_one_is_a_blank() {
        assert_eq!(beginning(&"ä".repeat(100), 2), "ä".repeat(12));
        assert_eq!(
            (beginning("", 9), beginning(" \n", 9)),
            (" ".to_owned(), " ".to_owned())
        );
    }

    #[test]
    fn the_mean_cosine_is_that_of_all_pairs() {
        let vectors = [vec![1.0, 0.0], vec![1.0, 0.0], vec![0.0, 1.0]];
        assert!((mean_cosine(&vectors) - 1.0 / 3.0).abs() < 1e-6);
        assert_eq!(mean_cosine(&[]), 0.0);
    }
}
