//! Invented people whose resumes are stored as the worker stores them.

use hiring_core::ids::{CandidateId, JobId, ObjectId, OrgId, TaskId};
use hiring_core::reading::{FileType, ReadResume, Section, SectionKind};
use hiring_core::resume::{Contact, Leaf, Resume, Skill, Work};
use hiring_core::taxonomy;
use hiring_db::indexing::{self, ChunkRecord, ResumeFacts};
use hiring_db::model_answers::{self, Key, NewAnswer};
use hiring_platform::embeddings::EmbeddingModel;
use serde_json::{Value, json};

use crate::test_app::TestApp;

/// Somebody with a resume.
#[derive(Debug, Clone)]
pub struct Person {
    pub name: String,
    pub headline: String,
    pub location: String,
    pub skills: Vec<String>,
    pub years: u8,
    pub work: String,
}

impl Person {
    pub fn new(about: [&str; 3], skills: &[&str], years: u8, work: &str) -> Self {
        let skills = skills.iter().map(|skill| (*skill).to_owned()).collect();
        let [name, headline, location] = about.map(str::to_owned);
        let work = work.to_owned();
        Self {
            name,
            headline,
            location,
            skills,
            years,
            work,
        }
    }

    /// Writes Rust in Berlin; her resume has letters beyond ASCII and beyond the basic plane.
    pub fn mira() -> Self {
        let work = "Built storage engines in Rust and ran them on Kubernetes 🦀 für Großkunden";
        Self::new(
            ["Mira Okafor", "Rust engineer", "Berlin, Germany"],
            &["Rust", "PostgreSQL", "Kubernetes"],
            8,
            work,
        )
    }

    /// Writes Python in Munich.
    pub fn tom() -> Self {
        let work = "Trained models for demand forecasts and served them behind an API";
        Self::new(
            ["Tom Becker", "Data scientist", "Munich, Germany"],
            &["Python", "Machine Learning"],
            3,
            work,
        )
    }

    /// Keeps books in Denver.
    pub fn jane() -> Self {
        let work = "Closed monthly ledgers, filed tax returns, prepared audits";
        Self::new(
            ["Jane O'Hara", "Senior accountant", "Denver, CO"],
            &["Accounting", "Bookkeeping"],
            12,
            work,
        )
    }

    /// The facts that lists and filters need.
    pub fn facts(&self) -> ResumeFacts {
        ResumeFacts {
            name: Some(self.name.clone()),
            email: Some("someone@example.org".into()),
            location: Some(self.location.clone()),
            headline: Some(self.headline.clone()),
            experience_months: Some(i32::from(self.years) * 12),
            skills: self.skills.iter().map(|skill| taxonomy::key(skill)).collect(),
            skill_names: self.skills.clone(),
            ..ResumeFacts::default()
        }
    }

    /// Everything a reader sees.
    pub fn text(&self) -> String {
        let first = 2024 - u16::from(self.years);
        format!(
            "{}\n{}\n{}\n\nSkills\n{}\n\nExperience\n{}, Example Works, 01/{first} - 12/2023\n{}\n",
            self.name,
            self.headline,
            self.location,
            self.skills.join(", "),
            self.headline,
            self.work
        )
    }

    /// The resume as a reader of files makes it.
    pub fn read(&self) -> ReadResume {
        let text = self.text();
        let find = |raw: &str, after: &str| {
            let from = text.find(after).unwrap();
            let byte = from + text[from..].find(raw).unwrap();
            let start = text[..byte].chars().count();
            Leaf {
                value: raw.into(),
                raw: raw.into(),
                start,
                end: start + raw.chars().count(),
                confidence: 1.0,
            }
        };
        let dated = |raw: &str, value: &str| Leaf {
            value: value.into(),
            ..find(raw, "Experience")
        };
        let first = 2024 - u16::from(self.years);
        let position = Work {
            company: Some(find("Example Works", "Experience")),
            title: Some(find(&self.headline, "Experience")),
            start: Some(dated(&format!("01/{first}"), &format!("{first}-01"))),
            end: Some(dated("12/2023", "2023-12")),
            highlights: vec![find(&self.work, "Experience")],
            ..Work::default()
        };
        let skill = |name: &String| Skill {
            name: find(name, "Skills"),
            kind: None,
            months: None,
        };
        let resume = Resume {
            contact: Contact {
                name: Some(find(&self.name, "")),
                location: Some(find(&self.location, "")),
                ..Contact::default()
            },
            headline: Some(find(&self.headline, "")),
            work: vec![position],
            skills: self.skills.iter().map(skill).collect(),
            total_experience_years: Some(f32::from(self.years)),
            ..Resume::default()
        };
        let at = |heading: &str| text[..text.find(heading).unwrap()].chars().count();
        let (skills, work, end) = (at("Skills\n"), at("Experience\n"), text.chars().count());
        let section = |kind, start, end| Section { kind, start, end };
        let sections = vec![
            section(SectionKind::Contact, 0, skills),
            section(SectionKind::Skills, skills, work),
            section(SectionKind::Work, work, end),
        ];
        ReadResume {
            file_type: FileType::Txt,
            visible_text: text,
            sections,
            resume,
            pages: 1,
            parser_version: "test".into(),
        }
    }
}

