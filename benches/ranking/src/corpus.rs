//! Labels for resumes that others have made, from the truth beside each (JSON Resume with `meta`).
//!
//! An ability counts when the truth lists one of its phrases among the skills, or has a line that tells of it. People who have
//! changed their profession are left out, because the truth does not say which of their years count; so are scans, which
//! have no text.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;

use crate::cast::Kind;
use crate::grade::Truth;
use crate::place::{PLACES, Place};
use crate::profession::Profession;
use crate::{Broken, Person};

/// Part of a line, profession, ability.
const LINES: &str = include_str!("../data/corpus.yaml");

/// What the corpus calls professions that have another key here.
const ALSO_CALLED: [(&str, &str); 1] = [("mecheng", "mechanical")];

/// Countries of the corpus that jobs are in.
const COUNTRIES: [(&str, &str); 5] = [
    ("DE", "Germany"),
    ("GB", "United Kingdom"),
    ("FR", "France"),
    ("ES", "Spain"),
    ("IE", "Ireland"),
];

#[derive(Deserialize)]
struct Known {
    basics: Basics,
    #[serde(default)]
    work: Vec<Work>,
    #[serde(default)]
    skills: Vec<Skills>,
    meta: Meta,
}

#[derive(Deserialize)]
struct Basics {
    location: Location,
}

#[derive(Deserialize)]
struct Location {
    city: String,
    #[serde(rename = "countryCode")]
    country: String,
}

#[derive(Deserialize)]
struct Work {
    highlights: Vec<String>,
}

#[derive(Deserialize)]
struct Skills {
    keywords: Vec<String>,
}

#[derive(Deserialize)]
struct Meta {
    id: String,
    kind: String,
    format: String,
    profession: String,
    career_change_from: Option<String>,
    total_experience_years: f64,
    location_shown: Option<String>,
}

/// The people of a folder.
pub(crate) fn people(folder: &Path, professions: &[Profession]) -> Result<Vec<Person>, Broken> {
    let unreadable = |error| Broken::Corpus(folder.to_owned(), error);
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .map_err(unreadable)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    let mut people = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).map_err(|error| Broken::Corpus(file.clone(), error))?;
        let known: Known = serde_json::from_str(&text).map_err(|error| Broken::Truth(file.clone(), error))?;
        if known.meta.career_change_from.is_some() || known.meta.kind.starts_with("scan") {
            continue;
        }
        let document = file.with_extension(&known.meta.format);
        people.push(Person {
            id: known.meta.id.clone(),
            kind: Kind::Corpus,
            document: std::fs::read(&document).map_err(|error| Broken::Corpus(document, error))?,
            wording: Vec::new(),
            truth: truth(&known, professions)?,
        });
    }
    Ok(people)
}

fn truth(known: &Known, professions: &[Profession]) -> Result<Truth, Broken> {
    let called = known.meta.profession.as_str();
    let also = ALSO_CALLED.iter().find(|(theirs, _)| *theirs == called);
    let profession = also.map_or(called, |(_, ours)| ours);
    let lines: Vec<(String, String, String)> =
        serde_saphyr::from_str(LINES).map_err(|error| Broken::Profession(error.to_string()))?;
    let mut abilities = BTreeSet::new();
    let highlights: Vec<&String> = known.work.iter().flat_map(|work| &work.highlights).collect();
    for (part, whose, key) in lines {
        if whose == profession && highlights.iter().any(|line| line.contains(&part)) {
            abilities.insert(key);
        }
    }
    let own = professions.iter().find(|one| one.name == profession);
    let named: Vec<String> = known
        .skills
        .iter()
        .flat_map(|group| &group.keywords)
        .map(|word| word.to_lowercase())
        .collect();
    for (key, ability) in own.iter().flat_map(|one| &one.abilities) {
        let mut phrases = ability
            .asked
            .iter()
            .chain(&ability.listed)
            .chain([&ability.foreign.0]);
        if phrases.any(|phrase| named.contains(&phrase.to_lowercase())) {
            abilities.insert(key.clone());
        }
    }
    Ok(Truth {
        profession: profession.to_owned(),
        abilities,
        months: (known.meta.total_experience_years * 12.0).round() as usize,
        place: place(known),
    })
}

/// Where the document says that the person lives; nowhere when it does not say.
fn place(known: &Known) -> Place {
    if known.meta.location_shown.is_none() {
        return Place::default();
    }
    let Location { city, country } = &known.basics.location;
    let same = PLACES.iter().find(|place| place.city == city).copied();
    same.unwrap_or_else(|| Place {
        country: COUNTRIES
            .iter()
            .find(|(code, _)| code == country)
            .map_or("", |(_, name)| name),
        ..Place::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_truth_is_told_by_its_skills_lines_years_and_place() {
        let known: Known = serde_json::from_str(
            r#"{
                "basics": {"location": {"city": "Köln", "countryCode": "DE"}},
                "work": [{"highlights": ["Closed the monthly books for 4 entities"]}],
                "skills": [{"keywords": ["IFRS", "Sailing"]}],
                "meta": {"id": "x", "kind": "docx", "format": "docx", "profession": "finance", "career_change_from": null,
                         "total_experience_years": 2.5, "location_shown": "Köln"}
            }"#,
        )
        .unwrap();
        let truth = truth(&known, &crate::profession::all().unwrap()).unwrap();
        assert_eq!(truth.abilities, ["close", "ifrs"].map(String::from).into());
        assert_eq!(
            (truth.months, truth.place.country, truth.place.city),
            (30, "Germany", "")
        );
    }

    #[test]
    fn every_line_speaks_for_an_ability_that_there_is() {
        let professions = crate::profession::all().unwrap();
        let lines: Vec<(String, String, String)> = serde_saphyr::from_str(LINES).unwrap();
        for (_, profession, key) in lines {
            let own = professions.iter().find(|one| one.name == profession);
            assert!(
                own.is_some_and(|one| one.abilities.contains_key(&key)),
                "{profession} {key}"
            );
        }
    }
}
