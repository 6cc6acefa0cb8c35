//! Places as people write them: `Denver, CO`, `10115 Berlin, Germany`, `Greater Boston Area`, `remote`.

mod names;

use self::names::{ANYWHERE, COUNTRIES, FILLERS, STATES};
use crate::ONE_BP;
use crate::fold::fold;

/// Value when only the second part of the place asked for (region, or country) is met.
const REGION_BP: u16 = 5_000;
/// Value when only a later part is met.
const COUNTRY_BP: u16 = 2_500;

/// Value of whoever lives elsewhere, or nobody knows where, when a place is asked for that can also be worked for remotely.
const REMOTE_BP: u16 = 8_000;
/// Most places of one wish.
const MAX_PLACES: usize = 20;

/// Where a job wants somebody: one of several places, or anywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wish {
    text: String,
    places: Vec<Place>,
    remote: bool,
}

impl Wish {
    /// `None` when no place is asked for, as in `remote` or an empty text. `Berlin or remote` and `Berlin (remote)` ask for the
    /// town or remote work; `Remote, Germany` asks for the country.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let folded = fold(text);
        let says_remote = folded
            .split(|c: char| !c.is_alphanumeric() && c != ' ')
            .any(|piece| {
                let piece = format!(" {} ", piece.trim());
                ANYWHERE.iter().any(|words| piece.contains(&format!(" {words} ")))
            });
        let places: Vec<Place> = alternatives(text)
            .take(MAX_PLACES)
            .map(Place::read)
            .filter(|place| !place.is_anywhere())
            .collect();
        let a_town = places
            .iter()
            .any(|place| !matches!(place.parts.first(), Some(Part::Country(_))));
        (!places.is_empty()).then(|| Self {
            text: text.trim().to_owned(),
            remote: says_remote && a_town,
            places,
        })
    }

    /// As the recruiter wrote it.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// What [`Place::fit_bp`] says about the best of the places.
    pub(crate) fn fit_bp(&self, home: &Place) -> u16 {
        self.places
            .iter()
            .map(|place| place.fit_bp(home))
            .max()
            .unwrap_or(0)
    }

    /// The value of whoever lives in none of the places: 8000 where the work can be done remotely, else 0.
    pub(crate) const fn elsewhere_bp(&self) -> u16 {
        if self.remote { REMOTE_BP } else { 0 }
    }
}

/// The places of a text that names several: `Berlin or Hamburg`, `Berlin / München`.
fn alternatives(text: &str) -> impl Iterator<Item = &str> {
    let words = [" or ", " oder ", " ou ", " o ", " OR ", " Oder "];
    let cut = move |text: &str| {
        words
            .iter()
            .filter_map(|word| Some((text.find(word)?, word.len())))
            .min()
    };
    text.split(['/', '|', ';', '\n']).flat_map(move |piece| {
        let mut rest = Some(piece);
        std::iter::from_fn(move || {
            let piece = rest?;
            let (head, tail) = match cut(piece) {
                Some((at, length)) => (piece.get(..at), piece.get(at + length..)),
                None => (Some(piece), None),
            };
            rest = tail;
            head
        })
    })
}

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

    /// The same place, in the country of this ISO 3166-1 alpha-2 code where it names none itself.
    pub(crate) fn in_country(mut self, code: Option<&str>) -> Self {
        let code = code.map(|code| match fold(code).as_str() {
            "gb" => "uk".to_owned(),
            other => other.to_owned(),
        });
        let known = code.and_then(|code| COUNTRIES.iter().find(|(known, _)| *known == code));
        if let (Some((code, _)), None) = (known, self.country()) {
            self.parts.push(Part::Country(code));
        }
        self
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
    fn one_of_several_places_is_enough() {
        let wish = Wish::read("Berlin or Hamburg / Munich, Germany").unwrap();
        for home in ["Berlin", "20095 Hamburg", "Munich"] {
            assert_eq!(wish.fit_bp(&Place::read(home)), ONE_BP, "{home}");
        }
        assert_eq!(wish.fit_bp(&Place::read("Köln, Germany")), REGION_BP);
        assert_eq!(wish.elsewhere_bp(), 0);
    }

    #[test]
    fn a_town_or_remote_work_leaves_nobody_out() {
        for text in [
            "Berlin or remote",
            "Berlin (remote)",
            "Remote / Berlin",
            "Berlin oder Home-Office",
            "Denver, CO, remote",
        ] {
            assert_eq!(
                Wish::read(text).map(|wish| wish.elsewhere_bp()),
                Some(REMOTE_BP),
                "{text}"
            );
        }
        for text in ["Remote, Germany", "Berlin", "Berlin, hybrid"] {
            assert_eq!(
                Wish::read(text).map(|wish| wish.elsewhere_bp()),
                Some(0),
                "{text}"
            );
        }
        assert_eq!(Wish::read("remote"), None);
    }

    #[test]
    fn a_known_country_completes_a_town() {
        let home = Place::read("Köln").in_country(Some("DE"));
        assert_eq!(Place::read("Berlin, Germany").fit_bp(&home), REGION_BP);
        let home = Place::read("Paris, TX").in_country(Some("FR"));
        assert_eq!(Place::read("Paris, France").fit_bp(&home), 0);
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
