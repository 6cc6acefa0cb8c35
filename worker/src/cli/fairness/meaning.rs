//! Closeness in meaning, as workers compute it: over neutral text, by the model that the settings name.

use std::collections::HashMap;

use hiring_core::reading::ReadResume;
use hiring_matching::embedded::PROFILE_TOKENS;
use hiring_matching::lines::{LINE_TOKENS, Line, lines};
use hiring_matching::{
    JOB_TOKENS, Near, REQUIREMENT_TOKENS, Similarities, embedded, neutral, requirement_texts, similarity_bp,
};
use hiring_platform::embeddings::{EmbedError, EmbeddingModel, LazyEmbedder, Urgency};

use super::jobs::Job;

/// Most vectors that are remembered; neutral texts of swapped copies are mostly the same.
const MEMORY: usize = 20_000;

/// Compares people and jobs by meaning. Without a model nothing is known.
pub(super) struct Meaning {
    embedder: Option<LazyEmbedder>,
    known: HashMap<(String, usize), Vec<f32>>,
}

/// The vectors of a resume's lines and titles, and that of the whole.
#[derive(Default)]
pub(super) struct Vectors {
    profile: Option<Vec<f32>>,
    lines: Vec<(Line, Vec<f32>)>,
}

impl Meaning {
    /// By this model, if it can be loaded; why not otherwise.
    pub(super) async fn open(embedder: LazyEmbedder) -> (Self, Option<String>) {
        let problem = match embedder.load().await {
            Ok(()) => None,
            Err(EmbedError::Off) => Some("embeddings are switched off".to_owned()),
            Err(error) => Some(error.to_string()),
        };
        let embedder = Some(embedder).filter(|_| problem.is_none());
        let known = HashMap::new();
        (Self { embedder, known }, problem)
    }

    /// Name and version of the model.
    pub(super) fn model(&self) -> Option<String> {
        let model = self.embedder.as_ref().and_then(LazyEmbedder::model);
        model.map(EmbeddingModel::key)
    }

    /// The vectors of a resume, of its neutral words.
    pub(super) async fn of(&mut self, read: &ReadResume) -> Result<Vectors, EmbedError> {
        if self.embedder.is_none() || read.resume.document.unverified_layer {
            return Ok(Vectors::default());
        }
        let profile = embedded::profile(&read.resume);
        let mut vectors = Vectors::default();
        if !profile.is_empty() {
            vectors.profile = self.vector(&profile, PROFILE_TOKENS).await?;
        }
        let neutral = neutral::of(&read.resume, &read.visible_text, &read.sections);
        for line in lines(&read.resume, &neutral) {
            if let Some(vector) = self.vector(&line.text, LINE_TOKENS).await? {
                vectors.lines.push((line, vector));
            }
        }
        Ok(vectors)
    }

    /// How near these vectors come to a job.
    pub(super) async fn to(&mut self, job: &Job, vectors: &Vectors) -> Result<Similarities, EmbedError> {
        let mut similarities = Similarities::default();
        if let Some(profile) = &vectors.profile {
            let text = self.vector(&job.text, JOB_TOKENS).await?;
            similarities.profile_bp = text.map(|text| similarity_bp(cosine(&text, profile)));
        }
        for (label, text) in requirement_texts(&job.facts) {
            let Some(wanted) = self.vector(&text, REQUIREMENT_TOKENS).await? else {
                continue;
            };
            let is_title = job.facts.title.as_ref() == Some(&label);
            let near = |(line, vector): &(Line, Vec<f32>)| {
                let near = Near {
                    bp: similarity_bp(cosine(&wanted, vector)),
                    start: line.place.start,
                    end: line.place.end,
                };
                (line.is_title == is_title, near)
            };
            // Titles for the title, lines for the rest; the first of several that are as near.
            let nearest = vectors.lines.iter().map(near).rev();
            let nearest = nearest.max_by_key(|(alike, near)| (*alike, near.bp));
            similarities
                .requirements
                .extend(nearest.map(|(_, near)| (label, near)));
        }
        Ok(similarities)
    }

    async fn vector(&mut self, text: &str, tokens: usize) -> Result<Option<Vec<f32>>, EmbedError> {
        let Some(embedder) = &self.embedder else {
            return Ok(None);
        };
        let key = (text.to_owned(), tokens);
        if let Some(vector) = self.known.get(&key) {
            return Ok(Some(vector.clone()));
        }
        let texts = vec![key.0.clone()];
        let vector = embedder
            .embed(texts, tokens, Urgency::Now)
            .await?
            .into_iter()
            .next();
        if self.known.len() >= MEMORY {
            self.known.clear();
        }
        self.known.extend(vector.clone().map(|vector| (key, vector)));
        Ok(vector)
    }
}

/// Of vectors of length one.
fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
