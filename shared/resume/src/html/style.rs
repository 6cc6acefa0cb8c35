//! What an element's declarations make of it: how it is laid out, and whether it can be seen.

use crate::flow::{Colour, Looks};
use crate::span::Hidden;

/// How an element is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Display {
    #[default]
    Inline,
    /// Set off from its neighbours on the line: labels, tags, floats.
    Apart,
    Block,
    /// Children side by side, so many in a row; 0 for all.
    Row(usize),
    Table,
    TableRow,
    Cell,
}

/// An element's looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Style {
    pub display: Display,
    pub looks: Looks,
    colour: Option<Colour>,
    under: Colour,
    hidden: Option<Hidden>,
    /// Entries of lists have a mark.
    pub marked: bool,
    /// Line ends in the text are line ends.
    pub kept: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            display: Display::Inline,
            looks: Looks::default(),
            colour: None,
            under: Colour::WHITE,
            hidden: None,
            marked: true,
            kept: false,
        }
    }
}

/// A colour that is not told in numbers: a picture or a course of colours.
const SOME_COLOUR: Colour = Colour([128, 128, 128]);
/// Points of a CSS pixel.
const PIXEL: f32 = 0.75;
/// Farther out than this, in points, nobody scrolls.
const FAR: f32 = -300.0;

/// What decides together whether an element is clipped away.
#[derive(Default)]
struct Cut {
    no_size: bool,
    overflow: bool,
    out_of_flow: bool,
    far: bool,
}

impl Style {
    /// What a child inherits.
    pub fn inherited(&self) -> Self {
        Self {
            display: Display::Inline,
            ..*self
        }
    }

    /// Applies declarations, the weakest first.
    pub fn apply(&mut self, declarations: &[(String, String)]) {
        let outer = self.looks.size;
        let mut cut = Cut::default();
        let mut columns = None;
        for (name, value) in declarations {
            self.declare(name, value, outer, &mut cut);
            if name == "grid-template-columns" {
                columns = Some(tracks(value));
            }
            if name == "flex-direction" && value.starts_with("column") && self.display == Display::Row(0) {
                self.display = Display::Block;
            }
        }
        if let (Some(columns), Display::Row(1)) = (columns, self.display) {
            self.display = Display::Row(columns);
        }
        if self.display == Display::Row(1) {
            self.display = Display::Block;
        }
        if cut.no_size && cut.overflow {
            self.hidden = self.hidden.or(Some(Hidden::Clipped));
        }
        if cut.far && cut.out_of_flow {
            self.hidden = self.hidden.or(Some(Hidden::OffPage));
        }
        self.decide();
    }

    fn declare(&mut self, name: &str, value: &str, outer: f32, cut: &mut Cut) {
        match name {
            "display" => self.display(value),
            "float" if value != "none" && self.display == Display::Inline => self.display = Display::Apart,
            "float" if value == "none" && self.display == Display::Apart => self.display = Display::Inline,
            "visibility" if matches!(value, "hidden" | "collapse") => self.hidden = Some(Hidden::Marked),
            "opacity" if value.parse::<f32>().is_ok_and(|opacity| opacity <= 0.05) => {
                self.hidden = Some(Hidden::Invisible);
            }
            "font-size" => self.looks.size = length(value, outer).unwrap_or(self.looks.size),
            "font-weight" => {
                self.looks.bold = value.starts_with("bold") || value.parse::<u32>().is_ok_and(|w| w >= 600);
            }
            "font-style" => self.looks.italic = value != "normal",
            "color" => self.colour = Colour::parse(value).or(self.colour),
            "background" | "background-color" | "background-image" => self.background(value),
            "list-style" | "list-style-type" => self.marked = !value.contains("none"),
            "white-space" => self.kept = matches!(value, "pre" | "pre-wrap" | "pre-line"),
            "overflow" => cut.overflow = value != "visible",
            "width" | "height" | "max-width" | "max-height" => {
                cut.no_size |= length(value, outer).is_some_and(|size| size <= 1.0);
            }
            "position" => cut.out_of_flow |= matches!(value, "absolute" | "fixed"),
            "left" | "top" | "right" | "margin-left" => {
                cut.far |= length(value, outer).is_some_and(|at| at < FAR);
            }
            "text-indent" if length(value, outer).is_some_and(|at| at < FAR) => {
                self.hidden = Some(Hidden::OffPage);
            }
            "clip" if value.starts_with("rect(0") || value.starts_with("rect(1px") => {
                self.hidden = Some(Hidden::Clipped);
            }
            "clip-path" if value.contains("inset(50%") || value.contains("inset(100%") => {
                self.hidden = Some(Hidden::Clipped);
            }
            _ => {}
        }
    }

