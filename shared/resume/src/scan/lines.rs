//! Recognised words to spans: what is noise left out, sizes and baselines told from the letters' heights.

use hiring_core::taxonomy::fold;

use super::RecognisedPage;
use crate::span::{Span, Turn};
use crate::words::{present_prefix, year_at};

/// Words below this confidence (0-100) are noise more often than words.
const UNSURE: f32 = 25.0;
/// Signs without a letter or digit have to be surer than words: specks and ruling lines look like them.
const UNSURE_SIGN: f32 = 60.0;
/// Signs that recognisers take bullets for.
const LIKE_BULLETS: &[&str] = &[
    "*", "«", "»", "¢", "°", "+", "=", "~", ">", "@", "©", "®", "e", "o", "¢", "·", "«", "■", "□", "►", "▪",
    "●", "•", "-", "–", "—", "e.", "¥", "&", "O", "0", "¤", "§",
];
/// Strokes so much thicker than usual on the page are bold type.
const HEAVY: f32 = 1.25;
/// Left edges closer than this are one edge, in points: letters begin at different distances from their place.
const SAME_EDGE: f32 = 2.0;

/// One recognised word in points, from the upper left corner of the page.
#[derive(Debug, Clone)]
pub(super) struct Word {
    pub text: String,
    pub line: u32,
    pub x: f32,
    pub top: f32,
    pub width: f32,
    pub height: f32,
    confidence: f32,
    stroke: f32,
}

impl Word {
    pub fn right(&self) -> f32 {
        self.x + self.width
    }

    pub fn middle(&self) -> f32 {
        self.top + self.height / 2.0
    }
}

/// The words of a picture in points.
pub(super) fn words(page: &RecognisedPage) -> Vec<Word> {
    let scale = page.scale;
    if !(scale.is_finite() && scale > 0.0) {
        return Vec::new();
    }
    let place = |pixels: u32| pixels as f32 * scale;
    let words = page.words.iter().take(super::MAX_WORDS);
    words
        .map(|word| Word {
            text: word.text.trim().to_owned(),
            line: word.line,
            x: place(word.left),
            top: place(word.top),
            width: place(word.width),
            height: place(word.height),
            confidence: word.confidence,
            stroke: word.stroke * scale,
        })
        .filter(|word| !word.text.is_empty())
        .collect()
}

/// Leaves out what the page shows as text anyway, for instance a stamp with the scan's number.
pub(super) fn leave_out_printed(words: &mut Vec<Word>, spans: &[Span], page: u32) {
    let printed: Vec<&Span> = spans
        .iter()
        .filter(|span| span.page == page && span.hidden.is_none())
        .collect();
    words.retain(|word| {
        let middle = word.x + word.width / 2.0;
        !printed.iter().any(|span| {
            middle > span.x
                && middle < span.right()
                && (span.y - span.size * 0.3 - word.middle()).abs() < span.size * 0.6
        })
    });
}

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

