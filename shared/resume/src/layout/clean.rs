//! Characters as a reader sees them: ligatures apart, accents composed, icons and invisible characters gone.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// Appends cleaned text; runs of white space become one space.
pub(super) fn push_clean(text: &str, out: &mut String) {
    if text.is_ascii() {
        let mut words = text.split(|c: char| !c.is_ascii_graphic());
        out.push_str(words.next().unwrap_or_default());
        for word in words {
            push_space(out);
            out.push_str(word);
        }
    } else if is_nfc(text) {
        text.chars().for_each(|c| push_char(c, out));
    } else {
        text.nfc().for_each(|c| push_char(c, out));
    }
}

fn push_char(c: char, out: &mut String) {
    match c {
        'ﬀ' => out.push_str("ff"),
        'ﬁ' => out.push_str("fi"),
        'ﬂ' => out.push_str("fl"),
        'ﬃ' => out.push_str("ffi"),
        'ﬄ' => out.push_str("ffl"),
        'ﬅ' | 'ﬆ' => out.push_str("st"),
        '\u{fffd}' => {}
        // At a line's end it shows that a word goes on; elsewhere `rows` takes it out.
        '\u{ad}' => out.push(c),
        // Icon fonts put their pictures here; what they say is said in words beside them.
        '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}' => push_space(out),
        _ if is_unseen(c) => {}
        _ if c.is_whitespace() || c.is_control() || c == '\u{2800}' => push_space(out),
        _ => out.push(c),
    }
}

fn push_space(out: &mut String) {
    if !out.is_empty() && !out.ends_with([' ', '\t', '\n']) {
        out.push(' ');
    }
}

/// Whether a character never leaves a mark: `Default_Ignorable_Code_Point` of Unicode 16 with the interlinear marks.
fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// Takes apart what can be seen of a text and the characters that cannot; `None` where all can be seen. Soft hyphens are
/// left in what can be seen: they are how programs hyphenate.
pub(super) fn part(text: &str) -> Option<(String, String)> {
    if text.is_ascii() || !text.chars().any(is_unseen) {
        return None;
    }
    let unseen = text.chars().filter(|c| is_unseen(*c) && *c != '\u{ad}').collect();
    let shown = turned(text)
        .chars()
        .filter(|c| *c == '\u{ad}' || !is_unseen(*c))
        .collect();
    Some((shown, unseen))
}

/// The text in the order in which it is shown: an override to right-to-left turns what follows around.
fn turned(text: &str) -> Cow<'_, str> {
    if !text.contains('\u{202e}') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut around: Option<Vec<char>> = None;
    let settle = |around: &mut Option<Vec<char>>, out: &mut String| {
        out.extend(around.take().into_iter().flatten().rev());
    };
    for c in text.chars() {
        match (c, around.as_mut()) {
            ('\u{202e}', None) => around = Some(Vec::new()),
            ('\u{202c}' | '\n', _) => {
                settle(&mut around, &mut out);
                out.push(c);
            }
            (_, Some(held)) => held.push(c),
            (_, None) => out.push(c),
        }
    }
    settle(&mut around, &mut out);
    Cow::Owned(out)
}

/// Fewest characters without a mark in a row that are no accident of a program.
const LONG_RUN: usize = 16;

/// What a run of characters without a mark says: tag characters and variation selectors are decoded, so are two sorts of
/// zero-width characters as bits. Short runs that say nothing are an accident and answer `None`.
pub(super) fn decoded(run: &str) -> Option<String> {
    let tags: String = run.chars().filter_map(tag).collect();
    if tags.chars().any(char::is_alphanumeric) {
        return Some(tags);
    }
    let bytes: Vec<u8> = run.chars().filter_map(selector_byte).collect();
    if bytes.len() >= 4
        && let Some(text) = readable(&bytes)
    {
        return Some(text);
    }
    let length = run.chars().count();
    if length < LONG_RUN {
        return None;
    }
    bits(run).or_else(|| Some(format!("{length} characters without a mark")))
}

