//! A scan's text layer, held against the picture: a word counts only where the recogniser saw it.

use std::collections::HashMap;

use hiring_core::taxonomy::fold;

use super::lines::Word;
use crate::span::{Hidden, Span};

/// Height of the stripes by which words are found again, in points.
const STRIPE: f32 = 16.0;
/// Share of a word's letters that may differ between layer and picture.
const MAY_DIFFER: f32 = 0.25;
/// Words in a row that the picture does not show, from which it is no slip of the recogniser.
const FALSE_WORDS: usize = 3;
/// Letters of such a row.
const FALSE_LETTERS: usize = 12;

/// Whether a span is of the kind that scanners put behind or over their picture.
pub(super) fn is_layer(span: &Span) -> bool {
    matches!(span.hidden, Some(Hidden::Invisible | Hidden::Covered))
}

/// Takes the layer's spelling where it stands on a recognised word that it resembles. Answers the stretches of the layer that
/// the picture does not show.
pub(super) fn check(layer: &[Span], words: &mut [Word], (width, height): (f32, f32)) -> Vec<Span> {
    let on_page = |span: &&Span| {
        span.x > -width
            && span.x < 2.0 * width
            && span.y > -height
            && span.y < 2.0 * height
            && span.size > 0.0
    };
    let mut stripes: HashMap<i32, Vec<usize>> = HashMap::new();
    for (at, word) in words.iter().enumerate() {
        stripes.entry(stripe(word.middle())).or_default().push(at);
    }
    let mut missing = Vec::new();
    let mut row: Vec<Span> = Vec::new();
    for span in layer.iter().filter(on_page).flat_map(apart) {
        if found(&span, words, &stripes) {
            close(&mut row, &mut missing);
        } else {
            row.push(span);
        }
    }
    close(&mut row, &mut missing);
    // What lies far outside the page cannot be seen in any picture.
    missing.extend(layer.iter().filter(|span| !on_page(span)).cloned());
    missing
}

fn stripe(y: f32) -> i32 {
    (y / STRIPE) as i32
}

/// The words of a span, each where it stands if all characters are equally wide.
fn apart(span: &Span) -> Vec<Span> {
    let all = span.text.chars().count().max(1) as f32;
    let mut before = 0_usize;
    let mut words = Vec::new();
    for part in span.text.split_inclusive(char::is_whitespace) {
        let count = part.chars().count();
        let word = part.trim();
        if word.chars().any(char::is_alphanumeric) {
            words.push(Span {
                x: span.x + span.width * before as f32 / all,
                width: span.width * word.chars().count() as f32 / all,
                text: word.to_owned(),
                ..span.clone()
            });
        }
        before += count;
    }
    words
}

fn found(span: &Span, words: &mut [Word], stripes: &HashMap<i32, Vec<usize>>) -> bool {
    let middle = span.y - span.size * 0.3;
    let (here, reach) = (stripe(middle), span.size.max(6.0));
    let near = (here - 1..=here + 1)
        .filter_map(|stripe| stripes.get(&stripe))
        .flatten();
    let layer = fold(&span.text);
    let mut shown = false;
    for at in near {
        let Some(word) = words.get_mut(*at) else { continue };
        let beside = span.x.max(word.x) - span.right().min(word.right());
        if beside > reach || (word.middle() - middle).abs() > reach * 0.8 {
            continue;
        }
        let seen = fold(&word.text);
        if alike(&layer, &seen) {
            if digits(&span.text) == digits(&word.text) {
                span.text.clone_into(&mut word.text);
            }
            return true;
        }
        // The one may have joined what the other has apart.
        let (long, short) = if layer.len() > seen.len() {
            (&layer, &seen)
        } else {
            (&seen, &layer)
        };
        shown |= short.chars().count() > 1 && long.contains(short.as_str());
    }
    shown
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Whether two folded words differ in so few letters that they are one word. Short ones have to be the same.
fn alike(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(60).collect(), b.chars().take(60).collect());
    let longest = a.len().max(b.len());
    longest > 3 && distance(&a, &b) as f32 <= longest as f32 * MAY_DIFFER
}

