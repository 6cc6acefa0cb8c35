//! What a recruiter should know about the document itself.

use hiring_core::resume::{Excerpt, Finding, MAX_EXCERPT_CHARS, MAX_EXCERPTS, Resume, finding};

use crate::document::{DOUBTFUL, Likelihood};
use crate::layout::{HiddenText, Visible};
use crate::span::Hidden;

/// Hidden characters below this are decoration.
const WORTH_TELLING: usize = 12;

/// All findings, worst first.
pub(super) fn read(visible: &Visible, resume: &Resume) -> Vec<Finding> {
    let mut findings: Vec<Finding> = hidden(visible).into_iter().collect();
    let mut tell = |code: &str, message: String| {
        findings.push(Finding {
            code: code.to_owned(),
            message,
            excerpts: Vec::new(),
        })
    };
    if resume.contact.emails.is_empty() && resume.contact.phones.is_empty() {
        tell(
            finding::NO_CONTACT,
            "The resume shows neither an e-mail address nor a telephone number.".to_owned(),
        );
    }
    if resume.contact.name.is_none() {
        tell(finding::NO_NAME, "No name was found in the resume.".to_owned());
    }
    if resume.work.is_empty() {
        tell(
            finding::NO_WORK,
            "No positions were found in the resume.".to_owned(),
        );
    }
    findings
}

/// That the document may be something else than a resume, and why.
pub(super) fn doubtful(likelihood: &Likelihood) -> Option<Finding> {
    let reasons = match likelihood.reasons.as_slice() {
        [] => "it shows few of the parts that resumes have".to_owned(),
        reasons => reasons.join("; "),
    };
    (likelihood.probability < DOUBTFUL).then(|| Finding {
        code: finding::DOUBTFUL_RESUME.to_owned(),
        message: format!("It may not be a resume: {reasons}."),
        excerpts: Vec::new(),
    })
}

/// The text that a reader cannot see; the longest stretches are quoted, in the order of the file.
fn hidden(visible: &Visible) -> Option<Finding> {
    let letters: usize = visible.hidden.iter().map(HiddenText::letters).sum();
    if letters < WORTH_TELLING {
        return None;
    }
    let mut longest: Vec<(usize, &HiddenText)> = visible.hidden.iter().enumerate().collect();
    longest.sort_by_key(|(_, text)| std::cmp::Reverse(text.letters()));
    longest.truncate(MAX_EXCERPTS);
    let main = longest
        .first()
        .map_or("hidden", |(_, text)| describe(text.reason));
    longest.sort_by_key(|(at, _)| *at);
    let excerpts = longest.into_iter().map(|(_, text)| {
        let place = visible.code_point(text.at);
        Excerpt {
            text: text.text.trim().chars().take(MAX_EXCERPT_CHARS).collect(),
            reason: text.reason.code().to_owned(),
            page: text.page,
            start: place,
            end: place,
        }
    });
    Some(Finding {
        code: finding::HIDDEN_TEXT.to_owned(),
        message: format!(
            "The file holds at least {letters} characters that a reader cannot see ({main}). They were not used."
        ),
        excerpts: excerpts.collect(),
    })
}

fn describe(hidden: Hidden) -> &'static str {
    match hidden {
        Hidden::Invisible => "drawn invisibly",
        Hidden::SameColour => "in the colour of the page",
        Hidden::Tiny => "in tiny type",
        Hidden::OffPage => "outside the page",
        Hidden::Covered => "under a picture or an area",
        Hidden::Clipped => "outside the area that is drawn",
        Hidden::LayerOff => "on a layer that is switched off",
        Hidden::ZeroWidth => "in characters without a mark",
        Hidden::Marked => "marked as hidden",
    }
}
