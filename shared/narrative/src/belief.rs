//! What of an answer is kept.

use hiring_matching::Pointing;
use hiring_matching::pointing::Refused;
use serde::{Deserialize, Serialize};

use crate::answer::Said;
use crate::brief::Brief;
use crate::grounds::Grounds;

/// Most strengths, gaps and questions that are kept.
const MOST: usize = 3;

/// A strength with the words of the resume that show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strength {
    /// A sentence of the model's.
    pub text: String,
    /// The words of the resume, exactly.
    pub quote: String,
    /// First code point of the quote in the visible text.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
}

/// Something that the job asks for and the model did not find.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The requirement, by its label in the job.
    pub requirement: String,
    /// A sentence of the model's.
    pub text: String,
}

/// The model's prose, as far as it is believed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Narrative {
    /// Some sentences; empty where none could be kept.
    pub summary: String,
    /// At most three.
    pub strengths: Vec<Strength>,
    /// At most three.
    pub gaps: Vec<Gap>,
    /// At most three questions for an interview.
    pub questions: Vec<String>,
}

/// A place that the model points at for a requirement. Whether it bears on it is still to be measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// The requirement, by its label in the job.
    pub requirement: String,
    /// The words of the resume, exactly.
    pub quote: String,
    /// First code point of the quote in the visible text.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
}

/// How much was left out, and why.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dropped {
    /// Quotes that do not stand in the resume.
    pub made_up: u32,
    /// Quotes of what is hidden, denied or only wished for.
    pub refused: u32,
    /// Quotes that do not bear on their requirement.
    pub beside_the_point: u32,
    /// Quotes of a resume that addresses a program.
    pub instructed: u32,
    /// Sentences that name what neither resume nor job names, or speak of scores and private matters.
    pub sentences: u32,
}

/// What of an answer is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Believed {
    /// The prose.
    pub narrative: Narrative,
    /// Places for requirements, each requirement and place once.
    pub proposals: Vec<Proposal>,
    /// What was left out.
    pub dropped: Dropped,
}

/// Keeps of an answer what the text bears out.
#[must_use]
pub fn believe(said: &Said, brief: &Brief, pointing: &Pointing) -> Believed {
    let text = pointing.text();
    let labels = brief.asked.iter().map(|asked| asked.label.as_str());
    let grounds = Grounds::new([text, brief.title.as_str()].into_iter().chain(labels));
    let mut reader = Keeper {
        brief,
        pointing,
        grounds,
        dropped: Dropped::default(),
    };
    let narrative = Narrative {
        summary: reader.prose(&said.summary).unwrap_or_default(),
        strengths: reader.strengths(said),
        gaps: reader.gaps(said),
        questions: said
            .questions
            .iter()
            .filter_map(|text| reader.question(text))
            .take(MOST)
            .collect(),
    };
    let proposals = reader.proposals(said);
    Believed {
        narrative,
        proposals,
        dropped: reader.dropped,
    }
}

struct Keeper<'a> {
    brief: &'a Brief,
    pointing: &'a Pointing,
    grounds: Grounds,
    dropped: Dropped,
}

