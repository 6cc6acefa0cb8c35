//! Entries of a work or education section: around each span of time, the lines that head it and the lines that tell
//! more.

use std::ops::Range;

use super::dates::{Period, periods};
use super::titles::is_title;
use crate::layout::Visible;
use crate::words::bullet_length;

/// Most lines of a heading before or after its date.
const MAX_HEAD: usize = 3;

/// One entry.
#[derive(Debug)]
pub(super) struct Entry {
    /// Bytes of the heading's fragments, dates cut out, in reading order.
    pub fragments: Vec<Range<usize>>,
    pub period: Option<Period>,
    /// Lines that tell more.
    pub details: Range<usize>,
    /// All lines.
    pub lines: Range<usize>,
}

/// What a line of the section is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Holds an entry's span of time, by its place in the list.
    Dated(usize),
    /// The rest of a span that began on the line before.
    DateRest,
    /// Short, as headings are.
    Head,
    /// A bullet or a sentence.
    Detail,
}

/// Splits the lines of a section's body.
pub(super) fn split(visible: &Visible, body: Range<usize>) -> Vec<Entry> {
    let dated = section_periods(visible, &body);
    let roles: Vec<Role> = body.clone().map(|line| role(visible, line, &dated)).collect();
    let anchors: Vec<usize> = roles
        .iter()
        .enumerate()
        .filter(|(_, role)| matches!(role, Role::Dated(_)))
        .map(|(at, _)| at)
        .collect();
    let Some(first) = anchors.first().copied() else {
        return Vec::new();
    };
    let before_first = roles.get(..first).unwrap_or_default();
    let lead = before_first
        .iter()
        .rev()
        .take_while(|role| **role == Role::Head)
        .count()
        .min(MAX_HEAD);
    let starts: Vec<usize> = anchors
        .iter()
        .map(|anchor| {
            let above = roles.get(..*anchor).unwrap_or_default();
            anchor
                - above
                    .iter()
                    .rev()
                    .take(lead)
                    .take_while(|role| **role == Role::Head)
                    .count()
        })
        .collect();
    let mut entries = Vec::new();
    for (index, (anchor, start)) in anchors.iter().zip(&starts).enumerate() {
        let end = starts.get(index + 1).copied().unwrap_or(roles.len());
        let mut head_end = anchor + 1;
        let mut after = 0;
        while head_end < end {
            match roles.get(head_end) {
                Some(Role::DateRest) => {}
                Some(Role::Head) if after < MAX_HEAD => after += 1,
                _ => break,
            }
            head_end += 1;
        }
        let Some(Role::Dated(period)) = roles.get(*anchor) else {
            continue;
        };
        let period = dated.get(*period).cloned();
        let lines = |from: usize, to: usize| body.start + from..body.start + to;
        let fragments = fragments(visible, lines(*start, head_end), period.as_ref());
        entries.push(Entry {
            fragments,
            period,
            details: lines(head_end, end),
            lines: lines(*start, end),
        });
    }
    entries
}

/// Spans of time in the section's text, with bytes of the whole visible text.
fn section_periods(visible: &Visible, body: &Range<usize>) -> Vec<Period> {
    let lines = visible.lines.get(body.clone()).unwrap_or_default();
    let (Some(first), Some(last)) = (lines.first(), lines.last()) else {
        return Vec::new();
    };
    let base = first.range.start;
    let text = visible.slice(&(base..last.range.end));
    periods(text)
        .into_iter()
        .map(|period| period.shifted(base))
        .collect()
}

fn role(visible: &Visible, number: usize, dated: &[Period]) -> Role {
    let Some(line) = visible.lines.get(number) else {
        return Role::Detail;
    };
    for (index, period) in dated.iter().enumerate() {
        if line.range.contains(&period.range.start) && heads(visible, &line.range, period) {
            return Role::Dated(index);
        }
        if period.range.start < line.range.start && line.range.start < period.range.end {
            return Role::DateRest;
        }
    }
    let text = visible.line_text(line);
    let bullet = bullet_length(text);
    if bullet > 0 || is_prose(text) || is_label(text) {
        Role::Detail
    } else {
        Role::Head
    }
}

/// Whether a date on a line is an entry's, not one within a sentence: what stands beside it is no sentence.
fn heads(visible: &Visible, line: &Range<usize>, period: &Period) -> bool {
    let end = period.range.end.min(line.end);
    let before = visible.slice(&(line.start..period.range.start));
    let after = visible.slice(&(end..line.end));
    // Only what no wide gap divides from the date counts.
    let before_near = before.rsplit('\t').next().unwrap_or(before);
    let after_near = after.split('\t').next().unwrap_or(after);
    let beside = format!("{before_near} {after_near}");
    let alone = !beside.chars().any(char::is_alphabetic);
    let bullet = bullet_length(visible.slice(line)) > 0;
    alone || !bullet && !is_prose(&beside)
}

