//! What a search asks for: filters that the caller names, and those that its sentence is read as.

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use hiring_core::application::Stage;
use hiring_core::ids::{JobId, OrgId};
use hiring_core::job::EducationLevel;
use hiring_core::taxonomy::own::OwnTaxonomy;
use hiring_db::search::{FilterText, Prepared, SearchFilter};
use hiring_db::taxonomy as own_taxonomy;
use hiring_matching::sentence::{Certainty, Gazetteer, Interpreted};
use hiring_resume::lookup::{self, PlaceKind};

use super::known;
use crate::problem::Problem;

/// The reader's tables.
pub(super) struct Tables;

impl Gazetteer for Tables {
    fn place(&self, name: &str) -> Option<Certainty> {
        Some(match lookup::place(name)?.kind {
            PlaceKind::City | PlaceKind::Region | PlaceKind::Country => Certainty::Sure,
            PlaceKind::Town => Certainty::Likely,
            PlaceKind::Code => Certainty::Code,
        })
    }

    fn language(&self, name: &str) -> Option<&'static str> {
        lookup::human_language(name)
    }
}

/// What somebody must be like.
#[derive(Debug, Clone, Default)]
pub struct Filters {
    /// Skills as named; each is needed.
    pub skills: Vec<String>,
    /// Least and most months of work.
    pub min_months: Option<i32>,
    /// Most months of work.
    pub max_months: Option<i32>,
    /// The place as typed.
    pub location: Option<String>,
    /// Least level of education.
    pub education: Option<EducationLevel>,
    /// English names of languages, each with a least level or none; each is needed.
    pub languages: Vec<(String, Option<String>)>,
    /// A stage that an application of theirs is in.
    pub stage: Option<Stage>,
    /// The job of that application.
    pub job: Option<JobId>,
    /// First moment of the upload, and the first that is too late.
    pub uploaded: (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
}

impl Filters {
    /// With what a sentence asks for: what the caller named stays, skills and languages come together.
    pub(super) fn with(&self, read: &Interpreted) -> Self {
        let months = |years: Option<u8>| years.map(|years| i32::from(years) * 12);
        let mut filters = self.clone();
        filters.skills.extend(read.skills.iter().cloned());
        if filters.min_months.is_none() && filters.max_months.is_none() {
            (filters.min_months, filters.max_months) =
                (months(read.min_experience), months(read.max_experience));
        }
        filters.location = filters.location.or_else(|| read.location.clone());
        filters.education = filters.education.or(read.education);
        for language in &read.languages {
            if !filters.languages.iter().any(|(name, _)| name == language.name) {
                filters
                    .languages
                    .push((language.name.to_owned(), language.level.map(str::to_owned)));
            }
        }
        filters
    }

    /// The facts among them.
    pub(super) async fn facts(
        &self,
        conn: &mut AsyncPgConnection,
        org: OrgId,
    ) -> Result<FilterText, Problem> {
        let own = match self.skills.is_empty() {
            true => Vec::new(),
            false => own_taxonomy::of(conn, org).await?,
        };
        let names = OwnTaxonomy::new(own.clone());
        let (city, country) = self.location.as_deref().map_or((None, None), named);
        Ok(FilterText {
            skills: self
                .skills
                .iter()
                .map(|skill| known::keys(skill, &own, &names))
                .collect(),
            languages: self.languages.clone(),
            education: self.education.map(EducationLevel::as_str),
            place: self.location.clone(),
            city,
            country,
        })
    }

    /// All of them, with the facts as Postgres reads them.
    pub(super) fn prepared(&self, prepared: &Prepared) -> SearchFilter {
        let bounded = self.min_months.is_some() || self.max_months.is_some();
        SearchFilter {
            facts: prepared.facts.clone(),
            experience_months: bounded
                .then(|| (self.min_months.unwrap_or(0), self.max_months.unwrap_or(i32::MAX))),
            uploaded: self.uploaded,
            stage: self.stage.map(Stage::as_str),
            job: self.job,
            without: prepared.without.clone(),
            blind: false,
        }
    }
}

/// The town that a place names, and the country where one is named. Of a region the words alone count.
fn named(place: &str) -> (Option<String>, Option<String>) {
    let parts: Vec<&str> = place.split(',').map(str::trim).collect();
    let country = |parts: &[&str]| {
        let known = parts.iter().filter_map(|part| lookup::place(part));
        let country = known.filter(|place| {
            matches!(
                place.kind,
                PlaceKind::Country | PlaceKind::Code | PlaceKind::Region
            )
        });
        country.map(|place| place.country.to_owned()).next()
    };
    let Some((first, rest)) = parts.split_first() else {
        return (None, None);
    };
    match lookup::place(first) {
        Some(known) if matches!(known.kind, PlaceKind::City | PlaceKind::Town) => {
            let name = if known.name.is_empty() { *first } else { known.name };
            (Some(name.to_owned()), country(rest))
        }
        Some(known) if known.kind == PlaceKind::Country => (None, Some(known.country.to_owned())),
        _ => (None, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_names_its_town_and_country() {
        let named = |place| {
            let (city, country) = named(place);
            (city.unwrap_or_default(), country.unwrap_or_default())
        };
        assert_eq!(named("München"), named("Munich"));
        assert_eq!(named("Berlin, Deutschland"), ("Berlin".into(), "DE".into()));
        assert_eq!(named("Spanien"), (String::new(), "ES".into()));
        assert_eq!(named("Zebraville"), Default::default());
    }

    #[test]
    fn what_the_caller_names_stays() {
        let read = hiring_matching::sentence::read("python devs in Berlin with 5+ years", &Tables);
        let explicit = Filters {
            skills: vec!["Rust".into()],
            location: Some("Lyon".into()),
            max_months: Some(24),
            ..Filters::default()
        };
        let filters = explicit.with(&read);
        assert_eq!(filters.skills, ["Rust", "Python"]);
        assert_eq!(filters.location.as_deref(), Some("Lyon"));
        assert_eq!((filters.min_months, filters.max_months), (None, Some(24)));
    }
}
