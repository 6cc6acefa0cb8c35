//! The one model that every format is read into: stretches of text with a place and looks.
//!
//! A format's reader tells what is drawn where, in what type, and whether it can be seen; it decides nothing about words,
//! lines or order. That is what the layout makes of spans, for all formats alike:
//!
//! ```text
//! Span -> Segment (no wide gap in it) -> Row (one baseline) -> columns in reading order -> Line of the visible text
//! ```
//!
//! A span may be a letter, a word or a line. Readers of formats without places write spans in reading order, each line at a
//! `y` of its own and a tab between two cells, and say so ([`Source::flow`]).

/// Why a reader of the page cannot see a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Hidden {
    /// Drawn in a mode that leaves no mark.
    Invisible,
    /// Drawn in a colour close to that of what lies under it.
    SameColour,
    /// Smaller than anyone can read.
    Tiny,
    /// Outside the page.
    OffPage,
    /// Under a picture or a painted area.
    Covered,
    /// Outside the area that is drawn.
    Clipped,
    /// On a layer that is switched off.
    LayerOff,
    /// Characters without a mark of their own: tag characters, runs of zero-width ones.
    ZeroWidth,
    /// Marked as hidden in the document.
    Marked,
}

impl Hidden {
    /// Stable code, as findings tell it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Invisible => "invisible",
            Self::SameColour => "same_colour",
            Self::Tiny => "tiny",
            Self::OffPage => "off_page",
            Self::Covered => "covered",
            Self::Clipped => "clipped",
            Self::LayerOff => "layer_off",
            Self::ZeroWidth => "zero_width",
            Self::Marked => "marked",
        }
    }
}

/// A colour as red, green and blue.
pub(crate) type Rgb = [u8; 3];

/// Which way a text runs over its page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Turn {
    /// From left to right.
    #[default]
    Upright,
    /// From the bottom to the top.
    Up,
    /// Upside down, from right to left.
    Over,
    /// From the top to the bottom.
    Down,
    /// At a slant, such as a watermark.
    Slanted,
}

/// A stretch of text in one style on one line.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Span {
    /// Page, from 0.
    pub page: u32,
    /// Which way the text runs. `x` and `y` are those of the page turned so that it runs from left to right.
    pub turn: Turn,
    /// Left edge in points.
    pub x: f32,
    /// Baseline in points, from the top of the page.
    pub y: f32,
    /// Width in points.
    pub width: f32,
    /// Font size in points.
    pub size: f32,
    /// Heavy type.
    pub bold: bool,
    /// Slanted type.
    pub italic: bool,
    /// Colour of the characters.
    pub colour: Rgb,
    /// Number of the font family in the file, 0 where the format's reader does not tell fonts apart.
    pub family: u16,
    /// Why it cannot be seen, if it cannot.
    pub hidden: Option<Hidden>,
    /// The characters.
    pub text: String,
}

impl Span {
    /// Right edge in points.
    pub fn right(&self) -> f32 {
        self.x + self.width
    }
}

/// What a format's reader hands to the layout.
#[derive(Debug, Default)]
pub(crate) struct Source {
    /// Pages, 1 for formats without pages.
    pub pages: usize,
    /// The text, in the order of the file.
    pub spans: Vec<Span>,
    /// Whether the spans are in reading order already, one `y` a line: everything but PDF, plain text laid out with blanks, and
    /// recognised pictures.
    pub flow: bool,
    /// Whether pictures were seen.
    pub pictures: bool,
    /// Size and pictures of each page; empty for formats without pages.
    pub page_facts: Vec<PageFacts>,
    /// Lines drawn from side to side, in the order of the file.
    pub rules: Vec<Rule>,
}

/// A line drawn from side to side, such as one under a heading.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rule {
    /// Page, from 0.
    pub page: u32,
    /// Left edge in points.
    pub x0: f32,
    /// Right edge in points.
    pub x1: f32,
    /// Distance from the top of the page in points.
    pub y: f32,
}

/// What a page is made of, apart from its text.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct PageFacts {
    /// Width in points.
    pub width: f32,
    /// Height in points.
    pub height: f32,
    /// Share of the page that its largest picture covers, 0.0-1.0.
    pub picture_share: f32,
}
