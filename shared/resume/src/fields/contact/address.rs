//! A place within a line: `Hauptstr. 5, 10115 Berlin, Germany`.

use std::ops::Range;

use crate::fields::places::{Kind, is_name, known};

/// A place in a piece of a line.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Address {
    /// Bytes of town, region and country, in the order in which they stand.
    pub parts: Vec<Range<usize>>,
    /// How sure it is a place: 2 a country alone, 4 a town alone, 6 a town with its region or country.
    pub strength: u8,
    /// Whether a postal code stands beside the town.
    pub postal: bool,
}

/// What stands between two commas.
#[derive(Debug)]
struct Segment {
    /// Without the postal code.
    range: Range<usize>,
    postal: bool,
    kind: Kind,
    /// Holds digits that are no postal code: a street.
    street: bool,
}

/// Longest piece that is looked at, in bytes; addresses are short.
const MAX_PIECE: usize = 160;

/// The surest place in a piece of a line.
pub(super) fn place_in(piece: &str) -> Option<Address> {
    if piece.len() > MAX_PIECE {
        return None;
    }
    let segments: Vec<Segment> = cut(piece)
        .into_iter()
        .flat_map(|range| segments(piece, range))
        .collect();
    let mut best: Option<Address> = None;
    for at in 0..segments.len() {
        if let Some(found) = from(piece, &segments, at)
            && best.as_ref().is_none_or(|best| found.strength > best.strength)
        {
            best = Some(found);
        }
    }
    best
}

/// The place that begins with this segment.
fn from(piece: &str, segments: &[Segment], at: usize) -> Option<Address> {
    let first = segments.get(at)?;
    let text = piece.get(first.range.clone())?;
    let next = segments.get(at + 1).filter(|next| !next.street);
    let narrower = |next: &&Segment| {
        let shown = piece.get(next.range.clone()).unwrap_or_default();
        match next.kind {
            Kind::Region | Kind::Country => true,
            Kind::RegionCode | Kind::CountryCode => shown.chars().all(char::is_uppercase),
            Kind::City => known(shown).country == known(text).country,
            _ => false,
        }
    };
    let more = next.filter(narrower);
    let name = is_name(text) && !first.street;
    let mut strength = match (first.kind, more) {
        (Kind::City | Kind::Town, Some(_)) => 6,
        (Kind::City, None) if name => 4,
        (Kind::Town, None) if name && first.postal => 5,
        (Kind::Region, Some(next)) if next.kind == Kind::Country => 5,
        (Kind::Unknown, Some(next)) if name && next.kind != Kind::City => 4,
        (Kind::Unknown, None) if name && first.postal => 5,
        (Kind::Country | Kind::Region, None) if name => 2,
        _ => return None,
    };
    // What stands before a lone town without being a street is mostly an employer or a school.
    if at > 0 && more.is_none() && !first.postal {
        let before = segments
            .get(at - 1)
            .is_some_and(|before| !before.street && before.kind == Kind::Unknown);
        strength -= if before { 2 } else { 0 };
    }
    let mut parts = vec![first.range.clone()];
    let mut end = at + 1;
    let mut postal = first.postal;
    while let Some(next) = segments
        .get(end)
        .filter(|next| parts.len() < 3 && !next.street && narrower(next))
    {
        parts.push(next.range.clone());
        postal |= next.postal;
        end += 1;
    }
    if postal {
        strength += 2;
    }
    Some(Address {
        parts,
        strength,
        postal,
    })
}

/// Byte ranges between commas, brackets and spaced dashes.
fn cut(piece: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    for (at, c) in piece.char_indices() {
        let end = at + c.len_utf8();
        let spaced = piece.get(..at).is_some_and(|b| b.ends_with(' '))
            && piece.get(end..).is_some_and(|a| a.starts_with(' '));
        if matches!(c, ',' | '(' | ')' | ';' | '/' | '·' | '\n') || matches!(c, '-' | '–' | '—') && spaced
        {
            found.push(from..at);
            from = end;
        }
    }
    found.push(from..piece.len());
    found
}

