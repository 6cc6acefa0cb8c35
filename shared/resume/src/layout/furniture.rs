//! What stands on every page: running heads and feet, page numbers. Their first appearance is kept, out of the way of
//! the text that runs from page to page.

use std::collections::HashMap;

use super::rows::{Row, Segment};
use crate::span::PageFacts;

/// Share of a page's height at its top and foot in which they are looked for.
const MARGIN: f32 = 0.12;
/// Most rows at each end of a page that are looked at.
const MAX_ROWS: usize = 4;
/// How far the same row may lie apart on two pages, in points.
const SAME_PLACE: f32 = 6.0;

/// Takes out repeated rows. The second list is what belongs behind the text: first appearances of feet, and the first
/// page number.
pub(super) fn take_out(rows: Vec<Row>, pages: &[PageFacts]) -> (Vec<Row>, Vec<Row>) {
    let ends = ends(&rows, pages);
    // Text with its digits alike, and whether it stands at the foot: rows that repeat on another page.
    let mut seen: HashMap<(String, bool), Vec<usize>> = HashMap::new();
    for (at, foot) in &ends {
        if let Some(row) = rows.get(*at) {
            seen.entry((pattern(row), *foot)).or_default().push(*at);
        }
    }
    let mut out: HashMap<usize, bool> = HashMap::new();
    for ((pattern, foot), places) in seen {
        let mut places = places.into_iter().filter_map(|at| Some((at, rows.get(at)?)));
        let Some((first, example)) = places.next() else {
            continue;
        };
        let number = foot && is_page_number(&pattern);
        if number {
            out.insert(first, true);
        }
        for (at, row) in places {
            let repeats =
                row.page != example.page && (number || (row.page_y() - example.page_y()).abs() < SAME_PLACE);
            if repeats {
                out.insert(at, false);
                if foot {
                    out.insert(first, true);
                }
            }
        }
    }
    let (mut body, mut feet) = (Vec::with_capacity(rows.len()), Vec::new());
    for (at, mut row) in rows.into_iter().enumerate() {
        match out.get(&at) {
            None => body.push(row),
            Some(true) => {
                row.jump = true;
                feet.push(row);
            }
            Some(false) => {}
        }
    }
    (body, feet)
}

/// Rows near the top and foot of their pages, with whether they are near the foot.
fn ends(rows: &[Row], pages: &[PageFacts]) -> Vec<(usize, bool)> {
    let mut found = Vec::new();
    let mut at = 0;
    for page in rows.chunk_by(|a, b| a.page == b.page) {
        let number = page.first().map_or(0, |row| row.page as usize);
        let Some(height) = pages.get(number).map(|facts| facts.height) else {
            at += page.len();
            continue;
        };
        for (offset, row) in page.iter().enumerate() {
            let (y, left) = (row.page_y(), page.len() - offset);
            if offset < MAX_ROWS && y < height * MARGIN {
                found.push((at + offset, false));
            } else if left <= MAX_ROWS && y > height * (1.0 - MARGIN) {
                found.push((at + offset, true));
            }
        }
        at += page.len();
    }
    found
}

/// The text with all short numbers alike; years stay what they are.
fn pattern(row: &Row) -> String {
    let text: Vec<String> = row.segments.iter().map(Segment::text).collect();
    let text = text.join(" ");
    let mut out = String::with_capacity(text.len());
    for run in text
        .as_bytes()
        .chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit())
    {
        let run = String::from_utf8_lossy(run);
        let number = run.len() <= 3 && run.bytes().all(|byte| byte.is_ascii_digit());
        out.push_str(if number { "#" } else { &run });
    }
    out
}