    fn display(&mut self, value: &str) {
        self.display = match value {
            "none" => {
                self.hidden = Some(Hidden::Marked);
                return;
            }
            "inline" | "contents" => Display::Inline,
            "inline-block" | "inline-flex" | "inline-grid" => Display::Apart,
            "flex" => Display::Row(0),
            // Until the columns are known.
            "grid" => Display::Row(1),
            "table" => Display::Table,
            "table-row" => Display::TableRow,
            "table-cell" => Display::Cell,
            _ => Display::Block,
        };
    }

    fn background(&mut self, value: &str) {
        if value.contains("url(") || value.contains("gradient(") {
            self.under = SOME_COLOUR;
        } else if let Some(colour) = Colour::parse(value).or_else(|| value.split(' ').find_map(Colour::parse))
        {
            self.under = colour;
        }
    }

    /// Settles whether the element can be seen.
    pub fn decide(&mut self) {
        self.looks.colour = self.colour.map_or([0; 3], |colour| colour.0);
        self.looks.hidden = if self.hidden.is_some() {
            self.hidden
        } else if self.looks.size < 3.0 {
            Some(Hidden::Tiny)
        } else if self.colour.is_some_and(|colour| colour.alike(self.under)) {
            Some(Hidden::SameColour)
        } else {
            None
        };
    }

    /// Hides the element with all that it holds.
    pub fn hide(&mut self) {
        self.hidden = Some(Hidden::Marked);
    }
}

/// A length in points; `em` and percent are of the text around.
fn length(value: &str, outer: f32) -> Option<f32> {
    let value = value.split(' ').next()?;
    let digits = value
        .find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | '-' | '+'))
        .unwrap_or(value.len());
    let number: f32 = value.get(..digits)?.parse().ok()?;
    match value.get(digits..)? {
        "px" => Some(number * PIXEL),
        "pt" => Some(number),
        "em" => Some(number * outer),
        "rem" => Some(number * 12.0),
        "%" => Some(number / 100.0 * outer),
        "" if number == 0.0 => Some(0.0),
        _ => None,
    }
}

/// Columns of a grid: `8em 1fr` has two, `repeat(3, 1fr)` three.
fn tracks(value: &str) -> usize {
    let mut depth = 0_usize;
    let mut count = 0;
    let mut inside = false;
    let mut rest = value;
    if let Some(after) = value.strip_prefix("repeat(") {
        let times = after
            .split(',')
            .next()
            .and_then(|times| times.trim().parse().ok());
        count += times.unwrap_or(1_usize).min(24);
        rest = after.rsplit_once(')').map_or("", |(_, rest)| rest);
    }
    for c in rest.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let blank = c.is_whitespace() && depth == 0;
        count += usize::from(!blank && !inside);
        inside = !blank;
    }
    count.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn styled(declarations: &[(&str, &str)]) -> Style {
        let mut style = Style::default();
        let owned: Vec<(String, String)> = declarations
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
            .collect();
        style.apply(&owned);
        style
    }

    #[test]
    fn every_way_of_hiding_is_known_by_its_reason() {
        for (declarations, reason) in [
            (&[("display", "none")][..], Hidden::Marked),
            (&[("visibility", "hidden")], Hidden::Marked),
            (&[("opacity", "0")], Hidden::Invisible),
            (&[("font-size", "1px")], Hidden::Tiny),
            (&[("color", "#fefefe")], Hidden::SameColour),
            (
                &[("color", "#222"), ("background", "#222 none")],
                Hidden::SameColour,
            ),
            (&[("position", "absolute"), ("left", "-9999px")], Hidden::OffPage),
            (&[("width", "1px"), ("overflow", "hidden")], Hidden::Clipped),
        ] {
            assert_eq!(
                styled(declarations).looks.hidden,
                Some(reason),
                "{declarations:?}"
            );
        }
        let shown = styled(&[("color", "#fff"), ("background", "linear-gradient(red, blue)")]);
        assert_eq!(shown.looks.hidden, None);
    }

    #[test]
    fn columns_of_grids_are_counted() {
        assert_eq!(tracks("8.6em 1fr"), 2);
        assert_eq!(tracks("repeat(3, minmax(0,1fr))"), 3);
        assert_eq!(tracks("minmax(10px, 1fr) auto"), 2);
    }
}
