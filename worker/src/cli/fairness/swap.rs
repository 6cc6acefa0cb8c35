//! Copies of a resume's text that differ in one attribute of the person.

use std::collections::BTreeMap;
use std::ops::Range;

use hiring_core::reading::ReadResume;
use serde::Serialize;

use super::{career, contact, identity};

/// What is swapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Attribute {
    /// The name, wherever it stands, addresses included.
    Name,
    /// Pronouns and forms of address.
    Pronouns,
    /// E-mail addresses.
    Email,
    /// Telephone numbers.
    Phone,
    /// Street and postal code; the town where no job asks for one.
    Address,
    /// Birth date or age.
    BirthDate,
    /// Schools and universities.
    Schools,
    /// Years without a position between the last and the one before.
    GapYears,
}

impl Attribute {
    /// Every attribute, those that must not count first.
    pub(super) const ALL: [Self; 8] = [
        Self::Name,
        Self::Pronouns,
        Self::Email,
        Self::Phone,
        Self::Address,
        Self::BirthDate,
        Self::Schools,
        Self::GapYears,
    ];

    /// The name in answers.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Pronouns => "pronouns",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Address => "address",
            Self::BirthDate => "birth_date",
            Self::Schools => "schools",
            Self::GapYears => "gap_years",
        }
    }

    /// Whether no score may depend on it. Where somebody learned and when they worked may be what a job asks for.
    pub(super) const fn must_not_count(self) -> bool {
        !matches!(self, Self::Schools | Self::GapYears)
    }
}

/// One copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Swapped {
    pub(super) attribute: Attribute,
    /// What was put in, for the report.
    pub(super) with: String,
    pub(super) text: String,
    /// Whether the person lives in another town in it, which counts where a job asks for a place.
    pub(super) moves: bool,
}

/// A change of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edit {
    /// Code points; empty to insert.
    pub(super) place: Range<usize>,
    pub(super) with: String,
}

/// The text with these edits made; of two that overlap, the one that stands first in the list.
pub(super) fn edited(text: &str, edits: &[Edit]) -> String {
    let mut kept: BTreeMap<usize, &Edit> = BTreeMap::new();
    for edit in edits {
        let before = kept.range(..=edit.place.start).next_back();
        let behind = kept.range(edit.place.start..).next();
        let free = before
            .is_none_or(|(start, other)| other.place.end <= edit.place.start && *start < edit.place.start)
            && behind.is_none_or(|(start, _)| edit.place.end <= *start);
        if free {
            kept.insert(edit.place.start, edit);
        }
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    let mut at = 0;
    for edit in kept.into_values() {
        out.extend(chars.by_ref().take(edit.place.start.saturating_sub(at)));
        out.push_str(&edit.with);
        at = edit.place.start;
        for _ in 0..edit.place.len() {
            chars.next();
        }
        at += edit.place.len();
    }
    out.extend(chars);
    out
}

/// A word: a run of letters, digits and what stands inside names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// Code points.
    pub(super) place: Range<usize>,
    pub(super) text: String,
}

/// The words of a text, whose first code point is number `from`.
pub(super) fn tokens(text: &str, from: usize) -> Vec<Token> {
    let mut found: Vec<Token> = Vec::new();
    for (at, c) in text.chars().enumerate().map(|(at, c)| (from + at, c)) {
        let goes_on = found
            .last_mut()
            .filter(|token| token.place.end == at && (c.is_alphanumeric() || matches!(c, '-' | '\'' | '’')));
        match goes_on {
            Some(token) => {
                token.text.push(c);
                token.place.end = at + 1;
            }
            None if c.is_alphanumeric() => found.push(Token {
                place: at..at + 1,
                text: c.to_string(),
            }),
            None => {}
        }
    }
    found
}

/// Rows of a table, others for every resume and seed, the same for the same.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pick(pub(super) u64);

impl Pick {
    /// `count` different rows, fewer where the table has fewer.
    pub(super) fn rows<T>(self, table: &[T], count: usize) -> impl Iterator<Item = &T> {
        let size = table.len().max(1) as u64;
        // The finaliser of SplitMix64 (Steele, Lea, Flood 2014), so that neighbouring numbers pick rows far apart.
        let mut mixed = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        let first = usize::try_from(mixed % size).unwrap_or_default();
        table.iter().cycle().skip(first).take(count.min(table.len()))
    }
}

