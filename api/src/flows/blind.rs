//! A candidate without what tells who they are.
//!
//! Text keeps its length, so that every offset stays true: what tells a name, an address or an age is covered by `█`. Short
//! texts that stand nowhere in the resume get neutral words instead.

mod sight;
mod views;

use std::collections::HashMap;
use std::ops::Range;

use diesel_async::AsyncPgConnection;
use hiring_core::ids::OrgId;
use hiring_core::resume::Resume;
use hiring_db::matching::{ScorableRow, list_scorable};
use hiring_matching::neutral;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::problem::Problem;
use crate::state::AppState;
use crate::views::candidate::{AnalysisView, TextView};

pub use sight::{WITHHELD, is_blind};
pub use views::{application, application_detail, candidate, hit, ranked, screening};

/// What tells who somebody is and stands nowhere else in an analysis.
const CONTACT: [&str; 4] = ["name", "emails", "phones", "urls"];

/// What hides one candidate.
#[derive(Debug)]
pub struct Blind {
    resume: Resume,
    masks: Vec<Range<usize>>,
}

impl Blind {
    /// Of a stored resume.
    ///
    /// # Errors
    /// `internal` for a resume that an older or broken release has stored.
    pub fn of(row: &ScorableRow) -> Result<Self, Problem> {
        let (resume, sections) = row.read().map_err(Problem::internal)?;
        Ok(Self {
            masks: neutral::masks(&resume, &row.visible_text, &sections),
            resume,
        })
    }

    /// Of the organization's candidates; those of whom nothing has been read are absent.
    ///
    /// # Errors
    /// See [`Blind::of`], and when the database does not answer.
    pub async fn find(
        state: &AppState,
        org: OrgId,
        candidates: &[Uuid],
    ) -> Result<HashMap<Uuid, Self>, Problem> {
        let mut connection = state.database.connection().await?;
        Self::load(&mut connection, org, candidates).await
    }

    /// As [`Blind::find`], by this connection.
    ///
    /// # Errors
    /// As there.
    pub async fn load(
        connection: &mut AsyncPgConnection,
        org: OrgId,
        candidates: &[Uuid],
    ) -> Result<HashMap<Uuid, Self>, Problem> {
        let rows = list_scorable(connection, org, candidates).await?;
        rows.iter().map(|row| Ok((row.id, Self::of(row)?))).collect()
    }

    /// Where the person lives, streets covered.
    fn town(&self) -> Option<String> {
        let location = self.resume.contact.location.as_ref()?;
        Some(self.cover(&location.raw, location.start))
    }

    /// Words that stand nowhere in the resume's text.
    fn words(&self, text: &str) -> String {
        neutral::words(text, &self.resume)
    }

    fn cover(&self, stretch: &str, start: usize) -> String {
        neutral::cover(stretch, start, &self.masks)
    }

    /// A resume's text with every offset as it was.
    #[must_use]
    pub fn text(&self, view: TextView) -> TextView {
        TextView {
            visible_text: self.cover(&view.visible_text, 0),
            ..view
        }
    }

    /// What was read, without contact data.
    #[must_use]
    pub fn analysis(&self, mut view: AnalysisView) -> AnalysisView {
        self.value(&mut view.resume);
        if let Some(contact) = view.resume.get_mut("contact").and_then(Value::as_object_mut) {
            contact.retain(|field, _| !CONTACT.contains(&field.as_str()));
        }
        view
    }

    /// Covers every leaf within. The depth is that of a resume.
    fn value(&self, value: &mut Value) {
        match value {
            Value::Array(all) => all.iter_mut().for_each(|one| self.value(one)),
            Value::Object(fields) => {
                self.leaf(fields);
                fields.values_mut().for_each(|field| self.value(field));
            }
            _ => {}
        }
    }

