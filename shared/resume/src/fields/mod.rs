//! From text with sections to the parsed resume.

mod contact;
mod dates;
mod details;
mod education;
mod entries;
mod evidence;
mod experience;
mod findings;
mod head;
mod languages;
mod lists;
mod name;
mod places;
mod skills;
mod titles;
mod work;

pub(crate) use evidence::{Evidence, evidence};

use chrono::NaiveDate;
use hiring_core::reading::SectionKind;
use hiring_core::resume::{Contact, DocumentFacts, Resume, Work};

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
    let rows = work::read(&context);
    let mut skills = skills::read(&context, &rows);
    experience::skill_months(&context, &rows, &mut skills);
    let (name_line, name) = name::read(&context).unzip();
    let mut resume = Resume {
        contact: Contact {
            name,
            emails: contact::emails(visible),
            phones: contact::phones(visible, lines.iter().copied()),
            urls: contact::urls(visible, &lines),
            location: head::location(&context, &lines),
            place: None,
        },
        headline: head::headline(&context, name_line, &lines),
        summary: head::summary(&context),
        total_experience_years: experience::years(&rows),
        work: newest_first(rows),
        education: education::read(&context),
        skills,
        languages: languages::read(&context),
        certificates: lists::read(&context, SectionKind::Certificates),
        projects: lists::read(&context, SectionKind::Projects),
        publications: lists::read(&context, SectionKind::Publications),
        findings: Vec::new(),
        document: DocumentFacts::default(),
    };
    resume.findings = findings::read(visible, &resume);
    resume
}

fn newest_first(mut rows: Vec<work::Row>) -> Vec<Work> {
    // Rows without dates keep their place behind the dated ones; equal dates keep the document's order.
    rows.sort_by_key(|row| std::cmp::Reverse(row.months.map(|(start, end)| (end, start))));
    rows.into_iter().map(|row| row.work).collect()
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
