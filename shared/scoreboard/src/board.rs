//! Many documents: F1 by field, format and language.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::{Map, Value, json};

use crate::labelled::Labelled;
use crate::score::{Counts, Field};

/// Columns of formats, in the order of the table.
const FORMATS: [&str; 8] = ["pdf", "docx", "doc", "odt", "rtf", "html", "txt", "scan"];

/// Counts of many documents.
#[derive(Debug, Clone, Default)]
pub struct Board {
    documents: u32,
    cells: BTreeMap<(Field, String), Counts>,
    all: BTreeMap<Field, Counts>,
    formats: BTreeMap<String, u32>,
    languages: BTreeMap<String, u32>,
}

impl Board {
    /// Adds what was counted of one document.
    pub fn add(&mut self, labelled: &Labelled, counts: &[(Field, Counts)]) {
        let (format, language) = (labelled.format().to_owned(), labelled.truth.meta().lang.clone());
        self.documents += 1;
        *self.formats.entry(format.clone()).or_default() += 1;
        *self.languages.entry(language.clone()).or_default() += 1;
        for (field, count) in counts {
            *self.all.entry(*field).or_default() += *count;
            for column in [&format, &language] {
                *self.cells.entry((*field, column.clone())).or_default() += *count;
            }
        }
    }

    /// Documents counted.
    #[must_use]
    pub const fn documents(&self) -> u32 {
        self.documents
    }

    /// All documents' counts of a field.
    #[must_use]
    pub fn counts(&self, field: Field) -> Counts {
        self.all.get(&field).copied().unwrap_or_default()
    }

    /// Mean of the fields' F1, whole rows left out because their parts are counted.
    #[must_use]
    pub fn macro_f1(&self) -> f64 {
        mean(
            Field::ALL
                .into_iter()
                .filter(|field| *field != Field::WorkRow)
                .map(|field| self.counts(field)),
        )
    }

    fn column_macro(&self, column: &str) -> f64 {
        let fields = Field::ALL.into_iter().filter(|field| *field != Field::WorkRow);
        mean(fields.map(|field| {
            self.cells
                .get(&(field, column.to_owned()))
                .copied()
                .unwrap_or_default()
        }))
    }

    /// F1 by field as an object, for a baseline.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let fields: Map<String, Value> = Field::ALL
            .into_iter()
            .map(|field| {
                (
                    field.name().to_owned(),
                    json!(thousandths(self.counts(field).f1())),
                )
            })
            .collect();
        json!({ "documents": self.documents, "macro": thousandths(self.macro_f1()), "f1": fields })
    }

    /// A Markdown table: a row a field, a column a format and a language; `F1 (values shown)`.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let formats = FORMATS
            .iter()
            .filter(|format| self.formats.contains_key(**format));
        let columns: Vec<(String, u32)> = formats
            .map(|format| {
                (
                    (*format).to_owned(),
                    self.formats.get(*format).copied().unwrap_or_default(),
                )
            })
            .chain(
                self.languages
                    .iter()
                    .map(|(language, count)| (language.clone(), *count)),
            )
            .collect();
        let mut table = format!("| field | all ({})", self.documents);
        for (column, count) in &columns {
            let _ = write!(table, " | {column} ({count})");
        }
        table.push_str(" |\n|---|---");
        table.push_str(&"|---".repeat(columns.len()));
        table.push_str("|\n");
        for field in Field::ALL {
            let _ = write!(table, "| {} | {}", field.name(), cell(Some(&self.counts(field))));
            for (column, _) in &columns {
                let _ = write!(table, " | {}", cell(self.cells.get(&(field, column.clone()))));
            }
            table.push_str(" |\n");
        }
        let _ = write!(table, "| **macro** | **{:.3}**", self.macro_f1());
        for (column, _) in &columns {
            let _ = write!(table, " | {:.3}", self.column_macro(column));
        }
        table.push_str(" |\n");
        table
    }
}

fn mean(counts: impl Iterator<Item = Counts>) -> f64 {
    let scores: Vec<f64> = counts.filter(|count| count.shown() > 0).map(Counts::f1).collect();
    if scores.is_empty() {
        0.0
    } else {
        scores.iter().sum::<f64>() / scores.len() as f64
    }
}

fn cell(counts: Option<&Counts>) -> String {
    match counts.filter(|counts| counts.shown() + counts.wrong > 0) {
        Some(counts) => format!("{:.3} ({})", counts.f1(), counts.shown()),
        None => "-".to_owned(),
    }
}

fn thousandths(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}
