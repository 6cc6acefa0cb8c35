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
mod instructions;
pub(crate) mod languages;
mod lists;
mod name;
pub(crate) mod places;
mod skills;
mod titles;
mod work;

pub(crate) use dates::month_of;
pub(crate) use entries::is_form_label;
pub(crate) use evidence::{Evidence, evidence, is_name_of_entry, is_only_span};
pub(crate) use instructions::Instructions;

use chrono::NaiveDate;
use hiring_core::reading::SectionKind;
use hiring_core::resume::{DocumentFacts, Resume, Work};

use crate::document;
use crate::layout::Visible;
use crate::sections::Part;

/// What every field's reader looks at.
pub(crate) struct Context<'a> {
    pub visible: &'a Visible,
    pub parts: &'a [Part],
    /// What `present` means: the document's own date, else the day of reading.
    pub today: NaiveDate,
    /// Language of the text, ISO 639-1.
    pub language: Option<&'a str>,
}

impl Context<'_> {
    /// The kind of section that a line lies in.
    pub fn kind_of(&self, line: usize) -> Option<SectionKind> {
        let part = self
            .parts
            .get(self.parts.partition_point(|part| part.lines.end <= line))?;
        part.lines.contains(&line).then_some(part.kind)
    }
}

/// Reads all fields.
pub(crate) fn read(visible: &Visible, parts: &[Part], today: NaiveDate) -> Resume {
    let language = document::language(&visible.text);
    let date = document::date(visible, today);
    let context = Context {
        visible,
        parts,
        today: date.as_ref().map_or(today, |date| date.day),
        language,
    };
    let emails = contact::emails(visible);
    let lines = contact::lines(&context, &emails);
    let rows = work::read(&context);
    let mut skills = skills::read(&context, &rows);
    experience::skill_months(&context, &rows, &mut skills);
    let (name_line, name) = name::read(&context, contact::mail_name(&emails)).unzip();
    let contact = contact::read(&context, &lines, emails, name);
    let listed = |kind| lists::read(&context, kind, contact.name.as_ref());
    let mut resume = Resume {
        headline: head::headline(&context, contact.name.as_ref(), name_line, &lines),
        summary: head::summary(&context),
        total_experience_years: experience::years(&rows),
        work: newest_first(rows),
        education: education::read(&context),
        skills,
        languages: languages::read(&context),
        certificates: listed(SectionKind::Certificates),
        projects: listed(SectionKind::Projects),
        publications: listed(SectionKind::Publications),
        contact,
        findings: Vec::new(),
        document: DocumentFacts {
            language: language.map(str::to_owned),
            date: date.map(|date| date.value),
            ..DocumentFacts::default()
        },
    };
    let likelihood = document::likelihood(visible, parts, &resume);
    resume.document.resume_probability = likelihood.probability;
    resume.findings = findings::read(visible, &resume);
    resume.findings.extend(findings::doubtful(&likelihood));
    resume
}

fn newest_first(mut rows: Vec<work::Row>) -> Vec<Work> {
    // Rows without dates keep their place behind the dated ones; equal dates keep the document's order.
    rows.sort_by_key(|row| std::cmp::Reverse(row.months.map(|(start, end)| (end, start))));
    rows.into_iter().map(|row| row.work).collect()
}
