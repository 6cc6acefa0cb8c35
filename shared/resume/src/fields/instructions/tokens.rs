//! Words as the rules compare them, tricks of spelling undone.

use hiring_core::taxonomy::{fold, words};

use super::lists::{GOES_ON, Kinds, SPELLED, SPELLED_COMMANDS, SPELLED_OBJECTS, kinds};

/// One word.
#[derive(Debug, Clone)]
pub(super) struct Token {
    /// Folded; spelled-out words joined, digits and look-alike letters put back.
    pub word: String,
    /// What it may be in a rule.
    pub kinds: Kinds,
    /// First byte in the text.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Whether a sentence begins with it.
    pub starts: bool,
    /// Whether a comma or the end of a sentence stands before it.
    pub pause: bool,
}

/// Whether a word is of one of these kinds.
pub(super) fn is(token: &Token, wanted: Kinds) -> bool {
    token.kinds & wanted != 0
}

/// Fewest letters in a row with blanks between them that are a spelled-out word.
const SPELLED_OUT: usize = 8;
/// Most letters of spelled-out words that are joined.
const LONGEST_SPELLED: usize = 400;

/// All words of a text.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut end = 0;
    for (start, stop) in words(text) {
        let between = text.get(end..start).unwrap_or_default();
        let word = text.get(start..stop).unwrap_or_default();
        let starts = end == 0 || begins(between, word, tokens.last());
        let plain = plain(word);
        tokens.push(Token {
            kinds: kinds(&plain),
            word: plain,
            start,
            end: stop,
            starts,
            pause: starts || between.contains(','),
        });
        end = stop;
    }
    join_letters(tokens)
}

/// Whether a sentence begins between two words.
fn begins(between: &str, word: &str, before: Option<&Token>) -> bool {
    if between == " " {
        return false;
    }
    let marked = between.chars().any(|c| {
        matches!(
            c,
            '.' | '!'
                | '?'
                | ':'
                | ';'
                | '•'
                | '·'
                | '▪'
                | '"'
                | '“'
                | '”'
                | '„'
                | '«'
                | '»'
                | '('
                | '['
                | '—'
                | '–'
                | '|'
                | '\t'
        )
    });
    let dash = || between.contains(" - ") || between.contains("\n-") || between.contains("\n*");
    // A line may go on with the sentence above it.
    let goes_on = before.is_some_and(|before| is(before, GOES_ON));
    let line = || between.contains('\n') && (word.contains(char::is_uppercase) || !goes_on);
    marked || line() || dash()
}

/// Folded, without dots and apostrophes; digits among letters and letters of other alphabets become what they look like.
fn plain(word: &str) -> String {
    let folded = fold(word);
    if folded.bytes().all(|b| b.is_ascii_alphabetic()) {
        return folded;
    }
    let mixed = folded.bytes().any(|b| b.is_ascii_digit()) && folded.bytes().any(|b| b.is_ascii_alphabetic());
    folded
        .chars()
        .filter(|c| !matches!(c, '.' | '\'' | '’'))
        .map(|c| match c {
            '0' if mixed => 'o',
            '1' if mixed => 'i',
            '3' if mixed => 'e',
            '4' if mixed => 'a',
            '5' if mixed => 's',
            '7' if mixed => 't',
            'а' | 'α' => 'a',
            'е' | 'ε' => 'e',
            'о' | 'ο' => 'o',
            'р' | 'ρ' => 'p',
            'с' => 'c',
            'у' | 'υ' => 'y',
            'х' | 'χ' => 'x',
            'і' | 'ι' => 'i',
            'ѕ' => 's',
            'ј' => 'j',
            'ν' => 'v',
            'т' | 'τ' => 't',
            other => other,
        })
        .collect()
}

/// Makes one word of letters that stand apart. Where words end in them cannot be told, so the rules look for what the
/// whole row holds: such a row becomes one mark when it names both a command and what it is about.
fn join_letters(tokens: Vec<Token>) -> Vec<Token> {
    let mut joined: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut run: Vec<Token> = Vec::new();
    for token in tokens {
        let single = token.word.chars().count() == 1;
        if single && run.len() < LONGEST_SPELLED {
            run.push(token);
        } else {
            settle(&mut run, &mut joined);
            if single {
                run.push(token)
            } else {
                joined.push(token)
            }
        }
    }
    settle(&mut run, &mut joined);
    joined
}

fn settle(run: &mut Vec<Token>, joined: &mut Vec<Token>) {
    let letters: String = run.iter().map(|token| token.word.as_str()).collect();
    let names = |list: &[&str]| list.iter().any(|stem| letters.contains(stem));
    if run.len() >= SPELLED_OUT
        && names(SPELLED_COMMANDS)
        && names(SPELLED_OBJECTS)
        && let (Some(first), Some(last)) = (run.first(), run.last())
    {
        joined.push(Token {
            word: SPELLED.to_owned(),
            kinds: 0,
            start: first.start,
            end: last.end,
            starts: first.starts,
            pause: first.pause,
        });
        run.clear();
        return;
    }
    joined.append(run);
}
