//! The score of one candidate for one job, in two stages: what the resume shows ([`Scorer::assess`]), and what that weighs
//! ([`Assessed::score`]).

use hiring_core::job::EducationLevel;
use serde::{Deserialize, Serialize};

use crate::ONE_BP;
use crate::components::positions::{month_number, positions};
use crate::components::profession::{self, Title};
use crate::components::skills::{self, Wanted};
use crate::components::{Assessment, education, experience, location, recency, semantic};
use crate::evidence::{Evidence, verify};
use crate::facts::{CandidateFacts, JobFacts};
use crate::neutral;
use crate::place::Wish;
use crate::reading::Reading;
use crate::weights::{ComponentName, Weights};

/// Version of the rules in this crate. It changes whenever the same facts could give another number.
pub const RUBRIC_VERSION: &str = "3";

/// What remains of a score when nothing of a component is met, in basis points; components without an entry only count by
/// their weight. A job is not filled by somebody who lacks these, however well the rest fits: a stranger to the profession
/// with every other wish fulfilled has to end below somebody who has half of everything. Tuned on the tuning half of the
/// labelled ranking set (`docs/RANKING.md`).
const LEFT_BP: [(ComponentName, u32); 4] = [
    (ComponentName::MustHave, 1_000),
    (ComponentName::Profession, 1_000),
    (ComponentName::Experience, 2_000),
    (ComponentName::Location, 3_000),
];

/// How well one requirement of a component is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// The requirement, as the job says it.
    pub requirement: String,
    /// 0..=10000.
    pub value_bp: u16,
}

/// What a resume shows of one component, whatever that weighs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What was assessed.
    pub name: ComponentName,
    /// How well it is met, 0..=10000.
    pub value_bp: u16,
    /// Its requirements, in the job's order.
    pub requirements: Vec<Shown>,
    /// What speaks for it, quoted.
    pub evidence: Vec<Evidence>,
    /// What was asked for and not found, as sentences for the recruiter.
    pub missing: Vec<String>,
}

/// What a resume shows of a job: the facts of a screening. Every quote stands in the visible text where it claims to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessed {
    /// [`RUBRIC_VERSION`] of the rules that made it.
    pub rubric: String,
    /// What the job asks for; components for which it asks nothing are absent.
    pub findings: Vec<Finding>,
}

/// One component of a score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Component {
    /// What was assessed.
    pub name: ComponentName,
    /// Its weight in this score; the weights of a score sum to 10000.
    pub weight_bp: u16,
    /// How well it is met, 0..=10000.
    pub value_bp: u16,
    /// What it leaves of the whole score, 0..=10000; 10000 where it only counts by its weight.
    #[serde(default = "one_bp")]
    pub factor_bp: u16,
    /// Its requirements, in the job's order; empty in scores of rubric 1.
    #[serde(default)]
    pub requirements: Vec<Shown>,
    /// What speaks for it, quoted.
    pub evidence: Vec<Evidence>,
    /// What was asked for and not found, as sentences for the recruiter.
    pub missing: Vec<String>,
}

/// A score with its reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// [`RUBRIC_VERSION`] of the rules that made it.
    pub rubric: String,
    /// The score, 0..=10000: the square root of `weighted_bp * factor_bp`, rounded down.
    pub total_bp: u16,
    /// Sum of `weight_bp * value_bp` over the components `/ 10000`.
    pub weighted_bp: u16,
    /// The product of the components' factors, each step rounded down; that of the must-haves in rubric 1.
    #[serde(alias = "must_have_factor_bp")]
    pub factor_bp: u16,
    /// What the job asks for, assessed; components for which it asks nothing are absent.
    pub components: Vec<Component>,
}

impl Score {
    /// Whether every quote stands in the visible text where it claims to.
    #[must_use]
    pub fn is_quoted_from(&self, visible_text: &str) -> bool {
        self.components
            .iter()
            .flat_map(|component| &component.evidence)
            .all(|quote| verify(quote, visible_text))
    }

    /// Whether a quote counts in it that a language model pointed at.
    #[must_use]
    pub fn uses_model(&self) -> bool {
        let mut quotes = self.components.iter().flat_map(|component| &component.evidence);
        quotes.any(|quote| !quote.source.is_rules())
    }

    /// The component of this name, if the job asks for it.
    #[must_use]
    pub fn component(&self, name: ComponentName) -> Option<&Component> {
        self.components.iter().find(|component| component.name == name)
    }
}

/// A job, ready to be held against many candidates.
pub struct Scorer {
    must_have: Vec<Wanted>,
    nice_to_have: Vec<Wanted>,
    min_experience_years: Option<u8>,
    education: Option<EducationLevel>,
    location: Option<Wish>,
    title: Option<Title>,
}

