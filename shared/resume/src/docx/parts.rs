//! Which parts of the file are shown: the document itself, the headers and footers that its sections name, notes.

use std::collections::HashMap;

use hiring_core::reading::ReadFailure;
use memchr::memmem;
use quick_xml::Reader;
use quick_xml::events::Event;

use crate::archive::Archive;
use crate::flow::Colour;
use crate::xml::{attribute, forgiving, is_off, local};

/// Most headers, and most footers, that are read.
const MAX_EACH: usize = 12;

/// Names of parts, in the order of reading.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub document: String,
    pub headers: Vec<String>,
    pub footers: Vec<String>,
    pub notes: Vec<String>,
}

/// The name of the document's part: the usual one, else the one that the file's relations name, else one that is called
/// almost so.
pub(super) fn document(archive: &mut Archive<'_>, names: &[String]) -> Result<String, ReadFailure> {
    let usual = "word/document.xml";
    if names.iter().any(|name| name == usual) {
        return Ok(usual.to_owned());
    }
    let relations = relations(archive.text("_rels/.rels")?.as_deref().unwrap_or_default());
    let named = relations.into_values().find_map(|(kind, target)| {
        let name = target.trim_start_matches('/').to_owned();
        (kind == "officeDocument" && names.contains(&name)).then_some(name)
    });
    let similar = || {
        let mut found = names.iter();
        found
            .find(|name| name.starts_with("word/document") && name.ends_with(".xml"))
            .cloned()
    };
    named.or_else(similar).ok_or(ReadFailure::Damaged)
}

/// Finds the parts around the document.
pub(super) fn around(
    archive: &mut Archive<'_>,
    names: &[String],
    document: String,
    settings: &str,
    body: &str,
) -> Result<Parts, ReadFailure> {
    let folder = document
        .rsplit_once('/')
        .map_or("", |(folder, _)| folder)
        .to_owned();
    let file = document.rsplit('/').next().unwrap_or_default();
    let even = switched_on(settings, "evenAndOddHeaders");
    let relations = archive.text(&format!("{folder}/_rels/{file}.rels"))?;
    let relations = relations.map(|text| self::relations(&text)).unwrap_or_default();
    let mut parts = Parts {
        document,
        ..Parts::default()
    };
    for reference in references(body, even) {
        let target = relations
            .get(&reference.id)
            .map(|(_, target)| absolute(&folder, target));
        let Some(name) = target.filter(|name| names.contains(name)) else {
            continue;
        };
        let list = if reference.header {
            &mut parts.headers
        } else {
            &mut parts.footers
        };
        if list.len() < MAX_EACH && !list.contains(&name) {
            list.push(name);
        }
    }
    if relations.is_empty() {
        // Without relations nothing tells which are in use, so all are.
        let called = |kind: &str| {
            let prefix = format!("{folder}/{kind}");
            let found = names
                .iter()
                .filter(|name| name.starts_with(&prefix) && name.ends_with(".xml"));
            found.take(MAX_EACH).cloned().collect()
        };
        (parts.headers, parts.footers) = (called("header"), called("footer"));
    }
    let notes = ["footnotes.xml", "endnotes.xml"].map(|name| format!("{folder}/{name}"));
    parts.notes = notes.into_iter().filter(|name| names.contains(name)).collect();
    Ok(parts)
}

fn absolute(folder: &str, target: &str) -> String {
    target
        .strip_prefix('/')
        .map_or_else(|| format!("{folder}/{target}"), str::to_owned)
}

/// Relations by their id: the last word of their type, and their target.
fn relations(text: &str) -> HashMap<String, (String, String)> {
    let mut reader = Reader::from_str(text);
    let mut found = HashMap::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) if local(&tag) == "Relationship" => {
                let kind = attribute(&tag, "Type").unwrap_or_default();
                let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                if let (Some(id), Some(target)) = (attribute(&tag, "Id"), attribute(&tag, "Target")) {
                    found.insert(id.into_owned(), (kind, target.into_owned()));
                }
            }
            Ok(Event::Eof) | Err(_) => return found,
            Ok(_) => {}
        }
    }
}

struct Reference {
    header: bool,
    id: String,
}

/// Headers and footers that the sections name and show: those of first pages first, and only in sections with a first
/// page of its own; those of even pages only where the document tells them from odd ones.
fn references(body: &str, even: bool) -> Vec<Reference> {
    let place = |name: &str| memmem::find(body.as_bytes(), name.as_bytes());
    let Some(named) = [place("headerReference"), place("footerReference")]
        .into_iter()
        .flatten()
        .min()
    else {
        return Vec::new();
    };
    // What sections say mostly stands at the end of the body.
    let first = [place("sectPr"), place("titlePg")]
        .into_iter()
        .flatten()
        .fold(named, usize::min);
    let before = body.get(..first).unwrap_or_default();
    let from = before.rfind('<').unwrap_or_default();
    let mut reader = forgiving(body.get(from..).unwrap_or_default());
    let mut found: Vec<Reference> = Vec::new();
    let mut section: Vec<(bool, String, Reference)> = Vec::new();
    let mut first_page = false;
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) => match local(&tag) {
                "sectPr" => {
                    take(&mut section, std::mem::take(&mut first_page), even, &mut found);
                }
                name @ ("headerReference" | "footerReference") if section.len() < MAX_EACH => {
                    let kind = attribute(&tag, "type").unwrap_or_default();
                    let reference = Reference {
                        header: name == "headerReference",
                        id: attribute(&tag, "id").unwrap_or_default().into_owned(),
                    };
                    section.push((kind == "first", kind.into_owned(), reference));
                }
                "titlePg" => first_page = !is_off(&tag),
                _ => {}
            },
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
        if found.len() >= MAX_EACH * 4 {
            break;
        }
    }
    take(&mut section, first_page, even, &mut found);
    found
}

fn take(
    section: &mut Vec<(bool, String, Reference)>,
    first_page: bool,
    even: bool,
    found: &mut Vec<Reference>,
) {
    section.sort_by_key(|(first, _, _)| !first);
    for (first, kind, reference) in section.drain(..) {
        if (!first || first_page) && (kind != "even" || even) {
            found.push(reference);
        }
    }
}

/// Whether a settings part switches something on.
fn switched_on(text: &str, name: &str) -> bool {
    if memmem::find(text.as_bytes(), name.as_bytes()).is_none() {
        return false;
    }
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) if local(&tag) == name => return !is_off(&tag),
            Ok(Event::Eof) | Err(_) => return false,
            Ok(_) => {}
        }
    }
}

/// The colour of the page, where the document paints one and shows it.
pub(super) fn page_colour(settings: &str, body: &str) -> Colour {
    if !switched_on(settings, "displayBackgroundShape") {
        return Colour::WHITE;
    }
    let mut reader = Reader::from_str(body);
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) => match local(&tag) {
                "background" => {
                    let colour = attribute(&tag, "color").and_then(|value| Colour::parse(&value));
                    return colour.unwrap_or(Colour::WHITE);
                }
                "body" => return Colour::WHITE,
                _ => {}
            },
            Ok(Event::Eof) | Err(_) => return Colour::WHITE,
            Ok(_) => {}
        }
    }
}
