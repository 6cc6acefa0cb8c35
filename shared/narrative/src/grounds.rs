//! Whether a sentence names only what resume and job name.
//!
//! The check is of words, not of truth: numbers and names have to stand in the resume or the job, because those are what is
//! made up and believed (employers, products, years, points). Plain words may be anything; the prose is told to be a model's.

use std::collections::BTreeSet;

/// Longest text of one field, in characters; more is cut at a sentence.
const MAX_CHARS: usize = 700;

/// Talk of numbers and decisions that are not the model's to give.
const VERDICTS: &[&str] = &[
    "score",
    "scores",
    "scored",
    "points",
    "point",
    "rating",
    "rated",
    "rate",
    "rank",
    "ranked",
    "ranking",
    "percent",
    "percentage",
    "percentile",
    "grade",
    "stars",
    "hire",
    "hired",
    "hiring",
    "reject",
    "rejected",
    "rejection",
    "shortlist",
    "bonus",
];

/// What no interview may ask about.
const PRIVATE: &[&str] = &[
    "pregnant",
    "pregnancy",
    "married",
    "marital",
    "religion",
    "religious",
    "nationality",
    "ethnicity",
    "disability",
    "sexual",
    "spouse",
    "husband",
    "wife",
];

/// Ordinary words with which English sentences begin. Others count as names there, unless they end like a verb or an adverb.
#[rustfmt::skip]
const OPENERS: &[&str] = &[
    "the", "this", "that", "these", "those", "there", "they", "their", "them", "a", "an", "it", "its", "no", "not", "none", "nothing", "some", "several", "many",
    "most", "all", "both", "each", "every", "any", "only", "also", "and", "but", "or", "so", "as", "at", "by", "for", "from", "in", "into", "of", "on", "over", "to",
    "under", "with", "within", "without", "during", "while", "when", "where", "which", "who", "what", "why", "how", "if", "after", "before", "since", "because",
    "although", "though", "however", "overall", "can", "could", "do", "does", "did", "has", "have", "had", "is", "are", "was", "were", "will", "would", "should", "may",
    "might", "must", "you", "your", "we", "our", "please", "tell", "describe", "explain", "walk", "give", "share", "name", "candidate", "applicant", "resume",
    "experience", "experiences", "work", "works", "worked", "strong", "solid", "good", "broad", "deep", "extensive", "hands", "clear", "long", "short", "recent", "current", "former", "past",
    "early", "later", "more", "less", "much", "little", "few", "first", "last", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "knows", "brings", "leads", "uses", "holds", "speaks", "manages", "handles", "offers", "covers", "combines", "understands", "runs", "builds",
    "years", "evidence", "knowledge", "skills", "skill", "background", "built", "led", "ran", "kept", "held", "took", "made", "wrote", "taught", "brought", "gave",
    "grew", "set", "put", "cut", "sold", "won", "shows", "show", "lacks", "lack", "limited", "such", "other", "another", "team", "role", "roles", "projects", "project",
];
const VERB_ENDINGS: &[&str] = &["ed", "ing", "ly"];

/// The words that a sentence may name.
#[derive(Debug, Clone, Default)]
pub struct Grounds {
    words: BTreeSet<String>,
}

impl Grounds {
    /// Of these texts.
    #[must_use]
    pub fn new<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        let mut words = BTreeSet::new();
        for word in texts.into_iter().flat_map(words_of) {
            words.insert(word.to_lowercase());
        }
        Self { words }
    }

    /// The sentences of a text that name nothing else, and how many were left out.
    #[must_use]
    pub fn keep(&self, text: &str) -> (String, u32) {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let (mut kept, mut left_out) = (String::new(), 0);
        for sentence in sentences(&text) {
            if self.hold(sentence) && kept.chars().count() + sentence.chars().count() <= MAX_CHARS {
                if !kept.is_empty() {
                    kept.push(' ');
                }
                kept.push_str(sentence);
            } else {
                left_out += 1;
            }
        }
        (kept, left_out)
    }

    /// Whether a sentence names nothing else.
    fn hold(&self, sentence: &str) -> bool {
        let strange =
            |c: char| c.is_control() || matches!(c, '<' | '>' | '{' | '}' | '@' | '%' | '`' | '|' | '\\');
        if sentence.contains(strange) || sentence.contains("://") || sentence.contains("www.") {
            return false;
        }
        words_of(sentence).enumerate().all(|(at, word)| {
            let lower = word.to_lowercase();
            if VERDICTS.contains(&lower.as_str()) || PRIVATE.contains(&lower.as_str()) {
                return false;
            }
            let is_number = word.contains(|c: char| c.is_numeric());
            let is_name = word.contains(char::is_uppercase) && word != "I";
            if !is_number && !is_name {
                return true;
            }
            self.names(&lower) || (at == 0 && !is_number && opens(word, &lower))
        })
    }

    /// Whether resume or job say the word, also as a part of their own (`CI/CD`) or in the possessive.
    fn names(&self, lower: &str) -> bool {
        let bare = lower.trim_end_matches("'s").trim_end_matches("’s");
        self.words.contains(lower)
            || self.words.contains(bare)
            || bare
                .split(|c: char| !c.is_alphanumeric())
                .filter(|part| !part.is_empty())
                .all(|part| self.words.contains(part))
    }
}