    /// Covers a leaf or an excerpt: words with the place where they stand. Hidden text stands nowhere and gets neutral words.
    fn leaf(&self, fields: &mut Map<String, Value>) {
        let place = |field| {
            let at = fields.get(field).and_then(Value::as_u64)?;
            usize::try_from(at).ok()
        };
        let Some((start, end)) = place("start").zip(place("end")) else {
            return;
        };
        for field in ["raw", "text"] {
            let Some(written) = fields.get(field).and_then(Value::as_str).map(str::to_owned) else {
                continue;
            };
            let covered = if start < end {
                self.cover(&written, start)
            } else {
                self.words(&written)
            };
            if covered == written {
                continue;
            }
            // A value is another form of the words, and tells the same.
            if fields.get("value").is_some_and(Value::is_string) {
                fields.insert("value".to_owned(), Value::String(covered.clone()));
            }
            fields.insert(field.to_owned(), Value::String(covered));
        }
    }
}

#[cfg(test)]
mod tests {
    use hiring_core::reading::{Section, SectionKind};
    use hiring_core::resume::{Contact, Leaf, Work};
    use serde_json::json;

    use super::*;

    const TEXT: &str = "Ada Lovelace\nada@example.org\nAnalyst\nAda wrote programs";

    fn leaf(raw: &str) -> Leaf {
        let start = TEXT.find(raw).unwrap();
        Leaf {
            value: raw.to_owned(),
            raw: raw.to_owned(),
            start,
            end: start + raw.len(),
            confidence: 0.9,
        }
    }

    fn row() -> ScorableRow {
        let resume = Resume {
            contact: Contact {
                name: Some(leaf("Ada Lovelace")),
                emails: vec![leaf("ada@example.org")],
                ..Contact::default()
            },
            work: vec![Work {
                title: Some(leaf("Analyst")),
                highlights: vec![leaf("Ada wrote programs")],
                ..Work::default()
            }],
            ..Resume::default()
        };
        let sections = [Section {
            kind: SectionKind::Contact,
            start: 0,
            end: 28,
        }];
        ScorableRow {
            id: "0198f3f2-6c1e-7000-8000-0000deadbeef".parse().unwrap(),
            name: None,
            headline: None,
            visible_text: TEXT.to_owned(),
            sections: json!(sections).to_string(),
            resume: json!(resume).to_string(),
            parser_version: String::new(),
            parsed_at: None,
            uploaded_at: chrono::DateTime::UNIX_EPOCH,
            written_by: 1,
        }
    }

    #[test]
    fn an_analysis_keeps_its_places_and_tells_nobody() {
        let row = row();
        let view = AnalysisView {
            candidate_id: row.id,
            resume: serde_json::from_str(&row.resume).unwrap(),
            parser_version: None,
            parsed_at: None,
        };
        let shown = Blind::of(&row).unwrap().analysis(view).resume;
        let text = shown.to_string();
        assert!(
            !text.contains("Ada") && !text.contains("Lovelace") && !text.contains("example.org"),
            "{text}"
        );
        assert!(CONTACT.iter().all(|field| shown["contact"].get(field).is_none()));
        let highlight = &shown["work"][0]["highlights"][0];
        assert_eq!(
            (&highlight["raw"], &highlight["start"]),
            (&json!("███ wrote programs"), &json!(37))
        );
        assert_eq!(highlight["value"], highlight["raw"]);
        assert_eq!(shown["work"][0]["title"]["raw"], "Analyst");
    }

    #[test]
    fn a_text_stays_as_long_as_it_was() {
        let row = row();
        let view = TextView {
            candidate_id: row.id,
            visible_text: TEXT.to_owned(),
            sections: json!([]),
        };
        let shown = Blind::of(&row).unwrap().text(view).visible_text;
        assert_eq!(shown.chars().count(), TEXT.chars().count());
        assert_eq!(shown.lines().nth(2), Some("Analyst"));
        assert!(!shown.contains("Ada") && !shown.contains('@'));
    }
}
