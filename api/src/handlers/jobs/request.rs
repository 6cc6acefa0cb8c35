//! What recruiters send about jobs, and what is acceptable.

use hiring_core::job::{
    EducationLevel, JobState, JobType, MAX_EXPERIENCE_YEARS, MAX_SKILL_LENGTH, MAX_SKILLS, Requirements,
};
use hiring_db::jobs::JobChange;
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use super::weights::{check_weights, weights_json};
use crate::extract::{Validate, Violations};
use crate::views::job::{RequirementsView, WeightsView};

/// A job to create. An answer of `POST /jobs/parse` is one; what it tells for review only is not kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateJob {
    /// 1-200 characters.
    #[schema(example = "Rust engineer")]
    title: String,
    /// Plain text, at most 20,000 characters.
    #[serde(default)]
    description: String,
    /// Where the work is done, at most 200 characters.
    location: Option<String>,
    /// `full_time` (the default), `part_time`, `contract`, `internship` or `temporary`.
    job_type: Option<String>,
    /// `open` (the default), `draft` or `closed`.
    state: Option<String>,
    /// What the job asks for.
    #[serde(default)]
    requirements: RequirementsView,
    /// How much each component of a score counts; those of the house when left out.
    weights: Option<WeightsView>,
    /// Yearly salary in whole units of the currency.
    #[schema(minimum = 0)]
    salary_min: Option<i32>,
    /// Yearly salary in whole units of the currency; not below `salary_min`.
    #[schema(minimum = 0)]
    salary_max: Option<i32>,
    /// ISO 4217, for instance `EUR`.
    salary_currency: Option<String>,
    // What `POST /jobs/parse` tells for review only: its answer can be sent as it is.
    #[serde(default, rename = "language")]
    #[schema(ignore)]
    _language: IgnoredAny,
    #[serde(default, rename = "remote")]
    #[schema(ignore)]
    _remote: IgnoredAny,
    #[serde(default, rename = "salary_period")]
    #[schema(ignore)]
    _salary_period: IgnoredAny,
    #[serde(default, rename = "responsibilities")]
    #[schema(ignore)]
    _responsibilities: IgnoredAny,
    #[serde(default, rename = "unrecognised")]
    #[schema(ignore)]
    _unrecognised: IgnoredAny,
    #[serde(default, rename = "evidence")]
    #[schema(ignore)]
    _evidence: IgnoredAny,
    #[serde(default, rename = "notes")]
    #[schema(ignore)]
    _notes: IgnoredAny,
}

/// A change to a job: fields that are left out stay; `null` clears one that may be empty.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateJob {
    /// 1-200 characters.
    title: Option<String>,
    /// Plain text, at most 20,000 characters.
    description: Option<String>,
    /// Where the work is done.
    #[serde(default, deserialize_with = "present")]
    location: Option<Option<String>>,
    /// `full_time`, `part_time`, `contract`, `internship` or `temporary`.
    job_type: Option<String>,
    /// `open`, `draft` or `closed`.
    pub(crate) state: Option<String>,
    /// Replaces all requirements.
    requirements: Option<RequirementsView>,
    /// Replaces all weights of the score; `null` goes back to those of the house. Everybody on the job is scored anew.
    #[serde(default, deserialize_with = "present")]
    weights: Option<Option<WeightsView>>,
    /// Yearly salary in whole units of the currency.
    #[serde(default, deserialize_with = "present")]
    salary_min: Option<Option<i32>>,
    /// Yearly salary in whole units of the currency.
    #[serde(default, deserialize_with = "present")]
    salary_max: Option<Option<i32>>,
    /// ISO 4217.
    #[serde(default, deserialize_with = "present")]
    salary_currency: Option<Option<String>>,
}

/// Tells `null` (clear it) from a missing field (leave it).
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(value: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(value).map(Some)
}

impl Validate for CreateJob {
    const MAX_BYTES: usize = 256 * 1024;

    fn validate(&self, violations: &mut Violations) {
        violations.text("/title", &self.title, 1, 200);
        violations.text("/description", &self.description, 0, 20_000);
        violations.text("/location", self.location.as_deref().unwrap_or_default(), 0, 200);
        check_job_type("/job_type", self.job_type.as_deref(), violations);
        check_state("/state", self.state.as_deref(), violations);
        check_requirements(&self.requirements, violations);
        check_weights(self.weights, violations);
        check_salary(
            self.salary_min,
            self.salary_max,
            self.salary_currency.as_deref(),
            violations,
        );
    }
}

impl Validate for UpdateJob {
    const MAX_BYTES: usize = 256 * 1024;

    fn validate(&self, violations: &mut Violations) {
        if let Some(title) = &self.title {
            violations.text("/title", title, 1, 200);
        }
        violations.text(
            "/description",
            self.description.as_deref().unwrap_or_default(),
            0,
            20_000,
        );
        violations.text(
            "/location",
            self.location
                .as_ref()
                .and_then(Option::as_deref)
                .unwrap_or_default(),
            0,
            200,
        );
        check_job_type("/job_type", self.job_type.as_deref(), violations);
        check_state("/state", self.state.as_deref(), violations);
        if let Some(requirements) = &self.requirements {
            check_requirements(requirements, violations);
        }
        check_weights(self.weights.flatten(), violations);
        let currency = self.salary_currency.as_ref().and_then(Option::as_deref);
        check_salary(
            self.salary_min.flatten(),
            self.salary_max.flatten(),
            currency,
            violations,
        );
    }
}

