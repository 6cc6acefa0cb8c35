//! What names a school.

use hiring_core::taxonomy::fold;
use memchr::memmem;

/// Words that name schools, folded; whole words where they are short, else the beginning of one.
const WORDS: &[&str] = &[
    "universit",
    "universid",
    "uniwersytet",
    "college",
    "school",
    "institut",
    "istitut",
    "academ",
    "akademi",
    "hochschule",
    "fachhochschule",
    "ecole",
    "escuela",
    "politecnic",
    "politechnika",
    "polytech",
    "faculty",
    "facultad",
    "faculte",
    "lycee",
    "gymnasium",
    "colegio",
    "seminary",
    "conservator",
    "berufskolleg",
    "technikum",
    "campus",
    "instituto",
    "kolleg",
    "schule",
    "centrale",
    "caltech",
    "edhec",
    "essec",
    "escp",
    "insead",
    "epfl",
    "zhaw",
    "fhnw",
    "rwth",
    "uned",
    "tafe",
    "ifsi",
    "insa",
    "insead",
    "bildungszentrum",
    "bildungswerk",
    "ausbildungszentrum",
    "mines",
    "sorbonne",
    "oxford",
    "cambridge",
    "harvard",
    "stanford",
    "hec",
    "iut",
    "mit",
    "eth",
    "lmu",
    "tum",
    "ucl",
    "lse",
    "iit",
    "iim",
    "nit",
    "bits",
    "ies",
    "cfa",
    "afpa",
    "greta",
    "cnam",
    "ens",
    "upc",
    "upm",
    "ucm",
    "uam",
    "ub",
    "uoc",
    "unam",
    "itesm",
    "eafit",
    "ehu",
    "htw",
    "haw",
    "fom",
    "ihk",
    "hwk",
    "iubh",
    "dhbw",
    "vhs",
    "htl",
    "hak",
    "bfi",
    "wifi",
    "kit",
    "tu",
    "fh",
    "th",
    "hs",
    "ksb",
    "ggz",
    "ucla",
    "usc",
    "nyu",
    "cuny",
    "suny",
    "ucd",
    "dit",
];

/// Names that begin so, folded, though no word of theirs says school.
const BEGINNINGS: &[&str] = &[
    "sciences po",
    "cal poly",
    "ecole",
    "grandes ecoles",
    "trinity",
    "king's college",
    "imperial",
];

/// Words of schools that stand first in their name: what is before them in one text is something else.
const FIRST: &[&str] = &[
    "University of ",
    "Universität ",
    "Université ",
    "Universidad ",
    "Hochschule ",
    "Fachhochschule ",
    "Technische ",
    "École ",
    "Ecole ",
    "Institut ",
    "Instituto ",
    "Escuela ",
    "Lycée ",
    "IES ",
    "TU ",
    "FH ",
    "College of ",
    "IUT ",
    "INSA ",
    "Politécnica ",
    "IFSI ",
    "Berufsschule ",
    "Berufskolleg ",
];

/// Whether a text names a school.
pub(in crate::fields) fn is_school(text: &str) -> bool {
    let folded = fold(text);
    BEGINNINGS.iter().any(|name| folded.starts_with(name))
        || folded
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .any(is_word)
}

fn is_word(word: &str) -> bool {
    WORDS.iter().any(|school| {
        if school.len() <= 4 {
            word == *school
        } else {
            word.starts_with(school)
        }
    }) || word.ends_with("schule")
        || word.ends_with("gymnasium")
        || word.ends_with("universitat")
        || word.ends_with("kolleg")
}

/// First byte of a school's name behind other words: `Bachelor of Business University of Sheffield`.
pub(super) fn begins_within(text: &str) -> Option<usize> {
    FIRST
        .iter()
        .filter_map(|word| memmem::find(text.as_bytes(), word.as_bytes()))
        .filter(|at| *at > 3 && text.get(..*at).is_some_and(|before| before.ends_with(' ')))
        .min()
}