/// Whether a word is an ordinary one to begin a sentence with.
fn opens(word: &str, lower: &str) -> bool {
    let rest_is_lower = !word.chars().skip(1).any(char::is_uppercase);
    let verb = lower.chars().count() > 4 && VERB_ENDINGS.iter().any(|ending| lower.ends_with(ending));
    rest_is_lower && (OPENERS.contains(&lower) || verb)
}

/// Words as people write them: with inner hyphens, apostrophes, dots, slashes, `+` and `#`.
fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| {
        !(c.is_alphanumeric() || matches!(c, '-' | '\'' | '’' | '.' | '/' | '+' | '#' | '&'))
    })
    .flat_map(|word| {
        let whole = word.trim_matches(|c: char| !(c.is_alphanumeric() || matches!(c, '+' | '#')));
        // In `Berlin/Hamburg` and `full-stack` the parts are words as well.
        let parts = whole
            .split(['-', '/', '.', '&'])
            .filter(move |part| part.len() < whole.len());
        std::iter::once(whole).chain(parts)
    })
    .filter(|word| !word.is_empty())
}

fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text.trim();
    std::iter::from_fn(move || {
        let end = rest
            .char_indices()
            .find(|(at, c)| {
                let behind = rest.get(at + c.len_utf8()..).unwrap_or_default();
                matches!(c, '.' | '!' | '?') && (behind.is_empty() || behind.starts_with(' '))
            })
            .map_or(rest.len(), |(at, c)| at + c.len_utf8());
        let (sentence, behind) = rest.split_at_checked(end)?;
        rest = behind.trim_start();
        (!sentence.is_empty()).then_some(sentence)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn grounds() -> Grounds {
        Grounds::new([
            "Ran ICU wards at Charité, Berlin, 2019-2023. CI/CD with C++ and Node.js",
            "Wound care",
        ])
    }

    #[test]
    fn sentences_that_name_what_nobody_named_are_left_out() {
        let kept = [
            "The candidate ran wards at Charité in Berlin.",
            "Worked with CI/CD and C++ since 2019.",
            "Wound care is not shown.",
            "Berlin's wards were theirs until 2023.",
            "How did you run ICU wards?",
        ];
        for sentence in kept {
            assert_eq!(grounds().keep(sentence), (sentence.to_owned(), 0));
        }
        let made_up = [
            "They also worked at Google.",
            "Google employed them.",
            "They have 12 years of experience.",
            "They deserve bonus points.",
            "The score should be high.",
            "See https://example.org for more.",
            "Are you married?",
            "They did <b>well</b>.",
        ];
        for sentence in made_up {
            assert_eq!(grounds().keep(sentence), (String::new(), 1), "{sentence}");
        }
    }

    #[test]
    fn the_good_sentences_of_a_text_stay() {
        let (kept, left_out) =
            grounds().keep("They ran wards in Berlin.  They led 40 people at Siemens. They know Node.js.");
        assert_eq!(
            (kept.as_str(), left_out),
            ("They ran wards in Berlin. They know Node.js.", 1)
        );
    }

    #[test]
    fn a_text_that_never_ends_is_cut() {
        let (kept, left_out) = grounds().keep(&"They ran wards. ".repeat(500));
        assert!(kept.chars().count() <= MAX_CHARS && left_out > 400);
    }

    proptest! {
        #[test]
        fn whatever_is_kept_names_only_words_of_the_grounds(text in "([A-Z]?[a-z]{1,8}|[0-9]{1,4}|[.?! ]|\\PC){0,30}") {
            let (kept, _) = grounds().keep(&text);
            prop_assert!(kept.chars().count() <= MAX_CHARS);
            prop_assert!(words_of(&kept).filter(|word| word.contains(char::is_numeric)).all(|word| grounds().names(&word.to_lowercase())));
        }
    }
}
