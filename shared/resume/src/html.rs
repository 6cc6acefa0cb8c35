//! Web pages: the text that a browser shows without running anything.

mod entities;

use hiring_core::reading::{MAX_TEXT_CHARS, ReadFailure};

use crate::flow::{FlowWriter, Looks};
use crate::span::{Hidden, Source};
use crate::txt::decode;

/// Elements that start and end a line.
const BLOCKS: &[&str] = &[
    "p",
    "div",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "ul",
    "ol",
    "tr",
    "table",
    "section",
    "article",
    "header",
    "footer",
    "main",
    "aside",
    "nav",
    "dl",
    "dt",
    "dd",
    "address",
    "blockquote",
    "pre",
    "figure",
    "form",
    "hr",
    "body",
];
/// Elements whose content is never shown.
const UNSEEN: &[&str] = &[
    "script", "style", "head", "template", "noscript", "svg", "title", "textarea", "select",
];
/// Elements without an end tag.
const VOID: &[&str] = &[
    "br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "wbr",
];
/// Deepest nesting that is followed.
const MAX_DEPTH: usize = 512;

struct Open {
    name: String,
    looks: Looks,
}

/// Reads the text of a web page.
pub(crate) fn read(bytes: &[u8]) -> Result<Source, ReadFailure> {
    let text = decode(bytes);
    let mut page = Page {
        out: FlowWriter::new(MAX_TEXT_CHARS * 4),
        open: Vec::new(),
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
    page.out.end_line();
    let pictures = page.pictures;
    let mut source = page.out.finish();
    source.pictures = pictures;
    Ok(source)
}

struct Page {
    out: FlowWriter,
    open: Vec<Open>,
    blank: bool,
    pictures: bool,
}

impl Page {
    fn looks(&self) -> Looks {
        self.open.last().map(|open| open.looks).unwrap_or_default()
    }

    fn text(&mut self, raw: &str) {
        let text = entities::decode(raw);
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
        let looks = self.looks();
        self.out.push(&shown, looks);
    }

    fn end_line(&mut self) {
        self.out.end_line();
        self.blank = true;
    }

    /// Reads what starts with `<`; answers what stands behind it.
    fn markup<'a>(&mut self, rest: &'a str) -> &'a str {
        if let Some(comment) = rest.strip_prefix("<!--") {
            return comment
                .find("-->")
                .and_then(|at| comment.get(at + 3..))
                .unwrap_or("");
        }
        let Some(end) = tag_end(rest) else { return "" };
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
        let attributes = body.get(length..).unwrap_or_default().to_ascii_lowercase();
        if UNSEEN.contains(&name.as_str()) && !inside.ends_with('/') {
            return behind(after, &name);
        }
        self.start(name, &attributes, inside.ends_with('/'));
        after
    }

    fn start(&mut self, name: String, attributes: &str, empty: bool) {
        match name.as_str() {
            "br" => self.end_line(),
            "img" => self.pictures = true,
            "td" | "th" if !self.blank => {
                let looks = self.looks();
                self.out.push("\t", looks);
                self.blank = true;
            }
            other if BLOCKS.contains(&other) => self.end_line(),
            _ => {}
        }
        let mut looks = self.looks();
        style(&name, attributes, &mut looks);
        if name == "li" && looks.hidden.is_none() {
            self.out.push("• ", looks);
        }
        if !empty && !VOID.contains(&name.as_str()) && self.open.len() < MAX_DEPTH {
            self.open.push(Open { name, looks });
        }
    }

    fn close(&mut self, name: &str) {
        if BLOCKS.contains(&name) {
            self.end_line();
        }
        if let Some(at) = self.open.iter().rposition(|open| open.name == name) {
            self.open.truncate(at);
        }
    }
}

/// What an element and its attributes do to the looks of its text.
fn style(name: &str, attributes: &str, looks: &mut Looks) {
    match name {
        "h1" => (looks.size, looks.bold) = (22.0, true),
        "h2" => (looks.size, looks.bold) = (16.0, true),
        "h3" => (looks.size, looks.bold) = (13.0, true),
        "h4" | "h5" | "h6" | "b" | "strong" | "th" | "dt" => looks.bold = true,
        "i" | "em" => looks.italic = true,
        _ => {}
    }
    if attributes.is_empty() {
        return;
    }
    let squeezed: String = attributes.chars().filter(|c| !c.is_whitespace()).collect();
    let bare = attributes.split_whitespace().any(|word| word == "hidden");
    if bare || squeezed.contains("display:none") || squeezed.contains("visibility:hidden") {
        looks.hidden = Some(Hidden::Marked);
    } else if squeezed.contains("font-size:0") || squeezed.contains("font-size:1px") {
        looks.hidden = Some(Hidden::Tiny);
    } else if !squeezed.contains("background")
        && ["color:#fff;", "color:#fff\"", "color:#ffffff", "color:white"]
            .iter()
            .any(|c| squeezed.contains(c))
    {
        looks.hidden = Some(Hidden::SameColour);
    }
}

/// First byte behind the end tag of an element whose content is not shown.
fn behind<'a>(rest: &'a str, name: &str) -> &'a str {
    let mut from = 0;
    while let Some(at) = rest.get(from..).and_then(|rest| rest.find("</")) {
        let start = from + at + 2;
        let found = rest
            .as_bytes()
            .get(start..start + name.len())
            .is_some_and(|b| b.eq_ignore_ascii_case(name.as_bytes()));
        if found {
            let tail = rest.get(start..).unwrap_or_default();
            return tail.find('>').and_then(|end| tail.get(end + 1..)).unwrap_or("");
        }
        from = start;
    }
    ""
}

/// Where a tag ends, quotes in its attributes respected.
fn tag_end(rest: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in rest.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            (None, b'"' | b'\'') if at > 1 => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    rest.find('>')
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_what_a_browser_shows_is_text() {
        let page = b"<html><head><title>no</title><style>p{}</style></head><body><h1>Ada &amp; Co</h1><script>x<y</script>
            <p>Z&uuml;rich<br>2 &lt; 3</p><p style='display:none'>secret</p></body></html>";
        let source = super::read(page).unwrap();
        let shown: Vec<_> = source
            .spans
            .iter()
            .filter(|s| s.hidden.is_none())
            .map(|s| s.text.trim())
            .collect();
        assert_eq!(shown, ["Ada & Co", "Zürich", "2 < 3"]);
    }
}
