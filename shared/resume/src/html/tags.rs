//! Names of elements, and their attributes.

use super::css::Element;
use super::style::Display;

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
    "figcaption",
    "form",
    "hr",
    "body",
    "html",
    "fieldset",
    "details",
    "summary",
    "center",
    "hgroup",
    "tbody",
    "thead",
    "tfoot",
    "caption",
    "menu",
];
/// Elements whose content is never shown.
const UNSEEN: &[&str] = &[
    "script", "style", "head", "template", "noscript", "svg", "title", "textarea", "select", "iframe",
    "object", "audio", "video", "canvas", "datalist", "map",
];
/// Elements without an end tag.
const VOID: &[&str] = &[
    "br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "wbr", "param",
    "track",
];

/// How an element is laid out unless a style sheet says otherwise.
pub(super) fn display(name: &str) -> Display {
    match name {
        "table" => Display::Table,
        "tr" => Display::TableRow,
        "td" | "th" => Display::Cell,
        name if BLOCKS.contains(&name) => Display::Block,
        _ => Display::Inline,
    }
}

pub(super) fn unseen(name: &str) -> bool {
    UNSEEN.contains(&name)
}

pub(super) fn void(name: &str) -> bool {
    VOID.contains(&name)
}

/// Most attributes of an element that are looked at, and most of its classes.
const MAX_ATTRIBUTES: usize = 64;
const MAX_CLASSES: usize = 16;

/// What a start tag says.
#[derive(Debug, Default)]
pub(super) struct Tag {
    pub element: Element,
    pub style: String,
    pub hidden: bool,
}

/// Reads the attributes of a start tag.
pub(super) fn attributes(name: String, mut rest: &str) -> Tag {
    let mut tag = Tag::default();
    tag.element.tag = name;
    for _ in 0..MAX_ATTRIBUTES {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        let end = rest
            .find(|c: char| c.is_whitespace() || c == '=' || c == '/')
            .unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        if name.is_empty() && after.is_empty() {
            break;
        }
        let value;
        (value, rest) = match after.trim_start().strip_prefix('=') {
            Some(after) => attribute_value(after.trim_start()),
            None => ("", after),
        };
        match name.to_ascii_lowercase().as_str() {
            "class" => {
                let classes = value.split_whitespace().take(MAX_CLASSES);
                tag.element.classes = classes.map(str::to_owned).collect();
            }
            "id" => tag.element.id = value.to_owned(),
            "style" => tag.style = value.to_owned(),
            "hidden" => tag.hidden = true,
            "color" => tag.style = format!("color:{value};{}", tag.style),
            "bgcolor" => tag.style = format!("background:{value};{}", tag.style),
            _ => {}
        }
    }
    tag
}

fn attribute_value(rest: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inside) = rest.strip_prefix(quote) {
            return inside.split_once(quote).unwrap_or((inside, ""));
        }
    }
    rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()))
}

/// First byte behind the end tag of an element whose content is not shown, and that content.
pub(super) fn behind<'a>(rest: &'a str, name: &str) -> (&'a str, &'a str) {
    let mut from = 0;
    while let Some(at) = rest.get(from..).and_then(|rest| rest.find("</")) {
        let start = from + at + 2;
        let found = rest
            .as_bytes()
            .get(start..start + name.len())
            .is_some_and(|b| b.eq_ignore_ascii_case(name.as_bytes()));
        if found {
            let tail = rest.get(start..).unwrap_or_default();
            let after = tail.find('>').and_then(|end| tail.get(end + 1..)).unwrap_or("");
            return (after, rest.get(..start - 2).unwrap_or_default());
        }
        from = start;
    }
    ("", rest)
}

/// Where a tag ends, quotes in its attributes respected.
pub(super) fn tag_end(rest: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in rest.bytes().enumerate().take(MAX_TAG) {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            (None, b'"' | b'\'') if at > 1 => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    rest.bytes().take(MAX_TAG).position(|byte| byte == b'>')
}

/// Longest tag, in bytes; pictures may be written into their tags.
const MAX_TAG: usize = 4_000_000;
