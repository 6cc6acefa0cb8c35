//! Searching candidates.

use actix_web::web;
use hiring_core::job::{MAX_SKILL_LENGTH, MAX_SKILLS};
use hiring_core::taxonomy;
use hiring_db::search::SearchFilter;
use serde::{Deserialize, Deserializer, de};
use utoipa::IntoParams;

use crate::answer::{Answer, Envelope};
use crate::extract::allowed::ReadCandidates;
use crate::extract::{Allowed, PageQuery, Query, Validate, Violations};
use crate::flows::search_candidates::{self, Search};
use crate::problem::{Problem, ProblemBody};
use crate::state::AppState;
use crate::views::search::SearchHit;

/// Longest free text, in characters.
const MAX_QUERY_CHARS: usize = 500;
/// Most years of work that a filter can name.
const MAX_YEARS: f64 = 60.0;

/// What to search for.
#[derive(Debug, Default, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SearchQuery {
    /// Free text, at most 500 characters: words, `"phrases"`, `-excluded`. Without it the filters alone decide.
    q: Option<String>,
    /// Skills, each needed; by commas or by repeating the parameter. Other names of a skill count as well.
    #[param(style = Form, explode = false, required = false)]
    skills: Vec<String>,
    /// Least years of work.
    #[param(minimum = 0, maximum = 60)]
    min_experience: Option<f64>,
    /// Most years of work.
    #[param(minimum = 0, maximum = 60)]
    max_experience: Option<f64>,
    /// Part of the place where the person lives, whatever its case.
    location: Option<String>,
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
        fn number<T: std::str::FromStr, E: de::Error>(name: &str, text: &str) -> Result<T, E> {
            text.parse()
                .map_err(|_| E::custom(format!("`{name}` is not a number of the kind wanted")))
        }
        let mut query = Self::default();
        for (name, value) in Vec::<(String, String)>::deserialize(deserializer)? {
            match name.as_str() {
                "q" => set(&mut query.q, &name, Ok(value))?,
                "skills" => query.skills.extend(skills_in(&value)),
                "min_experience" => set(&mut query.min_experience, &name, number(&name, &value))?,
                "max_experience" => set(&mut query.max_experience, &name, number(&name, &value))?,
                "location" => set(&mut query.location, &name, Ok(value))?,
                "page" => set(&mut query.page, &name, number(&name, &value))?,
                "per_page" => set(&mut query.per_page, &name, number(&name, &value))?,
                _ => return Err(de::Error::custom(format!("there is no parameter `{name}`"))),
            }
        }
        Ok(query)
    }
}

fn skills_in(list: &str) -> impl Iterator<Item = String> {
    list.split(',')
        .map(str::trim)
        .filter(|skill| !skill.is_empty())
        .map(str::to_owned)
}

impl Validate for SearchQuery {
    fn validate(&self, violations: &mut Violations) {
        PageQuery::from_parts(self.page, self.per_page).validate(violations);
        violations.text("q", self.q.as_deref().unwrap_or_default(), 0, MAX_QUERY_CHARS);
        violations.text("location", self.location.as_deref().unwrap_or_default(), 0, 200);
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
}

impl SearchQuery {
    fn into_search(self) -> Search {
        let query = search_candidates::Query::read(self.q.as_deref().unwrap_or_default());
        let bounded = self.min_experience.is_some() || self.max_experience.is_some();
        let least = months(self.min_experience.unwrap_or(0.0));
        let experience_months = bounded.then(|| (least, self.max_experience.map_or(i32::MAX, months)));
        let skills: Vec<(String, String)> = self
            .skills
            .into_iter()
            .map(|label| (label.clone(), taxonomy::key(&label)))
            .collect();
        let filter = SearchFilter {
            skills: skills.iter().map(|(_, key)| key.clone()).collect(),
            experience_months,
            location: self
                .location
                .map(|text| text.trim().to_owned())
                .filter(|text| !text.is_empty()),
            without: query.without.clone(),
        };
        Search {
            query,
            skills,
            filter,
            page: PageQuery::from_parts(self.page, self.per_page),
        }
    }
}

fn months(years: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "checked to lie between 0 and 720")]
    let months = (years * 12.0).round() as i32;
    months
}

/// Searches the organization's candidates by words, meaning and facts.
///
/// With `q`, a list by words and a list by meaning, of at most 200 people each, are fused by their ranks; `total` is the
/// number of different people on them. When nobody has all the words, some of them do. `meta.engine` is `hybrid`,
/// `lexical` (with `meta.degraded`) while no vectors can be made, or `filter` without `q`: then everybody behind the
/// filters, latest upload first. People whose experience is not known are not found by it.
#[utoipa::path(
    get, path = "/candidates/search", operation_id = "searchCandidates", tag = "Candidates",
    params(SearchQuery), security(("bearer" = [])),
    responses(
        (status = 200, description = "A page of candidates, best first", body = Envelope<Vec<SearchHit>>),
        (status = 400, description = "The query cannot be parsed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not a recruiter", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "A parameter is out of range", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn candidates(
    allowed: Allowed<ReadCandidates>,
    Query(query): Query<SearchQuery>,
    state: web::Data<AppState>,
) -> Result<Answer<Vec<SearchHit>>, Problem> {
    let search = query.into_search();
    let page = search.page;
    let found = search_candidates::run(&state, allowed.organization()?, search).await?;
    let hits = found.hits.into_iter().map(SearchHit::from).collect();
    let answer = Answer::page(hits, page, found.total).engine(found.engine, found.degraded);
    Ok(answer.private())
}