impl TestApp {
    /// A candidate whose file has been uploaded and not been read yet.
    pub async fn uploaded(&self, org: OrgId, file_name: &str) -> CandidateId {
        let (candidate, object) = (CandidateId::generate(), ObjectId::generate());
        let hash = hiring_core::random::uuid_v4().simple().to_string().into_bytes();
        let client = self.db.client().await;
        client
            .execute(
                "WITH stored AS (INSERT INTO stored_objects (id, organization_id, key, state, sha256, size_bytes, file_type)
                    VALUES ($1, $2, $1::uuid::text, 'live', $3, 1, 'txt'))
                 INSERT INTO candidates (id, organization_id, object_id, sha256, file_name, file_type)
                    VALUES ($4, $2, $1, $3, $5, 'txt')",
                &[&object.uuid(), &org.uuid(), &hash, &candidate.uuid(), &file_name],
            )
            .await
            .unwrap();
        candidate
    }

    /// A candidate who is read and findable by words only.
    pub async fn readable(&self, org: OrgId, person: &Person) -> CandidateId {
        self.readable_as(org, &person.read(), &person.facts()).await
    }

    /// A candidate of whom this was read, findable by words only.
    pub async fn readable_as(&self, org: OrgId, read: &ReadResume, facts: &ResumeFacts) -> CandidateId {
        let candidate = self.uploaded(org, "resume.txt").await;
        let mut connection = self.db.database().connection().await.unwrap();
        assert!(
            indexing::save_resume(&mut connection, org, candidate, read, facts)
                .await
                .unwrap()
        );
        assert!(
            indexing::mark_ready(&mut connection, org, candidate)
                .await
                .unwrap()
        );
        candidate
    }

    /// A candidate who is read and findable by words and by meaning.
    pub async fn candidate(&self, org: OrgId, person: &Person) -> CandidateId {
        let candidate = self.readable(org, person).await;
        let embedder = &self.state.embedder;
        let model = embedder
            .model()
            .map(EmbeddingModel::key)
            .expect("embeddings are on");
        let read = person.read();
        let profile = embedder
            .embed_one(&hiring_matching::embedded::profile(&read.resume), 128)
            .await
            .expect("the model");
        let mut connection = self.db.database().connection().await.unwrap();
        indexing::save_profile_vector(&mut connection, org, candidate, &model, &profile)
            .await
            .unwrap();
        let work = embedder.embed_one(&person.work, 128).await.unwrap();
        let chunk = ChunkRecord {
            section: SectionKind::Work,
            start: read.resume.work[0].highlights[0].start,
            end: read.resume.work[0].highlights[0].end,
            embedding: work,
        };
        indexing::replace_chunks(&mut connection, org, candidate, &model, &[chunk])
            .await
            .unwrap();
        candidate
    }

    /// What a language model answered about this candidate and job, of a text with this SHA-256.
    pub async fn model_answer(
        &self,
        org: OrgId,
        (candidate, job): (CandidateId, JobId),
        text_hash: &[u8; 32],
        pointed: &Value,
    ) {
        let key = Key {
            candidate,
            job,
            text_hash,
            job_hash: &[2; 32],
            prompt_version: "1",
            model: "any",
        };
        let new = NewAnswer {
            answered_by: "any",
            raw: "{}",
            believed: &json!({}),
            pointed,
            instructed: false,
            tokens: (1, 1),
            cost_micros: 0,
            task: TaskId::generate(),
        };
        let mut connection = self.db.database().connection().await.unwrap();
        let stored = model_answers::insert(&mut connection, org, key, new).await;
        stored.unwrap().unwrap();
    }

    /// A vector that says it is of this model.
    pub async fn profile_vector(&self, org: OrgId, candidate: CandidateId, model: &str, embedding: &[f32]) {
        let mut connection = self.db.database().connection().await.unwrap();
        assert!(
            indexing::save_profile_vector(&mut connection, org, candidate, model, embedding)
                .await
                .unwrap()
        );
    }
}
