//! Places as people write them: `Denver, CO`, `10115 Berlin, Germany`, `Greater Boston Area`, `remote`.

mod names;

use self::names::{ANYWHERE, COUNTRIES, FILLERS, STATES};
use crate::ONE_BP;
use crate::fold::fold;

/// Value when only the second part of the place asked for (region, or country) is met.
const REGION_BP: u16 = 5_000;
/// Value when only a later part is met.
const COUNTRY_BP: u16 = 2_500;

/// One part of a place.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// A country, by its code in `names`.
    Country(&'static str),
    /// A state of the USA, by its postal code.
    State(&'static str),
    /// A city, or anything else, folded.
    Named(String),
}

/// A place, its most specific part first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    parts: Vec<Part>,
}

impl Place {
    pub(crate) fn read(text: &str) -> Self {
        let mut parts: Vec<Part> = Vec::new();
        for piece in text.split([',', ';', '|', '/', '(', ')', '\n', '·', '•']) {
            let whole = fold(piece);
            if ANYWHERE.contains(&whole.as_str()) {
                continue;
            }
            // Postal codes and house numbers contain digits and name no place a job would ask for.
            let says = |word: &&str| !word.contains(|c: char| c.is_ascii_digit()) && !FILLERS.contains(word);
            let words: Vec<&str> = whole
                .split(' ')
                .map(|word| word.trim_matches('.'))
                .filter(says)
                .collect();
            let name = words.join(" ").replace('.', "");
            if !name.is_empty() {
                parts.push(part(name, parts.is_empty()));
            }
        }
        Self { parts }
    }

    /// Whether no place is named, as in `remote` or an empty text.
    pub(crate) fn is_anywhere(&self) -> bool {
        self.parts.is_empty()
    }

    /// How well a candidate's place meets this one: 10000 for the first part (the city), 5000 for the second, 2500 for
    /// a later one, 0 for none. A city of the same name in another known country or state is another city.
    pub(crate) fn fit_bp(&self, candidate: &Self) -> u16 {
        let elsewhere = self.contradicts(candidate);
        let met = |part: &Part| candidate.has(part) && !(elsewhere && matches!(part, Part::Named(_)));
        match self.parts.iter().position(met) {
            Some(0) => ONE_BP,
            Some(1) => REGION_BP,
            Some(_) => COUNTRY_BP,
            None => 0,
        }
    }

    fn has(&self, asked: &Part) -> bool {
        match asked {
            Part::Country(code) => self.country() == Some(code),
            Part::State(_) => self.parts.contains(asked),
            Part::Named(name) => self.parts.iter().any(|part| match part {
                Part::Named(own) => begins_with(own, name) || begins_with(name, own),
                _ => false,
            }),
        }
    }

    fn country(&self) -> Option<&'static str> {
        self.parts.iter().find_map(|part| match part {
            Part::Country(code) => Some(*code),
            Part::State(_) => Some("us"),
            Part::Named(_) => None,
        })
    }

    fn state(&self) -> Option<&'static str> {
        self.parts.iter().find_map(|part| match part {
            Part::State(code) => Some(*code),
            _ => None,
        })
    }

    fn contradicts(&self, other: &Self) -> bool {
        let differ = |a: Option<&str>, b: Option<&str>| a.zip(b).is_some_and(|(a, b)| a != b);
        differ(self.country(), other.country()) || differ(self.state(), other.state())
    }
}

fn part(name: String, first: bool) -> Part {
    let country = COUNTRIES.iter().find(|(_, names)| names.contains(&name.as_str()));
    if let Some((code, _)) = country {
        return Part::Country(code);
    }
    let is_city = first && matches!(name.as_str(), "new york" | "washington");
    let state = STATES
        .iter()
        .find(|(code, state)| (*code == name && !first) || *state == name);
    match state {
        Some((code, _)) if !is_city => Part::State(code),
        _ => Part::Named(name),
    }
}

/// Whether the name starts with these whole words, as `frankfurt am main` does with `frankfurt`.
fn begins_with(name: &str, words: &str) -> bool {
    name.strip_prefix(words)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(asked: &str, candidate: &str) -> u16 {
        Place::read(asked).fit_bp(&Place::read(candidate))
    }

    #[test]
    fn the_city_is_enough() {
        assert_eq!(fit("Berlin, Germany", "10115 Berlin"), ONE_BP);
        assert_eq!(fit("Berlin", "Berlin-Mitte, Deutschland"), ONE_BP);
        assert_eq!(fit("Denver, Colorado", "123 Main St, Denver, CO 80202"), ONE_BP);
        assert_eq!(fit("Frankfurt am Main", "Frankfurt"), ONE_BP);
        assert_eq!(fit("München", "MUNCHEN, DE"), ONE_BP);
        assert_eq!(fit("Boston", "Greater Boston Area"), ONE_BP);
        assert_eq!(fit("New York", "New York, NY"), ONE_BP);
    }

    #[test]
    fn the_region_or_country_alone_counts_less() {
        assert_eq!(fit("Berlin, Germany", "München, Deutschland"), REGION_BP);
        assert_eq!(fit("Denver, Colorado, USA", "Boulder, CO"), REGION_BP);
        assert_eq!(fit("Denver, Colorado, USA", "Austin, TX"), COUNTRY_BP);
        assert_eq!(fit("United States", "Austin, TX"), ONE_BP);
        assert_eq!(fit("Remote, Germany", "Köln, Germany"), ONE_BP);
    }

    #[test]
    fn another_place_of_the_same_name_is_another_place() {
        assert_eq!(fit("Paris, France", "Paris, TX"), 0);
        assert_eq!(fit("Portland, Oregon", "Portland, ME"), 0);
        assert_eq!(fit("York", "New York"), 0);
        assert_eq!(fit("Berlin", ""), 0);
    }

    #[test]
    fn remote_asks_for_no_place() {
        for text in [
            "remote",
            " Remote ",
            "",
            "Home-Office",
            "Anywhere",
            "Remote / worldwide",
        ] {
            assert!(Place::read(text).is_anywhere(), "{text}");
        }
        assert!(!Place::read("Berlin (remote)").is_anywhere());
    }
}
