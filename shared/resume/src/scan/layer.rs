//! A scan's text layer, held against the picture: a word counts only where the recogniser saw it.

use std::collections::HashMap;

use hiring_core::taxonomy::fold;

use super::spelling::{alike, confused};
use super::word::Word;
use crate::span::{Hidden, Span};

/// Height of the stripes by which words are found again, in points.
const STRIPE: f32 = 16.0;
/// Confidence (0-100) from which a recognised word needs no mending.
const SURE: f32 = 90.0;
/// Most words of a page's layer that are looked for; a page shows no more, see [`MAX_WORDS`](super::MAX_WORDS).
const MAX_LAYER_WORDS: usize = super::MAX_WORDS;
/// Most recognised words around a word of the layer that it is compared with.
const MAX_NEAR: usize = 24;
/// Farthest that a word of the layer may stand from what it was written for, in points.
const FARTHEST: f32 = 72.0;
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
    let mut seen = Seen::new(words);
    let mut missing = Vec::new();
    let mut row: Vec<Span> = Vec::new();
    let parts = layer.iter().filter(on_page).flat_map(apart);
    for (number, span) in parts.enumerate() {
        if number < MAX_LAYER_WORDS && seen.shows(&span) {
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

/// What the recogniser saw on a page. Every word of the layer is held against this, and never against what another one mended.
struct Seen<'a> {
    words: &'a mut [Word],
    /// Of each word, what was seen.
    looks: Vec<Look>,
    /// Which words have their middle in a stripe of the page.
    stripes: HashMap<i32, Vec<usize>>,
}

struct Look {
    folded: String,
    digits: String,
    may_be_mended: bool,
}

impl<'a> Seen<'a> {
    fn new(words: &'a mut [Word]) -> Self {
        let mut stripes: HashMap<i32, Vec<usize>> = HashMap::new();
        for (at, word) in words.iter().enumerate() {
            stripes.entry(stripe(word.middle())).or_default().push(at);
        }
        let look = |word: &Word| Look {
            folded: fold(&word.text),
            digits: digits(&word.text),
            may_be_mended: word.confidence < SURE,
        };
        let looks = words.iter().map(look).collect();
        Self {
            words,
            looks,
            stripes,
        }
    }

    /// Whether the picture shows this word of the layer; mends the spelling of the recognised one.
    fn shows(&mut self, span: &Span) -> bool {
        let layer = fold(&span.text);
        let mut shown = false;
        for at in self.near(span) {
            let (Some(word), Some(look)) = (self.words.get_mut(at), self.looks.get_mut(at)) else {
                continue;
            };
            if alike(&layer, &look.folded) {
                if look.may_be_mended && confused(&layer, &look.folded) && digits(&span.text) == look.digits {
                    span.text.clone_into(&mut word.text);
                    look.may_be_mended = false;
                }
                return true;
            }
            // The one may have joined what the other has apart.
            let (long, short) = if layer.len() > look.folded.len() {
                (&layer, &look.folded)
            } else {
                (&look.folded, &layer)
            };
            shown |= short.chars().count() > 1 && long.contains(short.as_str());
        }
        shown
    }

    /// The recognised words that a word of the layer may have been written for.
    fn near(&self, span: &Span) -> Vec<usize> {
        let middle = span.y - span.size * 0.3;
        let (here, reach) = (stripe(middle), span.size.clamp(6.0, FARTHEST));
        let stripes = here.saturating_sub(1)..=here.saturating_add(1);
        let is_near = |at: &&usize| {
            self.words.get(**at).is_some_and(|word| {
                let beside = span.x.max(word.x) - span.right().min(word.right());
                beside <= reach && (word.middle() - middle).abs() <= reach * 0.8
            })
        };
        let around = stripes.filter_map(|stripe| self.stripes.get(&stripe)).flatten();
        around.filter(is_near).take(MAX_NEAR).copied().collect()
    }
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
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
        let page = RecognisedPage {
            picture,
            scale: 1.0,
            words,
        };
        super::super::word::words(&page, super::super::MAX_WORDS)
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
    fn no_stack_of_layers_turns_a_word_into_another_step_by_step() {
        let mut words = words(vec![seen("Junior", 100, 92), seen("Mtinchen", 100, 200)]);
        let spans = [
            layer("Sunior", 100.0, 100.0),
            layer("Senior", 100.0, 100.0),
            layer("München", 100.0, 208.0),
            layer("Muncher", 100.0, 208.0),
            layer("Mönchen", 100.0, 208.0),
        ];
        check(&spans, &mut words, PAGE);
        assert_eq!(words[0].text, "Junior");
        assert_eq!(words[1].text, "München");
    }

    #[test]
    fn a_layer_drops_no_prefix_and_adds_no_tail() {
        let long = "x".repeat(60);
        let mut words = words(vec![seen("unskilled", 100, 92), seen(&long, 100, 200)]);
        check(
            &[
                layer("skilled", 100.0, 100.0),
                layer(&format!("{long}Kubernetes"), 100.0, 208.0),
            ],
            &mut words,
            PAGE,
        );
        assert_eq!(words[0].text, "unskilled");
        assert_eq!(words[1].text, long);
    }

    #[test]
    fn a_word_that_the_recogniser_is_sure_of_is_not_mended() {
        let mut sure = seen("Mtinchen", 100, 92);
        sure.confidence = 95.0;
        let mut words = words(vec![sure]);
        let missing = check(&[layer("München", 100.0, 100.0)], &mut words, PAGE);
        assert!(missing.is_empty());
        assert_eq!(words[0].text, "Mtinchen");
    }

    #[test]
    fn more_layer_than_a_page_can_show_is_told_apart() {
        let mut words = words(vec![seen("Baker", 100, 92)]);
        let spans = vec![layer("Baker", 100.0, 100.0); MAX_LAYER_WORDS + FALSE_WORDS];
        let missing = check(&spans, &mut words, PAGE);
        assert_eq!(missing.len(), 1);
        assert_eq!(missing[0].text, "Baker Baker Baker");
    }

    #[test]
    fn no_place_of_a_layer_hurts() {
        for far in [
            f32::NAN,
            f32::INFINITY,
            f32::NEG_INFINITY,
            f32::MAX,
            f32::MIN,
            3.4e10,
            -3.4e10,
        ] {
            let mut words = words(vec![seen("Baker", 100, 92)]);
            check(&[layer("Baker", far, far)], &mut words, (f32::MAX, f32::MAX));
            assert_eq!(words[0].text, "Baker");
        }
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
}
