//! Birth, age, family, nationality: what resumes in some countries tell beside the address.

use super::marks::{Mark, Meant};
use super::vocabulary::{AGE_WORDS, PERSONAL_LABELS, STATUS_WORDS};
use crate::fold::fold;

/// Longest such entry, in code points; longer lines are prose.
const LONGEST: usize = 90;
/// Longest entry that has no label, or stands in the line below its label.
const LONGEST_BARE: usize = 40;
/// Code points at the beginning of an entry in which its label must end.
const LABEL: usize = 36;

/// Marks the values of labelled entries, and entries that can mean nothing else.
pub(super) fn find(text: &str, marks: &mut Vec<Mark>) {
    let mut from = 0;
    let mut label_above = false;
    for line in text.split('\n') {
        let mut at = from;
        let mut open_label = false;
        for entry in line.split(['|', '•', '·', '\t', ';']) {
            let length = entry.chars().count();
            if let Some((start, end)) = value(entry, length, label_above) {
                open_label = start == end;
                marks.push(Mark {
                    place: at + start..at + end,
                    meant: Meant::Personal,
                });
            }
            at += length + 1;
        }
        label_above = open_label || (label_above && line.trim().is_empty());
        from += line.chars().count() + 1;
    }
}

/// Whether an entry, with or without its value, is a personal one.
pub(super) fn is_entry(entry: &str) -> bool {
    value(entry, entry.chars().count(), false).is_some()
}

/// Where an entry tells something personal, as code points of it; empty for a label without a value beside it.
fn value(entry: &str, length: usize, label_above: bool) -> Option<(usize, usize)> {
    if !(2..=LONGEST).contains(&length) {
        return None;
    }
    let blank = entry.chars().take_while(|c| !c.is_alphanumeric()).count();
    let end = entry.trim_end().chars().count();
    if blank >= end {
        return None;
    }
    if let Some(label) = label_end(entry, blank) {
        let behind = entry
            .chars()
            .skip(label)
            .take_while(|c| !c.is_alphanumeric())
            .count();
        return Some(((label + behind).min(end), end));
    }
    let bare = end - blank <= LONGEST_BARE;
    (bare && (label_above || is_bare(entry))).then_some((blank, end))
}

/// One past the last code point of a known label at the beginning.
fn label_end(entry: &str, blank: usize) -> Option<usize> {
    let mut words = 0;
    let head: Vec<char> = entry.chars().skip(blank).take(LABEL).collect();
    let mut longest = None;
    for (at, c) in head.iter().enumerate() {
        let last_of_word =
            c.is_alphanumeric() && !head.get(at + 1).is_some_and(|next| next.is_alphanumeric());
        if !last_of_word {
            continue;
        }
        words += 1;
        let folded = fold(&head.iter().take(at + 1).collect::<String>());
        let colon = head
            .iter()
            .skip(at + 1)
            .find(|c| !c.is_whitespace())
            .is_some_and(|c| matches!(c, ':' | '.' | '-' | '–'));
        let bare = head.len() == at + 1;
        let known = PERSONAL_LABELS.iter().find(|(label, _)| *label == folded);
        if known.is_some_and(|(_, certain)| *certain || colon || bare) {
            longest = Some(blank + at + 1);
        }
        if words == 4 {
            break;
        }
    }
    longest
}

/// `married, two children`, `34 years old`.
fn is_bare(entry: &str) -> bool {
    let folded = fold(entry);
    let mut words = folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let Some(first) = words.next() else {
        return false;
    };
    if STATUS_WORDS.contains(&first) {
        return true;
    }
    let age = first.len() == 2 && first.bytes().all(|b| b.is_ascii_digit());
    age && {
        let rest: Vec<&str> = words.collect();
        AGE_WORDS.contains(&rest.join(" ").as_str())
    }
}
