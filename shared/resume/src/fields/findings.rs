//! What a recruiter should know about the document itself.

use hiring_core::resume::{Finding, Resume, finding};

use crate::layout::Visible;
use crate::span::Hidden;

/// Hidden characters below this are decoration.
const WORTH_TELLING: usize = 12;

/// All findings, worst first.
pub(super) fn read(visible: &Visible, resume: &Resume) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut tell = |code: &str, message: String| {
        findings.push(Finding {
            code: code.to_owned(),
            message,
            excerpts: Vec::new(),
        })
    };
    let hidden: usize = visible
        .hidden
        .iter()
        .map(|(_, text)| text.chars().filter(|c| c.is_alphanumeric()).count())
        .sum();
    if hidden >= WORTH_TELLING {
        let reason = visible
            .hidden
            .iter()
            .map(|(reason, _)| *reason)
            .next()
            .map_or("hidden", describe);
        tell(
            finding::HIDDEN_TEXT,
            format!(
                "The file holds {hidden} characters that a reader cannot see ({reason}). They were not used."
            ),
        );
    }
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
