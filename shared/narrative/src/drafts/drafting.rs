//! One draft on its way: what is asked next, and what the answers have come to.

use serde_json::Value;

use super::description::{self, SaidDescription};
use super::findings::{findings, numbers_not_given};
use super::questions::{self, Dropped, TestQuestion};
use super::request::{DraftKind, Request};
use super::{MAX_QUESTIONS, Made, template};
use crate::answer::Unusable;

/// Test questions that one call asks for at most.
const A_CALL: usize = 10;
/// Calls beyond those that would do if every answer held.
const SPARE_CALLS: usize = 2;

/// A question, ready to be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct DraftPrompt {
    /// What the model is to do.
    pub system: String,
    /// What it is to do that with.
    pub user: String,
    /// Name of the answer's shape.
    pub name: &'static str,
    /// JSON Schema of the answer.
    pub schema: Value,
    /// Most tokens of the answer.
    pub max_tokens: u32,
}

/// A draft on its way. The same answers in the same order always come to the same draft, so that one whose making was interrupted
/// goes on where it was.
#[derive(Debug)]
pub struct Drafting<'r> {
    kind: DraftKind,
    request: &'r Request,
    description: Option<SaidDescription>,
    questions: Vec<TestQuestion>,
    dropped: Dropped,
    calls: usize,
    a_call: usize,
}

impl Drafting<'_> {
    /// Most calls that any draft takes.
    pub const MOST_CALLS: usize = (MAX_QUESTIONS as usize).div_ceil(A_CALL) + SPARE_CALLS;
}

impl<'r> Drafting<'r> {
    /// Nothing has been asked yet.
    #[must_use]
    pub const fn new(kind: DraftKind, request: &'r Request) -> Self {
        Self {
            kind,
            request,
            description: None,
            questions: Vec::new(),
            dropped: Dropped::NONE,
            calls: 0,
            a_call: A_CALL,
        }
    }

    /// Most calls that a draft of this request takes.
    #[must_use]
    pub fn most_calls(kind: DraftKind, request: &Request) -> usize {
        match kind {
            DraftKind::JobDescription => SPARE_CALLS,
            DraftKind::TestQuestions => usize::from(request.count).div_ceil(A_CALL) + SPARE_CALLS,
        }
    }

    /// Whether another call could add something.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.calls < Self::most_calls(self.kind, self.request) && self.missing() > 0
    }

    /// Whether there is everything that was asked for.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.missing() == 0
    }

    /// Per cent of what was asked for; below 100.
    #[must_use]
    pub fn percent(&self) -> u8 {
        let all = usize::from(self.request.count).max(1);
        u8::try_from(self.questions.len() * 99 / all)
            .unwrap_or(99)
            .min(99)
    }

    fn missing(&self) -> usize {
        match self.kind {
            DraftKind::JobDescription => usize::from(self.description.is_none()),
            DraftKind::TestQuestions => usize::from(self.request.count).saturating_sub(self.questions.len()),
        }
    }

    /// What to ask next. `code` is random and not known to whoever wrote the notes, so that they cannot pretend to end before they
    /// end.
    #[must_use]
    pub fn prompt(&self, code: [u8; 16]) -> DraftPrompt {
        match self.kind {
            DraftKind::JobDescription => description::prompt(self.request, code),
            DraftKind::TestQuestions => {
                let count = self.missing().min(self.a_call);
                questions::prompt(self.request, count, &self.questions, code)
            }
        }
    }

    /// Takes what holds of an answer.
    ///
    /// # Errors
    /// [`Unusable`] for an answer of another shape; fewer questions are asked for at once from then on, as it may have been cut short.
    pub fn take(&mut self, text: &str) -> Result<(), Unusable> {
        self.calls += 1;
        let taken = match self.kind {
            DraftKind::JobDescription => description::read(text).map(|said| self.description = Some(said)),
            DraftKind::TestQuestions => questions::read(text).map(|said| {
                let known = (&mut self.questions, &mut self.dropped);
                questions::keep(said, self.request, known);
            }),
        };
        if taken.is_err() {
            self.a_call = (self.a_call / 2).max(1);
        }
        taken
    }

    /// The draft as far as answers have come to something; none where nothing has.
    #[must_use]
    pub fn made(self) -> Option<Made> {
        match self.kind {
            DraftKind::JobDescription => {
                let said = self.description?;
                let invented = numbers_not_given(&said, self.request);
                Some(described(self.request, &said, &invented))
            }
            DraftKind::TestQuestions => {
                let any = !self.questions.is_empty();
                any.then(|| asked(self.request, self.questions, self.dropped))
            }
        }
    }

    /// The draft that needs no model.
    #[must_use]
    pub fn template(kind: DraftKind, request: &Request) -> Made {
        match kind {
            DraftKind::JobDescription => described(request, &template::prose(request), &[]),
            DraftKind::TestQuestions => asked(request, template::questions(request), Dropped::NONE),
        }
    }
}

