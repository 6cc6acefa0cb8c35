//! Rough widths of the fourteen standard fonts, which files need not carry. Exact widths do not matter: they only decide
//! where a word ends, and those fonts are proportioned alike.

/// How a font family is proportioned.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Pitch {
    /// As Helvetica.
    #[default]
    Wide,
    /// As Times.
    Narrow,
    /// As Courier: all characters alike.
    Fixed,
}

impl Pitch {
    /// By the font's name in small letters.
    pub fn of(name: &str) -> Self {
        if name.contains("courier") || name.contains("mono") {
            Self::Fixed
        } else if name.contains("times") || name.contains("garamond") || name.contains("georgia") {
            Self::Narrow
        } else {
            Self::Wide
        }
    }
}

/// Width of a character for font size 1.
pub(super) fn width(c: char, bold: bool, pitch: Pitch) -> f32 {
    let wide = wide(c, bold);
    match pitch {
        Pitch::Wide => wide,
        Pitch::Narrow => wide * 0.9,
        Pitch::Fixed => 0.6,
    }
}

fn wide(c: char, bold: bool) -> f32 {
    let width = match c {
        'i' | 'j' | 'l' | '\'' | '|' | '’' | '‘' => 0.222,
        ' ' | 'f' | 't' | 'I' | '.' | ',' | ':' | ';' | '/' | '!' | '(' | ')' | '[' | ']' | '\\' => 0.278,
        'r' | '-' | '`' | '"' | '“' | '”' | '{' | '}' => 0.333,
        '•' => 0.35,
        'c' | 'k' | 's' | 'v' | 'x' | 'y' | 'z' | 'J' => 0.5,
        'w' | 'A' | 'B' | 'E' | 'K' | 'P' | 'S' | 'V' | 'X' | 'Y' | '&' => 0.68,
        'C' | 'D' | 'H' | 'N' | 'R' | 'U' => 0.722,
        'G' | 'O' | 'Q' => 0.778,
        'm' | 'M' => 0.833,
        'W' => 0.944,
        '@' | '—' | '…' | '%' => 0.95,
        'F' | 'T' | 'Z' => 0.611,
        _ => 0.556,
    };
    if bold { width * 1.05 } else { width }
}
