//! Words that make a text a job title, in English, German, French and Spanish.

use hiring_core::taxonomy::{MANY, SortedTable, fold, fold_words};

/// Head nouns and words of rank, folded.
static HEADS: SortedTable = SortedTable::new(include_str!("../../data/title_words.tsv"));
/// Whole titles, folded.
static TITLES: SortedTable<MANY> = SortedTable::new(include_str!("../../data/titles.tsv"));
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

/// Endings of words for people in general.
const AGENTS: &[&str] = &[
    "eur", "euse", "trice", "iste", "ienne", "ologue", "ador", "adora", "ista", "ologo", "ologa", "ero",
    "era", "iere", "ier", "ologe", "ologin", "erin", "ist", "ologist", "wright", "smith", "keeper", "worker",
];

/// Whether a text holds a word that titles are made with.
pub(super) fn is_title(text: &str) -> bool {
    words(&fold(text)).any(is_title_word)
}

/// Whether a text is a known title as it stands.
pub(super) fn is_whole_title(text: &str) -> bool {
    text.len() < 80 && TITLES.get(&fold_words(text)).is_some()
}

/// Whether a text ends or begins as words for people do: a weak sign where nothing else is known.
pub(super) fn sounds_like_title(text: &str) -> bool {
    let folded = fold(text);
    let mut words = folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.len() > 4);
    let agent = |word: &str| AGENTS.iter().any(|ending| word.ends_with(ending));
    let first = words.next();
    let last = words.next_back();
    first.is_some_and(agent) || last.is_some_and(agent)
}

/// Whether the first word of a text ends as words for people do.
pub(super) fn begins_like_title(text: &str) -> bool {
    let first = fold(text.split_whitespace().next().unwrap_or_default());
    first.len() > 5 && AGENTS.iter().any(|ending| first.ends_with(ending))
}

/// How much of a text is made of title words: 0 for none.
pub(super) fn title_score(text: &str) -> usize {
    words(&fold(text)).filter(|word| is_title_word(word)).count()
}

fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|c: char| !c.is_alphanumeric())
}

fn is_title_word(word: &str) -> bool {
    if word.len() < 3 {
        return matches!(word, "vp" | "rn");
    }
    let plain = word
        .strip_suffix("in")
        .filter(|stem| stem.len() > 4)
        .unwrap_or(word);
    let last = word.as_bytes().last();
    HEADS.get(word).is_some()
        || plain.len() < word.len() && HEADS.get(plain).is_some()
        || word.len() > 7
            && ENDINGS.iter().any(|ending| {
                ending.as_bytes().last() == last && word.ends_with(ending) && word.len() > ending.len()
            })
}
