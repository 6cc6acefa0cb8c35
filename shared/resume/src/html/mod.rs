//! Web pages: the text that a browser shows without running anything, laid out as its style sheets say: blocks, tables,
//! and what stands side by side in flexible boxes and grids.

mod css;
mod entities;
mod style;
mod tags;

use hiring_core::reading::{MAX_TEXT_CHARS, ReadFailure};

use crate::flow::FlowWriter;
use crate::span::Source;
use crate::txt::decode_marked;
use css::Sheet;
use style::{Display, Style};
use tags::Tag;

/// Deepest nesting that is followed.
const MAX_DEPTH: usize = 256;
/// How far into the page its encoding may be named.
const ENCODING_WITHIN: usize = 2_048;

/// An element that is open.
struct Open {
    tag: css::Element,
    style: Style,
    /// Children that have ended, for those that stand side by side.
    children: usize,
}

/// Reads the text of a web page.
pub(crate) fn read(bytes: &[u8]) -> Result<Source, ReadFailure> {
    let text = decode_marked(bytes, named_encoding(bytes));
    let mut page = Page {
        out: FlowWriter::new(MAX_TEXT_CHARS * 4),
        sheet: sheets(&text),
        open: Vec::new(),
        beyond: 0,
        blank: true,
        pictures: false,
    };
    let mut rest = text.as_str();
    while !rest.is_empty() && !page.out.full() {
        match rest.find('<') {
            Some(0) => rest = page.markup(rest),
            Some(at) => {
                let (shown, after) = rest.split_at(at);
                page.text(shown);
                rest = after;
            }
            None => {
                page.text(rest);
                break;
            }
        }
    }
    if page.out.full() {
        return Err(ReadFailure::TooLarge);
    }
    let pictures = page.pictures;
    let mut source = page.out.finish();
    source.pictures = pictures;
    Ok(source)
}

/// The encoding that the page names.
fn named_encoding(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let head = bytes.get(..bytes.len().min(ENCODING_WITHIN)).unwrap_or_default();
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let (_, after) = head.split_once("charset")?;
    let label = after.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '=' | '"' | '\''));
    let end = label
        .find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_'))
        .unwrap_or(label.len());
    encoding_rs::Encoding::for_label(label.get(..end)?.as_bytes())
}

/// All style sheets written into the page.
fn sheets(text: &str) -> Sheet {
    let mut sheet = Sheet::default();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = rest.get(at + 1..).unwrap_or_default();
        let style = rest
            .get(..5)
            .is_some_and(|name| name.eq_ignore_ascii_case("style"));
        if !style {
            continue;
        }
        let Some(end) = tags::tag_end(rest) else { break };
        let print = rest.get(..end).is_some_and(|tag| tag.contains("print"));
        let (after, content) = tags::behind(rest.get(end + 1..).unwrap_or_default(), "style");
        if !print {
            sheet.add(content);
        }
        rest = after;
    }
    sheet
}

struct Page {
    out: FlowWriter,
    sheet: Sheet,
    open: Vec<Open>,
    /// Elements opened beyond the bound.
    beyond: usize,
    /// Whether a blank here would follow another.
    blank: bool,
    pictures: bool,
}

impl Page {
    fn style(&self) -> Style {
        self.open.last().map(|open| open.style).unwrap_or_default()
    }

    fn text(&mut self, raw: &str) {
        let style = self.style();
        let text = entities::decode(raw);
        if style.kept {
            for (at, line) in text.split('\n').enumerate() {
                if at > 0 {
                    self.end_line();
                }
                self.out.push(line.trim_end_matches('\r'), style.looks);
            }
            return;
        }
        let mut shown = String::with_capacity(text.len());
        for c in text.chars() {
            if c.is_whitespace() {
                if !self.blank {
                    shown.push(' ');
                }
                self.blank = true;
            } else {
                shown.push(c);
                self.blank = false;
            }
        }
        self.out.push(&shown, style.looks);
    }

    fn end_line(&mut self) {
        self.out.end_line();
        self.blank = true;
    }

    /// Leaves a wide gap, where something stands before it.
    fn gap(&mut self) {
        if !self.out.at_line_start() {
            let looks = self.style().looks;
            self.out.push("\t", looks);
            self.blank = true;
        }
    }

