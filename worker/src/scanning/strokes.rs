//! How thick the strokes of recognised words are: recognisers do not tell bold type, and headings are often nothing but bold.

use std::ops::Range;

use hiring_resume::scan::RecognisedWord;

/// A grey picture, one byte a pixel, as `pdftoppm -gray` writes it (binary PGM).
struct Grey<'a> {
    width: usize,
    pixels: &'a [u8],
}

/// How often a page's pixels are looked at: words hardly overlap, so that boxes that sum up to more are made up.
const MOST_LOOKS: usize = 4;

/// Measures the words of a drawn page; leaves them as they are where the picture is none, and from where their boxes sum up to
/// [`MOST_LOOKS`] pages.
pub(super) fn measure(picture: &[u8], words: &mut [RecognisedWord]) {
    let Some(grey) = Grey::parse(picture) else { return };
    let mut left = grey.pixels.len().saturating_mul(MOST_LOOKS);
    for word in words {
        let Some(rest) = left.checked_sub(grey.cost(word)) else {
            return;
        };
        left = rest;
        word.stroke = grey.stroke(word);
    }
}

impl<'a> Grey<'a> {
    fn parse(picture: &'a [u8]) -> Option<Self> {
        let mut rest = picture.strip_prefix(b"P5")?;
        let mut number = || -> Option<usize> {
            rest = rest.trim_ascii_start();
            let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let (digits, after) = rest.split_at_checked(length)?;
            rest = after;
            std::str::from_utf8(digits).ok()?.parse().ok()
        };
        let (width, _, depth) = (number()?, number()?, number()?);
        let pixels = rest.get(1..)?;
        (width > 0 && depth == 255).then_some(Self { width, pixels })
    }

    /// Rows and columns of a word's box, as far as they lie on the page.
    fn place(&self, word: &RecognisedWord) -> (Range<usize>, Range<usize>) {
        let within = |start: u32, length: u32, most: usize| {
            let start = (start as usize).min(most);
            start..start.saturating_add(length as usize).min(most)
        };
        let height = self.pixels.len() / self.width;
        (
            within(word.top, word.height, height),
            within(word.left, word.width, self.width),
        )
    }

    /// Pixels that measuring a word looks at; a row counts even where no pixel of it is the word's.
    fn cost(&self, word: &RecognisedWord) -> usize {
        let (rows, columns) = self.place(word);
        rows.len().saturating_mul(columns.len().max(1))
    }

    fn row(&self, y: usize, from: usize, to: usize) -> &[u8] {
        let start = y.saturating_mul(self.width);
        let row = self
            .pixels
            .get(start..start.saturating_add(self.width))
            .unwrap_or_default();
        row.get(from..to.min(row.len())).unwrap_or_default()
    }

    /// Mean thickness in pixels: twice the dark area over the dark edge. 0 where nothing is dark.
    fn stroke(&self, word: &RecognisedWord) -> f32 {
        let (
            rows,
            Range {
                start: left,
                end: right,
            },
        ) = self.place(word);
        let (darkest, lightest) = rows
            .clone()
            .flat_map(|y| self.row(y, left, right))
            .fold((u8::MAX, u8::MIN), |(dark, light), value| {
                (dark.min(*value), light.max(*value))
            });
        let threshold = darkest.midpoint(lightest);
        let is_dark = |value: Option<&u8>| value.is_some_and(|value| *value < threshold);
        let (mut area, mut edge) = (0_u32, 0_u32);
        for y in rows {
            let row = self.row(y, left, right);
            let above = self.row(y.wrapping_sub(1), left, right);
            let below = self.row(y + 1, left, right);
            for (x, value) in row.iter().enumerate() {
                if *value >= threshold {
                    continue;
                }
                area += 1;
                let inside = x.checked_sub(1).is_some_and(|x| is_dark(row.get(x)))
                    && is_dark(row.get(x + 1))
                    && is_dark(above.get(x))
                    && is_dark(below.get(x));
                edge += u32::from(!inside);
            }
        }
        if edge == 0 {
            0.0
        } else {
            2.0 * area as f32 / edge as f32
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(left: u32, top: u32, width: u32, height: u32) -> RecognisedWord {
        RecognisedWord {
            text: "l".into(),
            line: 0,
            left,
            top,
            width,
            height,
            confidence: 90.0,
            stroke: 0.0,
        }
    }

    /// Two upright strokes, two and six pixels thick.
    fn picture() -> Vec<u8> {
        let mut picture = b"P5\n40 30\n255\n".to_vec();
        for _ in 0..30 {
            picture.extend((0..40).map(|x| {
                if (5..7).contains(&x) || (20..26).contains(&x) {
                    0
                } else {
                    255
                }
            }));
        }
        picture
    }

    #[test]
    fn thicker_strokes_measure_thicker() {
        let mut words = [word(2, 2, 10, 20), word(17, 2, 12, 20)];
        measure(&picture(), &mut words);
        assert!(
            words[0].stroke > 1.5 && words[1].stroke > words[0].stroke * 1.8,
            "{words:?}"
        );
    }

    #[test]
    fn boxes_that_cover_the_page_over_and_over_are_not_all_measured() {
        let mut words = vec![word(0, 0, 40, 30); 6000];
        measure(&picture(), &mut words);
        let measured = words.iter().filter(|word| word.stroke > 0.0).count();
        assert_eq!(measured, MOST_LOOKS);
    }

    proptest::proptest! {
        #[test]
        fn no_box_and_no_picture_hurts(left: u32, top: u32, width: u32, height: u32, picture_of: Vec<u8>) {
            let mut words = [word(left, top, width, height), word(left % 50, top % 50, width % 50, height % 50)];
            measure(&picture(), &mut words);
            measure(&[b"P5 9 9 255 ", picture_of.as_slice()].concat(), &mut words);
            proptest::prop_assert!(words.iter().all(|word| word.stroke.is_finite()));
        }
    }
}
