//! The score of one candidate for one job.

use hiring_core::job::EducationLevel;
use serde::{Deserialize, Serialize};

use crate::ONE_BP;
use crate::components::skills::{self, Wanted};
use crate::components::{Assessment, education, experience, location, semantic};
use crate::evidence::{Evidence, verify};
use crate::facts::{CandidateFacts, JobFacts};
use crate::place::Place;
use crate::reading::Reading;
use crate::weights::{ComponentName, Weights};

/// Version of the rules in this crate. It changes whenever the same facts could give another number.
pub const RUBRIC_VERSION: &str = "1";

/// What remains of a score when no must-have is shown, in basis points. Chosen so that a stranger to the profession
/// who meets everything else (0.6 of the default weights) ends at 0.24, below anybody with half of the must-haves.
const MUST_HAVE_FLOOR_BP: u32 = 4_000;

/// What a job's owner can choose about scoring.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScoreOptions {
    /// How much each component counts.
    pub weights: Weights,
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
    /// The score, 0..=10000: `weighted_bp * must_have_factor_bp / 10000`.
    pub total_bp: u16,
    /// Sum of `weight_bp * value_bp` over the components `/ 10000`.
    pub weighted_bp: u16,
    /// 10000 when every must-have is shown or none is asked for, down to 4000 when all are missing.
    pub must_have_factor_bp: u16,
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

    /// The component of this name, if the job asks for it.
    #[must_use]
    pub fn component(&self, name: ComponentName) -> Option<&Component> {
        self.components.iter().find(|component| component.name == name)
    }
}

/// Scores one candidate for one job; for many candidates make a [`Scorer`] once.
#[must_use]
pub fn score(job: &JobFacts, candidate: &CandidateFacts<'_>, options: &ScoreOptions) -> Score {
    Scorer::new(job, options).score(candidate)
}

/// A job, ready to be held against many candidates.
pub struct Scorer {
    must_have: Vec<Wanted>,
    nice_to_have: Vec<Wanted>,
    min_experience_years: Option<u8>,
    education: Option<EducationLevel>,
    location: Option<(String, Place)>,
    weights: Weights,
}

impl Scorer {
    /// Prepares a job's requirements.
    #[must_use]
    pub fn new(job: &JobFacts, options: &ScoreOptions) -> Self {
        let location = job.location.as_deref().map(str::trim);
        Self {
            must_have: skills::wanted(&job.must_have),
            nice_to_have: skills::wanted(&job.nice_to_have),
            min_experience_years: job.min_experience_years,
            education: job.education,
            location: location
                .map(|text| (text.to_owned(), Place::read(text)))
                .filter(|(_, place)| !place.is_anywhere()),
            weights: options.weights,
        }
    }

    /// Scores one candidate.
    #[must_use]
    pub fn score(&self, candidate: &CandidateFacts<'_>) -> Score {
        let reading = Reading::new(candidate);
        let location = self.location.as_ref().map(|(text, place)| (text.as_str(), place));
        let mut assessed: Vec<(ComponentName, Assessment)> = [
            (ComponentName::MustHave, skills::assess(&self.must_have, &reading)),
            (
                ComponentName::NiceToHave,
                skills::assess(&self.nice_to_have, &reading),
            ),
            (
                ComponentName::Experience,
                experience::assess(self.min_experience_years, &reading),
            ),
            (
                ComponentName::Education,
                education::assess(self.education, &reading),
            ),
            (ComponentName::Location, location::assess(location, &reading)),
        ]
        .into_iter()
        .filter_map(|(name, assessment)| Some((name, assessment?)))
        .collect();
        let semantic = semantic::assess(candidate.semantic_bp, assessed.is_empty());
        assessed.extend(semantic.map(|assessment| (ComponentName::Semantic, assessment)));
        self.total(assessed)
    }

    /// Scores one candidate and leaves out every quote that does not stand in the visible text where it claims to; answers
    /// how many those were as well. More than none is a defect of this crate and worth a line in the log.
    #[must_use]
    pub fn score_quoted(&self, candidate: &CandidateFacts<'_>) -> (Score, usize) {
        let mut score = self.score(candidate);
        let mut unquoted = 0;
        for component in &mut score.components {
            let claimed = component.evidence.len();
            component
                .evidence
                .retain(|quote| verify(quote, candidate.visible_text));
            unquoted += claimed - component.evidence.len();
        }
        (score, unquoted)
    }

    fn total(&self, assessed: Vec<(ComponentName, Assessment)>) -> Score {
        let names: Vec<ComponentName> = assessed.iter().map(|(name, _)| *name).collect();
        let weights = self.weights.normalised(&names);
        let component = |((name, assessment), weight_bp): ((ComponentName, Assessment), u16)| Component {
            name,
            weight_bp,
            value_bp: assessment.value_bp,
            evidence: assessment.evidence,
            missing: assessment.missing,
        };
        let components: Vec<Component> = assessed.into_iter().zip(weights).map(component).collect();
        let one = u32::from(ONE_BP);
        let product = |c: &Component| u32::from(c.weight_bp) * u32::from(c.value_bp);
        let weighted = components.iter().map(product).sum::<u32>() / one;
        let must_have = components.iter().find(|c| c.name == ComponentName::MustHave);
        let shown = must_have.map_or(one, |c| u32::from(c.value_bp));
        let factor = MUST_HAVE_FLOOR_BP + (one - MUST_HAVE_FLOOR_BP) * shown / one;
        Score {
            rubric: RUBRIC_VERSION.to_owned(),
            total_bp: whole_bp(weighted * factor / one),
            weighted_bp: whole_bp(weighted),
            must_have_factor_bp: whole_bp(factor),
            components,
        }
    }
}

/// A number that is within 0..=10000 by construction.
fn whole_bp(bp: u32) -> u16 {
    u16::try_from(bp).unwrap_or(ONE_BP).min(ONE_BP)
}
