//! What the person is, by the titles they have and had, against the title of the job.

use std::ops::Range;

use hiring_core::occupation::{Kinship, Professions};

use super::Assessment;
use crate::ONE_BP;
use crate::evidence::EvidenceKind;
use crate::reading::Reading;

/// Value of a title of a near profession: most of what such a person can do is wanted here as well.
const NEAR_BP: u16 = 8_500;
/// Value of a resume in which no title was found, while meaning is not known either: neither held against it nor for it.
const UNTOLD_BP: u16 = 4_000;

/// A job's title, ready to be compared.
pub(crate) struct Title {
    text: String,
    professions: Option<Professions>,
}

impl Title {
    pub(crate) fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            professions: Professions::of(text),
        }
    }

    /// How the profession of a title of the resume stands to the job's; `None` where the table does not know one of them.
    pub(crate) fn kinship(&self, title: &str) -> Option<Kinship> {
        Some(self.professions.as_ref()?.kinship(&Professions::of(title)?))
    }

    pub(crate) const fn is_known(&self) -> bool {
        self.professions.is_some()
    }
}

/// Value: full for a title of the job's profession, [`NEAR_BP`] for one of a near profession, 0 for others; among the headline and all
/// titles the best counts, the first of equals. Where the table knows no profession, the similarity of the nearest title. `None` for
/// a job without a title, and where nothing is known.
pub(crate) fn assess(title: Option<&Title>, reading: &Reading<'_>) -> Option<Assessment> {
    let title = title?;
    let resume = reading.facts.resume;
    let titles = resume.work.iter().filter_map(|work| work.title.as_ref());
    let known = resume.headline.iter().chain(titles).filter_map(|leaf| {
        let place = reading.place_of(leaf).filter(|place| reading.counts(place))?;
        Some((title.kinship(&leaf.raw)?, place))
    });
    let best = known.min_by_key(|(kinship, place)| (std::cmp::Reverse(*kinship), place.start));
    let requirement = title.text.as_str();
    let of = |value_bp, kind, place: &Range<usize>, missing: Option<String>| Assessment {
        evidence: reading
            .quote_around(requirement, kind, place)
            .into_iter()
            .collect(),
        missing: missing.into_iter().collect(),
        ..Assessment::of_one(requirement, value_bp)
    };
    if let Some((kinship, place)) = best {
        let near = || format!("only a profession near to {requirement}");
        return Some(match kinship {
            Kinship::Same => of(ONE_BP, EvidenceKind::Exact, &place, None),
            Kinship::Near => of(NEAR_BP, EvidenceKind::Similar, &place, Some(near())),
            Kinship::Other => {
                Assessment::missing(requirement, format!("no position as {requirement} or near to it"))
            }
        });
    }
    match reading.facts.similarities.requirements.get(requirement) {
        Some(near) => {
            let place = reading.neutral.neutral(&(near.start..near.end));
            let missing = format!("nothing but the meaning of titles tells whether this is a {requirement}");
            Some(of(
                near.bp.min(ONE_BP),
                EvidenceKind::Similar,
                &place,
                Some(missing),
            ))
        }
        None => title.is_known().then(|| Assessment {
            value_bp: UNTOLD_BP,
            ..Assessment::missing(requirement, format!("no title to compare with {requirement}"))
        }),
    }
}