impl Scorer {
    /// Prepares a job's requirements.
    #[must_use]
    pub fn new(job: &JobFacts) -> Self {
        let must_have = skills::wanted(&job.must_have, &[]);
        Self {
            nice_to_have: skills::wanted(&job.nice_to_have, &must_have),
            must_have,
            min_experience_years: job.min_experience_years,
            education: job.education,
            location: job.location.as_deref().and_then(Wish::read),
            title: job.title.as_deref().map(Title::new),
        }
    }

    /// What one candidate shows. It depends on the neutral text alone and on the places of what it quotes.
    #[must_use]
    pub fn assess(&self, candidate: &CandidateFacts<'_>) -> Assessed {
        let neutral = neutral::of(candidate.resume, candidate.visible_text, candidate.sections);
        let reading = Reading::new(candidate, &neutral);
        let must_have = skills::find(&self.must_have, &reading);
        let nice_to_have = skills::find(&self.nice_to_have, &reading);
        let wanted = [must_have.clone(), nice_to_have.clone()].concat();
        let positions = candidate
            .as_of
            .map(|now| positions(month_number(now), &reading))
            .unwrap_or_default();
        let asked: Vec<(ComponentName, Option<Assessment>)> = vec![
            (ComponentName::MustHave, skills::assess(&must_have, &reading)),
            (ComponentName::NiceToHave, skills::assess(&nice_to_have, &reading)),
            (
                ComponentName::Profession,
                profession::assess(self.title.as_ref(), &reading),
            ),
            (
                ComponentName::Experience,
                experience::assess(
                    self.min_experience_years,
                    (self.title.as_ref(), &wanted, &positions),
                    &reading,
                ),
            ),
            (
                ComponentName::Education,
                education::assess(self.education, &reading),
            ),
            (
                ComponentName::Location,
                location::assess(self.location.as_ref(), &reading),
            ),
        ];
        let nothing_asked = asked.iter().all(|(_, assessment)| assessment.is_none());
        let semantic = semantic::assess(&wanted, &reading, nothing_asked);
        let recency = recency::assess(&must_have, &positions, &reading);
        let rest = [
            (ComponentName::Semantic, semantic),
            (ComponentName::Recency, recency),
        ];
        let findings = asked
            .into_iter()
            .chain(rest)
            .filter_map(|(name, assessment)| Some(assessment?.named(name)));
        Assessed {
            rubric: RUBRIC_VERSION.to_owned(),
            findings: findings.collect(),
        }
    }
}

impl Assessed {
    /// What it weighs: the score, by whole numbers alone. The same findings and weights give the same score at any time.
    #[must_use]
    pub fn score(&self, weights: &Weights) -> Score {
        let names: Vec<ComponentName> = self.findings.iter().map(|finding| finding.name).collect();
        let weights = weights.normalised(&names);
        let component = |(finding, weight_bp): (&Finding, u16)| Component {
            name: finding.name,
            weight_bp,
            value_bp: finding.value_bp.min(ONE_BP),
            factor_bp: factor_bp(finding, weight_bp),
            requirements: finding.requirements.clone(),
            evidence: finding.evidence.clone(),
            missing: finding.missing.clone(),
        };
        let components: Vec<Component> = self.findings.iter().zip(weights).map(component).collect();
        let one = u32::from(ONE_BP);
        let product = |c: &Component| u32::from(c.weight_bp) * u32::from(c.value_bp);
        let weighted = components.iter().map(product).sum::<u32>() / one;
        let factor = components
            .iter()
            .fold(one, |factor, c| factor * u32::from(c.factor_bp) / one);
        Score {
            rubric: self.rubric.clone(),
            total_bp: whole_bp((weighted * factor).isqrt()),
            weighted_bp: whole_bp(weighted),
            factor_bp: whole_bp(factor),
            components,
        }
    }
}

/// What a component leaves of the whole score. One that has no weight takes nothing away.
fn factor_bp(finding: &Finding, weight_bp: u16) -> u16 {
    let one = u32::from(ONE_BP);
    let left = LEFT_BP
        .iter()
        .find(|(name, _)| *name == finding.name && weight_bp > 0);
    let left = left.map_or(one, |(_, left)| *left);
    whole_bp(left + (one - left) * u32::from(finding.value_bp.min(ONE_BP)) / one)
}

const fn one_bp() -> u16 {
    ONE_BP
}

/// A number that is within 0..=10000 by construction.
fn whole_bp(bp: u32) -> u16 {
    u16::try_from(bp).unwrap_or(ONE_BP).min(ONE_BP)
}
