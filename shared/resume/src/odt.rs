//! OpenDocument Text: paragraphs, headings, lists, tables, frames, headers and footers.

use std::collections::HashMap;

use hiring_core::reading::{MAX_TEXT_CHARS, ReadFailure};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::archive::Archive;
use crate::flow::{FlowWriter, Looks};
use crate::span::{Hidden, Source};
use crate::xml::{attribute, local, local_end, reference};

/// Reads the text of an ODT.
pub(crate) fn read(bytes: &[u8]) -> Result<Source, ReadFailure> {
    let mut archive = Archive::open(bytes)?;
    if archive
        .text("META-INF/manifest.xml")?
        .is_some_and(|text| text.contains("encryption-data"))
    {
        return Err(ReadFailure::Encrypted);
    }
    let content = archive.text("content.xml")?.ok_or(ReadFailure::Damaged)?;
    let shared = archive.text("styles.xml")?.unwrap_or_default();
    let mut styles = HashMap::new();
    collect_styles(&shared, &mut styles);
    collect_styles(&content, &mut styles);
    let mut out = FlowWriter::new(MAX_TEXT_CHARS * 4);
    let masters = shared
        .find("<office:master-styles")
        .and_then(|at| shared.get(at..))
        .unwrap_or_default();
    walk(masters, &styles, &mut out);
    let sound = walk(&content, &styles, &mut out);
    if out.full() {
        return Err(ReadFailure::TooLarge);
    }
    let mut source = out.finish();
    source.pictures = archive.names().iter().any(|name| name.starts_with("Pictures/"));
    if source.spans.is_empty() && !sound {
        return Err(ReadFailure::Damaged);
    }
    Ok(source)
}

fn collect_styles(text: &str, styles: &mut HashMap<String, Looks>) {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    let mut name = String::new();
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(tag) | Event::Empty(tag) if local(&tag) == "style" => {
                name = attribute(&tag, "name").unwrap_or_default();
                let parent = attribute(&tag, "parent-style-name").and_then(|p| styles.get(&p).copied());
                if styles.len() < 4_000 {
                    styles.insert(name.clone(), parent.unwrap_or_default());
                }
            }
            Event::Start(tag) | Event::Empty(tag) if local(&tag) == "text-properties" => {
                if let Some(looks) = styles.get_mut(&name) {
                    apply(&tag, looks);
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
}

fn apply(tag: &BytesStart<'_>, looks: &mut Looks) {
    if let Some(size) = attribute(tag, "font-size").and_then(|v| v.strip_suffix("pt")?.parse().ok()) {
        looks.size = size;
        if size < 3.0 {
            looks.hidden = Some(Hidden::Tiny);
        }
    }
    if let Some(weight) = attribute(tag, "font-weight") {
        looks.bold = weight == "bold" || weight.parse::<u32>().is_ok_and(|weight| weight >= 600);
    }
    if let Some(slant) = attribute(tag, "font-style") {
        looks.italic = slant == "italic";
    }
    if attribute(tag, "display").is_some_and(|value| value == "none") {
        looks.hidden = Some(Hidden::Marked);
    }
    let background = attribute(tag, "background-color").is_some_and(|value| value != "transparent");
    if attribute(tag, "color").is_some_and(|value| value.eq_ignore_ascii_case("#ffffff")) && !background {
        looks.hidden = Some(Hidden::SameColour);
    }
}

fn walk(text: &str, styles: &HashMap<String, Looks>, out: &mut FlowWriter) -> bool {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    let mut looks: Vec<Looks> = Vec::new();
    let mut inside = 0_usize;
    let mut bullet = false;
    loop {
        let current = looks.last().copied().unwrap_or_default();
        match reader.read_event() {
            Ok(Event::Start(tag)) => match local(&tag) {
                "p" | "h" | "span" => {
                    let named = attribute(&tag, "style-name").and_then(|name| styles.get(&name).copied());
                    let block = local(&tag) != "span";
                    if block {
                        out.end_line();
                        inside += 1;
                    }
                    let mut style = named.unwrap_or(if block { Looks::default() } else { current });
                    if local(&tag) == "h" {
                        style.bold = true;
                        style.size = style.size.max(13.0);
                    }
                    if !block {
                        style.bold |= current.bold;
                        style.size = style.size.max(current.size);
                    }
                    if looks.len() < 64 {
                        looks.push(style);
                    }
                    if block && std::mem::take(&mut bullet) {
                        out.push("• ", style);
                    }
                }
                "list-item" => bullet = true,
                _ => {}
            },
            Ok(Event::Empty(tag)) if inside > 0 => match local(&tag) {
                "tab" => out.push("\t", current),
                "s" => out.push(" ", current),
                "line-break" => out.end_line(),
                _ => {}
            },
            Ok(Event::End(tag)) => match local_end(&tag) {
                "p" | "h" => {
                    out.end_line();
                    inside = inside.saturating_sub(1);
                    looks.pop();
                }
                "span" => {
                    looks.pop();
                }
                _ => {}
            },
            Ok(Event::Text(content)) if inside > 0 => out.push(&content.xml10_content(), current),
            Ok(Event::GeneralRef(entity)) if inside > 0 => {
                out.push(reference(&entity).encode_utf8(&mut [0; 4]), current);
            }
            Ok(Event::Eof) => {
                out.end_line();
                return true;
            }
            Err(_) => return false,
            Ok(_) if out.full() => return false,
            Ok(_) => {}
        }
    }
}
