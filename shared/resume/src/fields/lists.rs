//! Certificates, projects and publications: one leaf an entry, as written.

mod entries;
mod names;
#[cfg(test)]
mod tests;

use hiring_core::reading::SectionKind;
use hiring_core::resume::Leaf;
use hiring_core::taxonomy::fold_words;

use super::Context;
use crate::sections::{Part, heading};
use crate::words::{bullet_length, has_date, is_heading_text};

/// Most entries of each.
const MOST: usize = 40;
/// Digits of a telephone number, at least.
const NUMBER: usize = 9;
/// What links and addresses hold, folded.
const LINKS: &[&str] = &[
    "@",
    "http://",
    "https://",
    "www.",
    "linkedin.com",
    "xing.com",
    "github.com",
    "(linkedin)",
    "(xing)",
    "(github)",
];
/// Labels of contact data, folded to words.
const LABELS: &[&str] = &[
    "address",
    "adresse",
    "anschrift",
    "direccion",
    "email",
    "e mail",
    "mail",
    "courriel",
    "correo",
    "web",
    "website",
    "phone",
    "mobile",
    "mobil",
    "tel",
    "telefon",
    "telephone",
    "telefono",
    "linkedin",
    "portable",
    "movil",
];

/// The entries of all sections of a kind.
pub(super) fn read(context: &Context<'_>, kind: SectionKind, name: Option<&Leaf>) -> Vec<Leaf> {
    let visible = context.visible;
    let name = name.map(|leaf| fold_words(&leaf.value)).unwrap_or_default();
    let mut found = Vec::new();
    for part in context.parts.iter().filter(|part| part.kind == kind) {
        let certificates = kind == SectionKind::Certificates;
        for entry in entries::of(visible, &own(context, part, &name), kind) {
            let ranges = if certificates {
                names::split(visible, entry)
            } else {
                vec![entry]
            };
            for range in ranges.into_iter().take(MOST - found.len().min(MOST)) {
                let letters = visible.slice(&range).chars().filter(|c| c.is_alphabetic());
                if letters.count() > 2 {
                    let value = certificates.then(|| names::undated(visible.slice(&range)));
                    found.extend(visible.leaf(range, value, 0.8));
                }
            }
        }
    }
    found
}

/// The lines that belong to a section: no contact data, no foot of a page, and nothing behind the name or another heading, with
/// which another column begins.
fn own(context: &Context<'_>, part: &Part, name: &str) -> Vec<usize> {
    let mut own = Vec::new();
    for number in part.body() {
        let Some(line) = context.visible.lines.get(number) else {
            break;
        };
        let text = context.visible.line_text(line);
        let named = !name.is_empty() && text.len() < 100 && fold_words(text).contains(name);
        let bare = text.get(bullet_length(text)..).unwrap_or_default();
        let cell = bare.split('\t').next().unwrap_or_default();
        let other = is_heading_text(cell) && heading(cell) != Some(part.kind);
        // The foot of a page has its number behind the name.
        if other || named && !text.contains(|c: char| c.is_ascii_digit()) {
            break;
        }
        let content = bare.chars().any(char::is_alphabetic) || has_date(bare);
        if !named && content && !is_contact(bare) && !is_heading_text(bare) {
            own.push(number);
        }
    }
    own
}

/// Whether a line holds contact data: a link on its own, a telephone number, or a label of one.
pub(super) fn is_contact(text: &str) -> bool {
    let lower = text.to_lowercase();
    let (label, rest) = text.split_once(':').unwrap_or((text, ""));
    let label = label.len() < 20 && LABELS.contains(&fold_words(label).as_str());
    // `Web: relaunch of the shop` is a project.
    let data = rest.contains(|c: char| c.is_ascii_digit() || "@/.,".contains(c));
    let words = text.split_whitespace().count();
    let linked = LINKS.iter().any(|link| lower.contains(link));
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    label && (data || rest.trim().is_empty())
        || linked && (words < 6 || lower.contains('@'))
        || digits >= NUMBER && letters < digits
}
