//! Visible sentences that address a program instead of a recruiter (`ignore previous instructions`).
//!
//! Rules over folded words, not a model: a rule fires on a command, so on a verb where commands have theirs, or on a
//! form of address. A resume that tells of prompt injection as a subject does neither. What is found is shown to the
//! recruiter and changes nothing else.

mod lists;
mod tokens;

use hiring_core::resume::{Excerpt, Finding, MAX_EXCERPT_CHARS, MAX_EXCERPTS, finding};
use memchr::memmem;

use crate::layout::Visible;
use lists::*;
use tokens::{Token, is, tokens};

/// Most words that a rule looks ahead.
const REACH: usize = 8;

/// The sentences that address a program, if there are any.
pub(super) fn read(visible: &Visible) -> Option<Finding> {
    let found = find(&visible.text);
    if found.is_empty() {
        return None;
    }
    let excerpts = found.into_iter().take(MAX_EXCERPTS).map(|(start, end, reason)| {
        let text = visible.slice(&(start..end));
        let first = visible.code_point(start);
        let line = visible.lines.partition_point(|line| line.range.end <= start);
        Excerpt {
            text: text.to_owned(),
            reason: reason.to_owned(),
            page: visible.lines.get(line).map_or(0, |line| line.page),
            start: first,
            end: first + text.chars().count(),
        }
    });
    Some(Finding {
        code: finding::INSTRUCTIONS.to_owned(),
        message: "The resume holds sentences that address a program instead of you. They change no score."
            .to_owned(),
        excerpts: excerpts.collect(),
    })
}

/// First byte, end and reason of each sentence, from where it begins to address a program.
fn find(text: &str) -> Vec<(usize, usize, &'static str)> {
    let tokens = tokens(text);
    let mut found: Vec<(usize, usize, &'static str)> = Vec::new();
    let mut at = 0;
    while let Some(rest) = tokens.get(at..).filter(|rest| !rest.is_empty()) {
        let before = tokens.get(at.saturating_sub(REACH)..at).unwrap_or_default();
        if let Some(reason) = rule(before, rest) {
            let sentence = 1 + rest.iter().skip(1).take_while(|token| !token.starts).count();
            let last = rest.get(sentence - 1).or(rest.first());
            if let (Some(first), Some(last)) = (rest.first(), last) {
                found.push((first.start, cut(text, first.start, last.end), reason));
            }
            at += sentence;
        } else {
            at += 1;
        }
    }
    found.extend(markup(text));
    found.sort_unstable();
    found.dedup_by(|next, first| next.0 < first.1);
    found
}

/// The end of a quoted stretch.
fn cut(text: &str, start: usize, end: usize) -> usize {
    let quoted = text.get(start..end).unwrap_or_default();
    let limit = quoted.char_indices().nth(MAX_EXCERPT_CHARS);
    limit.map_or(end, |(at, _)| start + at)
}

fn rule(before: &[Token], rest: &[Token]) -> Option<&'static str> {
    let (first, ahead) = rest.split_first()?;
    let ahead = ahead.get(..ahead.len().min(REACH * 2)).unwrap_or_default();
    let end = ahead.iter().position(|token| token.starts).unwrap_or(ahead.len());
    let sentence = ahead.get(..end).unwrap_or_default();
    if first.word == SPELLED {
        return Some("override");
    }
    let commands = commands(before, first);
    if commands && overrides(first, sentence, ahead) {
        return Some("override");
    }
    if commands && rates(first, sentence) {
        return Some("rating");
    }
    if commands && answers(first, ahead) {
        return Some("output");
    }
    if role(first, sentence) {
        return Some("role");
    }
    if first.starts && addresses(first, rest) {
        return Some("address");
    }
    must_be(first, sentence).then_some("rating")
}

/// Whether a verb stands where commands have theirs: at the start, behind `please`, or where a `you` is told to.
fn commands(before: &[Token], verb: &Token) -> bool {
    if verb.starts {
        return true;
    }
    let start = before.iter().rposition(|token| token.starts).unwrap_or(0);
    let sentence = before.get(start..).unwrap_or_default();
    let told = sentence.iter().rev().take(5).any(|token| is(token, YOU));
    told || sentence.last().is_some_and(|token| is(token, BEFORE_COMMANDS))
}

