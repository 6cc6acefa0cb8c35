//! The documents of a folder and the truth about them.

use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// Why a folder of labelled documents cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LabelError {
    /// A file cannot be read.
    #[error("reading {0} failed")]
    Read(PathBuf, #[source] io::Error),
    /// A truth is not what it should be.
    #[error("{0} holds no truth about a resume")]
    Truth(PathBuf, #[source] serde_json::Error),
    /// A truth without a document.
    #[error("there is no document to {0}")]
    NoDocument(PathBuf),
}

/// A resume whose fields are known.
#[derive(Debug, Clone)]
pub struct Labelled {
    /// Its name in the folder.
    pub id: String,
    /// The document.
    pub document: PathBuf,
    /// What is in it.
    pub truth: Truth,
    /// The text that it was made from.
    pub text: String,
}

impl Labelled {
    /// The column of the table that it counts in: its format, or `scan`.
    #[must_use]
    pub fn format(&self) -> &str {
        if self.truth.meta.kind == "scan" {
            "scan"
        } else {
            &self.truth.meta.format
        }
    }
}

/// A resume in JSON Resume's shape, with `meta` about the document.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Truth {
    pub(crate) basics: Basics,
    pub(crate) work: Vec<Position>,
    pub(crate) education: Vec<Course>,
    pub(crate) skills: Vec<SkillGroup>,
    pub(crate) languages: Vec<Language>,
    pub(crate) meta: Meta,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Basics {
    pub name: String,
    pub email: String,
    pub phone: String,
    pub url: String,
    pub location: Place,
    pub profiles: Vec<Profile>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Place {
    pub city: String,
    pub region: String,
    pub country: String,
    pub country_code: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Profile {
    pub url: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Position {
    pub name: String,
    pub position: String,
    pub start_date: Option<String>,
    pub end_date: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Course {
    pub institution: String,
    pub study_type: String,
    pub area: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SkillGroup {
    pub name: String,
    pub keywords: Vec<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Language {
    pub language: String,
}

/// What the truth says about the document.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Meta {
    /// Language of the document, ISO 639-1.
    pub lang: String,
    /// File name extension of the document.
    pub format: String,
    /// What made it; `scan` for pictures of pages.
    pub kind: String,
    /// Years of work by union of intervals.
    pub total_experience_years: Option<f64>,
}

impl Truth {
    /// What is said about the document.
    #[must_use]
    pub fn meta(&self) -> &Meta {
        &self.meta
    }
}

/// Every labelled document of a folder, by name.
///
/// # Errors
/// See [`LabelError`].
pub fn load(folder: &Path) -> Result<Vec<Labelled>, LabelError> {
    let listed = std::fs::read_dir(folder).map_err(|error| LabelError::Read(folder.to_owned(), error))?;
    let mut paths: Vec<PathBuf> = listed.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let truths = paths
        .iter()
        .filter(|path| path.extension().is_some_and(|kind| kind == "json"));
    let labelled = truths.map(|path| {
        let bytes = std::fs::read(path).map_err(|error| LabelError::Read(path.clone(), error))?;
        let truth: Truth =
            serde_json::from_slice(&bytes).map_err(|error| LabelError::Truth(path.clone(), error))?;
        let id = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let document = folder.join(format!("{id}.{}", truth.meta.format));
        if !document.is_file() {
            return Err(LabelError::NoDocument(path.clone()));
        }
        let text = folder.join("ref").join(format!("{id}.txt"));
        let text = std::fs::read_to_string(&text).map_err(|error| LabelError::Read(text, error))?;
        Ok(Labelled {
            id,
            document,
            truth,
            text,
        })
    });
    labelled.collect()
}
