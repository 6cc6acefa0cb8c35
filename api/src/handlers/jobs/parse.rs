//! Pasted text of a job posting to structured requirements for review.

use hiring_matching::posting::{self, MAX_POSTING_CHARS, PlaceKind, Tables};
use hiring_resume::lookup;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::answer::{Answer, Envelope};
use crate::extract::allowed::WriteJobs;
use crate::extract::{Allowed, Body, Validate, Violations};
use crate::problem::{Problem, ProblemBody};
use crate::views::posting::ParsedJobView;

/// The gazetteer and the languages that the reader of resumes knows.
const TABLES: Tables = Tables {
    place: kind_of_place,
    human_language: lookup::human_language,
    text_language: lookup::text_language,
};

/// A posting to read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ParseJob {
    /// The posting as pasted: plain text in English, German, French or Spanish, 1-20,000 characters.
    #[schema(
        example = "Backend engineer (Rust)\nBerlin, Germany\n\nRequirements\n- 5+ years of experience\n- Rust and PostgreSQL\n\nNice to have\n- Kubernetes"
    )]
    text: String,
}

impl Validate for ParseJob {
    const MAX_BYTES: usize = 256 * 1024;

    fn validate(&self, violations: &mut Violations) {
        violations.text("/text", &self.text, 1, MAX_POSTING_CHARS);
    }
}

fn kind_of_place(name: &str) -> Option<PlaceKind> {
    lookup::place(name).map(|place| match place.kind {
        lookup::PlaceKind::City => PlaceKind::City,
        lookup::PlaceKind::Town => PlaceKind::Town,
        lookup::PlaceKind::Region => PlaceKind::Region,
        lookup::PlaceKind::Country => PlaceKind::Country,
        lookup::PlaceKind::Code => PlaceKind::Code,
    })
}

/// Reads a pasted posting into structured requirements for review; nothing is stored. The answer can be sent to `POST /jobs` as it is.
#[utoipa::path(
    post, path = "/jobs/parse", operation_id = "parseJob", tag = "Jobs", request_body = ParseJob, security(("bearer" = [])),
    responses(
        (status = 200, description = "What the posting asks for, each value with a quote", body = Envelope<ParsedJobView>),
        (status = 400, description = "The body is no JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not a recruiter", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "The body is not sent as JSON", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The text is empty, too long or holds control characters", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn parse(
    _allowed: Allowed<WriteJobs>,
    body: Body<ParseJob>,
) -> Result<Answer<ParsedJobView>, Problem> {
    let text = body.value.text;
    let read = posting::read(&text, &TABLES);
    Ok(Answer::ok(ParsedJobView::of(read, text)))
}
