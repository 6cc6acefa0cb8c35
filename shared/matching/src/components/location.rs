//! Where the person lives against the place asked for.

use std::ops::Range;

use hiring_core::resume::Leaf;

use super::Assessment;
use crate::neutral::town_in;
use crate::place::{Place, Wish};
use crate::reading::Reading;

/// Value: what [`Wish::fit_bp`] says about the address, or about a present position's place when there is no address.
/// `None` when no place is asked for.
pub(crate) fn assess(asked: Option<&Wish>, reading: &Reading<'_>) -> Option<Assessment> {
    let asked = asked?;
    let contact = &reading.facts.resume.contact;
    let present = reading
        .facts
        .resume
        .work
        .iter()
        .filter(|work| work.current)
        .filter_map(|work| work.location.as_ref());
    let country = contact.place.as_ref().and_then(|place| place.country.as_deref());
    let address = contact.location.iter().map(|leaf| (leaf, country));
    let found = address
        .chain(present.map(|leaf| (leaf, None)))
        .find_map(|(leaf, country)| Some((leaf, country, reading.visible_place_of(leaf)?)));
    let fit = found.map(|(leaf, country, place)| {
        let home = Place::read(&leaf.raw).in_country(country);
        (asked.fit_bp(&home), town(leaf, &place))
    });
    let text = asked.text();
    let (value_bp, town) = match fit {
        Some((value_bp, town)) if value_bp > 0 => (value_bp, Some(town)),
        _ => (0, None),
    };
    let elsewhere = asked.elsewhere_bp();
    Some(match town {
        // The place alone: what stands beside it on the line is a telephone number more often than not.
        Some(town) => Assessment {
            evidence: reading.quote_visible(text, &town).into_iter().collect(),
            ..Assessment::of_one(text, value_bp.max(elsewhere))
        },
        None if elsewhere > 0 => Assessment {
            missing: vec![format!(
                "no evidence for {text}, but the work can be done remotely"
            )],
            ..Assessment::of_one(text, elsewhere)
        },
        None => Assessment::missing(text, format!("no evidence for {text}")),
    })
}

/// The part of an address that names town and country.
fn town(leaf: &Leaf, place: &Range<usize>) -> Range<usize> {
    let within = town_in(&leaf.raw);
    place.start + within.start..place.start + within.end
}
