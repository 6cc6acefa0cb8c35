//! Where the person lives.

mod pieces;

use std::cell::OnceCell;
use std::ops::Range;

use hiring_core::reading::SectionKind;
use hiring_core::resume::{Leaf, Place};
use hiring_core::taxonomy::{fold, fold_words};
use memchr::memmem;

use super::address::{Address, place_in};
use crate::fields::Context;
use crate::fields::places::{Kind, known, resolve};
use crate::fields::titles::is_title;
use crate::words::{Words, listed};
use pieces::pieces;

/// Labels before a place, folded.
static LABELS: Words = Words::new(
    "location|address|home address|adresse|wohnort|wohnhaft|wohnhaft in|anschrift|direccion|ubicacion|lieu|\
    domicile|lives in|based in|ort|domicilio|residence|place of residence|wohnsitz|ville|ciudad|city|\
    localidad|residencia|lugar de residencia|standort|localisation|lieu de residence|current location|\
    localizacion|postanschrift|indirizzo|endereco|adres|woonplaats",
);
/// Words before a place where the person was born or may work, folded.
static ELSEWHERE: Words = Words::new(
    "born|geboren|geb.|geburtsort|geburtsdatum|ne|nee|nacido|nacida|nacimiento|birth|naissance|nationality|\
    nationalitat|staatsangehorigkeit|staatsburgerschaft|nationalite|nacionalidad|citizenship|permit|visa|\
    relocate|relocation|umzug|geburtstag|dob",
);
/// What stands in prose before the town where someone lives, folded.
const PROSE: &str = "based in |living in |lives in |residing in |located in |wohnhaft in |lebe in |ansassig in |domicilie a |\
    domiciliee a |residant a |residente en |resido en |habite a |base a |basee a |afincado en |afincada en ";

/// The place with what it names: the surest one in the lines with contact data. `taken` are bytes that belong to
/// addresses and break a line in pieces.
pub(super) fn location(
    context: &Context<'_>,
    lines: &[usize],
    taken: &[Range<usize>],
) -> Option<(Leaf, Place)> {
    let mut best: Option<Best> = None;
    for number in lines {
        let Some(line) = context.visible.lines.get(*number) else {
            continue;
        };
        let bonus = OnceCell::new();
        let above = OnceCell::new();
        let mut first = true;
        let mut labelled = false;
        let mut elsewhere = false;
        for piece in pieces(context, line, taken) {
            let text = context.visible.slice(&piece);
            if super::phones::is_label(text) {
                continue;
            }
            let skip = label_length(text);
            elsewhere |= is_elsewhere(text);
            if skip == text.len() && skip > 0 {
                labelled = true;
                continue;
            }
            let shown = text.get(skip..).unwrap_or_default();
            let found = place_in(shown)
                .filter(|_| !elsewhere)
                .map(|address| (address, piece.start + skip));
            let (address, base) = match found.or_else(|| in_prose(text).map(|(at, a)| (a, piece.start + at)))
            {
                Some(found) => found,
                None => continue,
            };
            elsewhere = false;
            let told = labelled
                || skip > 0
                || base > piece.start + skip
                || first && *above.get_or_init(|| label_above(context, *number));
            let bonus = bonus.get_or_init(|| surroundings(context, *number, taken));
            let score = i32::from(address.strength) + bonus + if told { 3 } else { 0 };
            (first, labelled) = (false, false);
            let doubtful = || address.strength < 6 && !told && is_title(shown);
            if score >= 4 && best.as_ref().is_none_or(|best| score > best.score) && !doubtful() {
                best = Some(Best {
                    score,
                    number: *number,
                    base,
                    address,
                });
            }
        }
    }
    best.and_then(|best| best.leaf(context))
        .or_else(|| remote(context, lines))
}

#[derive(Debug)]
struct Best {
    score: i32,
    number: usize,
    base: usize,
    address: Address,
}

impl Best {
    fn leaf(self, context: &Context<'_>) -> Option<(Leaf, Place)> {
        let visible = context.visible;
        let mut ranges: Vec<Range<usize>> = self
            .address
            .parts
            .iter()
            .map(|part| self.base + part.start..self.base + part.end)
            .collect();
        // `10115 Berlin` with the country on a line of its own below.
        let line = visible.lines.get(self.number)?;
        let last = ranges.last()?.end;
        if visible.slice(&(last..line.range.end)).trim().is_empty()
            && let Some(below) = visible.lines.get(self.number + 1)
            && known(visible.line_text(below)).kind == Kind::Country
            && !ranges
                .iter()
                .any(|range| known(visible.slice(range)).kind == Kind::Country)
        {
            ranges.push(below.range.clone());
        }
        let parts: Vec<&str> = ranges.iter().map(|range| visible.slice(range).trim()).collect();
        let whole = ranges.first()?.start..ranges.last()?.end;
        let shown = visible.slice(&whole);
        let plain = !shown.contains(|c: char| c.is_ascii_digit() || c == '\n');
        let value = if plain { None } else { Some(parts.join(", ")) };
        let confidence = match self.score {
            9.. => 0.95,
            7..=8 => 0.9,
            5..=6 => 0.8,
            _ => 0.6,
        };
        let place = resolve(&parts).unwrap_or_default();
        Some((visible.leaf(whole, value, confidence)?, place))
    }
}