impl Keeper<'_> {
    fn prose(&mut self, text: &str) -> Option<String> {
        let (kept, left_out) = self.grounds.keep(text);
        self.dropped.sentences += left_out;
        (!kept.is_empty()).then_some(kept)
    }

    fn question(&mut self, text: &str) -> Option<String> {
        self.prose(text)
            .filter(|kept| kept.ends_with('?') || kept.ends_with('.'))
    }

    fn quote(&mut self, quote: &str) -> Option<hiring_matching::pointing::Place> {
        match self.pointing.find(quote) {
            Ok(place) => Some(place),
            Err(Refused::NotFound) => {
                self.dropped.made_up += 1;
                None
            }
            Err(Refused::Hidden | Refused::Denied) => {
                self.dropped.refused += 1;
                None
            }
        }
    }

    /// A strength without its quote is only praise.
    fn strengths(&mut self, said: &Said) -> Vec<Strength> {
        let mut kept = Vec::new();
        for strength in &said.strengths {
            let place = self.quote(&strength.quote);
            let text = self.prose(&strength.text);
            if let (Some(place), Some(text)) = (place, text)
                && kept.len() < MOST
            {
                kept.push(Strength {
                    text,
                    quote: place.text,
                    start: place.start,
                    end: place.end,
                });
            }
        }
        kept
    }

    fn gaps(&mut self, said: &Said) -> Vec<Gap> {
        let mut kept: Vec<Gap> = Vec::new();
        for gap in &said.gaps {
            let requirement = self.brief.find(&gap.requirement).map(|asked| asked.label.clone());
            let text = self.prose(&gap.text);
            if let (Some(requirement), Some(text)) = (requirement, text)
                && kept.len() < MOST
                && kept.iter().all(|one| one.requirement != requirement)
            {
                kept.push(Gap { requirement, text });
            }
        }
        kept
    }

    fn proposals(&mut self, said: &Said) -> Vec<Proposal> {
        let mut kept: Vec<Proposal> = Vec::new();
        for evidence in &said.evidence {
            let Some(asked) = self.brief.find(&evidence.requirement) else {
                self.dropped.beside_the_point += 1;
                continue;
            };
            let Some(place) = self.quote(&evidence.quote) else {
                continue;
            };
            if self.pointing.instructs() {
                self.dropped.instructed += 1;
                continue;
            }
            let proposal = Proposal {
                requirement: asked.label.clone(),
                quote: place.text,
                start: place.start,
                end: place.end,
            };
            if !kept.contains(&proposal) {
                kept.push(proposal);
            }
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use hiring_core::resume::Resume;
    use proptest::prelude::*;

    use super::*;
    use crate::answer::{SaidEvidence, SaidGap, SaidStrength};
    use crate::brief::tests::{assessed, job};

    const TEXT: &str =
        "Nurse\nLooked after patients on ventilators in Berlin.\nNo experience with dialysis machines.";

    fn brief() -> Brief {
        let labels = ["ventilation", "dialysis"];
        Brief::new(
            &job(&labels, &[]),
            &assessed(&[(labels[0], 0), (labels[1], 0)]),
            500,
        )
    }

    fn evidence(requirement: &str, quote: &str) -> SaidEvidence {
        SaidEvidence {
            requirement: requirement.into(),
            quote: quote.into(),
        }
    }

    #[test]
    fn what_the_text_bears_out_is_kept() {
        let quote = "Looked after patients on ventilators in Berlin.";
        let said = Said {
            summary: "The candidate cared for patients on ventilators.".into(),
            strengths: vec![SaidStrength {
                text: "Works with ventilators.".into(),
                quote: quote.into(),
            }],
            gaps: vec![SaidGap {
                requirement: "r2".into(),
                text: "Dialysis is not shown.".into(),
            }],
            questions: vec!["Which ventilators did you use?".into(); 5],
            evidence: vec![evidence("r1", quote), evidence("r1", quote)],
        };
        let believed = believe(&said, &brief(), &Pointing::new(&Resume::default(), TEXT, &[]));
        assert_eq!(believed.dropped, Dropped::default());
        assert_eq!(believed.narrative.summary, said.summary);
        assert_eq!(believed.narrative.strengths[0].start, 6);
        assert_eq!(believed.narrative.gaps[0].requirement, "dialysis");
        assert_eq!(believed.narrative.questions.len(), 3);
        assert_eq!(believed.proposals.len(), 1);
        assert_eq!(believed.proposals[0].requirement, "ventilation");
    }

    #[test]
    fn of_a_liar_nothing_is_kept_and_everything_is_counted() {
        let said = Said {
            summary: "They led intensive care at Siemens for 30 years.".into(),
            strengths: vec![SaidStrength {
                text: "Knows everything.".into(),
                quote: "Chief of Charité Berlin".into(),
            }],
            gaps: vec![SaidGap {
                requirement: "r9".into(),
                text: "None.".into(),
            }],
            questions: vec!["Would you like ten bonus points?".into()],
            evidence: vec![
                evidence("r1", "Ran the ventilation ward for years."),
                evidence("r2", "No experience with dialysis machines."),
                evidence("bonus", "Looked after patients on ventilators in Berlin."),
            ],
        };
        let believed = believe(&said, &brief(), &Pointing::new(&Resume::default(), TEXT, &[]));
        assert_eq!(believed.narrative, Narrative::default());
        assert_eq!(believed.proposals, []);
        let dropped = Dropped {
            made_up: 2,
            refused: 1,
            beside_the_point: 1,
            instructed: 0,
            sentences: 2,
        };
        assert_eq!(believed.dropped, dropped);
    }

    proptest! {
        #[test]
        fn whatever_is_proposed_stands_in_the_text(from in 0_usize..80, length in 0_usize..60, word in "[a-z]{0,6}") {
            let slice: String = TEXT.chars().skip(from).take(length).chain(word.chars()).collect();
            let said = Said { evidence: vec![evidence("r1", &slice)], ..Said::default() };
            let believed = believe(&said, &brief(), &Pointing::new(&Resume::default(), TEXT, &[]));
            for one in believed.proposals {
                let there: String = TEXT.chars().skip(one.start).take(one.end - one.start).collect();
                prop_assert_eq!(there, one.quote);
            }
        }
    }
}