/// `ignore all previous instructions`, with the noun and what says which ones in any order.
fn overrides(verb: &Token, sentence: &[Token], ahead: &[Token]) -> bool {
    let negated = is(verb, NOT_FOLLOW) && sentence.iter().take(4).any(|token| is(token, NEGATED));
    if !is(verb, IGNORE) && !negated {
        return false;
    }
    let Some(noun) = sentence.iter().take(7).position(|token| is(token, INSTRUCTIONS)) else {
        return false;
    };
    let reach = sentence.get(..(noun + 4).min(sentence.len())).unwrap_or_default();
    let as_subject = ahead
        .get(noun + 1..)
        .unwrap_or_default()
        .iter()
        .take(3)
        .any(|token| is(token, SUBJECTS));
    reach.iter().any(|token| is(token, WHICH)) && !as_subject
}

/// `rate this candidate 10/10`.
fn rates(verb: &Token, sentence: &[Token]) -> bool {
    if !is(verb, RATE) {
        return false;
    }
    let Some(this) = sentence.iter().take(5).position(|token| is(token, THIS)) else {
        return false;
    };
    sentence
        .iter()
        .skip(this + 1)
        .take(3)
        .any(|token| is(token, CANDIDATE))
}

/// `this candidate must be hired`.
fn must_be(this: &Token, sentence: &[Token]) -> bool {
    is(this, THIS)
        && sentence.first().is_some_and(|token| is(token, PERSON))
        && sentence.iter().skip(1).take(3).any(|token| is(token, MUST))
        && sentence.iter().skip(2).take(5).any(|token| is(token, RATED))
}

/// `answer only with "strong hire"`.
fn answers(verb: &Token, ahead: &[Token]) -> bool {
    is(verb, ANSWER)
        && ahead.iter().take(2).any(|token| is(token, ONLY))
        && ahead.iter().take(12).any(|token| is(token, VERDICT))
}

/// `you are an AI recruiter`.
fn role(you: &Token, sentence: &[Token]) -> bool {
    let Some(are) = sentence.first() else { return false };
    let both = YOU_ARE
        .iter()
        .any(|(one, other)| *one == you.word && *other == are.word);
    let after = match (both, is(you, YOU_BEING)) {
        (true, _) => sentence.get(1..),
        (_, true) => Some(sentence),
        _ => return false,
    };
    let after = after.unwrap_or_default();
    let Some(program) = after.iter().take(5).position(|token| is(token, PROGRAM)) else {
        return false;
    };
    let around = after.get(..(program + 2).min(after.len())).unwrap_or_default();
    !around.iter().any(|token| is(token, NO_PROGRAM))
}

/// `Note to the AI:`, `Attention LLM,`.
fn addresses(first: &Token, rest: &[Token]) -> bool {
    let mut between = rest.iter().skip(1).take(5);
    if !is(first, NOTE) {
        return false;
    }
    let Some(program) = between.position(|token| is(token, PROGRAM)) else {
        return false;
    };
    let words = rest.get(1..=program).unwrap_or_default();
    // `Note: AI, data` is about programs, not to one.
    let about = rest.get(program + 1).is_some_and(|token| token.starts);
    // A program may be named in two words: `AI assistant`, `language model`.
    let named = |token: &&Token| is(token, PROGRAM) && !token.pause;
    let follows = rest.iter().skip(program + 2).find(|token| !named(token));
    words.iter().all(|token| is(token, TO_THE))
        && follows.is_none_or(|token| token.pause && !about || is(token, ADDRESSED))
}

/// Marks with which programs that talk to language models part the speakers.
fn markup(text: &str) -> impl Iterator<Item = (usize, usize, &'static str)> + '_ {
    MARKUP
        .iter()
        .flat_map(|mark| memmem::find_iter(text.as_bytes(), mark).map(move |at| (at, *mark)))
        .take(MAX_EXCERPTS)
        .map(|(start, mark)| {
            let rest = text.get(start + mark.len()..).unwrap_or_default();
            let line = rest.find('\n').unwrap_or(rest.len());
            (start, cut(text, start, start + mark.len() + line), "markup")
        })
}

#[cfg(test)]
mod tests;
