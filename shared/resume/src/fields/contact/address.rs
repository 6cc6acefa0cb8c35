//! A place within a line: `Hauptstr. 5, 10115 Berlin, Germany`.

use std::ops::Range;

use hiring_core::taxonomy::fold_words;

use crate::fields::places::{Kind, is_name, known};
use crate::words::{listed, year_at};

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

/// What a postal code says about the word beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Code {
    None,
    /// Digits that could be something else: the town must be a known one.
    Weak,
    /// Five digits, or letters and digits: a town stands beside it, known or not.
    Strong,
}

/// What stands between two commas.
#[derive(Debug)]
struct Segment {
    /// Without the postal code.
    range: Range<usize>,
    postal: Code,
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
    let mut segments: Vec<Segment> = Vec::new();
    for range in cut(piece) {
        let found = segment(piece, range);
        let code = found.iter().find(|segment| segment.range.is_empty());
        // `Kochi, 682016`: the code stands apart.
        if let (Some(last), Some(code)) = (segments.last_mut(), code) {
            last.postal = code.postal;
        }
        segments.extend(found.into_iter().filter(|segment| !segment.range.is_empty()));
    }
    join_brackets(piece, &mut segments);
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
        (Kind::Town, None) if name && first.postal != Code::None => 5,
        (Kind::Region, Some(next)) if next.kind == Kind::Country => 5,
        (Kind::Unknown, Some(next)) if name && next.kind != Kind::City => 4,
        (Kind::Unknown, None) if name && first.postal == Code::Strong => 5,
        (Kind::Country | Kind::Region, None) if name => 2,
        _ => return None,
    };
    // What stands before a lone town without being a street is mostly an employer or a school.
    if at > 0 && more.is_none() && first.postal == Code::None {
        let before = segments
            .get(at - 1)
            .is_some_and(|before| !before.street && before.kind == Kind::Unknown);
        strength -= if before { 2 } else { 0 };
    }
    let mut parts = vec![first.range.clone()];
    let mut end = at + 1;
    let mut postal = first.postal != Code::None;
    while let Some(next) = segments
        .get(end)
        .filter(|next| parts.len() < 3 && !next.street && narrower(next))
    {
        parts.push(next.range.clone());
        postal |= next.postal != Code::None;
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
        if matches!(c, ',' | '(' | ')' | ';' | '/' | '·') || matches!(c, '-' | '–' | '—') && spaced {
            found.push(from..at);
            from = end;
        }
    }
    found.push(from..piece.len());
    found
}

/// A stretch without commas: mostly one segment, two for `Berlin Germany` or `Denver CO 80202`.
fn segment(piece: &str, range: Range<usize>) -> Vec<Segment> {
    let words: Vec<Range<usize>> = words(piece, range);
    let shown = |range: &Range<usize>| piece.get(range.clone()).unwrap_or_default();
    let mut postal = Code::None;
    let mut kept = words.as_slice();
    let mut street = false;
    // A code in front of the town; what stands before the code is the street.
    let code = (0..words.len())
        .rev()
        .find_map(|at| Some((at, leading_code(&words, at, &shown)?)));
    if let Some((at, (length, strength))) = code.filter(|(at, (length, _))| at + length < words.len()) {
        kept = words.get(at + length..).unwrap_or_default();
        postal = strength;
    }
    let (trailing, strength) = trailing_code(kept, &shown);
    if trailing > 0 {
        kept = kept.get(..kept.len() - trailing).unwrap_or_default();
        postal = strength;
    }
    if kept
        .iter()
        .any(|word| shown(word).contains(|c: char| c.is_ascii_digit()))
    {
        street = true;
    }
    let (Some(first), Some(last)) = (kept.first(), kept.last()) else {
        let code = Segment {
            range: 0..0,
            postal,
            kind: Kind::Unknown,
            street: false,
        };
        return if words.is_empty() { Vec::new() } else { vec![code] };
    };
    let whole = first.start..last.end;
    let kind = known(shown(&whole)).kind;
    street |= kind == Kind::Unknown && is_street(shown(&whole));
    if kind == Kind::Unknown
        && kept.len() > 1
        && let Some(pair) = two(kept, &shown, postal)
    {
        return pair;
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
    postal: Code,
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
                    postal: Code::None,
                    kind: other,
                    street: false,
                },
            ]);
        }
    }
    None
}

