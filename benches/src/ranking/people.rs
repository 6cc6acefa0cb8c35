//! Resumes, read, made neutral and embedded as the worker does it.

use std::ops::Range;

use anyhow::Context;
use chrono::NaiveDate;
use hiring_core::reading::ReadResume;
use hiring_matching::embedded::{self, PIECE_TOKENS, PROFILE_TOKENS};
use hiring_matching::lines::{LINE_TOKENS, lines};
use hiring_matching::neutral;
use hiring_ranking_set::{Person, TODAY};
use hiring_resume::ReadOptions;

use super::vectors::Vectors;

/// A person, as far as the product knows them.
pub struct Known {
    /// What was read.
    pub read: ReadResume,
    /// The profile's vector.
    pub profile: Vec<f32>,
    /// The vector of each chunk of the resume.
    pub chunks: Vec<Vec<f32>>,
    /// Its lines and titles.
    pub lines: Vec<Line>,
}

/// A line or title of a resume.
pub struct Line {
    /// Whether it is a title.
    pub is_title: bool,
    /// Its code points in the visible text.
    pub place: Range<usize>,
    /// The vector of its neutral text.
    pub vector: Vec<f32>,
}

/// Reads and embeds everybody, in the order given.
///
/// # Errors
/// When a resume cannot be read: all of the set can be.
pub async fn read(people: &[Person], vectors: &mut Vectors) -> anyhow::Result<Vec<Known>> {
    let (year, month, day) = TODAY;
    let today = NaiveDate::from_ymd_opt(year, month, day).context("the set has no day")?;
    let mut known = Vec::new();
    for person in people {
        let read = hiring_resume::read(&person.document, &ReadOptions { today })
            .with_context(|| format!("reading the resume of {}", person.id))?;
        known.push(embed(read, vectors).await?);
    }
    Ok(known)
}

async fn embed(read: ReadResume, vectors: &mut Vectors) -> anyhow::Result<Known> {
    let profile = embedded::profile(&read.resume);
    let profile = vectors.of(&[profile], PROFILE_TOKENS).await?;
    let pieces = embedded::pieces(&read.resume, &read.visible_text, &read.sections);
    let texts: Vec<String> = pieces.into_iter().map(|piece| piece.text).collect();
    let chunks = vectors.of(&texts, PIECE_TOKENS).await?;
    let neutral = neutral::of(&read.resume, &read.visible_text, &read.sections);
    let lines = lines(&read.resume, &neutral);
    let texts: Vec<String> = lines.iter().map(|line| line.text.clone()).collect();
    let embedded = vectors.of(&texts, LINE_TOKENS).await?;
    let lines = lines.into_iter().zip(embedded).map(|(line, vector)| Line {
        is_title: line.is_title,
        place: line.place,
        vector,
    });
    Ok(Known {
        profile: profile.into_iter().next().unwrap_or_default(),
        chunks,
        lines: lines.collect(),
        read,
    })
}
