//! Words that make a text a job title, in English, German, French and Spanish.

use hiring_core::taxonomy::{SortedTable, fold};

/// Head nouns and words of rank, folded.
static HEADS: SortedTable = SortedTable::new(include_str!("../../data/title_words.txt"));
/// Endings of German titles, folded.
const ENDINGS: &[&str] = &[
    "manager",
    "managerin",
    "leiter",
    "leiterin",
    "entwickler",
    "entwicklerin",
    "ingenieur",
    "ingenieurin",
    "techniker",
    "technikerin",
    "berater",
    "beraterin",
    "kaufmann",
    "kauffrau",
    "assistent",
    "assistentin",
    "pfleger",
    "pflegerin",
    "schwester",
    "lehrer",
    "lehrerin",
    "arbeiter",
    "arbeiterin",
    "bearbeiter",
    "bearbeiterin",
    "fachkraft",
    "fahrer",
    "fahrerin",
    "meister",
    "meisterin",
    "mechaniker",
    "mechanikerin",
    "helfer",
    "helferin",
    "fachfrau",
    "fachmann",
    "planer",
    "planerin",
    "wirt",
    "wirtin",
    "prufer",
    "pruferin",
    "architekt",
    "architektin",
    "referent",
    "referentin",
    "trainer",
    "trainerin",
    "student",
    "studentin",
    "assistenz",
    "leitung",
    "analyst",
    "analystin",
    "spezialist",
    "spezialistin",
    "informatiker",
    "informatikerin",
    "disponent",
    "disponentin",
    "anwalt",
    "anwaltin",
    "buchhalter",
    "buchhalterin",
    "verkaufer",
    "verkauferin",
    "konstrukteur",
    "erzieher",
    "erzieherin",
    "therapeut",
    "therapeutin",
];

/// Whether a text holds a word that titles are made with.
pub(super) fn is_title(text: &str) -> bool {
    title_score(text) > 0
}

/// How much of a text is made of title words: 0 for none.
pub(super) fn title_score(text: &str) -> usize {
    let folded = fold(text);
    folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| is_title_word(word))
        .count()
}

fn is_title_word(word: &str) -> bool {
    if word.len() < 3 {
        return matches!(word, "vp" | "rn");
    }
    let plain = word
        .strip_suffix("in")
        .filter(|stem| stem.len() > 4)
        .unwrap_or(word);
    HEADS.get(word).is_some()
        || HEADS.get(plain).is_some()
        || word.len() > 7
            && ENDINGS
                .iter()
                .any(|ending| word.ends_with(ending) && word.len() > ending.len())
}
