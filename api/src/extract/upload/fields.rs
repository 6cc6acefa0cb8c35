//! The parts of an upload that are no files.

use actix_multipart::Field;
use futures::StreamExt;
use hiring_core::ids::JobId;

use super::{broken, file_name_of};
use crate::extract::Violations;
use crate::problem::{Kind, Problem};

/// Most bytes in all parts that are not the file, headers not counted.
const MAX_OTHER_BYTES: usize = 64 * 1024;

/// What has come in besides files.
#[derive(Default)]
pub struct Fields {
    job_id: Option<String>,
    parts: usize,
    other_bytes: usize,
    /// Whether a file came in a field where nobody looks for one.
    pub misplaced: bool,
}

impl Fields {
    /// Counts a part of any sort.
    ///
    /// # Errors
    /// `malformed-request` for one too many.
    pub fn count(&mut self, most: usize) -> Result<(), Problem> {
        self.parts += 1;
        if self.parts > most {
            let detail = format!("An upload may have at most {most} parts.");
            return Err(Problem::new(Kind::Malformed, detail));
        }
        Ok(())
    }

    /// Takes a part that is no file.
    ///
    /// # Errors
    /// `too-large`, `validation-failed` for a second `job_id`, `malformed-request`.
    pub async fn take(&mut self, part: &mut Field) -> Result<(), Problem> {
        if part.name() == Some("job_id") {
            let text = self.take_text(part).await?;
            return self.take_job(text);
        }
        self.misplaced |= file_name_of(part).is_some();
        self.take_text(part).await.map(drop)
    }

    /// A small part; all of them together are bounded.
    async fn take_text(&mut self, part: &mut Field) -> Result<Vec<u8>, Problem> {
        let mut text = Vec::new();
        while let Some(piece) = part.next().await {
            let piece = piece.map_err(|error| broken(&error))?;
            self.other_bytes += piece.len();
            if self.other_bytes > MAX_OTHER_BYTES {
                let detail =
                    "The resume belongs into the field `file` or `resume`; the other fields are too large.";
                return Err(Problem::new(Kind::TooLarge, detail));
            }
            text.extend_from_slice(&piece);
        }
        Ok(text)
    }

    fn take_job(&mut self, text: Vec<u8>) -> Result<(), Problem> {
        let text = String::from_utf8_lossy(&text).trim().to_owned();
        if text.is_empty() {
            return Ok(());
        }
        if self.job_id.as_ref().is_some_and(|first| *first != text) {
            return Err(invalid_job(
                "repeated",
                "`job_id` is given twice; an upload can apply to one job.",
            ));
        }
        self.job_id = Some(text);
        Ok(())
    }

    /// The job to apply to, if one was named.
    ///
    /// # Errors
    /// `validation-failed` when it is no UUID.
    pub fn job(&self) -> Result<Option<JobId>, Problem> {
        let wrong = |_| invalid_job("not-a-uuid", "`job_id` is not a UUID.");
        self.job_id
            .as_deref()
            .map(str::parse::<JobId>)
            .transpose()
            .map_err(wrong)
    }
}

fn invalid_job(code: &'static str, detail: &str) -> Problem {
    let mut violations = Violations::default();
    violations.add("/job_id", code, detail);
    violations
        .finish()
        .err()
        .unwrap_or_else(|| Problem::new(Kind::ValidationFailed, detail))
}