/// `Halle (Saale)`: the bracket belongs to the name.
fn join_brackets(piece: &str, segments: &mut Vec<Segment>) {
    const RIVERS: &str =
        "saale|oder|main|breisgau|westf|westfalen|lahn|sieg|ruhr|pfalz|holstein|harz|spree|allgau|taunus";
    let mut at = 1;
    while at < segments.len() {
        let Some([town, inner]) = segments.get(at - 1..=at) else {
            break;
        };
        let whole = town.range.start..inner.range.end + 1;
        let joined = piece.get(whole.clone()).filter(|text| text.ends_with(')'));
        let river = piece
            .get(inner.range.clone())
            .is_some_and(|text| listed(RIVERS, &fold_words(text)));
        let named = joined.is_some_and(|text| known(text).kind != Kind::Unknown || river);
        if named && matches!(town.kind, Kind::City | Kind::Town | Kind::Unknown) {
            if let Some(town) = segments.get_mut(at - 1) {
                town.range = whole;
            }
            segments.remove(at);
        } else {
            at += 1;
        }
    }
}

/// Whether a name without digits is a street's.
fn is_street(text: &str) -> bool {
    const WORDS: &str = "road|rd|street|lane|ln|avenue|ave|drive|nagar|marg|rue|boulevard|calle|avenida|plaza|paseo|carrer|weg|\
        platz|allee|gasse|quai|chemin|impasse|place|close|crescent|terrace|block|floor|apt|apartment|via|piazza|rua|str|khand|\
        sector|colony|layout|suite|route|square|camino|ronda|gran";
    let folded = fold_words(text);
    let endings = ["strasse", "str", "gasse", "allee", "platz", "straat"];
    folded.split(' ').any(|word| {
        listed(WORDS, word) || word.len() > 7 && endings.iter().any(|ending| word.ends_with(ending))
    })
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
) -> Option<(usize, Code)> {
    let word = shown(words.get(at)?);
    // `D-10115`, `CH-8001`, `S2000`
    let letters = word.bytes().take_while(u8::is_ascii_uppercase).count();
    let land = if letters <= 2 { word.get(letters..)? } else { word };
    let plain = land.strip_prefix('-').filter(|_| letters > 0).unwrap_or(land);
    let next = words.get(at + 1).map(shown).unwrap_or_default();
    if digits(plain) && (letters > 0 || year_at(plain).is_none()) {
        let dutch = next.len() == 2 && next.chars().all(|c| c.is_ascii_uppercase()) && at + 2 < words.len();
        match plain.len() {
            4 if dutch => return Some((2, Code::Strong)),
            5 => return Some((1, Code::Strong)),
            4 | 6 if letters > 0 => return Some((1, Code::Strong)),
            4 | 6 => return Some((1, Code::Weak)),
            3 if digits(next) && next.len() == 2 => return Some((2, Code::Weak)),
            _ => {}
        }
    }
    let (head, tail) = plain.split_once('-')?;
    let shape = digits(head) && digits(tail) && matches!((head.len(), tail.len()), (2 | 4 | 5, 3));
    shape.then_some((1, Code::Strong))
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Words of the postal code at the end, as Americans, Britons and Indians write it.
fn trailing_code<'a>(words: &[Range<usize>], shown: &impl Fn(&Range<usize>) -> &'a str) -> (usize, Code) {
    let Some(last) = words.last().map(shown) else {
        return (0, Code::None);
    };
    let before = words.len().checked_sub(2).and_then(|at| words.get(at));
    let before = before.map(shown).unwrap_or_default();
    let mixed = |text: &str, lengths: Range<usize>| {
        lengths.contains(&text.len())
            && text.bytes().any(|byte| byte.is_ascii_digit())
            && text.bytes().any(|byte| byte.is_ascii_uppercase())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
    };
    // `SW1A 1AA`, `K1A 0B6`
    if mixed(last, 3..4) && mixed(before, 2..5) {
        return (2, Code::Strong);
    }
    let zip = last.split_once('-').is_some_and(|(head, tail)| {
        digits(head) && digits(tail) && matches!((head.len(), tail.len()), (5, 3 | 4) | (4, 3))
    });
    if zip || digits(last) && last.len() == 5 {
        return (1, Code::Strong);
    }
    if digits(last) && matches!(last.len(), 4 | 6) && year_at(last).is_none() {
        return (1, Code::Weak);
    }
    let indian = digits(last) && last.len() == 3 && digits(before) && before.len() == 3;
    if indian { (2, Code::Weak) } else { (0, Code::None) }
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
            ("Große Ulrichstr. 23, 06108 Halle (Saale)", "Halle (Saale)"),
            ("MG Road, Kochi, 682016", "Kochi"),
            ("Vibhuti Khand, Gomti Nagar, 226010 Lucknow", "Lucknow"),
            ("S2000 Rosario", "Rosario"),
            ("Tucson, AZ (US)", "Tucson, AZ, US"),
            ("Alter Markt 7, 33602\nBielefeld", "Bielefeld"),
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
            "2016: City & Guilds 2391",
            "2024: SMSTS",
            "Seit 2020",
        ] {
            assert_eq!(shown(other), "", "{other}");
        }
    }
}