/// Whether nothing but a page number is left: `#`, `# / #`, `Page # of #`, `Seite # von #`.
fn is_page_number(pattern: &str) -> bool {
    const WORDS: [&str; 12] = [
        "page", "of", "seite", "von", "sur", "de", "página", "pagina", "p", "s", "pg", "pág",
    ];
    let numbers = pattern.matches('#').count();
    let mut words = pattern
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    (1..=2).contains(&numbers)
        && !pattern.contains(['+', '(', '@', '%'])
        && words.all(|word| WORDS.contains(&word.to_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{PAGE, any_spans, marked, span_on, told};
    use super::*;

    fn taken(texts: &[(u32, f32, &str)]) -> (Vec<String>, Vec<String>) {
        let spans = texts.iter().map(|(page, y, text)| span_on(*page, 40.0, *y, text));
        let (body, feet) = take_out(marked(spans.collect()), &[PAGE; 3]);
        (told(&body), told(&feet))
    }

    #[test]
    fn a_head_that_repeats_is_read_once() {
        let (body, feet) = taken(&[
            (0, 30.0, "Ada Example, resume"),
            (0, 400.0, "Nurse"),
            (1, 31.0, "Ada Example, resume"),
            (1, 400.0, "Carer"),
        ]);
        assert_eq!(body, ["Ada Example, resume", "Nurse", "Carer"]);
        assert!(feet.is_empty());
    }

    #[test]
    fn a_foot_that_repeats_is_read_once_behind_the_text() {
        let (body, feet) = taken(&[
            (0, 400.0, "Nurse"),
            (0, 780.0, "Ada Example | ada@example.org"),
            (1, 400.0, "Carer"),
            (1, 780.0, "Ada Example | ada@example.org"),
        ]);
        assert_eq!(body, ["Nurse", "Carer"]);
        assert_eq!(feet, ["Ada Example | ada@example.org"]);
    }

    #[test]
    fn page_numbers_do_not_part_the_text() {
        for (first, second) in [
            ("1", "2"),
            ("Page 1 of 2", "Page 2 of 2"),
            ("Seite 1 von 2", "Seite 2 von 2"),
        ] {
            let (body, feet) = taken(&[
                (0, 400.0, "Nurse"),
                (0, 780.0, first),
                (1, 400.0, "Carer"),
                (1, 740.0, second),
            ]);
            assert_eq!(body, ["Nurse", "Carer"], "{first}");
            assert_eq!(feet, [first]);
        }
    }

    #[test]
    fn what_repeats_in_the_middle_of_pages_or_at_other_heights_stays() {
        let (body, feet) = taken(&[
            (0, 30.0, "Ada Example"),
            (0, 400.0, "Nurse"),
            (1, 60.0, "Ada Example"),
            (1, 400.0, "Nurse"),
        ]);
        assert_eq!(body, ["Ada Example", "Nurse", "Ada Example", "Nurse"]);
        assert!(feet.is_empty());
    }

    #[test]
    fn years_and_telephone_numbers_at_the_foot_are_no_page_numbers() {
        let (body, feet) = taken(&[(0, 700.0, "2019"), (0, 720.0, "+44 20 794"), (0, 780.0, "100 %")]);
        assert_eq!(body, ["2019", "+44 20 794", "100 %"]);
        assert!(feet.is_empty());
    }

    #[test]
    fn a_page_of_unknown_height_has_no_head_and_no_foot() {
        let rows = marked(vec![span_on(0, 40.0, 780.0, "1"), span_on(1, 40.0, 780.0, "2")]);
        let (body, feet) = take_out(rows, &[]);
        assert_eq!(told(&body), ["1", "2"]);
        assert!(feet.is_empty());
    }

    proptest! {
        #[test]
        fn only_what_stays_once_is_taken_out(spans in any_spans(0, 800)) {
            let before = marked(spans);
            let (body, feet) = take_out(before.clone(), &[PAGE; 2]);
            let kept: Vec<String> = body.iter().chain(&feet).map(pattern).collect();
            prop_assert!(kept.len() <= before.len());
            for row in &before {
                let alike = |pattern_of: &str| pattern_of == pattern(row);
                let (was, is) = (
                    before.iter().filter(|row| alike(&pattern(row))).count(),
                    kept.iter().filter(|pattern| alike(pattern)).count(),
                );
                prop_assert!((1..=was).contains(&is), "{:?}: {} of {}", pattern(row), is, was);
            }
        }
    }
}
