//! The product's score of a job and a person, and the cosines that the rival by vectors ranks by.

use anyhow::Context;
use hiring_core::job::Requirements;
use hiring_core::taxonomy;
use hiring_matching::{
    CandidateFacts, JOB_TOKENS, JobFacts, Near, REQUIREMENT_TOKENS, Score, Scorer, Similarities, Weights,
    job_text, requirement_texts, similarity_bp,
};
use hiring_ranking_set::{Job, TODAY};

use super::people::Known;
use super::vectors::{Vectors, cosine};

/// A job, ready to be held against people.
pub struct Asked {
    /// What the job asks for, as the product stores it.
    pub facts: JobFacts,
    scorer: Scorer,
    /// The vector of the whole job.
    job: Vec<f32>,
    /// The vector of each requirement.
    requirements: Vec<(String, Vec<f32>)>,
}

/// What a person comes to.
pub struct Scored {
    /// The product's score.
    pub score: Score,
    /// The cosine of the job's and the profile's vectors.
    pub profile: f64,
    /// The greatest cosine of the job's and a chunk's vectors.
    pub chunk: f64,
}

impl Asked {
    /// Embeds what the job asks for.
    ///
    /// # Errors
    /// When the model fails.
    pub async fn embed(job: &Job, vectors: &mut Vectors) -> anyhow::Result<Self> {
        let requirements = Requirements {
            must_have: job.must_have.clone(),
            nice_to_have: job.nice_to_have.clone(),
            min_experience_years: Some(job.min_experience_years),
            location: job.location.clone(),
            education: None,
        };
        let facts = JobFacts::new(&requirements, taxonomy::key).titled(&job.title);
        let text = job_text(&job.title, &requirements, &job.description);
        let job = vectors.of(&[text], JOB_TOKENS).await?;
        let (labels, texts): (Vec<String>, Vec<String>) = requirement_texts(&facts).into_iter().unzip();
        let embedded = vectors.of(&texts, REQUIREMENT_TOKENS).await?;
        Ok(Self {
            scorer: Scorer::new(&facts),
            facts,
            job: job.into_iter().next().context("the job has no vector")?,
            requirements: labels.into_iter().zip(embedded).collect(),
        })
    }

    /// Scores a person as a screening does.
    pub fn score(&self, person: &Known) -> Scored {
        let profile = self.closeness(person);
        let chunk = person.chunks.iter().map(|chunk| cosine(&self.job, chunk));
        let read = &person.read;
        let (year, month, _) = TODAY;
        let facts = CandidateFacts::stored(&read.resume, &read.visible_text, &read.sections)
            .with_similarities(self.similarities(person))
            .uploaded(year, month);
        Scored {
            score: self.scorer.assess(&facts).score(&Weights::default()),
            profile: f64::from(profile),
            chunk: f64::from(chunk.fold(0.0, f32::max)),
        }
    }

    /// The cosine of the job's and the profile's vectors.
    fn closeness(&self, person: &Known) -> f32 {
        cosine(&self.job, &person.profile)
    }

    /// How near the person's lines come to each requirement, their titles to the job's, and the profile to the job.
    pub fn similarities(&self, person: &Known) -> Similarities {
        let nearest = |label: &str, wanted: &[f32]| {
            let is_title = self.facts.title.as_deref() == Some(label);
            let alike = person.lines.iter().any(|line| line.is_title == is_title);
            let lines = person.lines.iter();
            let lines = lines.filter(|line| line.is_title == is_title || !alike);
            lines
                .map(|line| (cosine(wanted, &line.vector), line))
                .max_by(|a, b| a.0.total_cmp(&b.0))
                .map(|(cosine, line)| Near {
                    bp: similarity_bp(cosine),
                    start: line.place.start,
                    end: line.place.end,
                })
        };
        let near = |(label, vector): &(String, Vec<f32>)| Some((label.clone(), nearest(label, vector)?));
        Similarities {
            profile_bp: Some(similarity_bp(self.closeness(person))),
            requirements: self.requirements.iter().filter_map(near).collect(),
        }
    }
}
