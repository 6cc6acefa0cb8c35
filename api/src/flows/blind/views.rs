//! Answers without what tells who somebody is. `blind` is absent for a candidate of whom nothing was read; then nothing is shown
//! that may tell it.

use hiring_db::search::HitRow;
use uuid::Uuid;

use super::Blind;
use crate::views::application::{ApplicationDetailView, ApplicationView};
use crate::views::candidate::CandidateView;
use crate::views::matching::{ComponentView, MatchView};
use crate::views::screening::ScreeningView;

/// Digits of an id that stand for a name.
const SHORT_ID: usize = 8;
/// What stands for words that cannot be told apart from a name.
const HIDDEN: &str = "[hidden]";

/// What somebody without a name is called: the end of the id, because the beginning tells the time and is shared by those who
/// came together.
fn called(id: Uuid) -> String {
    let digits = id.simple().to_string();
    let from = digits.len() - SHORT_ID;
    format!("Candidate {}", digits.get(from..).unwrap_or_default())
}

/// The facts about a candidate without name, contact data and the name of the file.
#[must_use]
pub fn candidate(blind: Option<&Blind>, view: CandidateView) -> CandidateView {
    CandidateView {
        name: Some(called(view.id)),
        email: None,
        phone: None,
        location: blind.and_then(Blind::town),
        headline: words(blind, view.headline),
        file_name: format!("resume.{}", view.file_type),
        ..view
    }
}

/// A candidate found, before a stretch of the text is picked: the text keeps its length.
#[must_use]
pub fn hit(blind: Option<&Blind>, row: HitRow) -> HitRow {
    HitRow {
        name: Some(called(row.id)),
        email: None,
        location: blind.and_then(Blind::town),
        headline: words(blind, row.headline),
        text: blind.map_or_else(String::new, |blind| blind.cover(&row.text, 0)),
        ..row
    }
}

/// A ranked candidate; quotes stand where they stood.
#[must_use]
pub fn ranked(blind: Option<&Blind>, mut view: MatchView) -> MatchView {
    view.name = Some(called(view.candidate_id));
    view.headline = words(blind, view.headline);
    components(blind, &mut view.components);
    view
}

/// An application in a list.
#[must_use]
pub fn application(view: ApplicationView) -> ApplicationView {
    ApplicationView {
        candidate_name: Some(called(view.candidate_id)),
        ..view
    }
}

/// An application with quotes, and with what people wrote about it in neutral words.
#[must_use]
pub fn application_detail(blind: Option<&Blind>, mut view: ApplicationDetailView) -> ApplicationDetailView {
    view.candidate_name = Some(called(view.candidate_id));
    if let Some(analysis) = &mut view.ai_analysis {
        components(blind, &mut analysis.components);
    }
    for moved in &mut view.moves {
        moved.reason = written(blind, moved.reason.take());
    }
    for note in &mut view.notes {
        note.text = written(blind, Some(std::mem::take(&mut note.text))).unwrap_or_default();
    }
    view
}

/// A stored score with its quotes, and with what people said about it in neutral words.
#[must_use]
pub fn screening(blind: Option<&Blind>, mut view: ScreeningView) -> ScreeningView {
    components(blind, &mut view.components);
    for review in &mut view.reviews {
        review.comment = written(blind, review.comment.take());
    }
    view
}

/// Covers quotes where they tell somebody; without a resume that tells what to cover, there are none.
fn components(blind: Option<&Blind>, components: &mut [ComponentView]) {
    for component in components {
        match blind {
            Some(blind) => component
                .evidence
                .iter_mut()
                .for_each(|quote| quote.quote = blind.cover(&quote.quote, quote.start)),
            None => component.evidence.clear(),
        }
    }
}

fn words(blind: Option<&Blind>, text: Option<String>) -> Option<String> {
    Some(blind?.words(&text?))
}

/// What a person wrote, which may name the candidate.
fn written(blind: Option<&Blind>, text: Option<String>) -> Option<String> {
    let text = text?;
    Some(blind.map_or_else(|| HIDDEN.to_owned(), |blind| blind.words(&text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_is_called_by_the_end_of_the_id() {
        let id = "0198f3f2-6c1e-7000-8000-0000deadbeef".parse().unwrap();
        assert_eq!(called(id), "Candidate deadbeef");
    }
}
