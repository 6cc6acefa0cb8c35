//! Which requirements the model is asked about, and how much it may say.

use std::collections::BTreeMap;

use hiring_matching::{Assessed, ComponentName, JobFacts, ONE_BP};

/// Tokens that prose takes: a summary of 60 words, three strengths with quotes, three gaps and three questions.
const PROSE_TOKENS: u32 = 330;
/// Tokens that one quoted requirement takes.
const QUOTE_TOKENS: u32 = 34;
/// Fewest and most requirements that are asked about.
const FEWEST: u32 = 3;
const MOST: u32 = 16;

/// One requirement that the model looks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// What it is called in question and answer, `r1`, `r2` and so on: short, and nothing that a resume can fake.
    pub id: String,
    /// The requirement, by its label in the job.
    pub label: String,
    /// Whether nobody is considered without it.
    pub must_have: bool,
}

/// What the model is asked about one job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brief {
    /// The position's title.
    pub title: String,
    /// What to look for.
    pub asked: Vec<Asked>,
    /// Most tokens of the answer.
    pub max_tokens: u32,
}

impl Brief {
    /// The requirements that the rules have not found in full, must-haves first and the least shown first, as many as an answer
    /// of this length has room for.
    #[must_use]
    pub fn new(job: &JobFacts, assessed: &Assessed, max_tokens: u32) -> Self {
        let shown: BTreeMap<&str, u16> = assessed
            .findings
            .iter()
            .filter(|finding| matches!(finding.name, ComponentName::MustHave | ComponentName::NiceToHave))
            .flat_map(|finding| &finding.requirements)
            .map(|shown| (shown.requirement.as_str(), shown.value_bp))
            .collect();
        let room = (max_tokens.saturating_sub(PROSE_TOKENS) / QUOTE_TOKENS).clamp(FEWEST, MOST);
        let mut open: Vec<(bool, u16, &str)> = Vec::new();
        for (skills, must_have) in [(&job.must_have, true), (&job.nice_to_have, false)] {
            for skill in skills {
                let label = skill.label.trim();
                // A label that shares its requirement with another one is not assessed by itself.
                let value = shown.get(label).copied().unwrap_or(ONE_BP);
                if value < ONE_BP && open.iter().all(|(_, _, known)| *known != label) {
                    open.push((!must_have, value, label));
                }
            }
        }
        open.sort_by_key(|(later, value, _)| (*later, *value));
        let asked = open.into_iter().take(usize::try_from(room).unwrap_or_default());
        Self {
            title: job.title.clone().unwrap_or_default(),
            asked: asked
                .enumerate()
                .map(|(at, (later, _, label))| Asked {
                    id: format!("r{}", at + 1),
                    label: label.to_owned(),
                    must_have: !later,
                })
                .collect(),
            max_tokens,
        }
    }

    /// The requirement that the answer calls by this name.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Asked> {
        self.asked.iter().find(|asked| asked.id == id.trim())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use hiring_matching::{Finding, Shown, SkillRequirement};

    use super::*;

    pub(crate) fn job(must: &[&str], nice: &[&str]) -> JobFacts {
        let skills = |labels: &[&str]| {
            let skill = |label: &&str| SkillRequirement {
                label: (*label).to_owned(),
                key: String::new(),
            };
            labels.iter().map(skill).collect()
        };
        JobFacts {
            must_have: skills(must),
            nice_to_have: skills(nice),
            ..JobFacts::default()
        }
        .titled("Nurse")
    }

    pub(crate) fn assessed(shown: &[(&str, u16)]) -> Assessed {
        let requirements = shown.iter().map(|(label, value_bp)| Shown {
            requirement: (*label).to_owned(),
            value_bp: *value_bp,
        });
        let finding = Finding {
            name: ComponentName::MustHave,
            value_bp: 0,
            requirements: requirements.collect(),
            evidence: vec![],
            missing: vec![],
        };
        Assessed {
            rubric: "2".into(),
            findings: vec![finding],
        }
    }

    #[test]
    fn what_the_rules_have_found_in_full_is_not_asked_about_and_the_least_shown_comes_first() {
        let job = job(&["Python", "triage", "ventilation"], &["wound care", "triage"]);
        let assessed = assessed(&[
            ("Python", 10_000),
            ("triage", 5_000),
            ("ventilation", 0),
            ("wound care", 0),
        ]);
        let brief = Brief::new(&job, &assessed, 500);
        let asked: Vec<(&str, &str, bool)> = brief
            .asked
            .iter()
            .map(|one| (one.id.as_str(), one.label.as_str(), one.must_have))
            .collect();
        assert_eq!(
            asked,
            [
                ("r1", "ventilation", true),
                ("r2", "triage", true),
                ("r3", "wound care", false)
            ]
        );
        assert_eq!(brief.find(" r2 ").unwrap().label, "triage");
        assert_eq!(brief.find("r4"), None);
    }

    #[test]
    fn a_short_answer_has_room_for_few_requirements() {
        let labels: Vec<String> = (0..40).map(|at| format!("skill {at}")).collect();
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        let shown: Vec<(&str, u16)> = labels.iter().map(|label| (*label, 0)).collect();
        let asked = |tokens| {
            Brief::new(&job(&labels, &[]), &assessed(&shown), tokens)
                .asked
                .len()
        };
        assert_eq!((asked(200), asked(500), asked(4_000)), (3, 5, 16));
    }
}