/// All copies of a resume that was read from plain text.
pub(super) fn copies(read: &ReadResume, pick: Pick) -> Vec<Swapped> {
    let mut all = identity::names(read, pick);
    all.extend(identity::pronouns(read));
    all.extend(contact::emails(read, pick));
    all.extend(contact::phones(read, pick));
    all.extend(contact::addresses(read, pick));
    all.extend(contact::births(read));
    all.extend(career::schools(read, pick));
    all.extend(career::gaps(read));
    all.retain(|copy| copy.text != read.visible_text);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_made_at_code_points_and_the_first_of_two_that_overlap_wins() {
        let edit = |place: Range<usize>, with: &str| Edit {
            place,
            with: with.to_owned(),
        };
        let edits = [
            edit(5..8, "Bo"),
            edit(0..4, "Ada"),
            edit(6..8, "x"),
            edit(8..8, "!"),
        ];
        assert_eq!(edited("Zoë_ Ann…", &edits), "Ada Bo!…");
    }

    #[test]
    fn hyphens_and_apostrophes_belong_to_a_word() {
        let words: Vec<String> = tokens("Jean-Luc O'Neil, 5", 0)
            .into_iter()
            .map(|t| t.text)
            .collect();
        assert_eq!(words, ["Jean-Luc", "O'Neil", "5"]);
    }

    #[test]
    fn a_pick_is_the_same_for_the_same_seed_and_takes_no_row_twice() {
        let table = [1, 2, 3, 4, 5];
        let rows = |seed| Pick(seed).rows(&table, 3).copied().collect::<Vec<_>>();
        assert_eq!(rows(7), rows(7));
        let mut once = rows(7);
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), 3);
        assert!((0..20).any(|seed| rows(seed) != rows(7)));
    }

    const RESUME: &str = "Anna Müller\nSales Manager\nRosenweg 4, 10115 Berlin, Germany\nanna.mueller@example.org\n\
        +49 89 5550 1777\n\nSummary\nAnna sells; she led the Müller account at her employer.\n\nExperience\n\
        Sales Manager, Nordlicht GmbH, 04/2019 - present\n- Led 12 people\n\
        Account Manager, Alpenglanz AG, 10/2014 - 03/2019\n- Sold software\n\n\
        Education\nBachelor of Arts, University of Passau, 2010 - 2014\n\nSkills\nSalesforce, MS Project\n";

    fn copies_of(attribute: Attribute) -> Vec<Swapped> {
        let today = "2026-11-22".parse().unwrap();
        let read = hiring_resume::read(RESUME.as_bytes(), &hiring_resume::ReadOptions { today }).unwrap();
        let mut all = copies(&read, Pick(0));
        all.retain(|copy| copy.attribute == attribute);
        assert!(!all.is_empty() && all.iter().all(|copy| copy.text != read.visible_text));
        all
    }

    #[test]
    fn another_name_stands_wherever_the_name_stood() {
        for copy in copies_of(Attribute::Name) {
            let text = copy.text.to_lowercase();
            assert!(copy.text.starts_with(&copy.with), "{}", copy.text);
            assert!(
                !text.contains("müller") && !text.contains("mueller"),
                "{}",
                copy.text
            );
            assert_eq!(text.contains("anna"), copy.with.contains("Anna"), "{}", copy.text);
        }
    }

    #[test]
    fn a_mans_words_a_womans_and_what_stands_beside_the_name_are_swapped() {
        let all = copies_of(Attribute::Pronouns);
        let has = |words: &str| all.iter().any(|copy| copy.text.contains(words));
        assert!(all.iter().all(|copy| copy.text.contains("MS Project")));
        assert!(
            has("he led")
                && has("his employer")
                && has("Mr. Anna Müller\n")
                && has("Anna Müller (they/them)\n")
        );
    }

    #[test]
    fn each_address_and_number_is_swapped_and_a_birth_date_put_in() {
        let gone = [
            (Attribute::Email, "anna.mueller@example.org"),
            (Attribute::Phone, "5550 1777"),
            (Attribute::Schools, "Passau"),
        ];
        for (attribute, was) in gone {
            assert!(
                copies_of(attribute).iter().all(|copy| !copy.text.contains(was)),
                "{was}"
            );
        }
        let addresses = copies_of(Attribute::Address);
        let (moved, streets): (Vec<_>, Vec<_>) = addresses.iter().partition(|copy| copy.moves);
        assert_eq!((moved.len(), streets.len()), (3, 3));
        assert!(moved.iter().all(|copy| !copy.text.contains("Berlin")));
        for copy in streets {
            assert!(
                copy.text.contains("Berlin") && !copy.text.contains("Rosenweg"),
                "{}",
                copy.text
            );
            assert!(!copy.text.contains("10115"), "{}", copy.text);
        }
        let births = copies_of(Attribute::BirthDate);
        assert!(
            births
                .iter()
                .any(|copy| copy.text.contains("Date of birth: 12 March 1961"))
        );
    }

    #[test]
    fn a_gap_makes_no_position_shorter() {
        let all = copies_of(Attribute::GapYears);
        let text = &all.first().unwrap().text;
        assert!(
            text.contains("04/2019 - present") && text.contains("10/2013 - 03/2018"),
            "{text}"
        );
    }
}
