//! Recognised words to spans: what is noise left out, bullets and left edges told from all lines of a page.

use super::line::{LIKE_BULLETS, Line};
use super::word::{Word, median, size, weight_of};
use crate::span::Span;

/// Words below this confidence (0-100) are noise more often than words.
const UNSURE: f32 = 25.0;
/// Signs without a letter or digit have to be surer than words: specks and ruling lines look like them.
const UNSURE_SIGN: f32 = 60.0;
/// Strokes so much thicker than usual on the page are bold type.
const HEAVY: f32 = 1.25;
/// Left edges closer than this are one edge, in points: letters begin at different distances from their place.
const SAME_EDGE: f32 = 2.0;

/// Words to spans of one page: one span for each stretch of a line without a wide gap.
pub(super) fn spans(words: Vec<Word>, page: u32) -> Vec<Span> {
    let body = median(words.iter().filter_map(size).collect()).unwrap_or(11.0);
    let weight = median(words.iter().filter_map(weight_of).collect());
    let mut lines: Vec<Line> = words
        .chunk_by(|a, b| a.line == b.line)
        .filter_map(|words| Line::new(without_noise(words, body), body))
        .collect();
    mark_bullets(&mut lines);
    align(&mut lines);
    let heavy =
        |word: &Word| matches!((weight_of(word), weight), (Some(own), Some(usual)) if own > usual * HEAVY);
    lines
        .into_iter()
        .flat_map(|line| line.spans(page, heavy))
        .collect()
}

/// The words of a line that are none of specks, ruling lines and the like. What begins the line may be a bullet.
fn without_noise(words: &[Word], body: f32) -> Vec<Word> {
    let clear = |(at, word): &(usize, &Word)| {
        let out_of_scale = word.height > body * 6.0 || word.height < body * 0.03 || word.width < 0.3;
        let says = word.text.chars().any(char::is_alphanumeric);
        let needed = if says { UNSURE } else { UNSURE_SIGN };
        let bullet = *at == 0 && words.len() > 1 && LIKE_BULLETS.contains(&word.text.as_str());
        !out_of_scale && (word.confidence >= needed || bullet)
    };
    let kept = words.iter().enumerate().filter(clear);
    kept.map(|(_, word)| word.clone()).collect()
}

/// Signs that stand at the same edge in several lines, apart from the words, are bullets whatever they were taken for.
fn mark_bullets(lines: &mut [Line]) {
    let edge = |line: &Line| -> Option<f32> {
        let [first, second, ..] = line.words.as_slice() else {
            return None;
        };
        let apart = second.x - first.right() > line.size * 0.3;
        let small = first.width < line.size * 0.9;
        (apart && small && LIKE_BULLETS.contains(&first.text.as_str())).then_some(first.x + first.width / 2.0)
    };
    let mut edges: Vec<f32> = lines.iter().filter_map(edge).collect();
    edges.sort_by(f32::total_cmp);
    for line in lines {
        let Some(at) = edge(line) else { continue };
        let low = edges.partition_point(|edge| *edge < at - SAME_EDGE);
        let high = edges.partition_point(|edge| *edge < at + SAME_EDGE);
        if high - low >= 2
            && let Some(first) = line.words.first_mut()
        {
            "•".clone_into(&mut first.text);
        }
    }
}

/// Lines that begin at almost the same place begin at the same place.
fn align(lines: &mut [Line]) {
    let mut starts: Vec<(f32, usize)> = lines
        .iter()
        .enumerate()
        .filter_map(|(at, line)| Some((line.words.first()?.x, at)))
        .collect();
    starts.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut from: Option<f32> = None;
    for (x, at) in starts {
        let edge = from.filter(|edge| x - edge < SAME_EDGE).unwrap_or(x);
        from = Some(edge);
        if let Some(first) = lines.get_mut(at).and_then(|line| line.words.first_mut()) {
            first.width += first.x - edge;
            first.x = edge;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::{MAX_WORDS, Picture, RecognisedPage, RecognisedWord, word};

    fn word(text: &str, line: u32, (left, top, width, height): (u32, u32, u32, u32)) -> RecognisedWord {
        RecognisedWord {
            text: text.to_owned(),
            line,
            left,
            top,
            width,
            height,
            confidence: 90.0,
            stroke: 0.0,
        }
    }

    fn read(words: Vec<RecognisedWord>) -> Vec<Span> {
        let picture = Picture::Page {
            number: 0,
            width: 595.0,
            height: 842.0,
        };
        spans(
            word::words(
                &RecognisedPage {
                    picture,
                    scale: 0.36,
                    words,
                },
                MAX_WORDS,
            ),
            0,
        )
    }

    #[test]
    fn words_of_one_line_are_one_span_until_a_wide_gap() {
        let spans = read(vec![
            word("Senior", 0, (100, 100, 80, 20)),
            word("Analyst", 0, (188, 100, 90, 26)),
            word("2019", 0, (900, 100, 60, 20)),
        ]);
        let texts: Vec<&str> = spans.iter().map(|span| span.text.as_str()).collect();
        assert_eq!(texts, ["Senior Analyst", "2019"]);
        assert_eq!(spans[0].y, spans[1].y);
        assert!((9.0..11.5).contains(&spans[0].size), "{}", spans[0].size);
    }

    #[test]
    fn whatever_a_bullet_was_taken_for_it_is_a_bullet() {
        let spans = read(vec![
            word("e", 0, (100, 105, 12, 12)),
            word("Led", 0, (130, 100, 50, 20)),
            word("*", 1, (101, 135, 12, 12)),
            word("Built", 1, (130, 130, 50, 20)),
        ]);
        assert_eq!(spans[0].text, "• Led");
        assert_eq!(spans[1].text, "• Built");
    }

    #[test]
    fn specks_and_ruling_lines_are_no_text() {
        let mut speck = word("~", 0, (300, 100, 10, 8));
        speck.confidence = 20.0;
        let mut noise = word("iy", 1, (300, 140, 30, 20));
        noise.confidence = 10.0;
        let spans = read(vec![
            word("Ada", 0, (100, 100, 60, 20)),
            speck,
            noise,
            word("|", 2, (90, 90, 4, 300)),
        ]);
        assert_eq!(spans.len(), 1);
        assert_eq!(spans[0].text, "Ada");
    }

    proptest::proptest! {
        #[test]
        fn no_words_hurt(
            words in proptest::collection::vec(("\\PC{1,12}", 0..5_u32, 0..u32::MAX, 0..u32::MAX, 0..9_000_u32), 0..40),
            scale: f32,
        ) {
            let words = words
                .into_iter()
                .map(|(text, line, left, top, size)| word(&text, line, (left, top, size, size)))
                .collect();
            let picture = Picture::Page { number: 0, width: 595.0, height: 842.0 };
            let spans = spans(word::words(&RecognisedPage { picture, scale, words }, MAX_WORDS), 0);
            proptest::prop_assert!(spans.iter().all(|span| !span.text.is_empty()));
        }
    }
}
