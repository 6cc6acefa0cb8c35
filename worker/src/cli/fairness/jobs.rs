//! The jobs that people are held against.

use std::path::{Path, PathBuf};

use anyhow::Context;
use hiring_core::job::{MAX_SKILL_LENGTH, Requirements};
use hiring_core::resume::Resume;
use hiring_core::taxonomy;
use hiring_matching::{JobFacts, Scorer, Weights, education, job_text};
use serde::Deserialize;

/// Most jobs that are made from resumes.
const MOST: usize = 12;
/// Skills that such a job must have, and the further ones that it would like.
const MUST_HAVE: usize = 3;
const NICE_TO_HAVE: usize = 3;
/// Most years of work that such a job asks for: beyond, nobody else would meet it.
const MOST_YEARS: u8 = 8;

/// A job file: what `POST /jobs` takes, of which the rest is left unread.
#[derive(Debug, Deserialize)]
struct JobFile {
    title: String,
    #[serde(default)]
    description: String,
    requirements: Requirements,
}

/// A job.
pub(super) struct Job {
    pub(super) title: String,
    pub(super) facts: JobFacts,
    /// What it is about, for embedding.
    pub(super) text: String,
    pub(super) scorer: Scorer,
    pub(super) weights: Weights,
}

impl Job {
    fn new(title: &str, requirements: &Requirements, description: &str) -> Self {
        let facts = JobFacts::new(requirements, taxonomy::key).titled(title);
        Self {
            title: title.to_owned(),
            text: job_text(title, requirements, description),
            scorer: Scorer::new(&facts),
            weights: Weights::default(),
            facts,
        }
    }

    /// Whether it asks for a place.
    pub(super) fn asks_for_place(&self) -> bool {
        self.facts.location.is_some()
    }
}

/// The jobs of these files.
pub(super) fn read(files: &[PathBuf]) -> anyhow::Result<Vec<Job>> {
    let read = |file: &PathBuf| {
        let content = std::fs::read(file).with_context(|| format!("reading {} failed", file.display()))?;
        let job: JobFile =
            serde_json::from_slice(&content).with_context(|| format!("{} is no job", file.display()))?;
        Ok(Job::new(&job.title, &job.requirements, &job.description))
    };
    files.iter().map(read).collect()
}

/// Jobs that ask for what some of these people show, evenly picked: their first skills, years and education, no place.
pub(super) fn of_resumes<'a>(resumes: impl ExactSizeIterator<Item = (&'a Path, &'a Resume)>) -> Vec<Job> {
    let step = resumes.len().div_ceil(MOST).max(1);
    resumes
        .step_by(step)
        .filter_map(|(file, resume)| of_resume(file, resume))
        .collect()
}

fn of_resume(file: &Path, resume: &Resume) -> Option<Job> {
    let mut skills: Vec<String> = Vec::new();
    for skill in &resume.skills {
        let name = &skill.name.value;
        if name.chars().count() <= MAX_SKILL_LENGTH && !skills.contains(name) {
            skills.push(name.clone());
        }
    }
    let years = resume.total_experience_years.unwrap_or_default().floor();
    let levels = resume
        .education
        .iter()
        .flat_map(|course| [&course.degree, &course.area]);
    let requirements = Requirements {
        nice_to_have: skills
            .iter()
            .skip(MUST_HAVE)
            .take(NICE_TO_HAVE)
            .cloned()
            .collect(),
        must_have: skills.into_iter().take(MUST_HAVE).collect(),
        // A cast saturates.
        min_experience_years: Some((years as u8).min(MOST_YEARS)).filter(|years| *years > 0),
        education: levels
            .flatten()
            .filter_map(|leaf| education::detect(&leaf.value))
            .max(),
        location: None,
    };
    if requirements == Requirements::default() {
        return None;
    }
    let title = resume.work.iter().find_map(|work| work.title.as_ref());
    let title = title.map_or_else(String::new, |title| title.value.clone());
    let named = file.file_stem().unwrap_or_default().to_string_lossy();
    let mut job = Job::new(&title, &requirements, "");
    job.title = format!("what {named} shows");
    Some(job)
}