/// Levenshtein's distance.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.iter().enumerate() {
        let mut corner = i;
        let mut before = i + 1;
        for (slot, right) in row.iter_mut().skip(1).zip(b) {
            let step = (corner + usize::from(left != right))
                .min(before + 1)
                .min(*slot + 1);
            corner = std::mem::replace(slot, step);
            before = step;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(a.len())
}

/// Keeps a row of missing words if it is long enough to be meant, joined to one stretch a line.
fn close(row: &mut Vec<Span>, missing: &mut Vec<Span>) {
    let row = std::mem::take(row);
    let letters: usize = row
        .iter()
        .map(|span| span.text.chars().filter(|c| c.is_alphanumeric()).count())
        .sum();
    if row.len() < FALSE_WORDS || letters < FALSE_LETTERS {
        return;
    }
    for stretch in row.chunk_by(|a, b| (a.y - b.y).abs() < 1.0) {
        let (Some(first), Some(last)) = (stretch.first(), stretch.last()) else {
            continue;
        };
        missing.push(Span {
            width: last.right() - first.x,
            text: stretch
                .iter()
                .map(|span| span.text.as_str())
                .collect::<Vec<_>>()
                .join(" "),
            ..first.clone()
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::{Picture, RecognisedPage, RecognisedWord};

    const PAGE: (f32, f32) = (595.0, 842.0);

    fn seen(text: &str, left: u32, top: u32) -> RecognisedWord {
        RecognisedWord {
            text: text.to_owned(),
            line: top,
            left,
            top,
            width: text.chars().count() as u32 * 6,
            height: 8,
            confidence: 80.0,
            stroke: 0.0,
        }
    }

    fn words(words: Vec<RecognisedWord>) -> Vec<Word> {
        let picture = Picture::Page {
            number: 0,
            width: PAGE.0,
            height: PAGE.1,
        };
        super::super::lines::words(&RecognisedPage {
            picture,
            scale: 1.0,
            words,
        })
    }

    fn layer(text: &str, x: f32, y: f32) -> Span {
        Span {
            page: 0,
            turn: crate::span::Turn::Upright,
            x,
            y,
            width: text.chars().count() as f32 * 6.0,
            size: 11.0,
            bold: false,
            italic: false,
            colour: [0; 3],
            family: 0,
            hidden: Some(Hidden::Invisible),
            text: text.to_owned(),
        }
    }

    #[test]
    fn a_layer_mends_the_spelling_of_words_that_it_stands_on() {
        let mut words = words(vec![seen("Mtinchen", 100, 92), seen("Zürich", 100, 200)]);
        let missing = check(
            &[layer("München", 100.0, 100.0), layer("Genève", 400.0, 208.0)],
            &mut words,
            PAGE,
        );
        assert!(missing.is_empty());
        assert_eq!(words[0].text, "München");
        assert_eq!(words[1].text, "Zürich");
    }

    #[test]
    fn a_layer_changes_no_number_and_no_short_word() {
        let mut words = words(vec![
            seen("+49-170-1111111", 100, 92),
            seen("C", 100, 120),
            seen("Junior", 100, 148),
        ]);
        let spans = [
            layer("+49-170-1111112", 100.0, 100.0),
            layer("R", 100.0, 128.0),
            layer("Senior", 100.0, 156.0),
        ];
        check(&spans, &mut words, PAGE);
        let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        assert_eq!(texts, ["+49-170-1111111", "C", "Junior"]);
    }

    #[test]
    fn words_that_the_picture_does_not_show_are_told_apart() {
        let mut words = words(vec![seen("Baker", 100, 92)]);
        let spans = [
            layer("Baker", 100.0, 100.0),
            layer("Twenty years of Rust and Kubernetes", 100.0, 400.0),
        ];
        let missing = check(&spans, &mut words, PAGE);
        assert_eq!(missing.len(), 1);
        assert_eq!(missing[0].text, "Twenty years of Rust and Kubernetes");
        assert!(missing[0].hidden.is_some());
    }

    #[test]
    fn one_letter_of_difference_is_a_distance_of_one() {
        let between =
            |a: &str, b: &str| distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>());
        assert_eq!(between("kitten", "sitting"), 3);
        assert_eq!(between("", "abc"), 3);
        assert_eq!(between("abc", "abc"), 0);
    }
}