/// The ASCII character that a tag character stands for.
fn tag(c: char) -> Option<char> {
    let code = u32::from(c).checked_sub(0xe_0000)?;
    char::from_u32(code).filter(|c| matches!(c, ' '..='~'))
}

/// The byte that a variation selector stands for where text is hidden in a row of them.
fn selector_byte(c: char) -> Option<u8> {
    match u32::from(c) {
        code @ 0xfe00..=0xfe0f => u8::try_from(code - 0xfe00).ok(),
        code @ 0xe_0100..=0xe_01ef => u8::try_from(code - 0xe_0100 + 16).ok(),
        _ => None,
    }
}

/// A row of two sorts of characters as bits, eight to a byte, whichever of the two is one.
fn bits(run: &str) -> Option<String> {
    let mut sorts: Vec<char> = run.chars().take(2_000).collect();
    sorts.sort_unstable();
    sorts.dedup();
    let bits: Vec<bool> = run
        .chars()
        .take(16_000)
        .map(|c| Some(&c) == sorts.get(1))
        .collect();
    let text = |one: bool| {
        let bytes = bits.chunks_exact(8);
        let bytes: Vec<u8> = bytes
            .map(|byte| {
                byte.iter()
                    .fold(0, |value, bit| (value << 1) | u8::from(*bit == one))
            })
            .collect();
        readable(&bytes)
    };
    (sorts.len() == 2)
        .then(|| text(true).or_else(|| text(false)))
        .flatten()
}

fn readable(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    let plain = text.chars().all(|c| !c.is_control() || c.is_whitespace());
    (plain && text.chars().any(char::is_alphanumeric)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(text: &str) -> String {
        let mut out = String::new();
        push_clean(text, &mut out);
        out
    }

    #[test]
    fn characters_without_a_mark_are_taken_out_of_words() {
        assert_eq!(clean("Py\u{200b}th\u{2060}on\u{fe0f}"), "Python");
        let (shown, unseen) = part("Ada\u{e0041}\u{e0042}").unwrap();
        assert_eq!((shown.as_str(), decoded(&unseen).as_deref()), ("Ada", Some("AB")));
        assert_eq!(part("Zoë Łódź 日本"), None);
        assert_eq!(
            part("De\u{ad}sign").unwrap(),
            ("De\u{ad}sign".to_owned(), String::new())
        );
    }

    #[test]
    fn overrides_show_text_the_other_way_round() {
        let (shown, _) = part("a \u{202e}nohtyP\u{202c} b").unwrap();
        assert_eq!(shown, "a Python b");
    }

    #[test]
    fn text_in_selectors_and_bits_is_decoded_and_short_runs_say_nothing() {
        let selectors: String = "hire"
            .bytes()
            .map(|b| char::from_u32(0xe_0100 + u32::from(b) - 16).unwrap())
            .collect();
        assert_eq!(decoded(&selectors).as_deref(), Some("hire"));
        let bits: String = "top"
            .bytes()
            .flat_map(|b| {
                (0..8)
                    .rev()
                    .map(move |at| if b >> at & 1 == 1 { '\u{200c}' } else { '\u{200b}' })
            })
            .collect();
        assert_eq!(decoded(&bits).as_deref(), Some("top"));
        assert_eq!(decoded("\u{200d}\u{fe0f}\u{200d}"), None);
        assert_eq!(
            decoded(&"\u{200b}".repeat(20)).as_deref(),
            Some("20 characters without a mark")
        );
    }

    proptest::proptest! {
        #[test]
        fn what_is_left_of_any_text_can_be_seen(text in "\\PC{0,40}[\u{200b}-\u{200f}\u{202a}-\u{202e}\u{e0020}-\u{e007e}]{0,8}\\PC{0,8}") {
            proptest::prop_assert!(!clean(&text).chars().any(is_unseen));
            if let Some((shown, unseen)) = part(&text) {
                proptest::prop_assert!(!shown.chars().any(is_unseen) && unseen.chars().all(is_unseen));
            }
        }
    }
}
