//! Wording that a person has to look at before anybody else sees a draft.
//!
//! A short list of words and phrases in four languages that job advertisements are known to shut people out with: an aid and no
//! proof. What is found is shown and never changed, because only the context tells whether `young` speaks of applicants or of the
//! children that they will teach.

use serde::{Deserialize, Serialize};

use super::description::SaidDescription;
use super::request::{Language, Request};

/// Whom wording may shut out: the grounds of Article 19 of the Treaty on the Functioning of the European Union, and family status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// The old or the young.
    Age,
    /// Women, men or others.
    Gender,
    /// By origin, nationality or mother tongue.
    Origin,
    /// By belief.
    Religion,
    /// People with a disability or an illness.
    Disability,
    /// Parents, the married or the unmarried.
    Family,
    /// By their looks.
    Looks,
    /// Nobody, but it is a number that was not given.
    NumberNotGiven,
}

/// Wording to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What is the matter.
    pub category: Category,
    /// The words as they stand there.
    pub words: String,
    /// The test question that they stand in, from 0; none for a description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<usize>,
    /// First Unicode code point in the text.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
}

/// Most findings that are told of one text.
const MAX_FINDINGS: usize = 50;

/// Phrases in lower case; `*` at the end of a word stands for any ending.
#[rustfmt::skip]
const PHRASES: &[(Category, &[&str])] = &[
    (Category::Age, &[
        "young", "youthful", "younger", "digital native*", "recent graduate*", "fresh graduate*", "years old", "years of age", "age limit", "maximum age", "not older than",
        "jung", "junge", "junges", "junger", "jungen", "jahre alt", "altersgrenze", "höchstalter", "nicht älter als", "berufsanfänger*",
        "jeune", "jeunes", "limite d'âge", "âge maximum", "ans maximum", "jeunes diplômés",
        "joven", "jóvenes", "años de edad", "límite de edad", "edad máxima", "menor de", "recién graduado*",
    ]),
    (Category::Gender, &[
        "salesman", "salesmen", "chairman", "foreman", "craftsman", "craftsmen", "waitress*", "stewardess*", "girl", "girls", "guys", "gentleman", "gentlemen",
        "ladies", "male", "males", "female", "females", "masculine", "feminine", "ninja*", "rockstar*", "rock star*", "putzfrau*", "sekretärin gesucht", "männlich", "weiblich", "mädchen",
        "hôtesse*", "jeune homme", "jeune femme", "sexe masculin", "sexe féminin", "señorita*", "varón", "varones", "sexo masculino", "sexo femenino", "azafata*",
    ]),
    (Category::Origin, &[
        "native speaker*", "native english", "native german", "mother tongue", "native-born", "nationality", "citizens only", "ethnic*", "caucasian*", "no foreigners", "christian name",
        "muttersprachler*", "muttersprache", "staatsangehörigkeit", "keine ausländer", "deutsche herkunft", "langue maternelle", "nationalité", "de souche", "lengua materna", "hablante* nativ*", "nacionalidad",
    ]),
    (Category::Religion, &["christian", "christians", "muslim*", "jewish", "catholic*", "protestant*", "religious", "konfession*", "christlich*", "katholisch*", "evangelisch*", "catholique*", "musulman*", "católic*", "cristian*", "religios*", "religieu*"]),
    (Category::Disability, &[
        "able-bodied", "physically fit", "in good health", "perfect health", "healthy applicants", "normal hearing", "handicapped", "uneingeschränkt belastbar", "körperlich fit", "kerngesund", "gesund und belastbar",
        "bonne santé", "buena salud", "físicamente apto*", "sin discapacidad*",
    ]),
    (Category::Family, &["unmarried", "married", "marital status", "without children", "no children", "childless", "pregnan*", "ledig", "verheiratet", "kinderlos*", "familienstand", "célibataire*", "marié*", "sans enfant*", "soltero*", "soltera*", "casado*", "casada*", "sin hijos", "sin cargas familiares"]),
    (Category::Looks, &["attractive appearance", "good-looking", "good looking", "pleasant appearance", "slim", "attach a photo*", "with photo*", "recent photo*", "mit lichtbild", "mit foto", "gepflegtes äußeres", "attraktiv", "attraktive", "bonne présentation", "photo récente", "avec photo*", "buena presencia", "con foto*", "fotografía reciente"]),
];

/// Whom English prose takes applicants for; in Spanish and German the same letters are other words.
const PRONOUNS: &[&str] = &["he", "him", "his", "himself", "she", "her", "hers", "herself"];

/// A word and where it stands, in code points.
struct Word {
    lower: String,
    start: usize,
    end: usize,
}

/// The findings in a text of this language, in the order in which they stand there; `invented` are numbers that nobody gave.
#[must_use]
pub fn findings(
    (text, language): (&str, Language),
    invented: &[String],
    question: Option<usize>,
) -> Vec<Finding> {
    let words = words(text);
    let letters: Vec<char> = text.chars().collect();
    let mut found: Vec<Finding> = Vec::new();
    let mut next = 0;
    for at in 0..words.len() {
        // Words of a longer phrase are told once.
        if at < next || found.len() >= MAX_FINDINGS {
            continue;
        }
        let rest = words.get(at..).unwrap_or_default();
        let Some((category, length)) = named((rest, language), invented) else {
            continue;
        };
        next = at + length;
        let (Some(first), Some(last)) = (rest.first(), rest.get(length - 1)) else {
            continue;
        };
        found.push(Finding {
            category,
            words: letters
                .get(first.start..last.end)
                .unwrap_or_default()
                .iter()
                .collect(),
            question,
            start: first.start,
            end: last.end,
        });
    }
    found
}

