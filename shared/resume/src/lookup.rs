//! What the reader's tables know, for those who read other texts than resumes: sentences of a search, job postings.

use hiring_core::taxonomy::fold_words;

use crate::document;
use crate::fields::{languages, places};

/// What sort of place a name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceKind {
    /// A city that its name alone tells.
    City,
    /// A town whose name is also something else: counts only with its region or country, or where a place is expected.
    Town,
    /// A state, province or region.
    Region,
    /// A country.
    Country,
    /// The short form of a region or country (`CO`, `DE`): counts only behind a city.
    Code,
}

/// A place that the gazetteer knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownPlace {
    /// What sort of place it is.
    pub kind: PlaceKind,
    /// ISO 3166-1 alpha-2 code of its country.
    pub country: &'static str,
    /// The region it lies in; empty where the gazetteer has none.
    pub region: &'static str,
    /// The gazetteer's name for it; empty where it is the one asked for.
    pub name: &'static str,
}

/// The place with this name in any of several languages, whatever its case and accents; `None` for a name that is not known,
/// or longer than 60 bytes. The whole text must be one name: `Berlin`, not `in Berlin`.
#[must_use]
pub fn place(name: &str) -> Option<KnownPlace> {
    let known = places::known(name);
    let kind = match known.kind {
        places::Kind::City => PlaceKind::City,
        places::Kind::Town => PlaceKind::Town,
        places::Kind::Region => PlaceKind::Region,
        places::Kind::Country => PlaceKind::Country,
        places::Kind::RegionCode | places::Kind::CountryCode => PlaceKind::Code,
        places::Kind::Unknown => return None,
    };
    Some(KnownPlace {
        kind,
        country: known.country,
        region: known.region,
        name: known.name,
    })
}

/// The English name of the human language with this name in any of several languages (`Deutsch` and `allemand` are `German`).
#[must_use]
pub fn human_language(name: &str) -> Option<&'static str> {
    languages::LANGUAGES.get(&fold_words(name))
}

/// ISO 639-1 code of the language of most of a text, by its first 40,000 bytes; `None` when it cannot be told.
#[must_use]
pub fn text_language(text: &str) -> Option<&'static str> {
    document::language(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_languages_are_known_by_their_names_in_several_languages() {
        let kind = |name| place(name).map(|known| known.kind);
        assert_eq!(kind("München"), Some(PlaceKind::City));
        assert_eq!(kind("munich"), Some(PlaceKind::City));
        assert_eq!(kind("Deutschland"), Some(PlaceKind::Country));
        assert_eq!(place("Lyon").map(|known| known.country), Some("FR"));
        assert_eq!(kind("in Berlin"), None);
        assert_eq!(human_language("Deutsch"), Some("German"));
        assert_eq!(human_language("français"), Some("French"));
        assert_eq!(human_language("Rust"), None);
    }
}
