//! Which language recognised words are in: just enough to pick the recogniser's language.

use hiring_core::taxonomy::fold;

use super::RecognisedWord;

/// Frequent words that the other languages do not share, without accents, because a recogniser of another language loses them.
const TELLING: [(&str, &[&str]); 4] = [
    (
        "en",
        &[
            "the",
            "and",
            "of",
            "with",
            "for",
            "to",
            "in",
            "experience",
            "education",
            "skills",
            "work",
            "languages",
            "summary",
            "present",
            "university",
            "june",
            "july",
            "march",
            "english",
            "native",
        ],
    ),
    (
        "de",
        &[
            "und",
            "der",
            "die",
            "das",
            "mit",
            "von",
            "zur",
            "fur",
            "bei",
            "im",
            "am",
            "seit",
            "bis",
            "heute",
            "berufserfahrung",
            "ausbildung",
            "kenntnisse",
            "sprachen",
            "lebenslauf",
            "deutsch",
            "englisch",
            "universitat",
            "hochschule",
            "muttersprache",
            "und/oder",
            "gmbh",
        ],
    ),
    (
        "fr",
        &[
            "le",
            "les",
            "des",
            "du",
            "et",
            "une",
            "aux",
            "dans",
            "pour",
            "sur",
            "avec",
            "chez",
            "langues",
            "formation",
            "competences",
            "experience",
            "professionnelle",
            "universite",
            "francais",
            "anglais",
            "profil",
            "depuis",
            "aujourd'hui",
            "juin",
            "juillet",
            "janvier",
        ],
    ),
    (
        "es",
        &[
            "el",
            "los",
            "las",
            "del",
            "y",
            "una",
            "con",
            "para",
            "por",
            "como",
            "idiomas",
            "formacion",
            "experiencia",
            "laboral",
            "universidad",
            "habilidades",
            "conocimientos",
            "espanol",
            "ingles",
            "actualidad",
            "enero",
            "junio",
            "julio",
            "perfil",
            "desde",
        ],
    ),
];

/// Hits from which the guess counts.
const ENOUGH: usize = 3;

/// The language of most telling words, ISO 639-1; `None` when hardly any word tells.
#[must_use]
pub fn guess_language(words: &[RecognisedWord]) -> Option<&'static str> {
    let mut hits = [0_usize; TELLING.len()];
    for word in words {
        let folded = fold(word.text.trim_matches(|c: char| !c.is_alphanumeric()));
        for (count, (_, telling)) in hits.iter_mut().zip(TELLING) {
            *count += usize::from(telling.contains(&folded.as_str()));
        }
    }
    let (most, (language, _)) = hits.into_iter().zip(TELLING).max_by_key(|(count, _)| *count)?;
    (most >= ENOUGH).then_some(language)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn language(text: &str) -> Option<&'static str> {
        let words: Vec<RecognisedWord> = text
            .split_whitespace()
            .map(|word| RecognisedWord {
                text: word.to_owned(),
                line: 0,
                left: 0,
                top: 0,
                width: 10,
                height: 10,
                confidence: 90.0,
                stroke: 0.0,
            })
            .collect();
        guess_language(&words)
    }

    #[test]
    fn a_few_frequent_words_tell_the_language_also_without_their_accents() {
        assert_eq!(language("Experience Education Skills with the team"), Some("en"));
        assert_eq!(
            language("Berufserfahrung seit 2019 bei der Muster GmbH, Sprachen: Deutsch"),
            Some("de")
        );
        assert_eq!(
            language("Formation et experience professionnelle, langues, chez Dupont"),
            Some("fr")
        );
        assert_eq!(
            language("Experiencia laboral, formacion, idiomas y habilidades"),
            Some("es")
        );
        assert_eq!(language("Kubernetes Terraform 2019 2021"), None);
    }
}