/// The longest phrase that the words begin with.
fn named((words, language): (&[Word], Language), invented: &[String]) -> Option<(Category, usize)> {
    let first = words.first()?;
    if language == Language::En && PRONOUNS.contains(&first.lower.as_str()) {
        return Some((Category::Gender, 1));
    }
    if invented.contains(&first.lower) {
        return Some((Category::NumberNotGiven, 1));
    }
    let phrases = PHRASES
        .iter()
        .flat_map(|(category, phrases)| phrases.iter().map(|phrase| (*category, *phrase)));
    let fitting = phrases.filter_map(|(category, phrase)| Some((category, begins(words, phrase)?)));
    fitting.max_by_key(|(_, length)| *length)
}

/// How many words the phrase has, if these begin with it.
fn begins(words: &[Word], phrase: &str) -> Option<usize> {
    let mut count = 0;
    for wanted in phrase.split(' ') {
        let word = &words.get(count)?.lower;
        let fits = match wanted.strip_suffix('*') {
            Some(stem) => word.starts_with(stem),
            None => word == wanted,
        };
        if !fits {
            return None;
        }
        count += 1;
    }
    Some(count)
}

fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut open = false;
    for (at, letter) in text.chars().enumerate() {
        let inside = letter.is_alphanumeric() || matches!(letter, '-' | '\'' | '’');
        match (inside, open) {
            (true, true) => {
                if let Some(word) = words.last_mut() {
                    word.lower.extend(plain(letter));
                    word.end = at + 1;
                }
            }
            (true, false) => words.push(Word {
                lower: plain(letter).collect(),
                start: at,
                end: at + 1,
            }),
            (false, _) => {}
        }
        open = inside;
    }
    words
}

/// In lower case and with one sort of apostrophe.
fn plain(letter: char) -> impl Iterator<Item = char> {
    let letter = if letter == '’' { '\'' } else { letter };
    letter.to_lowercase()
}

/// The numbers in a model's prose that the request does not have: a salary, days of leave, years.
pub(super) fn numbers_not_given(said: &SaidDescription, request: &Request) -> Vec<String> {
    let years = request
        .requirements
        .min_experience_years
        .map(|years| years.to_string());
    let given = [request.title.as_str(), request.notes.as_str()];
    let given = given
        .into_iter()
        .chain(request.location.as_deref())
        .chain(years.as_deref())
        .chain(request.skills());
    let given: Vec<String> = given.flat_map(words).map(|word| word.lower).collect();
    let prose = std::iter::once(&said.introduction)
        .chain(&said.tasks)
        .chain(&said.offer);
    let numbers = prose.flat_map(|line| words(line)).map(|word| word.lower);
    numbers
        .filter(|word| word.contains(char::is_numeric) && !given.contains(word))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::request::tests::request;
    use super::*;

    fn found(text: &str) -> Vec<(Category, String)> {
        let found = findings((text, Language::En), &[], None);
        found.into_iter().map(|one| (one.category, one.words)).collect()
    }

    #[test]
    fn wording_that_shuts_people_out_is_found_in_four_languages() {
        let cases = [
            ("A Young and dynamic team", Category::Age, "Young"),
            (
                "You are a native speaker of German",
                Category::Origin,
                "native speaker",
            ),
            ("He reports to the board", Category::Gender, "He"),
            ("junges, dynamisches Team", Category::Age, "junges"),
            ("Deutsch als Muttersprache", Category::Origin, "Muttersprache"),
            ("Bewerbung bitte mit Lichtbild", Category::Looks, "mit Lichtbild"),
            ("une limite d’âge de 35 ans", Category::Age, "limite d’âge"),
            (
                "français, langue maternelle",
                Category::Origin,
                "langue maternelle",
            ),
            ("se busca joven con buena presencia", Category::Age, "joven"),
            ("gozar de buena salud", Category::Disability, "buena salud"),
            ("unmarried applicants", Category::Family, "unmarried"),
        ];
        for (text, category, words) in cases {
            assert!(
                found(text).contains(&(category, words.to_owned())),
                "{text}: {:?}",
                found(text)
            );
        }
        assert_eq!(found("recent graduates without children").len(), 2);
    }

    #[test]
    fn plain_words_about_work_are_not() {
        for text in [
            "You care for patients and the theatre, here and there.",
            "Sie betreuen unsere Kundschaft in Jungfrauenthal.",
            "Vous assurez l'accueil et validez les dossiers.",
            "Usted cuida la salud de los pacientes.",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
        assert!(findings(("He hecho pruebas, hin und her.", Language::Es), &[], None).is_empty());
    }

    #[test]
    fn numbers_that_nobody_gave_are_found_where_they_stand() {
        let mut request = request(&["Python 3"], &[]);
        request.notes = "30 days of leave".into();
        let said = SaidDescription {
            introduction: "You get 30 days of leave and 85,000 euros.".into(),
            tasks: vec!["Write Python 3".into()],
            offer: vec![],
        };
        let invented = numbers_not_given(&said, &request);
        assert_eq!(invented, ["85", "000"]);
        let told = findings((&said.introduction, Language::En), &invented, None);
        assert_eq!(
            (told[0].category, told[0].start, told[0].end),
            (Category::NumberNotGiven, 29, 31)
        );
    }

    proptest! {
        #[test]
        fn every_finding_stands_where_it_says(text in "(young |Muttersprache|\\PC){0,30}") {
            let letters: Vec<char> = text.chars().collect();
            for one in findings((&text, Language::En), &[], None) {
                let words: String = letters[one.start..one.end].iter().collect();
                prop_assert_eq!(words, one.words);
            }
        }
    }
}
