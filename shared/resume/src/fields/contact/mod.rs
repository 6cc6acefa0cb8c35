//! How to reach the person: e-mail addresses, telephone numbers, web addresses, and where they live.

mod address;
mod emails;
mod location;
mod phones;
mod telephone;
mod urls;

pub(in crate::fields) use urls::is_account;

use std::ops::Range;

use hiring_core::reading::SectionKind;
use hiring_core::resume::{Contact, Leaf};

use super::Context;
use crate::layout::Visible;
pub(super) use emails::emails;

/// Most of each that are kept.
const MOST: usize = 8;
/// Lines at the top and at the bottom that may hold contact data under any heading.
const TOP: usize = 14;
const BOTTOM: usize = 6;
/// Lines around an e-mail address that do.
const AROUND: usize = 4;

/// A value with the bytes that it was read from.
#[derive(Debug)]
pub(super) struct Found {
    range: Range<usize>,
    leaf: Leaf,
}

impl Found {
    fn new(visible: &Visible, range: Range<usize>, value: String, confidence: f32) -> Option<Self> {
        let leaf = visible.leaf(range.clone(), Some(value), confidence)?;
        Some(Self { range, leaf })
    }
}

/// Everything, with the e-mail addresses and the name that were found.
pub(super) fn read(
    context: &Context<'_>,
    lines: &[usize],
    emails: Vec<Found>,
    name: Option<Leaf>,
) -> Contact {
    let urls = urls::urls(context, lines, &mail_name(&emails));
    let taken: Vec<Range<usize>> = emails
        .iter()
        .chain(&urls)
        .map(|found| found.range.clone())
        .collect();
    let (location, place) = location::location(context, lines, &taken).unzip();
    let country = place.as_ref().and_then(|place| place.country.as_deref());
    let phones = phones::phones(context, lines, country, context.language);
    let leaves = |found: Vec<Found>| found.into_iter().map(|found| found.leaf).collect();
    Contact {
        emails: leaves(own_first(name.as_ref(), emails)),
        phones: leaves(phones),
        urls: leaves(urls),
        location,
        place,
        name,
    }
}

/// The person's own addresses before those of referees: own ones mostly hold a part of the name.
fn own_first(name: Option<&Leaf>, mut found: Vec<Found>) -> Vec<Found> {
    let folded = name
        .map(|name| hiring_core::taxonomy::fold_words(&name.value))
        .unwrap_or_default();
    let parts: Vec<&str> = folded.split(' ').filter(|part| part.len() > 2).collect();
    found.sort_by_key(|found| !parts.iter().any(|part| found.leaf.value.contains(part)));
    found
}

/// The name before the `@` of the first address, letters only, folded.
pub(super) fn mail_name(emails: &[Found]) -> String {
    let local = emails
        .first()
        .and_then(|found| found.leaf.value.split('@').next())
        .unwrap_or_default();
    hiring_core::taxonomy::fold(local)
}

/// Lines that may hold contact data, ascending: the first and last of the document, those of contact sections, and those
/// around e-mail addresses.
pub(super) fn lines(context: &Context<'_>, emails: &[Found]) -> Vec<usize> {
    let visible = context.visible;
    let count = visible.lines.len();
    let mut wanted: Vec<usize> = (0..count.min(TOP))
        .chain(count.saturating_sub(BOTTOM)..count)
        .collect();
    let contact = context
        .parts
        .iter()
        .filter(|part| part.kind == SectionKind::Contact);
    wanted.extend(
        contact
            .flat_map(|part| part.lines.clone())
            .filter(|at| *at < count),
    );
    for found in emails.iter().take(3) {
        let at = visible
            .lines
            .partition_point(|line| line.range.end < found.range.start);
        wanted.extend(at.saturating_sub(AROUND)..count.min(at + AROUND + 1));
    }
    wanted.sort_unstable();
    wanted.dedup();
    wanted
}
