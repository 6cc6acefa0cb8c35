//! Builds candidates whose offsets are right by construction.

use hiring_core::reading::{Section, SectionKind};
use hiring_core::resume::{Education, Leaf, Resume, Skill, Work};
use hiring_matching::{CandidateFacts, Near, Similarities};

/// A small taxonomy: what is unknown is its own lower-case name.
pub fn key_of(name: &str) -> String {
    match name.trim().to_lowercase().as_str() {
        "k8s" | "kubernetes" => "kubernetes".to_owned(),
        "postgres" | "postgresql" => "postgresql".to_owned(),
        other => other.to_owned(),
    }
}

#[derive(Debug, Clone, Default)]
pub struct Candidate {
    pub resume: Resume,
    pub text: String,
    pub sections: Vec<Section>,
    pub similarities: Similarities,
}

impl Candidate {
    pub fn facts(&self) -> CandidateFacts<'_> {
        CandidateFacts::new(&self.resume, &self.text, &self.sections, key_of)
            .with_similarities(self.similarities.clone())
    }

    /// Appends a line and answers where it starts.
    pub fn line(&mut self, line: &str) -> usize {
        let start = self.text.chars().count();
        self.text.push_str(line);
        self.text.push('\n');
        start
    }

    /// The value written as `raw` somewhere in the text, the last occurrence.
    pub fn leaf(&self, value: &str, raw: &str) -> Leaf {
        let byte = self.text.rfind(raw).expect("raw is in the text");
        let start = self.text[..byte].chars().count();
        let end = start + raw.chars().count();
        Leaf {
            value: value.to_owned(),
            raw: raw.to_owned(),
            start,
            end,
            confidence: 0.9,
        }
    }

    pub fn named(mut self, name: &str) -> Self {
        self.line(name);
        self.resume.contact.name = Some(self.leaf(name, name));
        self
    }

    pub fn email(mut self, address: &str) -> Self {
        self.line(address);
        let leaf = self.leaf(address, address);
        self.resume.contact.emails.push(leaf);
        self
    }

    pub fn living_in(mut self, place: &str) -> Self {
        self.line(&format!("Address: {place}, phone 555-0100"));
        self.resume.contact.location = Some(self.leaf(place, place));
        self
    }

    pub fn saying(mut self, line: &str) -> Self {
        self.line(line);
        self
    }

    pub fn skilled(mut self, value: &str, raw: &str) -> Self {
        let start = self.line(&format!("• {raw}"));
        let name = self.leaf(value, raw);
        self.sections.push(Section {
            kind: SectionKind::Skills,
            start,
            end: name.end + 1,
        });
        self.resume.skills.push(Skill {
            name,
            kind: None,
            months: None,
        });
        self
    }

    pub fn calling_it(mut self, headline: &str) -> Self {
        self.line(headline);
        self.resume.headline = Some(self.leaf(headline, headline));
        self
    }

    pub fn working_as(self, title: &str, from: &str, to: &str, years: f32) -> Self {
        let mut candidate = self.working_in(&format!("{title} at Acme, {from} - {to}"), (from, to), years);
        let leaf = candidate.leaf(title, title);
        if let Some(work) = candidate.resume.work.last_mut() {
            work.title = Some(leaf);
        }
        candidate
    }

    pub fn working(self, from: &str, to: &str, years: f32) -> Self {
        self.working_in(&format!("Engineer at Acme, {from} - {to}"), (from, to), years)
    }

    fn working_in(mut self, line: &str, (from, to): (&str, &str), years: f32) -> Self {
        self.line(line);
        // As the reader does: `03/2020` is the value `2020-03`.
        let value = |date: &str| date.split('/').rev().collect::<Vec<_>>().join("-");
        let start = Some(self.leaf(&value(from), from));
        let end = Some(self.leaf(&value(to), to));
        self.resume.work.push(Work {
            start,
            end,
            ..Work::default()
        });
        self.resume.total_experience_years =
            Some(self.resume.total_experience_years.unwrap_or_default() + years);
        self
    }

    pub fn educated(mut self, degree: &str, end: &str) -> Self {
        self.line(&format!("{degree}, Some University, {end}"));
        let degree = Some(self.leaf(degree, degree));
        let end = Some(self.leaf(&end.to_lowercase(), end));
        self.resume.education.push(Education {
            degree,
            end,
            ..Education::default()
        });
        self
    }

    pub fn close(mut self, semantic_bp: u16) -> Self {
        self.similarities.profile_bp = Some(semantic_bp);
        self
    }

    /// The last line is near a requirement in meaning.
    pub fn near(mut self, requirement: &str, bp: u16) -> Self {
        let end = self.text.chars().count().saturating_sub(1);
        let line = self.text.trim_end().rsplit('\n').next().unwrap_or_default();
        let start = end - line.chars().count();
        let near = Near { bp, start, end };
        self.similarities
            .requirements
            .insert(requirement.to_owned(), near);
        self
    }

    pub fn dated(mut self, date: &str) -> Self {
        self.resume.document.date = Some(date.to_owned());
        self
    }
}