fn described(request: &Request, said: &SaidDescription, invented: &[String]) -> Made {
    let text = template::render(request, said);
    Made {
        findings: findings((&text, request.language), invented, None),
        description: Some(text),
        ..Made::default()
    }
}

fn asked(request: &Request, questions: Vec<TestQuestion>, dropped: Dropped) -> Made {
    let found = questions
        .iter()
        .enumerate()
        .flat_map(|(at, question)| findings((&question.text, request.language), &[], Some(at)));
    Made {
        findings: found.collect(),
        questions,
        dropped,
        ..Made::default()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::request::tests::request;
    use super::*;

    fn answer(numbers: std::ops::Range<usize>) -> String {
        let question = |number| {
            json!({
                "text": format!("What is the answer to number {number}?"), "kind": "single_choice", "choices": ["a", "b", "c"],
                "answer_key": ["b"], "difficulty": 3, "skill": "triage", "explanation": "It is b.",
            })
        };
        json!({ "questions": numbers.map(question).collect::<Vec<_>>() }).to_string()
    }

    fn wanted(count: u8) -> Request {
        Request {
            count,
            ..request(&["triage"], &[])
        }
    }

    #[test]
    fn many_questions_take_several_calls_that_tell_what_there_is_already() {
        let request = wanted(25);
        let mut drafting = Drafting::new(DraftKind::TestQuestions, &request);
        for round in 0..3 {
            assert!(drafting.is_open());
            let prompt = drafting.prompt([0; 16]);
            assert_eq!(prompt.user.contains("number 0?"), round > 0);
            let asked = if round < 2 { 10 } else { 5 };
            assert!(
                prompt.user.contains(&format!("exactly {asked},")),
                "{}",
                prompt.user
            );
            drafting.take(&answer(round * 10..round * 10 + 10)).unwrap();
        }
        assert!(drafting.is_complete() && !drafting.is_open());
        let made = drafting.made().unwrap();
        assert_eq!((made.questions.len(), made.dropped.surplus), (25, 5));
    }

    #[test]
    fn after_an_answer_that_cannot_be_read_fewer_are_asked_for_at_once() {
        let request = wanted(20);
        let mut drafting = Drafting::new(DraftKind::TestQuestions, &request);
        assert_eq!(drafting.take(&answer(0..10)[..200]), Err(Unusable::NoJson));
        assert!(drafting.prompt([0; 16]).user.contains("exactly 5,"));
    }

    #[test]
    fn a_model_that_says_the_same_again_and_again_is_not_asked_without_end() {
        let request = wanted(50);
        let mut drafting = Drafting::new(DraftKind::TestQuestions, &request);
        let mut calls = 0;
        while drafting.is_open() {
            drafting.take(&answer(0..10)).unwrap();
            calls += 1;
        }
        assert_eq!(calls, Drafting::most_calls(DraftKind::TestQuestions, &request));
        assert!(!drafting.is_complete());
        let made = drafting.made().unwrap();
        assert_eq!((made.questions.len(), made.dropped.double), (10, 60));
    }

    #[test]
    fn a_description_says_what_the_job_asks_for_whatever_the_model_says() {
        let request = request(&["Wound care"], &["Triage"]);
        let mut drafting = Drafting::new(DraftKind::JobDescription, &request);
        assert!(drafting.take("no").is_err() && drafting.is_open());
        let said = json!({
            "introduction": "You join a young team and earn 90000 a year.", "tasks": ["Dress wounds"], "offer": ["A place to park"],
        });
        drafting.take(&said.to_string()).unwrap();
        assert!(!drafting.is_open());
        let made = drafting.made().unwrap();
        let text = made.description.unwrap();
        for line in [
            "Nurse\n",
            "- Dress wounds",
            "- Wound care",
            "- Triage",
            "- A place to park",
        ] {
            assert!(text.contains(line), "{line}: {text}");
        }
        let words: Vec<&str> = made.findings.iter().map(|one| one.words.as_str()).collect();
        assert_eq!(words, ["young", "90000"]);
    }

    proptest! {
        #[test]
        fn any_answers_come_to_a_draft_or_to_none(answers in prop::collection::vec("[{}\\[\\]\":,a-z0-9 ]{0,80}", 0..4), count in 1_u8..=50) {
            let request = wanted(count);
            for kind in DraftKind::ALL {
                let mut drafting = Drafting::new(*kind, &request);
                for answer in &answers {
                    let _ = drafting.take(answer);
                }
                prop_assert!(drafting.percent() < 100);
                let schema = drafting.prompt([0; 16]).schema;
                prop_assert_eq!(schema["type"].as_str(), Some("object"));
                let _ = drafting.made();
            }
        }
    }
}