/// The job type must be one of the known names.
pub fn check_job_type(pointer: &str, name: Option<&str>, violations: &mut Violations) {
    if name.is_some_and(|name| JobType::from_name(name).is_none()) {
        let detail = "A job type is full_time, part_time, contract, internship or temporary.";
        violations.add(pointer, "unknown-value", detail);
    }
}

/// The state must be one of the known names.
pub fn check_state(pointer: &str, name: Option<&str>, violations: &mut Violations) {
    if name.is_some_and(|name| JobState::from_name(name).is_none()) {
        violations.add(pointer, "unknown-value", "A state is draft, open or closed.");
    }
}

/// Lists of skills, years, place and education must fit into a job.
pub fn check_requirements(requirements: &RequirementsView, violations: &mut Violations) {
    let lists = [
        ("must_have", &requirements.must_have),
        ("nice_to_have", &requirements.nice_to_have),
    ];
    for (name, skills) in lists {
        let pointer = format!("/requirements/{name}");
        if skills.len() > MAX_SKILLS {
            violations.add(
                pointer.clone(),
                "too-many",
                format!("At most {MAX_SKILLS} skills fit into one list."),
            );
        }
        for (index, skill) in skills.iter().take(MAX_SKILLS).enumerate() {
            violations.text(&format!("{pointer}/{index}"), skill, 1, MAX_SKILL_LENGTH);
        }
    }
    if requirements
        .min_experience_years
        .is_some_and(|years| years > MAX_EXPERIENCE_YEARS)
    {
        let detail = format!("A job may ask for at most {MAX_EXPERIENCE_YEARS} years.");
        violations.add("/requirements/min_experience_years", "out-of-range", detail);
    }
    let location = requirements.location.as_deref().unwrap_or_default();
    violations.text("/requirements/location", location, 0, 200);
    if requirements
        .education
        .as_deref()
        .is_some_and(|name| EducationLevel::from_name(name).is_none())
    {
        let detail = "An education is secondary, vocational, bachelor, master or doctorate.";
        violations.add("/requirements/education", "unknown-value", detail);
    }
}

fn check_salary(min: Option<i32>, max: Option<i32>, currency: Option<&str>, violations: &mut Violations) {
    for (pointer, amount) in [("/salary_min", min), ("/salary_max", max)] {
        if amount.is_some_and(|amount| amount < 0) {
            violations.add(pointer, "out-of-range", "A salary is not negative.");
        }
    }
    if let (Some(min), Some(max)) = (min, max)
        && min > max
    {
        violations.add(
            "/salary_max",
            "out-of-range",
            "`salary_max` is not below `salary_min`.",
        );
    }
    if currency.is_some_and(|code| code.len() != 3 || !code.bytes().all(|b| b.is_ascii_uppercase())) {
        violations.add(
            "/salary_currency",
            "unknown-value",
            "A currency is three capital letters, for instance EUR.",
        );
    }
}

/// Trims, drops what is empty and repeated, and keeps the recruiter's own wording.
#[must_use]
pub fn requirements(view: RequirementsView) -> Requirements {
    let tidy = |skills: Vec<String>| {
        let mut kept: Vec<String> = Vec::with_capacity(skills.len());
        for skill in skills {
            let skill = skill.trim().to_owned();
            if !skill.is_empty() && !kept.contains(&skill) {
                kept.push(skill);
            }
        }
        kept
    };
    Requirements {
        must_have: tidy(view.must_have),
        nice_to_have: tidy(view.nice_to_have),
        min_experience_years: view.min_experience_years,
        location: view
            .location
            .map(|place| place.trim().to_owned())
            .filter(|place| !place.is_empty()),
        education: view.education.as_deref().and_then(EducationLevel::from_name),
    }
}

impl CreateJob {
    /// The row to insert.
    #[must_use]
    pub fn into_change(self) -> JobChange {
        JobChange {
            title: Some(self.title.trim().to_owned()),
            description: Some(self.description),
            location: Some(self.location),
            job_type: Some(
                self.job_type
                    .unwrap_or_else(|| JobType::FullTime.as_str().to_owned()),
            ),
            state: Some(self.state.unwrap_or_else(|| JobState::Open.as_str().to_owned())),
            requirements: serde_json::to_value(requirements(self.requirements)).ok(),
            weights: Some(self.weights.and_then(weights_json)),
            salary_min: Some(self.salary_min),
            salary_max: Some(self.salary_max),
            salary_currency: Some(self.salary_currency),
        }
    }
}

impl UpdateJob {
    /// The columns to change.
    #[must_use]
    pub fn into_change(self) -> JobChange {
        JobChange {
            title: self.title.map(|title| title.trim().to_owned()),
            description: self.description,
            location: self.location,
            job_type: self.job_type,
            state: self.state,
            requirements: self
                .requirements
                .and_then(|view| serde_json::to_value(requirements(view)).ok()),
            weights: self.weights.map(|weights| weights.and_then(weights_json)),
            salary_min: self.salary_min,
            salary_max: self.salary_max,
            salary_currency: self.salary_currency,
        }
    }
}
