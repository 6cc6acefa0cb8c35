//! Closeness in meaning of profile and job, and of the resume's pieces and each requirement.

use super::skills::Found;
use super::{Assessment, ratio_bp};
use crate::evidence::EvidenceKind;
use crate::reading::Reading;
use crate::score::Shown;

/// Most pieces that are quoted.
const MAX_QUOTES: usize = 10;

/// Value: the mean of the profile's similarity and of what the requirements' pieces come to, as far as they are known; a word alone, in a list or about somebody else's work, does not raise it. `None` while nothing is known, unless it is all there
/// is to go by.
///
/// The profile has no quote: it compares whole texts, and a sentence picked afterwards would only look like a reason.
pub(crate) fn assess(
    found: &[Found<'_>],
    reading: &Reading<'_>,
    nothing_else_asked: bool,
) -> Option<Assessment> {
    let known = &reading.facts.similarities;
    let close = |found: &&Found<'_>| found.closeness_bp.is_some();
    let requirements: Vec<Shown> = match found.iter().any(|found| close(&found)) {
        true => found
            .iter()
            .map(|found| Shown {
                requirement: found.label.to_owned(),
                value_bp: found.closeness_bp.unwrap_or_default(),
            })
            .collect(),
        false => Vec::new(),
    };
    let of_requirements = Assessment::of_many(requirements);
    let parts: Vec<u16> = known
        .profile_bp
        .into_iter()
        .map(|bp| bp.min(crate::ONE_BP))
        .chain((!of_requirements.requirements.is_empty()).then_some(of_requirements.value_bp))
        .collect();
    if parts.is_empty() {
        let unknown = || Assessment {
            missing: vec!["closeness to the job is not known yet".to_owned()],
            ..Assessment::default()
        };
        return nothing_else_asked.then(unknown);
    }
    let sum: u64 = parts.iter().map(|bp| u64::from(*bp)).sum();
    let near = found
        .iter()
        .filter(|found| found.kind == EvidenceKind::Similar && found.source.is_rules());
    let quotes = near.filter_map(|found| {
        let place = found.place.as_ref()?;
        reading.quote_around(found.label, EvidenceKind::Similar, place)
    });
    Some(Assessment {
        value_bp: ratio_bp(sum, parts.len() as u64 * u64::from(crate::ONE_BP)),
        evidence: quotes.take(MAX_QUOTES).collect(),
        ..of_requirements
    })
}
