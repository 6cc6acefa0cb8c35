//! How to reach the person: e-mail addresses, telephone numbers, web addresses, and where they live.

mod address;
mod emails;
mod location;
mod phones;
mod telephone;
mod urls;

use std::ops::Range;

use hiring_core::reading::SectionKind;
use hiring_core::resume::{Contact, Leaf};

use super::Context;
use crate::layout::Visible;

/// Most of each that are kept.
const MOST: usize = 8;
/// Lines at the top and at the bottom that may hold contact data under any heading.
const TOP: usize = 14;
const BOTTOM: usize = 6;

/// A value with the bytes that it was read from.
#[derive(Debug)]
struct Found {
    range: Range<usize>,
    leaf: Leaf,
}

impl Found {
    fn new(visible: &Visible, range: Range<usize>, value: String, confidence: f32) -> Option<Self> {
        let leaf = visible.leaf(range.clone(), Some(value), confidence)?;
        Some(Self { range, leaf })
    }
}

/// Everything but the name.
pub(super) fn read(context: &Context<'_>, lines: &[usize]) -> Contact {
    let visible = context.visible;
    let emails = emails::emails(visible);
    let urls = urls::urls(context, lines);
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
        name: None,
        emails: leaves(own_first(visible, lines, emails)),
        phones: leaves(phones),
        urls: leaves(urls),
        location,
        place,
    }
}

/// The person's own addresses stand among their contact data, those of referees elsewhere.
fn own_first(visible: &Visible, lines: &[usize], mut found: Vec<Found>) -> Vec<Found> {
    found.sort_by_key(|found| {
        !lines
            .iter()
            .filter_map(|at| visible.lines.get(*at))
            .any(|line| line.range.contains(&found.range.start))
    });
    found
}

/// The name before the `@` of the first address, letters only, folded.
pub(super) fn mail_name(visible: &Visible) -> String {
    let first = emails::emails(visible).into_iter().next();
    let local = first
        .as_ref()
        .and_then(|found| found.leaf.value.split('@').next())
        .unwrap_or_default();
    hiring_core::taxonomy::fold(local)
}

/// Lines that may hold contact data, ascending: the first and last of the document and those of contact sections.
pub(super) fn lines(context: &Context<'_>) -> Vec<usize> {
    let count = context.visible.lines.len();
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
    wanted.sort_unstable();
    wanted.dedup();
    wanted
}
