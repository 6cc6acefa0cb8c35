//! Characters of symbol fonts as the characters that they look like.

/// The character that a code of Symbol or Wingdings looks like; Office writes these codes from 0xf000 on. Taken from the
/// charts of the two fonts, the marks that lists and contact lines use.
pub(crate) fn symbol(code: u16) -> Option<char> {
    if !(0x20..0x100).contains(&code) && !(0xf020..0xf100).contains(&code) {
        return None;
    }
    Some(match code & 0xff {
        0xb7 | 0x9f | 0x6c | 0x6e => '•',
        0xa7 => '▪',
        0xd8 => '➢',
        0xfc => '✓',
        0x76 => '❖',
        0x2d | 0xbe => '-',
        0xa8 | 0x71 => '□',
        0xe0 | 0xae | 0xf0 | 0xe8 => '→',
        _ => return None,
    })
}

/// A character as it looks when no font says otherwise: codes of symbol fonts are in the private area.
pub(crate) fn shown(character: char) -> char {
    u16::try_from(u32::from(character))
        .ok()
        .filter(|code| *code >= 0xf000)
        .and_then(symbol)
        .unwrap_or(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bullets_of_symbol_fonts_are_bullets_and_letters_stay() {
        assert_eq!(shown('\u{f0b7}'), '•');
        assert_eq!(shown('§'), '§');
        assert_eq!(shown('\u{f041}'), '\u{f041}');
        assert_eq!(symbol(0xb7), Some('•'));
    }
}
