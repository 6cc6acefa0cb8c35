//! Human languages with a level, such as `German C1` or `fluent French`.

use std::ops::Range;

use hiring_core::resume::SpokenLanguage;
use hiring_core::taxonomy;

use crate::ONE_BP;
use crate::fold::fold;
use crate::reading::Reading;
use crate::scan::Words;

/// Values when the level is one, or two, below the one asked for, and when the resume tells no level.
const ONE_BELOW_BP: u16 = 5_000;
const TWO_BELOW_BP: u16 = 2_000;
const UNTOLD_BP: u16 = 6_000;

/// Levels of the Common European Framework from 1 (A1) to 6 (C2); a native speaker has 7.
#[rustfmt::skip]
const LEVELS: &[(&str, u8)] = &[
    ("a1", 1), ("a2", 2), ("b1", 3), ("b2", 4), ("c1", 5), ("c2", 6),
    ("basic", 2), ("beginner", 1), ("elementary", 2), ("intermediate", 3), ("conversational", 3), ("good", 4), ("business", 5), ("professional", 5),
    ("advanced", 5), ("fluent", 5), ("fluency", 5), ("native", 7), ("mother", 7), ("bilingual", 7),
    ("grundkenntnisse", 2), ("gute", 4), ("gut", 4), ("verhandlungssicher", 5), ("verhandlungssicheres", 5), ("fliessend", 5), ("fliessendes", 5), ("muttersprache", 7),
    ("muttersprachlich", 7),
    ("debutant", 1), ("notions", 2), ("intermediaire", 3), ("courant", 5), ("avance", 5), ("bilingue", 7), ("maternelle", 7),
    ("basico", 2), ("intermedio", 3), ("avanzado", 5), ("fluido", 5), ("nativo", 7), ("nativa", 7), ("materna", 7),
];
/// Words that may stand beside them.
#[rustfmt::skip]
const BESIDE: &[&str] = &[
    "level", "or", "higher", "better", "above", "at", "least", "in", "speaker", "tongue", "proficiency", "language", "very", "skills", "knowledge", "spoken", "written", "and",
    "niveau", "oder", "hoher", "besser", "mindestens", "kenntnisse", "sehr", "und", "schrift", "wort", "ou", "plus", "langue", "minimum", "nivel", "o", "superior", "minimo", "lengua",
];

/// Languages by their folded names.
#[rustfmt::skip]
const LANGUAGES: &[&[&str]] = &[
    &["english", "englisch", "anglais", "ingles"], &["german", "deutsch", "allemand", "aleman"], &["french", "franzosisch", "francais", "frances"],
    &["spanish", "spanisch", "espagnol", "espanol", "castellano"], &["italian", "italienisch", "italien", "italiano"],
    &["portuguese", "portugiesisch", "portugais", "portugues"], &["dutch", "niederlandisch", "neerlandais", "neerlandes"], &["polish", "polnisch", "polonais", "polaco"],
    &["russian", "russisch", "russe", "ruso"], &["ukrainian", "ukrainisch", "ukrainien", "ucraniano"], &["turkish", "turkisch", "turc", "turco"],
    &["arabic", "arabisch", "arabe"], &["chinese", "mandarin", "chinesisch", "chinois", "chino"], &["japanese", "japanisch", "japonais", "japones"],
    &["korean", "koreanisch", "coreen", "coreano"], &["hindi"], &["swedish", "schwedisch", "suedois", "sueco"], &["danish", "danisch", "danois", "danes"],
    &["norwegian", "norwegisch", "norvegien", "noruego"], &["finnish", "finnisch", "finnois", "finlandes"], &["czech", "tschechisch", "tcheque", "checo"],
    &["greek", "griechisch", "grec", "griego"], &["hungarian", "ungarisch", "hongrois", "hungaro"], &["romanian", "rumanisch", "roumain", "rumano"],
    &["catalan", "katalanisch"], &["hebrew", "hebraisch", "hebreu", "hebreo"], &["vietnamese", "vietnamesisch"], &["croatian", "kroatisch"], &["serbian", "serbisch"],
];

/// A language asked for, at least at a level.
pub(crate) struct LanguageWish {
    /// Its folded names.
    names: Vec<String>,
    level: u8,
}

/// How a resume shows it.
pub(crate) struct Spoken {
    pub(crate) value_bp: u16,
    /// In the neutral text.
    pub(crate) place: Range<usize>,
}

impl LanguageWish {
    /// `None` when the label is anything but one language and a level.
    pub(crate) fn read(label: &str) -> Option<Self> {
        let words: Vec<String> = Words::new(label)
            .all()
            .iter()
            .map(|word| fold(word.text))
            .collect();
        let asked = words.iter().filter_map(|word| level(word)).max()?;
        let rest = words
            .iter()
            .filter(|word| level(word).is_none() && !BESIDE.contains(&word.as_str()));
        let rest: Vec<&String> = rest.collect();
        let [name] = rest.as_slice() else { return None };
        let names = LANGUAGES.iter().find(|names| names.contains(&name.as_str()))?;
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        Some(Self { names, level: asked })
    }

    /// The best of the resume's languages that is this one.
    pub(crate) fn find(&self, reading: &Reading<'_>) -> Option<Spoken> {
        let languages = reading.facts.resume.languages.iter();
        languages
            .filter(|language| self.is(language))
            .filter_map(|language| {
                let place = reading.place_of(&language.name)?;
                let spoken = Spoken {
                    value_bp: self.fit_bp(language),
                    place: place.clone(),
                };
                reading.counts(&place).then_some(spoken)
            })
            .max_by_key(|spoken| (spoken.value_bp, std::cmp::Reverse(spoken.place.start)))
    }

    fn is(&self, language: &SpokenLanguage) -> bool {
        [&language.name.value, &language.name.raw]
            .into_iter()
            .any(|name| self.names.contains(&taxonomy::fold_words(name)))
    }

    fn fit_bp(&self, language: &SpokenLanguage) -> u16 {
        let known = language.level.as_ref().and_then(|leaf| {
            let told = |text: &str| {
                Words::new(text)
                    .all()
                    .iter()
                    .filter_map(|word| level(&fold(word.text)))
                    .max()
            };
            told(&leaf.value).or_else(|| told(&leaf.raw))
        });
        match known.map(|known| self.level.saturating_sub(known)) {
            Some(0) => ONE_BP,
            Some(1) => ONE_BELOW_BP,
            Some(2) => TWO_BELOW_BP,
            Some(_) => 0,
            None => UNTOLD_BP,
        }
    }
}

fn level(word: &str) -> Option<u8> {
    LEVELS
        .iter()
        .find(|(known, _)| *known == word)
        .map(|(_, level)| *level)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_with_a_level_is_read_in_four_languages() {
        for (label, level) in [
            ("German C1", 5),
            ("Deutsch (mindestens B2)", 4),
            ("fluent in German", 5),
            ("Allemand courant", 5),
            ("alemán nativo", 7),
            ("Native German speaker", 7),
            ("Sehr gute Deutschkenntnisse", 0),
        ] {
            let wish = LanguageWish::read(label);
            assert_eq!(wish.as_ref().map_or(0, |wish| wish.level), level, "{label}");
            assert!(wish.is_none_or(|wish| wish.names.contains(&"german".to_owned())));
        }
        for label in [
            "German",
            "C1",
            "advanced Excel",
            "good English and German",
            "business development",
            "",
        ] {
            assert!(LanguageWish::read(label).is_none(), "{label}");
        }
    }
}
