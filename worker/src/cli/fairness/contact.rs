//! Other addresses, numbers and birth dates.

use std::ops::Range;

use hiring_core::reading::{ReadResume, SectionKind};
use hiring_core::resume::Leaf;

use super::swap::{Attribute, Edit, Pick, Swapped, edited, tokens};
use super::tables::{BIRTH_WORDS, EMAILS, PHONES, STREET_ENDINGS, STREET_WORDS, STREETS, TOWNS, words};

/// Values that stand for each person's.
const COPIES: usize = 3;
/// Lines at the top in which a street is looked for when no part of the text is known to hold the address.
const TOP_LINES: usize = 15;
/// Years that somebody is made older.
const YEARS_OLDER: [u32; 2] = [5, 20];

/// Copies with other e-mail addresses.
pub(super) fn emails(read: &ReadResume, pick: Pick) -> Vec<Swapped> {
    replaced(
        read,
        &read.resume.contact.emails,
        (Attribute::Email, EMAILS),
        pick,
    )
}

/// Copies with other telephone numbers.
pub(super) fn phones(read: &ReadResume, pick: Pick) -> Vec<Swapped> {
    replaced(
        read,
        &read.resume.contact.phones,
        (Attribute::Phone, PHONES),
        pick,
    )
}

fn replaced(
    read: &ReadResume,
    leaves: &[Leaf],
    (attribute, table): (Attribute, &[&'static str]),
    pick: Pick,
) -> Vec<Swapped> {
    let copy = |with: &&str| {
        let edit = |leaf: &Leaf| Edit {
            place: leaf.start..leaf.end,
            with: (*with).to_owned(),
        };
        let edits: Vec<Edit> = leaves.iter().map(edit).collect();
        Swapped {
            attribute,
            with: (*with).to_owned(),
            text: edited(&read.visible_text, &edits),
            moves: false,
        }
    };
    let count = if leaves.is_empty() { 0 } else { COPIES };
    pick.rows(table, count).map(copy).collect()
}

/// Copies with other streets and postal codes, put before the town where there are none, and copies with another town.
pub(super) fn addresses(read: &ReadResume, pick: Pick) -> Vec<Swapped> {
    let home = read.resume.contact.location.as_ref();
    let found = streets(read);
    let street = |with: &&str| {
        let mut edits: Vec<Edit> = found
            .iter()
            .map(|place| Edit {
                place: place.clone(),
                with: (*with).to_owned(),
            })
            .collect();
        edits.extend(home.into_iter().flat_map(|home| codes(read, home)));
        if let (true, Some(home)) = (found.is_empty(), home) {
            edits.push(Edit {
                place: home.start..home.start,
                with: format!("{with}, "),
            });
        }
        Swapped {
            attribute: Attribute::Address,
            with: (*with).to_owned(),
            text: edited(&read.visible_text, &edits),
            moves: false,
        }
    };
    let mut copies: Vec<Swapped> = pick.rows(STREETS, COPIES).map(street).collect();
    let mut moved = replaced(
        read,
        read.resume.contact.location.as_slice(),
        (Attribute::Address, TOWNS),
        pick,
    );
    moved.iter_mut().for_each(|copy| copy.moves = true);
    copies.append(&mut moved);
    copies
}

/// The postal codes in the line of an address up to the town, each digit made another.
fn codes(read: &ReadResume, home: &Leaf) -> Vec<Edit> {
    let before: Vec<char> = read.visible_text.chars().take(home.end).collect();
    let from = before.iter().rposition(|c| *c == '\n').map_or(0, |at| at + 1);
    let line: String = before.iter().skip(from).collect();
    let is_code = |text: &str| (4..=6).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let other = |c: char| {
        c.to_digit(10)
            .and_then(|digit| char::from_digit((digit + 3) % 10, 10))
            .unwrap_or(c)
    };
    tokens(&line, from)
        .into_iter()
        .filter(|token| is_code(&token.text))
        .map(|token| Edit {
            place: token.place,
            with: token.text.chars().map(other).collect(),
        })
        .collect()
}

/// Pieces of the address that name a street and a number.
fn streets(read: &ReadResume) -> Vec<Range<usize>> {
    let place = top(read);
    let text: String = read
        .visible_text
        .chars()
        .skip(place.start)
        .take(place.len())
        .collect();
    let mut found = Vec::new();
    let mut from = place.start;
    for piece in text.split(['\n', ',', ';', '|', '•', '·', '\t']) {
        let blank = piece.chars().take_while(|c| c.is_whitespace()).count();
        let written = piece.trim();
        let length = written.chars().count();
        let email = written.contains('@');
        if written.contains(|c: char| c.is_ascii_digit()) && !email && names_street(written) {
            found.push(from + blank..from + blank + length);
        }
        from += piece.chars().count() + 1;
    }
    found
}

fn names_street(piece: &str) -> bool {
    tokens(piece, 0).iter().any(|token| {
        let word = token.text.to_lowercase();
        let ends = |ending: &&str| word.len() > ending.len() + 2 && word.ends_with(*ending);
        STREET_WORDS.contains(&word.as_str()) || STREET_ENDINGS.iter().any(ends)
    })
}

/// Where the address stands.
fn top(read: &ReadResume) -> Range<usize> {
    let contact = read
        .sections
        .iter()
        .find(|part| part.kind == SectionKind::Contact);
    contact.map_or_else(
        || {
            let lines = read.visible_text.split_inclusive('\n').take(TOP_LINES);
            0..lines.map(|line| line.chars().count()).sum()
        },
        |part| part.start..part.end,
    )
}

/// Copies of older people; where no birth date is told, one is put in below the name or an address.
pub(super) fn births(read: &ReadResume) -> Vec<Swapped> {
    let copy = |with: String, edits: &[Edit]| Swapped {
        attribute: Attribute::BirthDate,
        with,
        text: edited(&read.visible_text, edits),
        moves: false,
    };
    let told = |older: u32| -> Vec<Edit> { birth_years(read).map(|year| aged(year, older)).collect() };
    if birth_years(read).next().is_some() {
        let older = |years: u32| copy(format!("{years} years older"), &told(years));
        return YEARS_OLDER.into_iter().map(older).collect();
    }
    let contact = &read.resume.contact;
    let leaf = contact
        .emails
        .first()
        .or(contact.phones.first())
        .or(contact.name.as_ref());
    let Some(leaf) = leaf else { return Vec::new() };
    let rest = read.visible_text.chars().skip(leaf.end);
    let at = leaf.end + rest.take_while(|c| *c != '\n').count();
    let line = |with: &str| {
        let edit = Edit {
            place: at..at,
            with: format!("\n{with}"),
        };
        copy(with.to_owned(), &[edit])
    };
    let words = words(read.resume.document.language.as_deref());
    words.births.into_iter().map(line).collect()
}

/// The years in lines that tell a birth date, with their places.
fn birth_years(read: &ReadResume) -> impl Iterator<Item = (Range<usize>, u32)> + '_ {
    let mut from = 0;
    let lines = read.visible_text.split_inclusive('\n').map(move |line| {
        let start = from;
        from += line.chars().count();
        (start, line)
    });
    let telling = lines.filter(|(_, line)| {
        let lower = line.trim().to_lowercase();
        BIRTH_WORDS.iter().any(|word| lower.starts_with(word))
    });
    telling.flat_map(|(start, line)| {
        tokens(line, start).into_iter().filter_map(|token| {
            let year: u32 = token.text.parse().ok()?;
            (1900..=2020).contains(&year).then_some((token.place, year))
        })
    })
}

fn aged((place, year): (Range<usize>, u32), older: u32) -> Edit {
    Edit {
        place,
        with: year.saturating_sub(older).to_string(),
    }
}
