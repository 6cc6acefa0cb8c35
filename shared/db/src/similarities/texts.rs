//! A job's texts and their vectors. Vectors of requirements are kept for each wording, whichever jobs ask for it.

use diesel::prelude::*;
use diesel::sql_types::{Binary, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use hiring_core::ids::{JobId, OrgId};
use pgvector::HalfVector;
use pgvector::sql_types::HalfVector as SqlHalfVector;
use sha2::{Digest, Sha256};

use crate::DbError;
use crate::schema::{job_vectors, requirement_vectors};
use crate::statement::statement;

/// A job's texts that candidates are compared with.
#[derive(Debug, Clone)]
pub struct JobTexts {
    /// The job.
    pub job: JobId,
    /// Name and version of the model.
    pub model: String,
    text: String,
    requirements: Vec<Requirement>,
    /// The label that is the job's title.
    title: Option<String>,
    hash: [u8; 32],
}

#[derive(Debug, Clone)]
struct Requirement {
    label: String,
    text: String,
    hash: [u8; 32],
}

impl JobTexts {
    /// The text of the whole job, and of each requirement its label and its text.
    #[must_use]
    pub fn new(job: JobId, model: String, text: String, requirements: Vec<(String, String)>) -> Self {
        let mut all = Sha256::new();
        all.update(hash_of(&text));
        let requirements: Vec<Requirement> = requirements
            .into_iter()
            .map(|(label, text)| Requirement {
                hash: hash_of(&text),
                label,
                text,
            })
            .collect();
        for requirement in &requirements {
            all.update(hash_of(&requirement.label));
            all.update(requirement.hash);
        }
        Self {
            job,
            model,
            text,
            requirements,
            title: None,
            hash: all.finalize().into(),
        }
    }

    /// The same texts, of which the one with this label is the job's title: it is compared with titles rather than lines.
    #[must_use]
    pub fn titled(mut self, label: Option<&str>) -> Self {
        self.title = label.map(str::to_owned);
        self
    }

    /// SHA-256 over all texts.
    pub(super) const fn hash(&self) -> &[u8; 32] {
        &self.hash
    }

    /// The label of the requirement at this place.
    pub(super) fn label(&self, place: usize) -> Option<&str> {
        self.requirements.get(place).map(|one| one.label.as_str())
    }

    /// Of each requirement, whether it is the job's title.
    pub(super) fn titles(&self) -> Vec<bool> {
        let is_title = |one: &Requirement| self.title.as_deref() == Some(one.label.as_str());
        self.requirements.iter().map(is_title).collect()
    }

    /// SHA-256 of each requirement's text.
    pub(super) fn hashes(&self) -> Vec<&[u8]> {
        self.requirements.iter().map(|one| one.hash.as_slice()).collect()
    }
}

fn hash_of(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// Texts of a job that have no vector.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unembedded {
    /// That of the whole job.
    pub job: Option<String>,
    /// Those of requirements, each once.
    pub requirements: Vec<String>,
}

impl Unembedded {
    /// Whether every text has its vector.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.job.is_none() && self.requirements.is_empty()
    }
}

/// Vectors of [`Unembedded`] texts.
#[derive(Debug, Clone, Default)]
pub struct Embedded {
    /// That of the whole job.
    pub job: Option<Vec<f32>>,
    /// Texts of requirements with their vectors.
    pub requirements: Vec<(String, Vec<f32>)>,
}

/// Which of the job's texts have no vector; one of an earlier text does not count.
///
/// # Errors
/// See [`DbError`].
pub async fn find_unembedded(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    texts: &JobTexts,
) -> Result<Unembedded, DbError> {
    let known: Option<Vec<u8>> = job_vectors::table
        .find((texts.job.uuid(), &texts.model))
        .filter(job_vectors::organization_id.eq(org.uuid()))
        .select(job_vectors::text_hash)
        .first(conn)
        .await
        .optional()?;
    let is_known = known.is_some_and(|known| known.as_slice() == hash_of(&texts.text).as_slice());
    let there: Vec<Vec<u8>> = requirement_vectors::table
        .filter(requirement_vectors::organization_id.eq(org.uuid()))
        .filter(requirement_vectors::model.eq(&texts.model))
        .filter(requirement_vectors::text_hash.eq_any(texts.hashes()))
        .select(requirement_vectors::text_hash)
        .load(conn)
        .await?;
    let mut requirements: Vec<String> = texts
        .requirements
        .iter()
        .filter(|one| !there.iter().any(|hash| hash.as_slice() == one.hash.as_slice()))
        .map(|one| one.text.clone())
        .collect();
    requirements.sort_unstable();
    requirements.dedup();
    Ok(Unembedded {
        job: (!is_known).then(|| texts.text.clone()),
        requirements,
    })
}

/// Stores vectors of the job's texts; nothing happens to the job's own when the job is gone.
///
/// # Errors
/// See [`DbError`].
pub async fn save_vectors(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    texts: &JobTexts,
    vectors: &Embedded,
) -> Result<(), DbError> {
    if let Some(vector) = &vectors.job {
        save_job(conn, org, texts, vector).await?;
    }
    let rows: Vec<_> = vectors
        .requirements
        .iter()
        .map(|(text, vector)| {
            (
                requirement_vectors::organization_id.eq(org.uuid()),
                requirement_vectors::model.eq(&texts.model),
                requirement_vectors::text_hash.eq(hash_of(text).to_vec()),
                requirement_vectors::embedding.eq(HalfVector::from_f32_slice(vector)),
            )
        })
        .collect();
    diesel::insert_into(requirement_vectors::table)
        .values(rows)
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    Ok(())
}

async fn save_job(
    conn: &mut AsyncPgConnection,
    org: OrgId,
    texts: &JobTexts,
    vector: &[f32],
) -> Result<(), DbError> {
    let save = statement(
        "INSERT INTO job_vectors (job_id, organization_id, model, text_hash, embedding) \
         SELECT id, organization_id, ?, ?, ? FROM jobs WHERE organization_id = ? AND id = ? \
         ON CONFLICT (job_id, model) DO UPDATE SET text_hash = excluded.text_hash, embedding = excluded.embedding",
    );
    let hash = hash_of(&texts.text);
    save.bind::<Text, _>(&texts.model)
        .bind::<Binary, _>(hash.as_slice())
        .bind::<SqlHalfVector, _>(HalfVector::from_f32_slice(vector))
        .bind::<SqlUuid, _>(org.uuid())
        .bind::<SqlUuid, _>(texts.job.uuid())
        .execute(conn)
        .await?;
    Ok(())
}
