//! What scores are made from, whoever asks for them: the job, its texts' vectors, and what a resume shows of it.

mod meaning;
mod pointed;

use hiring_core::ids::JobId;
use hiring_core::job::Requirements;
use hiring_core::{occupation, taxonomy};
use hiring_db::json::UnreadableJson;
use hiring_db::matching::ScorableRow;
use hiring_db::screenings::NewFacts;
use hiring_db::similarities::{JobTexts, Similarity};
use hiring_matching::{
    Assessed, CandidateFacts, JobFacts, Near, RUBRIC_VERSION, Scorer, Similarities, Weights, job_text,
    requirement_texts,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub use meaning::{Closeness, closeness};
pub use pointed::{AiFacts, ai_facts, ai_facts_of, measured};

/// What computes these scores.
pub const ENGINE: &str = "rubric";

/// A job as scores see it.
#[derive(Debug, Clone)]
pub struct Job {
    /// The job.
    pub id: JobId,
    /// What it asks for.
    pub facts: JobFacts,
    /// How much each component counts.
    pub weights: Weights,
    /// What it is about, for embedding.
    text: String,
}

impl Job {
    /// A job of these stored columns: title and description, `Requirements`, and `Weights` where it has its own.
    ///
    /// # Errors
    /// [`UnreadableJson`] for what an older or broken release has stored.
    pub fn read(
        id: JobId,
        (title, description): (&str, &str),
        requirements: Value,
        weights: Option<Value>,
    ) -> Result<Self, UnreadableJson> {
        let requirements: Requirements = serde_json::from_value(requirements)?;
        Ok(Self {
            id,
            facts: JobFacts::new(&requirements, taxonomy::key).titled(title),
            weights: weights
                .map(serde_json::from_value)
                .transpose()?
                .unwrap_or_default(),
            text: job_text(title, &requirements, description),
        })
    }

    /// The weights as they are stored with a score.
    #[must_use]
    pub fn weights_json(&self) -> Value {
        json!(self.weights)
    }

    /// The texts that candidates are compared with by this model.
    #[must_use]
    pub fn texts(&self, model: String) -> JobTexts {
        JobTexts::new(self.id, model, self.text.clone(), requirement_texts(&self.facts))
            .titled(self.facts.title.as_deref())
    }

    /// SHA-256 of everything about the job and the rules that what a resume shows depends on: facts of another basis are not
    /// used for this job's scores.
    #[must_use]
    pub fn basis(&self, model: Option<&str>) -> [u8; 32] {
        let facts = json!(self.facts).to_string();
        let parts = [
            RUBRIC_VERSION,
            taxonomy::VERSION,
            occupation::VERSION,
            model.unwrap_or_default(),
            &facts,
            &self.text,
        ];
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
            hash.update(part);
        }
        hash.finalize().into()
    }
}

/// What is known about a candidate and a job besides the resume itself.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Name and version of the embedding model.
    pub model: Option<&'a str>,
    /// Closeness in meaning.
    pub similarity: &'a Similarity,
    /// What a language model pointed at.
    pub ai: Option<&'a AiFacts>,
}

/// What a stored resume shows of a job, and the facts as they are stored: with the text and the resume of these hashes,
/// `hiring-matching` of the same rubric finds the same again.
///
/// # Errors
/// [`UnreadableJson`] for a resume that an older or broken release has stored.
pub fn assess(
    (job, scorer): (&Job, &Scorer),
    row: &ScorableRow,
    known: Known<'_>,
) -> Result<(Assessed, NewFacts), UnreadableJson> {
    use chrono::Datelike;
    let (resume, sections) = row.read()?;
    let similarities = similarities(known.similarity);
    let ai = known.ai.filter(|ai| ai.is_of(row));
    let pointed = ai.map(|ai| ai.pointed.clone()).unwrap_or_default();
    let uploaded = row.uploaded_at.date_naive();
    let uploaded = (uploaded.year(), uploaded.month());
    let facts = CandidateFacts::stored(&resume, &row.visible_text, &sections)
        .with_similarities(similarities)
        .pointed_at(pointed)
        .uploaded(uploaded.0, uploaded.1);
    let assessed = scorer.assess(&facts);
    let mut inputs = json!({
        "job": job.facts,
        "similarities": facts.similarities,
        "uploaded": uploaded,
        "model": known.model,
        "taxonomy": taxonomy::VERSION,
        "occupations": occupation::VERSION,
        "parser_version": row.parser_version,
        "visible_text_sha256": row.visible_text_hash(),
        "sections_sha256": row.sections_hash(),
        "resume_sha256": row.resume_hash(),
    });
    if let (Some(ai), Some(inputs)) = (ai, inputs.as_object_mut()) {
        inputs.insert("ai".to_owned(), serde_json::to_value(ai)?);
    }
    let facts = NewFacts {
        assessed: serde_json::to_value(&assessed)?,
        inputs,
        read_at: row.parsed_at,
        is_complete: known.similarity.is_complete(),
    };
    Ok((assessed, facts))
}

/// Stored closeness in meaning as scores take it.
fn similarities(stored: &Similarity) -> Similarities {
    let nearest = stored.requirements.iter().flatten();
    Similarities {
        profile_bp: stored.profile_bp,
        requirements: nearest
            .map(|(label, nearest)| {
                let near = Near {
                    bp: nearest.bp,
                    start: nearest.start,
                    end: nearest.end,
                };
                (label.clone(), near)
            })
            .collect(),
    }
}