    /// Reads what starts with `<`; answers what stands behind it.
    fn markup<'a>(&mut self, rest: &'a str) -> &'a str {
        if let Some(comment) = rest.strip_prefix("<!--") {
            return comment
                .find("-->")
                .and_then(|at| comment.get(at + 3..))
                .unwrap_or("");
        }
        let Some(end) = tags::tag_end(rest) else { return "" };
        let inside = rest.get(1..end).unwrap_or_default();
        let after = rest.get(end + 1..).unwrap_or_default();
        let closing = inside.starts_with('/');
        let body = inside.trim_start_matches('/');
        let length = body
            .find(|c: char| !c.is_ascii_alphanumeric())
            .unwrap_or(body.len());
        let name = body.get(..length).unwrap_or_default().to_ascii_lowercase();
        if name.is_empty() {
            if !inside.starts_with(['!', '?', '/']) {
                self.text("<");
                return rest.get(1..).unwrap_or_default();
            }
            return after;
        }
        if closing {
            self.close(&name);
            return after;
        }
        let empty = inside.ends_with('/');
        if tags::unseen(&name) && !empty {
            return tags::behind(after, &name).0;
        }
        self.start(
            tags::attributes(name, body.get(length..).unwrap_or_default()),
            empty,
        );
        after
    }

    fn start(&mut self, tag: Tag, empty: bool) {
        self.end_implied(&tag.element.tag);
        match tag.element.tag.as_str() {
            "br" => return self.end_line(),
            "img" => self.pictures = true,
            _ => {}
        }
        let style = self.computed(&tag);
        match style.display {
            Display::Inline => {}
            Display::Apart => self.gap(),
            Display::Block | Display::TableRow | Display::Cell => self.end_line(),
            Display::Table | Display::Row(_) => {
                self.out.begin_table();
                self.blank = true;
            }
        }
        let beside = self
            .open
            .last()
            .is_some_and(|open| matches!(open.style.display, Display::Row(_)));
        if tag.element.tag == "li" && style.marked && !beside && style.looks.hidden.is_none() {
            self.out.push("• ", style.looks);
            self.blank = true;
        }
        if tags::void(&tag.element.tag) || empty && tags::display(&tag.element.tag) == Display::Inline {
            self.end(style.display);
            return;
        }
        if self.open.len() >= MAX_DEPTH {
            self.end(style.display);
            self.beyond += 1;
            return;
        }
        self.open.push(Open {
            tag: tag.element,
            style,
            children: 0,
        });
    }

    fn computed(&mut self, tag: &Tag) -> Style {
        let mut style = self.style().inherited();
        style.display = tags::display(&tag.element.tag);
        match tag.element.tag.as_str() {
            "h1" => (style.looks.size, style.looks.bold) = (22.0, true),
            "h2" => (style.looks.size, style.looks.bold) = (16.0, true),
            "h3" => (style.looks.size, style.looks.bold) = (13.0, true),
            "h4" | "h5" | "h6" | "b" | "strong" | "th" | "dt" => style.looks.bold = true,
            "i" | "em" => style.looks.italic = true,
            "pre" => style.kept = true,
            "ul" | "ol" => style.marked = true,
            _ => {}
        }
        if tag.hidden {
            style.hide();
        }
        let around: Vec<&css::Element> = self.open.iter().map(|open| &open.tag).collect();
        let mut declarations = self.sheet.declarations(&tag.element, &around);
        if !tag.style.is_empty() {
            declarations.extend(self.sheet.parse(&tag.style));
        }
        style.apply(&declarations);
        style
    }

    /// Ends elements whose end tags may be left out.
    fn end_implied(&mut self, name: &str) {
        let (ended, within): (&[&str], &[&str]) = match name {
            "li" => (&["li"], &["ul", "ol", "menu"]),
            "td" | "th" => (&["td", "th"], &["tr", "table"]),
            "tr" => (&["tr"], &["table"]),
            "dt" | "dd" => (&["dt", "dd"], &["dl"]),
            "option" => (&["option"], &["select"]),
            name if tags::display(name) == Display::Block => {
                if self.open.last().is_some_and(|open| open.tag.tag == "p") {
                    self.pop();
                }
                return;
            }
            _ => return,
        };
        let found = self.open.iter().rev().enumerate().find_map(|(at, open)| {
            let tag = open.tag.tag.as_str();
            if ended.contains(&tag) {
                return Some(Some(at));
            }
            within.contains(&tag).then_some(None)
        });
        if let Some(Some(depth)) = found {
            (0..=depth).for_each(|_| self.pop());
        }
    }

    fn close(&mut self, name: &str) {
        if tags::void(name) {
            return;
        }
        if self.beyond > 0 {
            self.beyond -= 1;
            self.end_line();
            return;
        }
        if let Some(at) = self.open.iter().rposition(|open| open.tag.tag == name) {
            while self.open.len() > at {
                self.pop();
            }
        } else if tags::display(name) == Display::Block {
            self.end_line();
        }
    }

    /// Ends the innermost element.
    fn pop(&mut self) {
        let Some(open) = self.open.pop() else { return };
        self.end(open.style.display);
        if let Some(parent) = self.open.last_mut()
            && let Display::Row(columns) = parent.style.display
        {
            parent.children += 1;
            self.out.end_cell();
            if columns > 0 && parent.children % columns == 0 {
                self.out.end_row();
            }
            self.blank = true;
        }
    }

    fn end(&mut self, display: Display) {
        match display {
            Display::Inline => {}
            Display::Apart => self.gap(),
            Display::Block => self.end_line(),
            Display::Cell => self.out.end_cell(),
            Display::TableRow => self.out.end_row(),
            Display::Table | Display::Row(_) => self.out.end_table(),
        }
        self.blank |= !matches!(display, Display::Inline);
    }
}

#[cfg(test)]
mod tests;
