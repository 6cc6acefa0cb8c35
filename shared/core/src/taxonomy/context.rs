//! Whether the words around a skill's name say that the person does not have it.

mod phrases;

use super::fold::fold;
use phrases::{DENIED_AFTER, DENIED_BEFORE, EMPLOYERS, GOOD, LEGAL, Phrases, TURNS};

/// Bytes before a name that are looked at.
const BEFORE: usize = 120;
/// Bytes behind a name that are looked at.
const BEHIND: usize = 60;

/// Whether the text around a name at `start..end` bytes denies the skill (`no experience with`), only wishes for it
/// (`want to learn`), or makes the name an employer's (`at Oracle`, `SAP SE`). Little knowledge (`basic`) counts.
#[must_use]
pub fn disclaimed(text: &str, start: usize, end: usize) -> bool {
    let before = clause_before(text, start);
    let behind = clause_behind(text, end);
    is_denied(&before) || is_employer(&before, &behind) || denies(&behind)
}

fn is_denied(before: &str) -> bool {
    if before
        .split_whitespace()
        .next_back()
        .is_some_and(|word| matches!(word, "kein" | "keine" | "no" | "aucun" | "ningun"))
    {
        return true;
    }
    phrase_ends(before, &DENIED_AFTER).max().is_some_and(|at| {
        let between = before.get(at..).unwrap_or_default();
        phrase_ends(between, &TURNS).next().is_none()
    })
}

fn denies(behind: &str) -> bool {
    let rest = behind.trim_start_matches([' ', '(', '-', '–', ':', '\t']);
    DENIED_BEFORE.iter().any(|phrase| {
        rest.strip_prefix(phrase)
            .is_some_and(|after| !after.starts_with(char::is_alphanumeric))
    })
}

fn is_employer(before: &str, behind: &str) -> bool {
    let mut words = before.split_whitespace().rev();
    let at_employer = words.next().is_some_and(|word| EMPLOYERS.contains(&word))
        && !words.next().is_some_and(|word| GOOD.contains(&word));
    let legal = behind
        .strip_prefix(' ')
        .and_then(|rest| rest.split(|c: char| !c.is_alphanumeric()).next())
        .is_some_and(|word| LEGAL.contains(&word));
    at_employer || legal
}

/// The folded text before a byte, back to the end of the sentence before.
fn clause_before(text: &str, start: usize) -> String {
    let mut from = start.saturating_sub(BEFORE);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let near = text.get(from..start).unwrap_or_default();
    let cut = near
        .char_indices()
        .rev()
        .find(|(at, c)| {
            let blank = near
                .get(at + c.len_utf8()..)
                .is_some_and(|rest| rest.starts_with(char::is_whitespace));
            matches!(c, ';' | '•' | '|' | '!' | '?') || *c == '.' && blank
        })
        .map_or(0, |(at, c)| at + c.len_utf8());
    fold(near.get(cut..).unwrap_or_default()).replace('\n', " ")
}

/// The folded text behind a byte, up to the next comma or end of a sentence.
fn clause_behind(text: &str, end: usize) -> String {
    let mut to = end.saturating_add(BEHIND).min(text.len());
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    let near = text.get(end..to).unwrap_or_default();
    let cut = near.find([',', ';', '.', '\n', '•', '|']).unwrap_or(near.len());
    fold(near.get(..cut).unwrap_or_default())
}

/// One past the last byte of each place where one of these phrases stands as whole words.
fn phrase_ends<'a>(text: &'a str, phrases: &'static Phrases) -> impl Iterator<Item = usize> + 'a {
    let mut within = false;
    let starts = text.char_indices().filter_map(move |(at, c)| {
        let start = c.is_alphanumeric() && !within;
        within = c.is_alphanumeric();
        start.then_some(at)
    });
    starts.flat_map(move |at| {
        let rest = text.get(at..).unwrap_or_default();
        let stands = move |phrase: &&&str| {
            // Only the end of a word may be inflected.
            rest.as_bytes().first() == phrase.as_bytes().first()
                && rest
                    .strip_prefix(**phrase)
                    .is_some_and(|behind| phrase.len() > 6 || !behind.starts_with(char::is_alphanumeric))
        };
        let phrases = phrases.with_first_of(rest).iter();
        phrases.filter(stands).map(move |phrase| at + phrase.len())
    })
}

#[cfg(test)]
mod tests {
    use super::disclaimed;

    fn denied(text: &str, name: &str) -> bool {
        let start = text.find(name).unwrap();
        disclaimed(text, start, start + name.len())
    }

    #[test]
    fn what_is_denied_or_only_wished_for_does_not_count() {
        for (text, name) in [
            ("I have no experience with Kubernetes or Terraform.", "Terraform"),
            ("Keine Erfahrung mit SAP", "SAP"),
            ("keine SAP-Kenntnisse", "SAP"),
            ("sans expérience en Java", "Java"),
            ("Aucune expérience en Java", "Java"),
            ("sin experiencia en Python", "Python"),
            ("I want to learn Rust", "Rust"),
            ("Interested in Docker", "Docker"),
            ("Interesse an Docker", "Docker"),
            ("quiero aprender Docker", "Docker"),
            ("envie d'apprendre Docker", "Docker"),
            ("Java (no experience)", "Java"),
            ("Java: keine Kenntnisse", "Java"),
        ] {
            assert!(denied(text, name), "{text}");
        }
    }

    #[test]
    fn little_knowledge_and_what_follows_a_turn_count() {
        for (text, name) in [
            ("Basic knowledge of Kubernetes", "Kubernetes"),
            ("Grundkenntnisse in SAP", "SAP"),
            ("No experience with Java but strong in Python", "Python"),
            ("Keine Erfahrung mit Java. Python seit 2010", "Python"),
            ("notions de Java", "Java"),
            ("good at Excel", "Excel"),
            ("conocimientos básicos de Java", "Java"),
        ] {
            assert!(!denied(text, name), "{text}");
        }
    }

    #[test]
    fn an_employer_is_no_skill() {
        for text in [
            "Engineer at Oracle in Berlin",
            "Beraterin bei Oracle",
            "chez Oracle",
            "for Oracle Corporation",
        ] {
            assert!(denied(text, "Oracle"), "{text}");
        }
        assert!(!denied("Administration of Oracle databases", "Oracle"));
    }

    proptest::proptest! {
        #[test]
        fn any_text_and_any_range_are_looked_at_without_a_panic(text in "\\PC{0,300}", start in 0_usize..400, length in 0_usize..40) {
            let start = start.min(text.len());
            let _ = disclaimed(&text, start, (start + length).min(text.len()));
        }
    }
}