/// A stretch without commas: mostly one segment, two for `Berlin Germany` or `Denver CO 80202`.
fn segments(piece: &str, range: Range<usize>) -> Vec<Segment> {
    let words: Vec<Range<usize>> = words(piece, range);
    let shown = |range: &Range<usize>| piece.get(range.clone()).unwrap_or_default();
    let mut postal = false;
    let mut kept = words.as_slice();
    let mut street = false;
    // A code in front of the town; what stands before the code is the street.
    let code = (0..words.len())
        .rev()
        .find_map(|at| Some((at, leading_code(&words, at, &shown)?)))
        .filter(|(at, length)| at + length < words.len());
    if let Some((at, length)) = code {
        kept = words.get(at + length..).unwrap_or_default();
        postal = true;
    }
    let trailing = trailing_code(kept, &shown);
    if trailing > 0 && trailing < kept.len() + usize::from(postal) {
        kept = kept.get(..kept.len() - trailing).unwrap_or_default();
        postal = true;
    }
    if kept
        .iter()
        .any(|word| shown(word).contains(|c: char| c.is_ascii_digit()))
    {
        street = true;
    }
    let (Some(first), Some(last)) = (kept.first(), kept.last()) else {
        return Vec::new();
    };
    let whole = first.start..last.end;
    let kind = known(shown(&whole)).kind;
    if kind == Kind::Unknown && kept.len() > 1 {
        if let Some(pair) = two(kept, &shown, postal) {
            return pair;
        }
    }
    vec![Segment {
        range: whole,
        postal,
        kind,
        street,
    }]
}

/// A town with its country or region behind it, apart by a blank only.
fn two<'a>(
    words: &[Range<usize>],
    shown: &impl Fn(&Range<usize>) -> &'a str,
    postal: bool,
) -> Option<Vec<Segment>> {
    for cut in (1..words.len()).rev() {
        let town = words.first()?.start..words.get(cut - 1)?.end;
        let rest = words.get(cut)?.start..words.last()?.end;
        let (one, other) = (known(shown(&town)).kind, known(shown(&rest)).kind);
        let code = matches!(other, Kind::RegionCode | Kind::CountryCode)
            && shown(&rest).chars().all(char::is_uppercase);
        let wide =
            matches!(other, Kind::Region | Kind::Country) && shown(&rest).starts_with(char::is_uppercase);
        if matches!(one, Kind::City | Kind::Town) && (code || wide) {
            return Some(vec![
                Segment {
                    range: town,
                    postal,
                    kind: one,
                    street: false,
                },
                Segment {
                    range: rest,
                    postal: false,
                    kind: other,
                    street: false,
                },
            ]);
        }
    }
    None
}

fn words(piece: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = range.start;
    for word in piece
        .get(range)
        .unwrap_or_default()
        .split_inclusive(char::is_whitespace)
    {
        let shown = word.trim_matches(|c: char| c.is_whitespace() || ":[]|•\"".contains(c));
        if let Some(skip) = word.find(shown).filter(|_| !shown.is_empty()) {
            found.push(at + skip..at + skip + shown.len());
        }
        at += word.len();
    }
    found
}

/// Words of the postal code that begins here and stands before a town.
fn leading_code<'a>(
    words: &[Range<usize>],
    at: usize,
    shown: &impl Fn(&Range<usize>) -> &'a str,
) -> Option<usize> {
    let word = shown(words.get(at)?);
    // `D-10115`, `CH-8001`
    let plain = word
        .split_once('-')
        .filter(|(land, _)| land.len() <= 2 && land.chars().all(|c| c.is_ascii_uppercase()))
        .map_or(word, |(_, code)| code);
    let next = words.get(at + 1).map(shown).unwrap_or_default();
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits(plain) && matches!(plain.len(), 4 | 5) {
        // `3511 AB Utrecht`
        let dutch = plain.len() == 4
            && next.len() == 2
            && next.chars().all(|c| c.is_ascii_uppercase())
            && at + 2 < words.len();
        return Some(if dutch { 2 } else { 1 });
    }
    if digits(plain) && plain.len() == 3 && digits(next) && next.len() == 2 {
        return Some(2);
    }
    let (head, tail) = plain.split_once('-')?;
    let shape = digits(head) && digits(tail) && matches!((head.len(), tail.len()), (2, 3) | (4, 3) | (5, 3));
    shape.then_some(1)
}

