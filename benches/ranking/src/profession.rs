//! What the people of a profession are called, what they can do, and in which words they say so.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{Broken, Half};

/// The checked-in professions, in alphabetical order.
const FILES: [&str; 16] = [
    include_str!("../data/construction.yaml"),
    include_str!("../data/data.yaml"),
    include_str!("../data/design.yaml"),
    include_str!("../data/electrical.yaml"),
    include_str!("../data/finance.yaml"),
    include_str!("../data/hospitality.yaml"),
    include_str!("../data/hr.yaml"),
    include_str!("../data/law.yaml"),
    include_str!("../data/logistics.yaml"),
    include_str!("../data/marketing.yaml"),
    include_str!("../data/mechanical.yaml"),
    include_str!("../data/nursing.yaml"),
    include_str!("../data/pharmacy.yaml"),
    include_str!("../data/sales.yaml"),
    include_str!("../data/software.yaml"),
    include_str!("../data/teaching.yaml"),
];

/// One profession.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Profession {
    /// Its key.
    pub(crate) name: String,
    /// Whether its jobs may be looked at while rules are made.
    pub(crate) half: Half,
    /// Professions from which somebody with the skills would be considered too.
    pub(crate) near: Vec<String>,
    /// Names of its positions.
    pub(crate) titles: Vec<String>,
    /// Where its people work.
    pub(crate) employers: Vec<String>,
    /// What most of them have studied.
    pub(crate) degree: String,
    /// What anybody of the profession may say, which shows none of the abilities.
    pub(crate) fillers: Vec<String>,
    /// The profession in another language.
    pub(crate) foreign: Foreign,
    /// Its abilities, by key. A key that several professions have is one ability.
    #[serde(rename = "concepts")]
    pub(crate) abilities: BTreeMap<String, Ability>,
}

/// A profession's words in another language.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Foreign {
    pub(crate) language: String,
    pub(crate) titles: Vec<String>,
    pub(crate) degree: String,
    pub(crate) fillers: Vec<String>,
}

/// Something a person can do, in other words on each side.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ability {
    /// As a job asks for it.
    pub(crate) asked: Vec<String>,
    /// As a resume lists it.
    pub(crate) listed: Vec<String>,
    /// As a resume tells of it.
    pub(crate) told: Vec<String>,
    /// As a resume in the other language lists it, and tells of it.
    pub(crate) foreign: (String, String),
}

impl Ability {
    /// Whether a job asks for it by a name: a tool, a norm, a subject. Names begin with a capital.
    pub(crate) fn is_name(&self) -> bool {
        self.asked.iter().any(|way| way.starts_with(char::is_uppercase))
    }
}

/// All professions.
pub(crate) fn all() -> Result<Vec<Profession>, Broken> {
    FILES
        .iter()
        .map(|text| serde_saphyr::from_str(text).map_err(|error| Broken::Profession(error.to_string())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profession_has_words_for_everything() {
        let professions = all().unwrap();
        let names: Vec<&str> = professions.iter().map(|one| one.name.as_str()).collect();
        for one in &professions {
            assert_eq!(one.abilities.len(), 8, "{}", one.name);
            assert!(
                one.near.iter().all(|near| names.contains(&near.as_str())),
                "{}",
                one.name
            );
            assert!(one.titles.len() >= 4 && one.fillers.len() >= 4, "{}", one.name);
            assert!(
                one.foreign.titles.len() >= 2 && one.foreign.fillers.len() >= 2,
                "{}",
                one.name
            );
            assert_eq!(
                one.abilities.values().filter(|ability| ability.is_name()).count(),
                4,
                "{}",
                one.name
            );
            for (key, ability) in &one.abilities {
                let ways = [&ability.asked, &ability.listed, &ability.told];
                assert!(ways.iter().all(|way| way.len() >= 2), "{} {key}", one.name);
            }
        }
    }

    #[test]
    fn each_half_has_half_of_the_professions() {
        let tuning = all()
            .unwrap()
            .iter()
            .filter(|one| one.half == Half::Tuning)
            .count();
        assert_eq!(tuning, FILES.len() / 2);
    }
}