/// Thickness of a word's strokes in ems. Words of one or two letters tell too little.
fn weight_of(word: &Word) -> Option<f32> {
    let long = word.text.chars().filter(|c| c.is_alphanumeric()).count() > 2;
    size(word)
        .map(|size| word.stroke / size)
        .filter(|weight| long && *weight > 0.0)
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

/// Font size in points, told from how far the letters of a word reach; shares of the em as in most text faces.
fn size(word: &Word) -> Option<f32> {
    let above = word
        .text
        .chars()
        .any(|c| c.is_uppercase() || c.is_ascii_digit() || "bdfhklßäöüéèêàáíóúñ".contains(c));
    let below = word.text.chars().any(|c| "gjpqyç,;()|".contains(c));
    let letters = word.text.chars().filter(|c| c.is_alphanumeric()).count();
    let share = match (above, below) {
        (true, true) => 0.93,
        (true, false) => 0.72,
        (false, true) => 0.71,
        (false, false) => 0.51,
    };
    (letters > 1 && word.height > 0.0).then_some(word.height / share)
}

fn below_baseline(word: &Word, size: f32) -> f32 {
    let below = word.text.chars().any(|c| "gjpqyç()|Q".contains(c));
    if below { size * 0.21 } else { 0.0 }
}

fn median(mut values: Vec<f32>) -> Option<f32> {
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied()
}

/// Small pictures before addresses and headings are taken for brackets and the like.
fn is_icon(word: &Word) -> bool {
    let says = word.text.chars().any(char::is_alphanumeric);
    !says && !LIKE_BULLETS.contains(&word.text.as_str())
}

/// The English `to` between two dates, in small capitals taken for other letters.
fn mend_ranges(words: &mut [Word]) {
    let starts = |word: &Word| word.text.starts_with(|c: char| c.is_ascii_digit());
    for at in 1..words.len().saturating_sub(1) {
        let around = words.get(at - 1).zip(words.get(at + 1));
        let dates = around.is_some_and(|(before, after)| {
            year_at(&before.text).is_some() && (starts(after) || present_prefix(&fold(&after.text)).is_some())
        });
        if let Some(word) = words.get_mut(at)
            && dates
            && matches!(word.text.as_str(), "ro" | "fo" | "tO" | "t0" | "r0" | "T0")
        {
            "to".clone_into(&mut word.text);
        }
    }
}

/// The words of one line.
struct Line {
    words: Vec<Word>,
    size: f32,
    baseline: f32,
}

impl Line {
    fn new(mut words: Vec<Word>, body: f32) -> Option<Self> {
        let is_rule = |word: &Word| {
            word.text
                .chars()
                .all(|c| matches!(c, '|' | '_' | '¦' | '\\' | '/'))
        };
        while words.last().is_some_and(is_rule) {
            words.pop();
        }
        let rules = words
            .iter()
            .take_while(|word| is_rule(word) || is_icon(word))
            .count();
        words.drain(..rules);
        mend_ranges(&mut words);
        let told = median(words.iter().filter_map(size).collect()).unwrap_or(body);
        // Heights jitter by a pixel; type that is meant to look alike is set alike.
        let size = if (told / body - 1.0).abs() < 0.14 {
            body
        } else {
            told
        };
        let letters = words
            .iter()
            .filter(|word| word.text.chars().any(char::is_alphanumeric));
        let bottoms = letters.map(|word| word.top + word.height - below_baseline(word, size));
        let baseline =
            median(bottoms.collect()).or_else(|| words.first().map(|word| word.top + word.height))?;
        Some(Self {
            words,
            size: (size * 2.0).round() / 2.0,
            baseline,
        })
    }

    /// Whether the letters stand apart, so that each was taken for a word.
    fn is_letter_spaced(&self) -> bool {
        let single = self
            .words
            .iter()
            .filter(|word| word.text.chars().count() == 1)
            .count();
        self.words.len() >= 4 && single * 3 > self.words.len() * 2
    }

    fn spans(self, page: u32, heavy: impl Fn(&Word) -> bool) -> Vec<Span> {
        let apart = self.is_letter_spaced();
        let mut spans: Vec<Span> = Vec::new();
        let looks = looks(&self.words, heavy);
        for (word, bold) in self.words.into_iter().zip(looks) {
            if let Some(last) = spans.last_mut()
                && !apart
                && word.x - last.right() < self.size * 0.9
            {
                last.text.push(' ');
                if last.bold == bold {
                    last.text.push_str(&word.text);
                    last.width = (word.right() - last.x).max(last.width);
                    continue;
                }
            }
            spans.push(Span {
                turn: Turn::Upright,
                page,
                x: word.x,
                y: self.baseline,
                width: word.width,
                size: self.size,
                bold: false,
                italic: false,
                colour: [0; 3],
                family: 0,
                hidden: None,
                text: word.text,
            });
        }
        spans
    }
}

/// Which words of a line are bold. Words too short to tell are like what stands before them, and a single word that differs from
/// both its neighbours was measured badly.
fn looks(words: &[Word], heavy: impl Fn(&Word) -> bool) -> Vec<bool> {
    let mut bold: Vec<bool> = Vec::with_capacity(words.len());
    for word in words {
        let told = weight_of(word).map(|_| heavy(word));
        bold.push(told.or_else(|| bold.last().copied()).unwrap_or_default());
    }
    for at in 1..bold.len().saturating_sub(1) {
        if let (Some(before), Some(after)) = (bold.get(at - 1).copied(), bold.get(at + 1).copied())
            && before == after
            && let Some(own) = bold.get_mut(at)
        {
            *own = before;
        }
    }
    bold
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
    use crate::scan::{Picture, RecognisedWord};

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
            super::words(&RecognisedPage {
                picture,
                scale: 0.36,
                words,
            }),
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
            let spans = spans(super::words(&RecognisedPage { picture, scale, words }), 0);
            proptest::prop_assert!(spans.iter().all(|span| !span.text.is_empty()));
        }
    }
}