/// Words of the postal code at the end, as Americans, Britons and Indians write it.
fn trailing_code<'a>(words: &[Range<usize>], shown: &impl Fn(&Range<usize>) -> &'a str) -> usize {
    let Some(last) = words.last().map(shown) else {
        return 0;
    };
    let before = words
        .len()
        .checked_sub(2)
        .and_then(|at| words.get(at))
        .map(shown)
        .unwrap_or_default();
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mixed = |text: &str, lengths: Range<usize>| {
        lengths.contains(&text.len())
            && text.bytes().any(|byte| byte.is_ascii_digit())
            && text.bytes().any(|byte| byte.is_ascii_uppercase())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
    };
    // `SW1A 1AA`, `K1A 0B6`
    if mixed(last, 3..4) && (mixed(before, 2..5)) {
        return 2;
    }
    let zip = last.split_once('-').is_some_and(|(head, tail)| {
        digits(head) && digits(tail) && matches!((head.len(), tail.len()), (5, 4) | (5, 3) | (4, 3))
    });
    if zip || digits(last) && (4..=6).contains(&last.len()) {
        return 1;
    }
    usize::from(digits(last) && last.len() == 3 && digits(before) && before.len() == 3) * 2
}

#[cfg(test)]
mod tests {
    use super::place_in;

    fn shown(text: &str) -> String {
        place_in(text).map_or(String::new(), |found| {
            found
                .parts
                .into_iter()
                .filter_map(|part| text.get(part))
                .collect::<Vec<_>>()
                .join(", ")
        })
    }

    #[test]
    fn a_town_is_found_among_streets_and_postal_codes() {
        for (text, expected) in [
            ("Hauptstraße 5, 10115 Berlin", "Berlin"),
            ("Hauptstr. 5 10115 Berlin Deutschland", "Berlin, Deutschland"),
            ("D-79098 Freiburg im Breisgau", "Freiburg im Breisgau"),
            ("CH-8001 Zürich", "Zürich"),
            ("12 rue de la Paix, 75002 Paris, France", "Paris, France"),
            ("Calle Mayor 3, 2º B, 28013 Madrid (España)", "Madrid, España"),
            ("1600 Main St, Denver, CO 80202", "Denver, CO"),
            ("1600 Main St, Denver, CO 80202-1234, USA", "Denver, CO, USA"),
            ("221B Baker Street, London NW1 6XE, UK", "London, UK"),
            ("Toronto, ON M5V 2T6", "Toronto, ON"),
            ("3511 AB Utrecht", "Utrecht"),
            ("Pune 411001, India", "Pune, India"),
            ("31-154 Kraków, Poland", "Kraków, Poland"),
            ("89999 Kleinkleckersdorf", "Kleinkleckersdorf"),
            (
                "San Francisco, California, United States",
                "San Francisco, California, United States",
            ),
            ("Brooklyn, New York", "Brooklyn, New York"),
            ("Berlin / Germany", "Berlin, Germany"),
            ("MÜNCHEN", "MÜNCHEN"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn prose_titles_and_companies_are_no_places() {
        for other in [
            "Senior Controller",
            "Deloitte",
            "2015 - 2019",
            "",
            "Rust, Python, SQL",
        ] {
            assert_eq!(shown(other), "", "{other}");
        }
    }
}
