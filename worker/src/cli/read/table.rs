//! What was read, as a table for people.

use hiring_core::reading::ReadResume;
use hiring_core::resume::{Education, Leaf, Resume, Skill, SpokenLanguage, Work};

use crate::cli::table::layout;

/// Most characters of a value.
const MOST: usize = 90;

/// The fields of a file, one a row, with how sure the reader is.
#[must_use]
pub fn render(name: &str, read: &ReadResume) -> String {
    let resume = &read.resume;
    let document = &resume.document;
    let mut text = format!(
        "{name}: {}, {} page(s), {} characters, language {}, date {}, a resume with probability {:.2}\n",
        read.file_type.extension(),
        read.pages,
        read.visible_text.chars().count(),
        document.language.as_deref().unwrap_or("?"),
        document.date.as_deref().unwrap_or("?"),
        document.resume_probability,
    );
    text.push_str(&layout(&["FIELD", "SURE", "VALUE", "AS WRITTEN"], &rows(resume)));
    for finding in &resume.findings {
        text.push_str(&format!("! {}: {}\n", finding.code, finding.message));
        for excerpt in &finding.excerpts {
            text.push_str(&format!(
                "    {} on page {}: {}\n",
                excerpt.reason,
                excerpt.page + 1,
                clip(&excerpt.text)
            ));
        }
    }
    text.push('\n');
    text
}

fn rows(resume: &Resume) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut add = |field: &str, leaf: &Leaf| {
        let raw = if leaf.raw == leaf.value {
            String::new()
        } else {
            clip(&leaf.raw)
        };
        rows.push(vec![
            field.to_owned(),
            format!("{:.2}", leaf.confidence),
            clip(&leaf.value),
            raw,
        ]);
    };
    let contact = &resume.contact;
    contact.name.iter().for_each(|leaf| add("name", leaf));
    contact.emails.iter().for_each(|leaf| add("e-mail", leaf));
    contact.phones.iter().for_each(|leaf| add("phone", leaf));
    contact.urls.iter().for_each(|leaf| add("url", leaf));
    contact.location.iter().for_each(|leaf| add("location", leaf));
    resume.headline.iter().for_each(|leaf| add("headline", leaf));
    resume.summary.iter().for_each(|leaf| add("summary", leaf));
    for row in &resume.work {
        work(row, &mut add);
    }
    for row in &resume.education {
        education(row, &mut add);
    }
    for Skill { name, months, .. } in &resume.skills {
        add(
            &months.map_or("skill".to_owned(), |months| format!("skill, {months} months")),
            name,
        );
    }
    for SpokenLanguage { name, level } in &resume.languages {
        add("language", name);
        level.iter().for_each(|leaf| add("  level", leaf));
    }
    resume
        .certificates
        .iter()
        .for_each(|leaf| add("certificate", leaf));
    resume.projects.iter().for_each(|leaf| add("project", leaf));
    resume
        .publications
        .iter()
        .for_each(|leaf| add("publication", leaf));
    if let Some(years) = resume.total_experience_years {
        rows.push(vec![
            "years".to_owned(),
            String::new(),
            format!("{years:.1}"),
            String::new(),
        ]);
    }
    rows
}

fn work(row: &Work, add: &mut impl FnMut(&str, &Leaf)) {
    row.title.iter().for_each(|leaf| add("work: title", leaf));
    row.company.iter().for_each(|leaf| add("  company", leaf));
    row.start.iter().for_each(|leaf| add("  start", leaf));
    row.end.iter().for_each(|leaf| add("  end", leaf));
    row.location.iter().for_each(|leaf| add("  location", leaf));
    row.highlights.iter().for_each(|leaf| add("  did", leaf));
}

fn education(row: &Education, add: &mut impl FnMut(&str, &Leaf)) {
    row.institution.iter().for_each(|leaf| add("education: at", leaf));
    row.degree.iter().for_each(|leaf| add("  degree", leaf));
    row.area.iter().for_each(|leaf| add("  area", leaf));
    row.start.iter().for_each(|leaf| add("  start", leaf));
    row.end.iter().for_each(|leaf| add("  end", leaf));
    row.grade.iter().for_each(|leaf| add("  grade", leaf));
}

/// One line, not too long.
fn clip(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= MOST {
        return line;
    }
    line.chars().take(MOST - 1).chain(['…']).collect()
}
