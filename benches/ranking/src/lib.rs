//! A labelled set for ranking: jobs, people, and how well each person fits each job, 0-3.
//!
//! Labels are true by construction: a job is made from a profession, abilities, years and a place, a person likewise, and both
//! are then put into words, each in its own. The rules are in [`Set::grade`]. Nothing here knows the product's skill names
//! or its way of scoring: this package depends on none of the others.
//!
//! | module | what it does |
//! |---|---|
//! | `profession` | reads `data/*.yaml`: what each profession can do, and in which words |
//! | `job` | makes jobs |
//! | `cast`, `mentions` | makes the people that each job is to be tried with; what those say who only look like it |
//! | `resume`, `page` | puts a person into words and lays them out |
//! | `grade` | how well a person fits a job |
//! | `corpus` | labels resumes that others have made, by the truth beside them |
//! | `random`, `place`, `names`, `words` | choices, cities, people's names, headings in each language |

mod cast;
mod corpus;
mod grade;
mod job;
mod mentions;
mod names;
mod page;
mod place;
mod profession;
mod random;
mod resume;
mod words;

use std::path::PathBuf;

use serde::Deserialize;

pub use cast::Kind;
pub use grade::BEST;
use grade::{Truth, Wanted};
use random::Random;

/// The day on which all resumes were written: year, month, day.
pub const TODAY: (i32, u32, u32) = (2026, 11, 15);

/// Which jobs may be looked at while rules are made. Whole professions are on one side, so that no wording is on both.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Half {
    /// May be looked at.
    #[default]
    Tuning,
    /// Decides.
    Judged,
}

/// An open position.
#[derive(Debug, Clone)]
pub struct Job {
    /// Unique among jobs.
    pub id: String,
    /// The key of its profession.
    pub profession: String,
    /// The half that its profession is in.
    pub half: Half,
    /// Its title.
    pub title: String,
    /// Its description, a few sentences.
    pub description: String,
    /// What one has to be able to do, as a recruiter would write it.
    pub must_have: Vec<String>,
    /// What speaks for somebody.
    pub nice_to_have: Vec<String>,
    /// Years asked for.
    pub min_experience_years: u8,
    /// `City, Country` when one has to be there, `remote` or nothing when not.
    pub location: Option<String>,
    wanted: Wanted,
}

/// A person who may fit.
#[derive(Debug, Clone)]
pub struct Person {
    /// Unique among people; says nothing about them.
    pub id: String,
    /// What the person is there for.
    pub kind: Kind,
    /// The resume's bytes, in any format.
    pub document: Vec<u8>,
    /// Phrases of the resume that show abilities: list entries and sentences. Empty for resumes of others.
    pub wording: Vec<String>,
    truth: Truth,
}

impl Person {
    /// Months that the person has worked in their profession.
    #[must_use]
    pub fn months_of_work(&self) -> usize {
        self.truth.months
    }
}

/// Jobs, people and their labels.
#[derive(Debug, Clone)]
pub struct Set {
    /// In the order of their professions.
    pub jobs: Vec<Job>,
    /// In no order.
    pub people: Vec<Person>,
}

/// Why there is no set.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    /// A checked-in profession cannot be read.
    #[error("a profession cannot be read: {0}")]
    Profession(String),
    /// A labelled resume cannot be read.
    #[error("{0} cannot be read")]
    Corpus(PathBuf, #[source] std::io::Error),
    /// The truth beside a labelled resume cannot be read.
    #[error("{0} is no truth about a resume")]
    Truth(PathBuf, #[source] serde_json::Error),
}

impl Set {
    /// The set of this seed: the same in every run and on every machine.
    ///
    /// # Errors
    /// [`Broken::Profession`].
    pub fn build(seed: u64) -> Result<Self, Broken> {
        let professions = profession::all()?;
        let mut random = Random::new(seed);
        let jobs: Vec<Job> = professions
            .iter()
            .flat_map(|profession| job::jobs(profession, &mut random))
            .collect();
        let mut people: Vec<Person> = Vec::new();
        for (number, job) in jobs.iter().enumerate() {
            people.extend(cast::people(&professions, (number, job), &mut random));
        }
        random.shuffle(&mut people);
        for (number, person) in people.iter_mut().enumerate() {
            person.id = format!("p{number:04}");
        }
        Ok(Self { jobs, people })
    }

    /// The same set with the labelled resumes of a folder.
    ///
    /// # Errors
    /// [`Broken`].
    pub fn with_corpus(mut self, folder: &std::path::Path) -> Result<Self, Broken> {
        self.people.extend(corpus::people(folder, &profession::all()?)?);
        Ok(self)
    }

    /// How well the person fits the job, 0..=[`BEST`]; the rules are at the top of the module `grade`.
    #[must_use]
    pub fn grade(&self, job: &Job, person: &Person) -> u8 {
        grade::grade(&job.wanted, &person.truth)
    }

    /// What somebody would say who knew the truth and not the grades' steps, 0.0-1.0: how far a ranking can get without
    /// learning the steps by heart.
    #[must_use]
    pub fn fit(&self, job: &Job, person: &Person) -> f64 {
        grade::fit(&job.wanted, &person.truth)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_set_is_as_large_as_promised_and_the_same_every_time() {
        let set = Set::build(1).unwrap();
        assert!(
            set.jobs.len() >= 60 && set.people.len() >= 400,
            "{} {}",
            set.jobs.len(),
            set.people.len()
        );
        let again = Set::build(1).unwrap();
        assert!(
            set.people
                .iter()
                .zip(&again.people)
                .all(|(a, b)| a.document == b.document)
        );
    }

    #[test]
    fn every_job_has_people_of_every_grade() {
        let set = Set::build(1).unwrap();
        for job in &set.jobs {
            let grades: Vec<u8> = set.people.iter().map(|person| set.grade(job, person)).collect();
            for grade in 0..=BEST {
                assert!(grades.contains(&grade), "{} {grade}", job.id);
            }
            assert!(
                grades.iter().filter(|grade| **grade == BEST).count() <= 32,
                "{}",
                job.id
            );
        }
    }

    #[test]
    fn traps_fit_no_job_that_they_are_set_for() {
        let set = Set::build(1).unwrap();
        for person in &set.people {
            if let Kind::SameWords(job) | Kind::Stuffed(job) = &person.kind {
                let job = set.jobs.iter().find(|one| one.id == *job).unwrap();
                assert_eq!(set.grade(job, person), 0, "{} {}", job.id, person.id);
            }
        }
    }

    #[test]
    fn an_id_tells_nothing_about_whom_a_person_was_made_for() {
        let set = Set::build(1).unwrap();
        let halves = set.people.split_at(set.people.len() / 2);
        let fits = |people: &[Person]| people.iter().filter(|one| matches!(one.kind, Kind::Fits)).count();
        let (first, second) = (fits(halves.0), fits(halves.1));
        assert!(first.abs_diff(second) < 40, "{first} {second}");
    }
}
