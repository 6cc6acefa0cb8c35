//! A place within a line: `Hauptstr. 5, 10115 Berlin, Germany`.

mod code;

use std::ops::Range;

use hiring_core::taxonomy::fold_words;

use crate::fields::places::{Kind, is_name, known};
use crate::words::{Words, listed};
use code::{Code, leading_code, trailing_code};

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
    let behind_street = at > 0 && segments.get(at - 1).is_some_and(|before| before.street);
    let mut strength = match (first.kind, more) {
        (Kind::City | Kind::Town, Some(_)) => 6,
        (Kind::City, None) if name => 4,
        (Kind::Town, None) if name && first.postal != Code::None => 5,
        (Kind::Region, Some(next)) if next.kind == Kind::Country => 5,
        (Kind::Unknown, Some(next)) if name && next.kind != Kind::City => 4,
        (Kind::Unknown, None) if name && first.postal == Code::Strong => 5,
        (Kind::Unknown, None) if name && first.postal == Code::Weak && behind_street => 5,
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
        let spaced = || {
            piece.get(..at).is_some_and(|b| b.ends_with(' '))
                && piece.get(end..).is_some_and(|a| a.starts_with(' '))
        };
        if matches!(c, ',' | '(' | ')' | ';' | '/' | '·') || matches!(c, '-' | '–' | '—') && spaced() {
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
        let other = known(shown(&rest)).kind;
        let code = matches!(other, Kind::RegionCode | Kind::CountryCode)
            && shown(&rest).chars().all(char::is_uppercase);
        let wide =
            matches!(other, Kind::Region | Kind::Country) && shown(&rest).starts_with(char::is_uppercase);
        if !code && !wide {
            continue;
        }
        let one = known(shown(&town)).kind;
        if matches!(one, Kind::City | Kind::Town) {
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
    static RIVERS: Words = Words::new(
        "saale|oder|main|breisgau|westf|westfalen|lahn|sieg|ruhr|pfalz|holstein|harz|spree|allgau|taunus",
    );
    let mut at = 1;
    while at < segments.len() {
        let Some([town, inner]) = segments.get(at - 1..=at) else {
            break;
        };
        let whole = town.range.start..inner.range.end + 1;
        let joined = piece.get(whole.clone()).filter(|text| text.ends_with(')'));
        let river = piece
            .get(inner.range.clone())
            .is_some_and(|text| listed(&RIVERS, &fold_words(text)));
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
    static WORDS: Words = Words::new(
        "road|rd|street|lane|ln|avenue|ave|drive|nagar|marg|rue|boulevard|calle|avenida|plaza|paseo|carrer|weg|\
        platz|allee|gasse|quai|chemin|impasse|place|close|crescent|terrace|block|floor|apt|apartment|via|piazza|rua|str|khand|\
        sector|colony|layout|suite|court|house|gardens|mews|grove|way|view|hill|rise|row|route|square|camino|ronda|gran",
    );
    let folded = fold_words(text);
    let endings = ["strasse", "str", "gasse", "allee", "platz", "straat"];
    folded.split(' ').any(|word| {
        listed(&WORDS, word) || word.len() > 7 && endings.iter().any(|ending| word.ends_with(ending))
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
        let edge = |c: char| c.is_whitespace() || matches!(c, ':' | '[' | ']' | '|' | '•' | '"');
        let behind = word.trim_start_matches(edge);
        let shown = behind.trim_end_matches(edge);
        if !shown.is_empty() {
            let start = at + word.len() - behind.len();
            found.push(start..start + shown.len());
        }
        at += word.len();
    }
    found
}

#[cfg(test)]
mod tests;
