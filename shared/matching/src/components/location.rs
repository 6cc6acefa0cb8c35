//! Where the person lives against the place asked for.

use super::Assessment;
use crate::place::Place;
use crate::reading::Reading;

/// Value: what [`Place::fit_bp`] says about the address, or about a present position's place when there is no address.
/// `None` when no place is asked for.
pub(crate) fn assess(asked: Option<(&str, &Place)>, reading: &Reading<'_, '_>) -> Option<Assessment> {
    let (text, asked) = asked?;
    let resume = reading.facts.resume;
    let address = resume.contact.location.iter();
    let present = resume
        .work
        .iter()
        .filter(|work| work.current)
        .filter_map(|work| work.location.as_ref());
    let leaf = address
        .chain(present)
        .find_map(|leaf| Some((leaf, reading.place_of(leaf)?)));
    let Some((leaf, range)) = leaf else {
        return Some(Assessment::missing(format!("no evidence for {text}")));
    };
    let value_bp = asked.fit_bp(&Place::read(&leaf.raw));
    if value_bp == 0 {
        return Some(Assessment::missing(format!("no evidence for {text}")));
    }
    // The address alone: what stands beside it on the line is a telephone number more often than not.
    Some(Assessment {
        value_bp,
        evidence: reading.quote(text, &range).into_iter().collect(),
        missing: Vec::new(),
    })
}
