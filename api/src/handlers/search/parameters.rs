//! What a search may ask for, as query parameters.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use hiring_core::application::Stage;
use hiring_core::job::{EducationLevel, MAX_SKILL_LENGTH, MAX_SKILLS};
use hiring_core::taxonomy;
use hiring_resume::lookup;
use serde::{Deserialize, Deserializer, de};
use utoipa::IntoParams;
use uuid::Uuid;

use crate::extract::{PageQuery, Validate, Violations};
use crate::flows::search_candidates::Search;
use crate::flows::search_candidates::wish::Filters;

/// Longest free text, in characters.
const MAX_QUERY_CHARS: usize = 500;
/// Most years of work that a filter can name.
const MAX_YEARS: f64 = 60.0;
/// Most languages that a filter can name.
const MAX_LANGUAGES: usize = 10;
/// Levels of a language.
const LEVELS: [&str; 7] = ["A1", "A2", "B1", "B2", "C1", "C2", "native"];

/// What to search for.
#[derive(Debug, Default, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SearchQuery {
    /// Free text, at most 500 characters: a sentence, words, `"phrases"`, `-excluded`. Without it the filters alone decide.
    q: Option<String>,
    /// Whether skills, years, place, education and languages that `q` names become filters.
    #[param(default = true)]
    interpret: Option<bool>,
    /// Skills, each needed; by commas or by repeating the parameter. Other names of a skill and kinds of it count as well.
    #[param(style = Form, explode = false, required = false)]
    skills: Vec<String>,
    /// Least years of work.
    #[param(minimum = 0, maximum = 60)]
    min_experience: Option<f64>,
    /// Most years of work.
    #[param(minimum = 0, maximum = 60)]
    max_experience: Option<f64>,
    /// The place where the person lives: a town, region or country in any of several languages, or words of it.
    location: Option<String>,
    /// Least level of education: `secondary`, `vocational`, `bachelor`, `master` or `doctorate`.
    education: Option<String>,
    /// Languages, each needed, in any of several languages, with a least level or without: `German`, `Deutsch:B2`. By commas or by
    /// repeating the parameter.
    #[param(style = Form, explode = false, required = false)]
    language: Vec<String>,
    /// Stage of an application: `applied`, `screening`, `test`, `interview`, `offer`, `hired`, `rejected` or `withdrawn`.
    stage: Option<String>,
    /// The job of that application; alone it finds everybody on the job.
    job_id: Option<Uuid>,
    /// First day of the upload, in UTC.
    uploaded_from: Option<NaiveDate>,
    /// Last day of the upload, in UTC.
    uploaded_to: Option<NaiveDate>,
    /// Hides names, contact data, addresses and ages (`docs/FAIRNESS.md`); offsets stay as they are. Where the organization screens
    /// blindly, this holds without being asked for, and only admins may say `false`.
    /// Then words find people by headline, titles and skills alone, and no name finds anybody.
    blind: Option<bool>,
    /// The page, from 1.
    #[param(minimum = 1, default = 1)]
    page: Option<u32>,
    /// Entries on a page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    per_page: Option<u32>,
}

/// By hand, because `skills` may be repeated, which a query string read into a struct does not allow.
impl<'de> Deserialize<'de> for SearchQuery {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        fn set<T, E: de::Error>(place: &mut Option<T>, name: &str, value: Result<T, E>) -> Result<(), E> {
            if place.replace(value?).is_some() {
                return Err(E::custom(format!("`{name}` is given twice")));
            }
            Ok(())
        }
        fn read<T: std::str::FromStr, E: de::Error>(name: &str, text: &str) -> Result<T, E> {
            text.parse()
                .map_err(|_| E::custom(format!("`{name}` is not of the kind wanted")))
        }
        let mut query = Self::default();
        for (name, value) in Vec::<(String, String)>::deserialize(deserializer)? {
            match name.as_str() {
                "q" => set(&mut query.q, &name, Ok(value))?,
                "interpret" => set(&mut query.interpret, &name, read(&name, &value))?,
                "skills" => query.skills.extend(items_of(&value)),
                "min_experience" => set(&mut query.min_experience, &name, read(&name, &value))?,
                "max_experience" => set(&mut query.max_experience, &name, read(&name, &value))?,
                "location" => set(&mut query.location, &name, Ok(value))?,
                "education" => set(&mut query.education, &name, Ok(value))?,
                "language" => query.language.extend(items_of(&value)),
                "stage" => set(&mut query.stage, &name, Ok(value))?,
                "job_id" => set(&mut query.job_id, &name, read(&name, &value))?,
                "uploaded_from" => set(&mut query.uploaded_from, &name, read(&name, &value))?,
                "uploaded_to" => set(&mut query.uploaded_to, &name, read(&name, &value))?,
                "blind" => set(&mut query.blind, &name, read(&name, &value))?,
                "page" => set(&mut query.page, &name, read(&name, &value))?,
                "per_page" => set(&mut query.per_page, &name, read(&name, &value))?,
                _ => return Err(de::Error::custom(format!("there is no parameter `{name}`"))),
            }
        }
        Ok(query)
    }
}

fn items_of(list: &str) -> impl Iterator<Item = String> {
    list.split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .map(str::to_owned)
}

