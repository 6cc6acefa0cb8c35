//! How wide the gaps between letters, words and columns are.

use super::Segment;
use crate::span::Span;

/// Right edge without blanks at the end, which some programs draw far into the margin.
pub(super) fn visible_right(span: &Span) -> f32 {
    let all = span.text.chars().count().max(1) as f32;
    let shown = span.text.trim_end().chars().count() as f32;
    if shown == 0.0 {
        span.right()
    } else {
        span.x + span.width * shown / all
    }
}

/// Gap in ems from which two spans are two words. Letter-spaced lines have gaps between all letters.
pub(super) fn word_gap(spans: &[Span]) -> f32 {
    let mut gaps: Vec<f32> = Vec::new();
    let mut single = 0;
    let mut blanks = false;
    let mut previous: Option<&Span> = None;
    for span in spans {
        blanks |= span.text.contains(' ');
        if let Some(previous) = previous {
            gaps.push((span.x - previous.right()) / span.size.max(1.0));
        }
        single += usize::from(span.text.trim().chars().count() == 1);
        previous = Some(span);
    }
    let usual = if blanks { 0.27 } else { 0.15 };
    if gaps.len() < 3 || single * 2 < spans.len() {
        return usual;
    }
    gaps.sort_by(f32::total_cmp);
    let median = gaps.get(gaps.len() / 2).copied().unwrap_or(0.0);
    if median > 0.8 {
        usual
    } else {
        usual.max(median + 0.14)
    }
}

/// From this gap on a column may begin, in points: sooner where the looks change as well.
pub(super) fn soft_gap(segment: &Segment, span: &Span, word_gap: f32) -> f32 {
    let size = segment.size.max(span.size);
    if word_gap <= 0.2 {
        return segment_gap(size, word_gap);
    }
    let changed = segment
        .parts
        .last()
        .is_some_and(|part| part.bold != span.bold || (part.size - span.size).abs() > 0.5);
    size * if changed { 0.2 } else { (word_gap * 1.2).max(0.33) }
}

/// From this gap on a segment begins, in points.
pub(super) fn segment_gap(size: f32, word_gap: f32) -> f32 {
    size * (1.05_f32).max(word_gap * 2.5)
}
