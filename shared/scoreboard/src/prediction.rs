//! What was read of a resume, in the flat shape that is compared with the truth.

use hiring_core::resume::{Leaf, Resume};
use serde::{Deserialize, Serialize};

/// One position.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WorkRow {
    /// The employer.
    pub company: Option<String>,
    /// The title.
    pub title: Option<String>,
    /// `YYYY-MM` or `YYYY`.
    pub start: Option<String>,
    /// `YYYY-MM`, `YYYY` or `present`.
    pub end: Option<String>,
}

/// One course of education.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EducationRow {
    /// School or university.
    pub institution: Option<String>,
    /// Degree.
    pub degree: Option<String>,
    /// Field of study.
    pub area: Option<String>,
}

/// The fields of one resume; skills and languages as the document writes them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Prediction {
    /// Full name.
    pub name: Option<String>,
    /// First e-mail address.
    pub email: Option<String>,
    /// First telephone number.
    pub phone: Option<String>,
    /// Web addresses.
    pub urls: Vec<String>,
    /// Where the person lives.
    pub location: Option<String>,
    /// Skills.
    pub skills: Vec<String>,
    /// Positions.
    pub work: Vec<WorkRow>,
    /// Education.
    pub education: Vec<EducationRow>,
    /// Human languages.
    pub languages: Vec<String>,
    /// Years of work.
    pub total_experience_years: Option<f64>,
}

/// Years as they are shown, with two figures behind the point: the nearest `f32` is a little more or less.
fn hundredths(years: f32) -> f64 {
    (f64::from(years) * 100.0).round() / 100.0
}

fn value(leaf: Option<&Leaf>) -> Option<String> {
    leaf.map(|leaf| leaf.value.clone())
}

impl From<&Resume> for Prediction {
    fn from(resume: &Resume) -> Self {
        let contact = &resume.contact;
        let work = resume.work.iter().map(|row| WorkRow {
            company: value(row.company.as_ref()),
            title: value(row.title.as_ref()),
            start: value(row.start.as_ref()),
            end: value(row.end.as_ref()),
        });
        let education = resume.education.iter().map(|row| EducationRow {
            institution: value(row.institution.as_ref()),
            degree: value(row.degree.as_ref()),
            area: value(row.area.as_ref()),
        });
        Self {
            name: value(contact.name.as_ref()),
            email: value(contact.emails.first()),
            phone: value(contact.phones.first()),
            urls: contact.urls.iter().map(|leaf| leaf.value.clone()).collect(),
            location: value(contact.location.as_ref()),
            skills: resume.skills.iter().map(|skill| skill.name.raw.clone()).collect(),
            work: work.collect(),
            education: education.collect(),
            languages: resume.languages.iter().map(|one| one.name.raw.clone()).collect(),
            total_experience_years: resume.total_experience_years.map(hundredths),
        }
    }
}
