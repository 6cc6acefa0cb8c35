//! Which lines make one entry.

use std::ops::Range;

use hiring_core::reading::SectionKind;

use crate::fields::dates::period;
use crate::fields::entries::is_prose;
use crate::layout::{Line, Visible};
use crate::words::bullet_length;

/// Points by which the lines of an entry stand further right than its first.
const HANG: f32 = 2.0;
/// Distance to the line above, in line heights, from which a line begins a paragraph.
const GAP: f32 = 1.5;
/// Words behind which a line cannot end.
const OPEN: &[&str] = &[
    "and", "of", "the", "for", "in", "with", "by", "at", "on", "und", "der", "die", "das", "des", "für",
    "mit", "von", "im", "et", "de", "du", "la", "le", "les", "pour", "avec", "dans", "y", "del", "el", "los",
    "las", "con", "para", "en", "&",
];

/// What the first line of a section says about its entries.
enum Manner {
    /// Each begins with a bullet.
    Bullets,
    /// Each has a heavy title, and its description below.
    Heavy,
    /// Each has a title with a date, and its description below.
    Dated,
    /// Each has a title without a bullet, and bullets below.
    Told,
    /// Paragraphs with room between them.
    Apart,
    /// Lines.
    Plain,
}

struct Look<'a> {
    line: &'a Line,
    text: &'a str,
    bullet: usize,
    /// Whether nothing but a date stands there.
    date: bool,
    dated: bool,
}

/// The ranges of all entries of some lines, without their bullets.
pub(super) fn of(visible: &Visible, lines: &[usize], kind: SectionKind) -> Vec<Range<usize>> {
    let looks: Vec<Look<'_>> = lines
        .iter()
        .filter_map(|number| visible.lines.get(*number))
        .map(|line| look(visible, line))
        .collect();
    let Some(first) = looks.first() else {
        return Vec::new();
    };
    let manner = manner(&looks, kind);
    let dates_lead = first.date;
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut head = first;
    let mut above: Option<&Look<'_>> = None;
    let mut open = true;
    for look in &looks {
        let new = above.is_none_or(|above| begins(&manner, look, above, head, dates_lead));
        if new {
            let start = look.line.range.start + look.bullet;
            found.push(start..look.line.range.end);
            (head, open) = (look, true);
        } else if open {
            // Below a title with a description the title alone is the entry.
            let described = matches!(manner, Manner::Heavy | Manner::Dated | Manner::Told);
            open = !described || look.date || above.is_some_and(|above| above.date && dates_lead);
            if let Some(last) = found.last_mut().filter(|_| open) {
                last.end = look.line.range.end;
            }
        }
        above = Some(look);
    }
    found
}

fn look<'a>(visible: &'a Visible, line: &'a Line) -> Look<'a> {
    let text = visible.line_text(line);
    let bullet = bullet_length(text);
    let bare = text.get(bullet..).unwrap_or_default();
    let period = period(bare);
    let date = period.as_ref().is_some_and(|period| {
        let before = bare.get(..period.range.start).unwrap_or_default();
        let after = bare.get(period.range.end..).unwrap_or_default();
        let letters = before.chars().chain(after.chars()).filter(|c| c.is_alphabetic());
        // `Issued on March 2021`, `Délivré le 3 mars 2021`.
        letters.count() <= 12 && before.split_whitespace().count() <= 2 && is_small(before) && is_small(after)
    });
    Look {
        line,
        text: bare,
        bullet,
        date,
        dated: period.is_some(),
    }
}

/// Whether a text besides a date names nothing: blank, or words for the issue of a certificate.
fn is_small(text: &str) -> bool {
    let plain = text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    matches!(
        plain.as_str(),
        "" | "issued"
            | "issued on"
            | "obtained"
            | "on"
            | "délivré le"
            | "obtenu en"
            | "ausgestellt am"
            | "vom"
            | "am"
            | "emitido el"
            | "expedido el"
            | "date"
            | "datum"
    )
}

fn manner(looks: &[Look<'_>], kind: SectionKind) -> Manner {
    let Some(first) = looks.first() else {
        return Manner::Plain;
    };
    if first.bullet > 0 {
        return Manner::Bullets;
    }
    let titled = |look: &&Look<'_>| !is_prose(look.text) && !look.date;
    if kind == SectionKind::Projects && looks.len() > 1 {
        if is_heavy(first) && looks.iter().any(|look| !is_heavy(look) && !look.date) {
            return Manner::Heavy;
        }
        if looks.iter().any(|look| look.bullet > 0) {
            return Manner::Told;
        }
        let dated = looks.iter().filter(titled).any(|look| look.dated);
        if first.dated && dated && looks.iter().any(|look| !look.dated) {
            return Manner::Dated;
        }
    }
    let rest = looks.iter().skip(1);
    let apart =
        rest.clone().any(|look| look.line.room >= GAP) && rest.clone().any(|look| look.line.room < GAP);
    if apart { Manner::Apart } else { Manner::Plain }
}

fn is_heavy(look: &Look<'_>) -> bool {
    look.line.pieces.first().is_some_and(|piece| piece.bold)
}

/// Whether an entry begins with a line.
fn begins(manner: &Manner, look: &Look<'_>, above: &Look<'_>, head: &Look<'_>, dates_lead: bool) -> bool {
    if look.date {
        return dates_lead && !above.date;
    }
    if above.date && dates_lead {
        return false;
    }
    let page = look.line.page == head.line.page;
    let hangs = page && look.line.x > head.line.x + HANG && look.line.x < head.line.x + 40.0;
    let runs_on = look.text.starts_with(char::is_lowercase)
        || is_open(above.text)
        || look.text.starts_with('(') && !above.dated
        || look.text.chars().filter(|c| c.is_alphabetic()).count() < 3;
    let both_dated = look.dated && head.dated && !is_prose(look.text);
    match manner {
        Manner::Bullets => look.bullet > 0 || !runs_on && (!hangs || both_dated),
        Manner::Heavy => look.bullet == 0 && is_heavy(look) && !(is_heavy(above) && runs_on),
        Manner::Dated => look.bullet == 0 && look.dated && !is_prose(look.text),
        Manner::Told => look.bullet == 0 && (above.bullet > 0 || above.date) && !runs_on && !hangs,
        Manner::Apart => look.line.room >= GAP && !look.text.starts_with(char::is_lowercase),
        Manner::Plain => look.bullet == 0 && !runs_on && !hangs,
    }
}

/// Whether a line breaks off: at a comma, a hyphen, or a small word.
fn is_open(text: &str) -> bool {
    let text = text.trim_end();
    let last = text.split_whitespace().next_back().unwrap_or_default();
    text.ends_with([',', ':', '-', '–', '&', '/']) || OPEN.contains(&last)
}