impl Validate for SearchQuery {
    fn validate(&self, violations: &mut Violations) {
        PageQuery::from_parts(self.page, self.per_page).validate(violations);
        let text = self.q.as_deref().unwrap_or_default();
        violations.text("q", text, 0, MAX_QUERY_CHARS);
        if !text.trim().is_empty() && !text.contains(char::is_alphanumeric) {
            violations.add("q", "no-words", "`q` needs a letter or a digit.");
        }
        let place = self.location.as_deref().unwrap_or_default();
        violations.text("location", place, 0, 200);
        if !place.trim().is_empty() && !place.contains(char::is_alphanumeric) {
            violations.add("location", "unknown-value", "A place needs a letter or a digit.");
        }
        self.validate_skills(violations);
        self.validate_experience(violations);
        self.validate_names(violations);
        if let (Some(from), Some(to)) = (self.uploaded_from, self.uploaded_to)
            && from > to
        {
            violations.add(
                "uploaded_to",
                "out-of-range",
                "`uploaded_to` is not before `uploaded_from`.",
            );
        }
    }
}

impl SearchQuery {
    fn validate_skills(&self, violations: &mut Violations) {
        if self.skills.len() > MAX_SKILLS {
            violations.add(
                "skills",
                "too-many",
                format!("A search may name at most {MAX_SKILLS} skills."),
            );
        }
        for skill in self.skills.iter().take(MAX_SKILLS) {
            violations.text("skills", skill, 1, MAX_SKILL_LENGTH);
            if taxonomy::key(skill).is_empty() {
                violations.add("skills", "unknown-value", "A skill needs a letter or a digit.");
            }
        }
    }

    fn validate_experience(&self, violations: &mut Violations) {
        for (name, years) in [
            ("min_experience", self.min_experience),
            ("max_experience", self.max_experience),
        ] {
            if years.is_some_and(|years| !(0.0..=MAX_YEARS).contains(&years)) {
                violations.add(
                    name,
                    "out-of-range",
                    format!("`{name}` is 0 to {MAX_YEARS} years."),
                );
            }
        }
        if let (Some(least), Some(most)) = (self.min_experience, self.max_experience)
            && least > most
        {
            violations.add(
                "max_experience",
                "out-of-range",
                "`max_experience` is not below `min_experience`.",
            );
        }
    }

    fn validate_names(&self, violations: &mut Violations) {
        if self
            .education
            .as_deref()
            .is_some_and(|level| EducationLevel::from_name(level).is_none())
        {
            let levels = "A level is secondary, vocational, bachelor, master or doctorate.";
            violations.add("education", "unknown-value", levels);
        }
        if self
            .stage
            .as_deref()
            .is_some_and(|stage| Stage::from_name(stage).is_none())
        {
            violations.add(
                "stage",
                "unknown-value",
                crate::handlers::applications::list::STAGES,
            );
        }
        if self.language.len() > MAX_LANGUAGES {
            let most = format!("A search may name at most {MAX_LANGUAGES} languages.");
            violations.add("language", "too-many", most);
        }
        if self
            .language
            .iter()
            .take(MAX_LANGUAGES)
            .any(|language| spoken(language).is_none())
        {
            let known = "A language is known by its name, with a level A1-C2 or native behind a colon, or without one.";
            violations.add("language", "unknown-value", known);
        }
    }

    /// Whether candidates are to be shown blindly, if the caller says so.
    #[must_use]
    pub const fn blind(&self) -> Option<bool> {
        self.blind
    }

    /// What is to be searched for, blindly or not.
    #[must_use]
    pub fn into_search(self, blind: bool) -> Search {
        let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
        let next: Option<DateTime<Utc>> = self
            .uploaded_to
            .and_then(|day| day.checked_add_days(Days::new(1)))
            .map(midnight);
        let filters = Filters {
            skills: self.skills,
            min_months: self.min_experience.map(months),
            max_months: self.max_experience.map(months),
            location: self
                .location
                .map(|text| text.trim().to_owned())
                .filter(|text| !text.is_empty()),
            education: self.education.as_deref().and_then(EducationLevel::from_name),
            languages: self
                .language
                .iter()
                .filter_map(|language| spoken(language))
                .collect(),
            stage: self.stage.as_deref().and_then(Stage::from_name),
            job: self.job_id.map(Into::into),
            uploaded: (self.uploaded_from.map(midnight), next),
        };
        Search {
            text: self.q.unwrap_or_default().trim().to_owned(),
            interpret: self.interpret.unwrap_or(true),
            filters,
            page: PageQuery::from_parts(self.page, self.per_page),
            blind,
        }
    }
}

/// A language by its English name, and the level behind a colon.
fn spoken(text: &str) -> Option<(String, Option<String>)> {
    let (name, level) = match text.split_once(':') {
        Some((name, level)) => (name, Some(level.trim())),
        None => (text, None),
    };
    let level = match level {
        Some(level) => Some(
            LEVELS
                .into_iter()
                .find(|known| known.eq_ignore_ascii_case(level))?,
        ),
        None => None,
    };
    Some((
        lookup::human_language(name.trim())?.to_owned(),
        level.map(str::to_owned),
    ))
}

fn months(years: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "checked to lie between 0 and 720")]
    let months = (years * 12.0).round() as i32;
    months
}
