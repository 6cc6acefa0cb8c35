//! What was measured, for people and for programs.

use std::path::PathBuf;

use serde::Serialize;

use super::measure::Measured;
use crate::cli::table::layout;

/// The report.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    /// Name and version of the model by which meaning was compared; `None` when only words were.
    pub(super) model: Option<String>,
    pub(super) rubric: &'static str,
    pub(super) seed: u64,
    /// The files that were read, in the order in which they are numbered.
    pub(super) resumes: Vec<PathBuf>,
    /// The jobs, in the order in which they are numbered.
    pub(super) jobs: Vec<String>,
    pub(super) attributes: Vec<Measured>,
}

impl Report {
    /// The largest change by something that must not count, in basis points.
    pub(super) fn worst_bp(&self) -> u16 {
        let barred = self.attributes.iter().filter(|row| row.must_not_count);
        barred.map(|row| row.largest_change_bp).max().unwrap_or_default()
    }

    /// The report as a table, with the largest changes below it.
    pub(super) fn table(&self) -> String {
        let heading = [
            "ATTRIBUTE",
            "MUST NOT COUNT",
            "RESUMES",
            "SWAPS",
            "SCORES",
            "SWAPS THAT CHANGED",
            "LARGEST CHANGE BP",
            "RANK FLIPS",
        ];
        let row = |row: &Measured| {
            vec![
                row.attribute.as_str().to_owned(),
                if row.must_not_count { "yes" } else { "no" }.to_owned(),
                row.resumes.to_string(),
                row.swaps.to_string(),
                row.scores.to_string(),
                row.changed.to_string(),
                row.largest_change_bp.to_string(),
                row.rank_flips.to_string(),
            ]
        };
        let rows: Vec<Vec<String>> = self.attributes.iter().map(row).collect();
        let by = self.model.as_deref().unwrap_or("words only");
        let mut text = format!(
            "{} resume(s), {} job(s), rubric {}, compared by {by}\n",
            self.resumes.len(),
            self.jobs.len(),
            self.rubric,
        );
        text.push_str(&layout(&heading, &rows));
        for row in &self.attributes {
            for change in &row.changes {
                let file = self
                    .resumes
                    .get(change.resume)
                    .map(|file| file.display().to_string());
                let job = self.jobs.get(change.job).cloned().unwrap_or_default();
                text.push_str(&format!(
                    "{}: {} -> {} bp in {} for {job:?} with {:?}\n",
                    row.attribute.as_str(),
                    change.before_bp,
                    change.after_bp,
                    file.unwrap_or_default(),
                    change.with,
                ));
            }
        }
        text
    }
}
