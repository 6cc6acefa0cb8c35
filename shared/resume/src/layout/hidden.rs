//! Text that cannot be seen: taken out before anything is laid out, kept with the place where it would stand.

use hiring_core::resume::MAX_EXCERPT_CHARS;

use super::clean::{decoded, part};
use super::rows::PAGE_STEP;
use crate::span::{Hidden, Source, Span};

/// A stretch of hidden text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct HiddenText {
    /// Why it cannot be seen.
    pub reason: Hidden,
    /// Page, from 0.
    pub page: u32,
    /// Byte in the visible text where it would stand.
    pub at: usize,
    /// The characters, at most as many as a finding quotes.
    pub text: String,
}

impl HiddenText {
    /// Letters and digits in it.
    pub fn letters(&self) -> usize {
        self.text.chars().filter(|c| c.is_alphanumeric()).count()
    }
}

/// Takes the hidden spans and the characters without a mark out of a source.
pub(super) fn take_out(source: &mut Source) -> Vec<Span> {
    let mut shown = Vec::with_capacity(source.spans.len());
    let mut hidden = Vec::new();
    for mut span in std::mem::take(&mut source.spans) {
        if span.hidden.is_some() {
            hidden.push(span);
            continue;
        }
        if let Some((seen, unseen)) = part(&span.text) {
            if !unseen.is_empty() {
                hidden.push(Span {
                    hidden: Some(Hidden::ZeroWidth),
                    text: unseen,
                    ..span.clone()
                });
            }
            span.text = seen;
        }
        // A line of nothing but such characters is hidden as a whole.
        if !span.text.is_empty() {
            shown.push(span);
        }
    }
    if source.flow {
        close_up(&mut shown, &mut hidden);
    }
    source.spans = shown;
    hidden
}

/// Moves lines up over those of which nothing can be seen, as if they were not there.
fn close_up(shown: &mut [Span], hidden: &mut [Span]) {
    let mut heights: Vec<(f32, bool)> = shown.iter().map(|span| (span.y, true)).collect();
    heights.extend(hidden.iter().map(|span| (span.y, false)));
    heights.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
    heights.dedup_by(|next, first| next.0 == first.0);
    let mut moves: Vec<(f32, f32)> = Vec::with_capacity(heights.len());
    let mut gone = 0.0;
    let mut empty: Option<f32> = None;
    for (y, seen) in heights {
        if let Some(above) = empty.take() {
            gone += y - above;
        }
        empty = (!seen).then_some(y);
        moves.push((y, gone));
    }
    if gone == 0.0 {
        return;
    }
    for span in shown.iter_mut().chain(hidden) {
        let at = moves.partition_point(|(y, _)| *y < span.y);
        span.y -= moves.get(at).map_or(0.0, |(_, gone)| *gone);
    }
}

/// Joins hidden spans that belong together and finds where each would stand. `lines` are the heights and first bytes of the
/// visible lines, pages put under each other.
pub(super) fn place(hidden: Vec<Span>, mut lines: Vec<(f32, usize)>, end: usize) -> Vec<HiddenText> {
    lines.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut texts: Vec<HiddenText> = Vec::new();
    let mut last: Option<(f32, f32)> = None;
    for span in hidden {
        let Some(reason) = span.hidden else { continue };
        let y = span.y + span.page as f32 * PAGE_STEP;
        let text = match reason {
            Hidden::ZeroWidth => decoded(&span.text),
            _ => Some(span.text),
        };
        let Some(text) = text.filter(|text| !text.trim().is_empty()) else {
            continue;
        };
        let near = last.replace((y, span.x + span.width));
        let open = texts.last_mut().filter(|open| {
            (open.reason, open.page) == (reason, span.page) && open.text.chars().count() < MAX_EXCERPT_CHARS
        });
        if let Some(open) = open {
            let beside = near.is_some_and(|(above, right)| {
                (above - y).abs() < 1.0 && (span.x - right).abs() < span.size * 0.2
            });
            if !beside && !open.text.ends_with(' ') {
                open.text.push(' ');
            }
            push(&text, &mut open.text);
            continue;
        }
        let at = lines.partition_point(|(height, _)| *height < y - 1.0);
        let mut kept = String::new();
        push(&text, &mut kept);
        texts.push(HiddenText {
            reason,
            page: span.page,
            at: lines.get(at).map_or(end, |(_, start)| *start),
            text: kept,
        });
    }
    texts
}

/// Appends text on one line. A very long text is cut, with room for what a finding quotes.
fn push(text: &str, out: &mut String) {
    let blank = |c: char| {
        if c.is_whitespace() || c.is_control() {
            ' '
        } else {
            c
        }
    };
    out.extend(text.chars().take(MAX_EXCERPT_CHARS).map(blank));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(y: f32, text: &str, hidden: Option<Hidden>) -> Span {
        let mut writer = crate::flow::FlowWriter::new(1_000);
        writer.push(
            text,
            crate::flow::Looks {
                hidden,
                ..Default::default()
            },
        );
        let mut span = writer.finish().spans.remove(0);
        span.y = y;
        span
    }

    #[test]
    fn lines_of_which_nothing_can_be_seen_take_no_room() {
        let mut source = Source {
            flow: true,
            spans: vec![
                span(0.0, "one", None),
                span(14.0, "secret", Some(Hidden::Marked)),
                span(28.0, "\u{200b}\u{200b}", None),
                span(42.0, "two", None),
                span(70.0, "three", None),
            ],
            ..Source::default()
        };
        let hidden = take_out(&mut source);
        let heights: Vec<(f32, &str)> = source.spans.iter().map(|s| (s.y, s.text.as_str())).collect();
        assert_eq!(heights, [(0.0, "one"), (14.0, "two"), (42.0, "three")]);
        assert_eq!(hidden.len(), 2);
    }

    #[test]
    fn hidden_text_stands_before_the_line_at_its_height() {
        let hidden = vec![
            span(5.0, "first ", Some(Hidden::Tiny)),
            span(5.0, "words", Some(Hidden::Tiny)),
            span(900.0, "last", Some(Hidden::SameColour)),
        ];
        let texts = place(hidden, vec![(20.0, 4), (0.0, 0)], 9);
        let told: Vec<(&str, usize)> = texts.iter().map(|t| (t.text.as_str(), t.at)).collect();
        assert_eq!(told, [("first words", 4), ("last", 9)]);
    }
}