/// `Remote` where no place is named.
fn remote(context: &Context<'_>, lines: &[usize]) -> Option<(Leaf, Place)> {
    let found = lines
        .iter()
        .filter_map(|number| context.visible.lines.get(*number))
        .find_map(|line| {
            let piece = pieces(context, line, &[])
                .into_iter()
                .find(|piece| fold_words(context.visible.slice(piece)) == "remote")?;
            context.visible.leaf(piece, None, 0.5)
        })?;
    Some((found, Place::default()))
}

/// What the lines around say for or against the person's own place.
fn surroundings(context: &Context<'_>, number: usize, taken: &[Range<usize>]) -> i32 {
    let holds = |at: usize| {
        context.visible.lines.get(at).is_some_and(|line| {
            taken.iter().any(|range| line.range.contains(&range.start))
                || !super::phones::ranges(context.visible.line_text(line)).is_empty()
        })
    };
    let kind = context.kind_of(number);
    if holds(number) {
        return 3;
    }
    let (above, below) = (number > 0 && holds(number - 1), holds(number + 1));
    let beside = above || below;
    if above && below {
        return 2;
    }
    match kind {
        Some(SectionKind::Work | SectionKind::Education) if beside => -1,
        Some(SectionKind::Work | SectionKind::Education) => -5,
        Some(SectionKind::Contact) => 1 + i32::from(beside),
        _ => i32::from(beside) - 1,
    }
}

/// Whether the line above is nothing but a label.
fn label_above(context: &Context<'_>, number: usize) -> bool {
    let above = number
        .checked_sub(1)
        .and_then(|above| context.visible.lines.get(above));
    above.is_some_and(|line| listed(&LABELS, &fold_words(context.visible.line_text(line))))
}

/// Bytes of a label at the start of a piece, all of it when it is nothing else.
fn label_length(piece: &str) -> usize {
    let start: usize = piece.char_indices().nth(40).map_or(piece.len(), |(at, _)| at);
    let head = piece.get(..start).unwrap_or_default();
    let folded = |text: &str| listed(&LABELS, &fold_words(text));
    if let Some((label, _)) = head.split_once(':').filter(|(label, _)| folded(label)) {
        return label.len() + 1;
    }
    if folded(piece) {
        return piece.len();
    }
    let words = [
        "Based in ",
        "based in ",
        "Lives in ",
        "Wohnhaft in ",
        "wohnhaft in ",
    ];
    words
        .iter()
        .find(|words| piece.starts_with(**words))
        .map_or(0, |words| words.len())
}

fn is_elsewhere(text: &str) -> bool {
    text.len() < 200
        && fold(text)
            .split(|c: char| !(c.is_alphanumeric() || c == '.'))
            .any(|word| listed(&ELSEWHERE, word))
}

/// `Nurse based in Lyon, France.`: bytes before the place, and the place.
fn in_prose(text: &str) -> Option<(usize, Address)> {
    if text.len() > 400 {
        return None;
    }
    // Folding may change lengths; the words looked for are found again by their count.
    let folded = fold(text);
    if !folded.split(' ').any(|word| matches!(word, "in" | "a" | "en")) {
        return None;
    }
    let (at, words) = PROSE
        .split('|')
        .find_map(|words| Some((memmem::find(folded.as_bytes(), words.as_bytes())?, words)))?;
    let skipped = folded.get(..at + words.len())?.chars().count();
    let start = text.char_indices().nth(skipped).map(|(at, _)| at)?;
    let rest = text.get(start..)?;
    let end = rest.find(['.', ';', '|', '\n']).unwrap_or(rest.len());
    let shown = rest.get(..end)?;
    let name = shown
        .split(' ')
        .take_while(|word| word.starts_with(char::is_uppercase))
        .map(|word| word.len() + 1)
        .sum::<usize>();
    let shown = shown.get(..name.saturating_sub(1).min(shown.len()))?;
    Some((start, place_in(shown)?))
}
