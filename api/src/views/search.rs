//! Candidates found by a search, as callers see them.

use hiring_core::job::EducationLevel;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::flows::search_candidates::facets::{Count, Facets};
use crate::flows::search_candidates::lists::{
    ALL_WORDS_WEIGHT, ANY_WORD_WEIGHT, MEANING_WEIGHT, NAMES_WEIGHT,
};
use crate::flows::search_candidates::snippet::{Range, Snippet};
use crate::flows::search_candidates::{Found, Hit};

/// A candidate found.
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchHit {
    /// The candidate's id.
    pub id: Uuid,
    /// Full name.
    pub name: Option<String>,
    /// First e-mail address.
    pub email: Option<String>,
    /// The line under the name, else the latest title.
    pub headline: Option<String>,
    /// Where the person lives.
    pub location: Option<String>,
    /// Canonical names of the skills.
    pub skills: Vec<String>,
    /// Years of work, one decimal, overlaps counted once.
    pub experience_years: Option<f64>,
    /// How high the candidate stands on the lists that answered: 1 leads all of them. For ordering one answer only, not
    /// for comparing answers; 1 where there is no `q`.
    #[schema(minimum = 0, maximum = 1)]
    pub match_score: f64,
    /// Which skills and words of the search the resume has.
    pub matched: Vec<String>,
    /// Where the resume shows it best: the stretch with most of the words, else the section nearest in meaning.
    pub snippets: Vec<SnippetView>,
}

/// A stretch of the visible text.
#[derive(Debug, Serialize, ToSchema)]
pub struct SnippetView {
    /// The text itself, at most 240 characters.
    pub text: String,
    /// First code point in the visible text.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
    /// The section that it begins in.
    pub section: Option<&'static str>,
    /// Words of the search in it.
    pub highlights: Vec<TextRange>,
}

/// A range of the visible text, in code points.
#[derive(Debug, Serialize, ToSchema)]
pub struct TextRange {
    /// First code point.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
}

/// What a search says about itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchMeta {
    /// What `q` was read as. Give it back as parameters with `interpret=false` and `q` as `rest` to change it.
    pub interpreted: InterpretedView,
    /// Counts over the best 200 people found; without `q` over the latest 1,000 behind the filters.
    pub facets: FacetsView,
    /// How the lists are fused.
    pub fusion: FusionView,
}

/// What a sentence was read as.
#[derive(Debug, Serialize, ToSchema)]
pub struct InterpretedView {
    /// Canonical names of skills.
    pub skills: Vec<String>,
    /// Least years of work.
    pub min_experience: Option<u8>,
    /// Most years of work.
    pub max_experience: Option<u8>,
    /// The place as written.
    pub location: Option<String>,
    /// Least level of education.
    pub education: Option<&'static str>,
    /// Languages as the parameter `language` takes them.
    pub language: Vec<String>,
    /// The words that are searched for as text.
    pub rest: String,
    /// Nobody met these filters, so that `q` was searched for as it stands.
    pub relaxed: bool,
}

/// Counts of values; each can be given back as a filter. At most 20 of a kind, the most frequent first.
#[derive(Debug, Serialize, ToSchema)]
pub struct FacetsView {
    /// Over how many people.
    pub counted: u64,
    /// Skills.
    pub skills: Vec<FacetCount>,
    /// Towns.
    pub locations: Vec<FacetCount>,
    /// Highest levels of education.
    pub education: Vec<FacetCount>,
    /// Human languages.
    pub languages: Vec<FacetCount>,
    /// Years of work.
    pub experience: Vec<ExperienceCount>,
    /// Stages of applications.
    pub stages: Vec<FacetCount>,
}

/// A value and how many of the people have it.
#[derive(Debug, Serialize, ToSchema)]
pub struct FacetCount {
    /// The value.
    pub value: String,
    /// People.
    pub count: u64,
}

/// Years of work and how many of the people have them.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExperienceCount {
    /// Least years.
    pub from: i32,
    /// Years that are too many; none for no end.
    pub below: Option<i32>,
    /// People.
    pub count: u64,
}

/// Reciprocal rank fusion: somebody gets `weight / (k + rank)` from each list.
#[derive(Debug, Serialize, ToSchema)]
pub struct FusionView {
    /// The constant.
    pub k: u32,
    /// Weight of the list of people with all the words.
    pub all_words: u32,
    /// Weight of the list of people with some of the words, when nobody has all.
    pub any_word: u32,
    /// Weight of the list of names spelt almost as typed.
    pub names: u32,
    /// Weight of the list by meaning.
    pub meaning: u32,
}

impl SearchMeta {
    /// What a search says about itself.
    #[must_use]
    pub fn of(found: &Found) -> Self {
        let read = &found.interpreted;
        let language = |(name, level): (&str, Option<&str>)| {
            level.map_or_else(|| name.to_owned(), |level| format!("{name}:{level}"))
        };
        Self {
            interpreted: InterpretedView {
                skills: read.skills.clone(),
                min_experience: read.min_experience,
                max_experience: read.max_experience,
                location: read.location.clone(),
                education: read.education.map(EducationLevel::as_str),
                language: read
                    .languages
                    .iter()
                    .map(|spoken| language((spoken.name, spoken.level)))
                    .collect(),
                rest: read.rest.clone(),
                relaxed: found.relaxed,
            },
            facets: FacetsView::of(&found.facets),
            fusion: FusionView {
                k: hiring_matching::fusion::DEFAULT_K,
                all_words: ALL_WORDS_WEIGHT,
                any_word: ANY_WORD_WEIGHT,
                names: NAMES_WEIGHT,
                meaning: MEANING_WEIGHT,
            },
        }
    }
}

impl FacetsView {
    fn of(facets: &Facets) -> Self {
        let counts = |counts: &[Count]| {
            let view = |count: &Count| FacetCount {
                value: count.value.clone(),
                count: count.count,
            };
            counts.iter().map(view).collect()
        };
        Self {
            counted: facets.counted,
            skills: counts(&facets.skills),
            locations: counts(&facets.locations),
            education: counts(&facets.education),
            languages: counts(&facets.languages),
            experience: facets
                .experience
                .iter()
                .map(|band| ExperienceCount {
                    from: band.from,
                    below: band.below,
                    count: band.count,
                })
                .collect(),
            stages: counts(&facets.stages),
        }
    }
}

impl From<Range> for TextRange {
    fn from(range: Range) -> Self {
        Self {
            start: range.start,
            end: range.end,
        }
    }
}

impl From<Snippet> for SnippetView {
    fn from(snippet: Snippet) -> Self {
        Self {
            text: snippet.text,
            start: snippet.range.start,
            end: snippet.range.end,
            section: snippet.section,
            highlights: snippet.highlights.into_iter().map(TextRange::from).collect(),
        }
    }
}

impl From<Hit> for SearchHit {
    fn from(hit: Hit) -> Self {
        let row = hit.row;
        Self {
            id: row.id,
            name: row.name,
            email: row.email,
            headline: row.headline,
            location: row.location,
            skills: row.skill_names,
            experience_years: row
                .experience_months
                .map(|months| (f64::from(months) / 1.2).round() / 10.0),
            match_score: hit.score,
            matched: hit.matched,
            snippets: hit.snippet.into_iter().map(SnippetView::from).collect(),
        }
    }
}
