//! E-mail addresses, wherever they stand.

use std::ops::Range;

use memchr::{memchr2_iter, memmem};

use super::{Found, MOST};
use crate::layout::Visible;

/// Ways to write `@` that keep programs from finding an address.
const DISGUISES: &[&str] = &[
    "[at]", "(at)", "{at}", "<at>", "[ät]", "(ät)", "[arroba]", "(arroba)",
];
/// First byte of `＠`.
const WIDE_LEAD: u8 = 0xef;
/// Ways to write `.` likewise.
const DOTS: &[&str] = &[
    "[dot]", "(dot)", "[punkt]", "(punkt)", "[point]", "(point)", "[punto]", "(punto)",
];

/// E-mail addresses in order of appearance, each once.
pub(in crate::fields) fn emails(visible: &Visible) -> Vec<Found> {
    let text = visible.text.as_str();
    let mut found: Vec<Found> = Vec::new();
    let plain = memchr2_iter(b'@', WIDE_LEAD, text.as_bytes())
        .filter_map(|at| {
            let sign = text.get(at..)?.chars().next()?;
            matches!(sign, '@' | '＠').then_some((at, sign))
        })
        .filter_map(|(at, sign)| Some((around(text, at, sign.len_utf8())?, 0.98)));
    let disguised = DISGUISES
        .iter()
        .flat_map(|mark| memmem::find_iter(text.as_bytes(), mark).map(|at| (at, mark.len())))
        .filter_map(|(at, length)| Some((disguised(text, at, length)?, 0.85)));
    for (range, confidence) in plain.chain(disguised) {
        let value = value(visible.slice(&range));
        if found.len() >= MOST || found.iter().any(|other| other.leaf.value == value) {
            continue;
        }
        found.extend(Found::new(visible, range, value, confidence));
    }
    found
}

fn value(raw: &str) -> String {
    let mut value: String = raw
        .chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect();
    for (marks, plain) in [(DISGUISES, "@"), (DOTS, "."), (&["＠"], "@")] {
        for mark in marks {
            value = value.replace(mark, plain);
        }
    }
    value
}

fn is_local(c: char) -> bool {
    c.is_ascii_alphanumeric() || "._%+-'".contains(c)
}

fn is_domain(c: char) -> bool {
    c.is_alphanumeric() || c == '.' || c == '-'
}

/// Bytes of the name that ends here; narrow columns break long addresses, so it may begin on the line above.
fn local_start(text: &str, at: usize) -> Option<usize> {
    let before = text.get(..at)?;
    let name = before.trim_end_matches(is_local);
    let mut start = name.len();
    start += before.get(start..)?.len() - before.get(start..)?.trim_start_matches(['.', '-', '\'']).len();
    if let Some(above) = text.get(..start)?.strip_suffix('\n') {
        let word = above.rsplit(char::is_whitespace).next().unwrap_or_default();
        // A full stop ends sentences too: only a line of nothing but the name's first half goes on.
        let alone = above.len() == word.len() || above.ends_with(&format!("\n{word}"));
        let cut = start == at || word.ends_with(['-', '_', '+']) || word.ends_with('.') && alone;
        if word.len() > 1 && cut && word.chars().all(is_local) {
            start -= word.len() + 1;
        }
    }
    (start < at).then_some(start)
}

fn around(text: &str, at: usize, width: usize) -> Option<Range<usize>> {
    let start = local_start(text, at)?;
    let after = text.get(at + width..)?;
    let mut length = after.find(|c: char| !is_domain(c)).unwrap_or(after.len());
    let broken = |name: &str| !name.trim_end_matches('.').contains('.') || name.ends_with(['.', '-']);
    if after.get(length..)?.starts_with('\n') && broken(after.get(..length)?) {
        let below = after.get(length + 1..)?;
        let rest = below.find(|c: char| !is_domain(c)).unwrap_or(below.len());
        if below.get(..rest)?.contains('.') || after.get(..length)?.contains('.') {
            length += 1 + rest;
        }
    }
    let name = after.get(..length)?.trim_end_matches(['.', '-']);
    let (host, top) = name.rsplit_once('.')?;
    let top = top.trim();
    // `name@host.comTel.`: the next word is glued on.
    let lower = top
        .find(char::is_uppercase)
        .filter(|cut| *cut >= 2)
        .unwrap_or(top.len());
    let shouted = host.chars().any(char::is_uppercase);
    let length = if shouted {
        name.len()
    } else {
        name.len() - (top.len() - lower)
    };
    let top = if shouted { top } else { top.get(..lower)? };
    let sound = top.chars().count() >= 2 && top.chars().all(char::is_alphabetic) && !name.starts_with('.');
    sound.then(|| start..at + width + length)
}

/// `jane.doe [at] example [dot] com`.
fn disguised(text: &str, at: usize, width: usize) -> Option<Range<usize>> {
    let before = text.get(..at)?.trim_end_matches(' ');
    let start = local_start(text, before.len())?;
    let from = at + width;
    let mut end = from + text.get(from..)?.len() - text.get(from..)?.trim_start_matches(' ').len();
    let mut dotted = false;
    for _ in 0..4 {
        let rest = text.get(end..)?;
        let label = rest.find(|c: char| !is_domain(c)).unwrap_or(rest.len());
        dotted |= rest.get(..label)?.trim_end_matches('.').contains('.');
        end += label;
        let gap = text.get(end..)?;
        let open = gap.trim_start_matches(' ');
        let Some(mark) = DOTS.iter().find(|mark| open.starts_with(**mark)) else {
            break;
        };
        dotted = true;
        let behind = open.get(mark.len()..)?;
        end += gap.len() - behind.trim_start_matches(' ').len();
    }
    let trimmed = text.get(..end)?.trim_end_matches(['.', '-']).len();
    (dotted && trimmed > from).then_some(start..trimmed)
}
