//! Characters as a reader sees them: ligatures apart, accents composed, icons and invisible characters gone.

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// Appends cleaned text; runs of white space become one space.
pub(super) fn push_clean(text: &str, out: &mut String) {
    if text.is_ascii() || is_nfc(text) {
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
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{fffd}' => {}
        // Icon fonts put their pictures here; what they say is said in words beside them.
        '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}' => push_space(out),
        _ if c.is_whitespace() || c.is_control() => push_space(out),
        _ => out.push(c),
    }
}

fn push_space(out: &mut String) {
    if !out.is_empty() && !out.ends_with([' ', '\t', '\n']) {
        out.push(' ');
    }
}