/// `Highlights`, `Responsibilities:` and the like.
fn is_label(text: &str) -> bool {
    let folded = hiring_core::taxonomy::fold_words(text);
    matches!(
        folded.as_str(),
        "highlights"
            | "responsibilities"
            | "key achievements"
            | "achievements"
            | "aufgaben"
            | "missions"
            | "funciones"
            | "tasks"
            | "courses"
            | "tatigkeiten"
            | "logros"
            | "realisations"
    )
}

/// Small words that names and titles hold as well.
const CONNECTORS: &[&str] = &[
    "and",
    "of",
    "the",
    "at",
    "for",
    "in",
    "de",
    "des",
    "du",
    "la",
    "le",
    "les",
    "et",
    "und",
    "der",
    "die",
    "das",
    "für",
    "bei",
    "im",
    "y",
    "en",
    "del",
    "el",
    "los",
    "las",
    "e",
    "von",
    "zu",
    "to",
    "&",
    "van",
    "d’état",
    "d'état",
    "i",
    "syn",
];

/// Whether a text reads like a sentence.
pub(super) fn is_prose(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() >= 14 || words.len() >= 7 && text.trim_end().ends_with('.') {
        return true;
    }
    if words.len() < 4 || is_title(text) && words.len() < 8 {
        return false;
    }
    let lower = words
        .iter()
        .filter(|w| w.starts_with(char::is_lowercase) && !CONNECTORS.contains(w))
        .count();
    let figures = words
        .iter()
        .skip(1)
        .any(|w| w.starts_with(|c: char| c.is_ascii_digit() || "$€£".contains(c)));
    lower >= 2 || lower >= 1 && figures
}

/// Fragments of the heading lines: apart by wide gaps, bars, dashes, brackets and changes of weight.
fn fragments(visible: &Visible, lines: Range<usize>, period: Option<&Period>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for line in visible.lines.get(lines).unwrap_or_default() {
        let text = visible.line_text(line);
        let start = line.range.start + bullet_length(text);
        let line_end = line.range.end..line.range.end;
        let mut cuts: Vec<Range<usize>> = period.map(|period| period.range.clone()).into_iter().collect();
        cuts.push(line_end);
        let pairs: Vec<_> = line.pieces.windows(2).collect();
        for pair in pairs {
            if let [one, other] = pair
                && (one.bold != other.bold || other.gap)
                && other.range.len() > 2
            {
                cuts.push(other.range.start..other.range.start);
            }
        }
        let bytes = separators(text);
        cuts.extend(
            bytes
                .into_iter()
                .map(|cut| line.range.start + cut.start..line.range.start + cut.end),
        );
        cuts.sort_by_key(|cut| cut.start);
        let mut from = start;
        for cut in cuts {
            if cut.start > from {
                let fragment = tidy(visible, from..cut.start.min(line.range.end));
                found.extend(fragment.filter(|range| !is_prose(visible.slice(range))));
            }
            from = from.max(cut.end);
        }
    }
    found
}

/// Bars, spaced dashes, bullets and tabs.
fn separators(text: &str) -> Vec<Range<usize>> {
    let mut cuts = Vec::new();
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let spaced = text.get(..at).is_some_and(|b| b.ends_with(' '))
            && text.get(end..).is_some_and(|a| a.starts_with(' '));
        if matches!(c, '\t' | '|' | '•' | '·' | '∙' | '►' | '→')
            || matches!(c, '-' | '–' | '—' | '/') && spaced
        {
            cuts.push(at..end);
        }
    }
    cuts
}

/// The range without punctuation at its edges; `None` for durations and nothing.
fn tidy(visible: &Visible, range: Range<usize>) -> Option<Range<usize>> {
    let raw = visible.slice(&range);
    let edge = |c: char| c.is_whitespace() || ",:;-–—|•·@".contains(c);
    let mut trimmed = raw.trim_matches(edge);
    let unbalanced = |text: &str| text.matches('(').count() != text.matches(')').count();
    if unbalanced(trimmed) || trimmed.starts_with('(') && trimmed.ends_with(')') {
        trimmed = trimmed.trim_matches(|c: char| edge(c) || c == '(' || c == ')');
    }
    let start = range.start + raw.find(trimmed)?;
    let letters = trimmed.chars().filter(|c| c.is_alphabetic()).count();
    let joint = matches!(
        trimmed,
        "at" | "AT" | "bei" | "chez" | "en" | "in" | "for" | "to" | "and" | "et" | "und"
    );
    (letters > 1 && !joint && !is_duration(trimmed)).then(|| start..start + trimmed.len())
}

fn is_duration(text: &str) -> bool {
    let folded = hiring_core::taxonomy::fold_words(text);
    let unit = |word: &str| {
        [
            "year", "month", "yr", "mo", "jahr", "monat", "an", "ans", "mois", "ano", "anos", "mes", "meses",
        ]
        .iter()
        .any(|unit| word.trim_end_matches(['s', 'e', 'n']) == unit.trim_end_matches(['s', 'e', 'n']))
    };
    let mut any = false;
    folded.split(' ').all(|word| {
        any |= unit(word);
        word.chars().all(|c| c.is_ascii_digit()) || unit(word) || matches!(word, "and" | "und" | "et" | "y")
    }) && any
}
