//! From text with sections to the parsed resume.

mod contact;
mod dates;
mod name;
mod skills;
mod titles;

use chrono::NaiveDate;
use hiring_core::reading::SectionKind;
use hiring_core::resume::{Contact, Resume};

use crate::layout::Visible;
use crate::sections::Part;

/// What every field's reader looks at.
pub(crate) struct Context<'a> {
    pub visible: &'a Visible,
    pub parts: &'a [Part],
    pub today: NaiveDate,
}

/// Reads all fields.
pub(crate) fn read(visible: &Visible, parts: &[Part], today: NaiveDate) -> Resume {
    let context = Context {
        visible,
        parts,
        today,
    };
    let lines: Vec<usize> = contact_lines(&context);
    Resume {
        contact: Contact {
            name: name::read(&context).map(|(_, leaf)| leaf),
            emails: contact::emails(visible),
            phones: contact::phones(visible, lines.iter().copied()),
            urls: contact::urls(visible, &lines),
            ..Contact::default()
        },
        skills: skills::read(&context),
        ..Resume::default()
    }
}

/// Lines that may hold contact data: the first and last of the document and those of contact sections.
fn contact_lines(context: &Context<'_>) -> Vec<usize> {
    let count = context.visible.lines.len();
    let in_contact = |at: &usize| {
        context
            .parts
            .iter()
            .any(|part| part.kind == SectionKind::Contact && part.lines.contains(at))
    };
    (0..count)
        .filter(|at| *at < 14 || *at + 6 >= count || in_contact(at))
        .collect()
}
