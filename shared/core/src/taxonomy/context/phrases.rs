//! The phrases that say that a person does not have a skill, in English, German, French and Spanish.

/// Phrases that are looked for at every word of a text.
#[derive(Debug)]
pub(super) struct Phrases {
    list: &'static [&'static str],
    /// A bit for the last five bits of each of their first bytes: most words are told by it to begin none.
    firsts: u32,
}

impl Phrases {
    const fn new(list: &'static [&'static str]) -> Self {
        let mut firsts = 0;
        let mut rest = list;
        while let [phrase, others @ ..] = rest {
            if let [first, ..] = phrase.as_bytes() {
                firsts |= bit(*first);
            }
            rest = others;
        }
        Self { list, firsts }
    }

    /// All phrases, or none where none begins with the first byte of a text.
    pub fn with_first_of(&self, text: &str) -> &'static [&'static str] {
        let first = text.as_bytes().first();
        if first.is_some_and(|first| self.firsts & bit(*first) != 0) {
            self.list
        } else {
            &[]
        }
    }
}

const fn bit(byte: u8) -> u32 {
    1 << (byte & 31)
}

/// Folded phrases that deny or only wish for what follows them, up to the end of the clause.
pub(super) static DENIED_AFTER: Phrases = Phrases::new(&[
    "no experience",
    "no prior experience",
    "no previous experience",
    "no knowledge",
    "without experience",
    "without any experience",
    "without knowledge",
    "lack of experience",
    "lacking experience",
    "not experienced",
    "not familiar",
    "unfamiliar with",
    "never used",
    "never worked with",
    "have not used",
    "haven't used",
    "no exposure",
    "want to learn",
    "wants to learn",
    "would like to learn",
    "wish to learn",
    "hope to learn",
    "eager to learn",
    "keen to learn",
    "willing to learn",
    "plan to learn",
    "interested in",
    "interest in",
    "curious about",
    "keine erfahrung",
    "keinerlei erfahrung",
    "ohne erfahrung",
    "noch keine erfahrung",
    "keine kenntnisse",
    "keine vorkenntnisse",
    "ohne kenntnisse",
    "nicht vertraut",
    "nie gearbeitet",
    "interesse an",
    "interessiert an",
    "interessiere mich fur",
    "sans experience",
    "pas d'experience",
    "aucune experience",
    "aucune connaissance",
    "sans connaissance",
    "pas de connaissance",
    "jamais utilise",
    "souhaite apprendre",
    "envie d'apprendre",
    "voudrais apprendre",
    "interesse par",
    "interessee par",
    "interet pour",
    "sin experiencia",
    "sin conocimiento",
    "ninguna experiencia",
    "no tengo experiencia",
    "no conozco",
    "nunca he usado",
    "quiero aprender",
    "me gustaria aprender",
    "deseo aprender",
    "interesado en",
    "interesada en",
    "interes en",
    "interes por",
]);

/// Folded phrases behind a name that deny it, at the beginning of what follows.
pub(super) const DENIED_BEFORE: &[&str] = &[
    "no experience",
    "none",
    "not yet",
    "no knowledge",
    "keine erfahrung",
    "keine kenntnisse",
    "noch keine",
    "lernen",
    "aucune experience",
    "sans experience",
    "pas d'experience",
    "sin experiencia",
    "sin conocimientos",
    "ninguna",
];

/// Folded words that turn a denial round for what follows.
pub(super) static TURNS: Phrases = Phrases::new(&[
    "but",
    "however",
    "experienced",
    "proficient",
    "strong",
    "skilled",
    "although",
    "yet",
    "aber",
    "jedoch",
    "sondern",
    "dafur",
    "sehr gute",
    "mais",
    "cependant",
    "maitrise",
    "pero",
    "sino",
    "dominio",
]);

/// Folded words before the name of an employer.
pub(super) const EMPLOYERS: &[&str] = &["at", "joined", "employer", "bei", "chez"];
/// Folded words before those that make a skill of the name after all (`good at Excel`).
pub(super) const GOOD: &[&str] = &[
    "good",
    "great",
    "skilled",
    "adept",
    "proficient",
    "expert",
    "experienced",
    "excellent",
    "better",
    "best",
];
/// Folded words behind a name that make an employer of it no longer (`at Oracle database level`).
pub(super) const LEGAL: &[&str] = &[
    "gmbh",
    "inc",
    "ltd",
    "ag",
    "corp",
    "corporation",
    "llc",
    "plc",
    "sarl",
    "sl",
    "consulting",
    "se",
];
