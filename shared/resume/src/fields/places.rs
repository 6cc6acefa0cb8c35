//! Towns, regions and countries.

use hiring_core::resume::Place;
use hiring_core::taxonomy::{MANY, SortedTable, fold_words};

static PLACES: SortedTable<MANY> = SortedTable::new(include_str!("../../data/places.tsv"));

/// What sort of place a name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    City,
    /// Too small to be taken for a place without further evidence.
    Town,
    Region,
    Country,
    /// `CO`, `NSW`.
    RegionCode,
    /// `DE`, `US`.
    CountryCode,
    Unknown,
}

/// A name of the gazetteer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known {
    pub kind: Kind,
    /// ISO 3166-1 alpha-2; empty for unknown names.
    pub country: &'static str,
    pub region: &'static str,
    /// The gazetteer's own name where it differs.
    pub name: &'static str,
}

const UNKNOWN: Known = Known {
    kind: Kind::Unknown,
    country: "",
    region: "",
    name: "",
};

/// Looks a name up.
pub(crate) fn known(text: &str) -> Known {
    if text.len() > 60 {
        return UNKNOWN;
    }
    let Some(row) = PLACES.get(&fold_words(text)) else {
        return UNKNOWN;
    };
    let mut cells = row.split(';');
    let kind = match cells.next() {
        Some("c") => Kind::City,
        Some("t") => Kind::Town,
        Some("r") => Kind::Region,
        Some("n") => Kind::Country,
        Some("b") => Kind::RegionCode,
        Some("i") => Kind::CountryCode,
        _ => Kind::Unknown,
    };
    let mut cell = || cells.next().unwrap_or_default();
    Known {
        kind,
        country: cell(),
        region: cell(),
        name: cell(),
    }
}

/// How sure a short text is a place: 0 for not at all, 3 for a town with its region or country.
pub(super) fn place_score(text: &str) -> u8 {
    let text = text.trim();
    if text.is_empty() || text.len() > 60 || text.chars().any(|c| c.is_ascii_digit() || "@:/%".contains(c)) {
        return 0;
    }
    if matches!(fold_words(text).as_str(), "remote" | "hybrid") {
        return 2;
    }
    let parts: Vec<&str> = text
        .split([',', '(', ')', '·'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    let kinds: Vec<Kind> = parts.iter().map(|part| known(part).kind).collect();
    use Kind::{City, Country, CountryCode, Region, RegionCode, Town};
    match (parts.as_slice(), kinds.as_slice()) {
        ([only], [City]) if only.starts_with(char::is_uppercase) => 2,
        ([_], [Region | Country]) => 1,
        ([only], _) => town_and_code(only),
        ([_, ..], [City, .., Region | Country | RegionCode | CountryCode])
        | ([_, _], [City, City] | [Town, Region | Country])
        | ([_, ..], [Region, .., Country]) => 3,
        // A small town is in no list, but its country or region is.
        ([town, last], [_, last_kind @ (Country | RegionCode | Region)])
            if is_name(town) && (*last_kind != RegionCode || last.chars().all(char::is_uppercase)) =>
        {
            2
        }
        _ => 0,
    }
}

/// `Pune IN`, `Austin TX`.
fn town_and_code(text: &str) -> u8 {
    match text.rsplit_once(' ') {
        Some((town, code))
            if known(town).kind == Kind::City
                && matches!(known(code).kind, Kind::RegionCode | Kind::CountryCode)
                && code.chars().all(char::is_uppercase) =>
        {
            3
        }
        _ => 0,
    }
}

/// Whether a text could name a town that the gazetteer does not know.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(char::is_uppercase) && text.split_whitespace().count() <= 3
}

/// Takes the parts of a place (town first, then region and country) apart.
pub(super) fn resolve(parts: &[&str]) -> Option<Place> {
    let facts: Vec<Known> = parts.iter().map(|part| known(part)).collect();
    let town = facts
        .iter()
        .position(|fact| matches!(fact.kind, Kind::City | Kind::Town | Kind::Unknown));
    let written = parts
        .iter()
        .zip(&facts)
        .skip(town.map_or(0, |town| town + 1))
        .filter(|(_, fact)| matches!(fact.kind, Kind::Region | Kind::RegionCode))
        .map(|(part, _)| (*part).to_owned())
        .next();
    let named = facts.iter().find(|fact| fact.kind == Kind::Country);
    // A region's short form may also be a country's: `Berlin, DE` is in no state of America.
    let city = town.and_then(|town| facts.get(town).map(|fact| (town, *fact)));
    let code = facts.iter().zip(parts).find(|(fact, part)| {
        matches!(fact.kind, Kind::CountryCode | Kind::RegionCode | Kind::Region) && !part.is_empty()
    });
    let own = city
        .map(|(_, fact)| fact.country)
        .filter(|country| !country.is_empty());
    let country = named.map(|fact| fact.country).or_else(|| {
        let (fact, part) = code?;
        match own {
            Some(own) if own.eq_ignore_ascii_case(part) => Some(own),
            _ => Some(fact.country),
        }
    });
    let country = country.or(own).map(str::to_owned);
    let agrees = own.is_some() && own == country.as_deref();
    let implied = city.filter(|_| agrees).map(|(_, fact)| fact.region.to_owned());
    let region = written
        .filter(|written| Some(written.as_str()) != country.as_deref())
        .or(implied)
        .filter(|region| !region.is_empty());
    let place = Place {
        city: city.map(|(at, fact)| match fact.name {
            "" => as_written(parts.get(at).copied().unwrap_or_default()),
            name => name.to_owned(),
        }),
        region,
        country,
    };
    (place != Place::default()).then_some(place)
}

/// One case for names set in capitals.
fn as_written(text: &str) -> String {
    if text.chars().any(char::is_lowercase) {
        return text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    let word = |word: &str| {
        let mut characters = word.chars();
        let first = characters.next().into_iter();
        first
            .chain(characters.flat_map(char::to_lowercase))
            .collect::<String>()
    };
    text.split_whitespace().map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{place_score, resolve};

    #[test]
    fn places_are_told_from_employers() {
        for place in [
            "Denver, CO",
            "São Paulo, Brazil",
            "Köln",
            "Pune IN",
            "Bristol, GB",
            "Kleinkleckersdorf, Germany",
        ] {
            assert!(place_score(place) >= 2, "{place}");
        }
        for other in [
            "Harbour & Co. LLP",
            "Deloitte",
            "Bowman, Shaw",
            "Ward, Harris and Barnes",
            "2019",
        ] {
            assert!(place_score(other) < 2, "{other}");
        }
    }

    #[test]
    fn a_place_is_taken_apart_and_its_country_follows_what_is_written() {
        let shown = |parts: &[&str]| {
            let place = resolve(parts).unwrap_or_default();
            [place.city, place.region, place.country].map(Option::unwrap_or_default)
        };
        assert_eq!(shown(&["Denver", "CO"]), ["Denver", "CO", "US"]);
        assert_eq!(shown(&["BERLIN", "DE"]), ["Berlin", "State of Berlin", "DE"]);
        assert_eq!(shown(&["London", "ON"]), ["London", "ON", "CA"]);
        assert_eq!(shown(&["Lyon", "Frankreich"]).get(2).unwrap(), "FR");
        assert_eq!(
            shown(&["Kleinkleckersdorf", "Schweiz"]),
            ["Kleinkleckersdorf", "", "CH"]
        );
        assert_eq!(shown(&["Maidstone", "Kent"]), ["Maidstone", "Kent", "GB"]);
        assert_eq!(shown(&["Spain"]), ["", "", "ES"]);
    }
}
