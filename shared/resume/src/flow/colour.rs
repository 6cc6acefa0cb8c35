//! Colours of text and of what lies under it.

/// Red, green and blue, 0-255.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Colour(pub [u8; 3]);

/// Names of pale colours and of the commonest others, as CSS Color 4 and OOXML's `ST_HighlightColor` spell them. The pale
/// ones decide what hides; of the others, it only counts that they are not pale.
const NAMES: &[(&str, [u8; 3])] = &[
    ("white", [255, 255, 255]),
    ("snow", [255, 250, 250]),
    ("ivory", [255, 255, 240]),
    ("whitesmoke", [245, 245, 245]),
    ("ghostwhite", [248, 248, 255]),
    ("floralwhite", [255, 250, 240]),
    ("azure", [240, 255, 255]),
    ("mintcream", [245, 255, 250]),
    ("honeydew", [240, 255, 240]),
    ("aliceblue", [240, 248, 255]),
    ("seashell", [255, 245, 238]),
    ("lightgray", [211, 211, 211]),
    ("lightgrey", [211, 211, 211]),
    ("black", [0, 0, 0]),
    ("gray", [128, 128, 128]),
    ("grey", [128, 128, 128]),
    ("darkgray", [169, 169, 169]),
    ("darkblue", [0, 0, 139]),
    ("navy", [0, 0, 128]),
    ("blue", [0, 0, 255]),
    ("red", [255, 0, 0]),
    ("darkred", [139, 0, 0]),
    ("green", [0, 128, 0]),
    ("darkgreen", [0, 100, 0]),
    ("teal", [0, 128, 128]),
    ("darkcyan", [0, 139, 139]),
    ("cyan", [0, 255, 255]),
    ("magenta", [255, 0, 255]),
    ("darkmagenta", [139, 0, 139]),
    ("yellow", [255, 255, 0]),
    ("darkyellow", [128, 128, 0]),
];

/// How far two channels may be apart and still look the same, of 255: what the PDF reader calls alike.
const ALIKE: u8 = 15;

impl Colour {
    /// Paper.
    pub const WHITE: Self = Self([255, 255, 255]);

    /// Reads `#fff`, `#ffffff`, `ffffff`, `rgb(1, 2, 3)` or a name; `None` for what is none of them (`auto`, `transparent`).
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some((_, rgb)) = NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)) {
            return Some(Self(*rgb));
        }
        if let Some(inside) = text.strip_prefix("rgb") {
            return Self::function(inside.trim_start_matches('a'));
        }
        let digits = text.strip_prefix('#').unwrap_or(text);
        let value = u32::from_str_radix(digits, 16).ok()?;
        match digits.len() {
            6 => Some(Self::from_rgb(value)),
            3 => {
                let nibble = |shift: u32| u8::try_from((value >> shift) & 15).unwrap_or(0) * 17;
                Some(Self([nibble(8), nibble(4), nibble(0)]))
            }
            _ => None,
        }
    }

    /// From `0xrrggbb`.
    pub fn from_rgb(value: u32) -> Self {
        let [_, red, green, blue] = value.to_be_bytes();
        Self([red, green, blue])
    }

    /// `(r, g, b)` with an optional opacity, of which nothing but zero counts.
    fn function(inside: &str) -> Option<Self> {
        let inside = inside.trim().strip_prefix('(')?.strip_suffix(')')?;
        let mut numbers = inside
            .split([',', '/', ' '])
            .filter(|number| !number.is_empty())
            .map(|number| number.trim_end_matches('%').parse::<f32>().ok());
        let mut channel = || Some(numbers.next()??.clamp(0.0, 255.0) as u8);
        let rgb = [channel()?, channel()?, channel()?];
        match numbers.next().flatten() {
            Some(opacity) if opacity <= 0.05 => None,
            _ => Some(Self(rgb)),
        }
    }

    /// Whether nobody can tell the two apart.
    pub fn alike(self, other: Self) -> bool {
        self.0.iter().zip(other.0).all(|(a, b)| a.abs_diff(b) < ALIKE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_in_every_spelling() {
        for text in [
            "#fff",
            "FFFFFF",
            "white",
            "rgb(255, 255,255)",
            "rgba(255 255 255 / 1)",
        ] {
            assert_eq!(Colour::parse(text), Some(Colour::WHITE), "{text}");
        }
        for text in ["auto", "transparent", "rgba(255,255,255,0)", "#12345", ""] {
            assert_eq!(Colour::parse(text), None, "{text}");
        }
    }

    #[test]
    fn nearly_white_is_white_and_light_grey_is_not() {
        assert!(Colour::WHITE.alike(Colour([250, 250, 250])));
        assert!(!Colour::WHITE.alike(Colour([211, 211, 211])));
    }
}
