//! What stands for somebody in swapped copies: names of several origins and genders, addresses, schools, and the words of
//! four languages. All of it is made up or public; numbers and addresses lie in ranges kept for examples.

/// A name and how it is written in a web or mail address.
pub(super) struct Name {
    pub(super) given: &'static str,
    pub(super) family: &'static str,
    pub(super) handle: (&'static str, &'static str),
}

const fn name(given: &'static str, family: &'static str, handle: (&'static str, &'static str)) -> Name {
    Name {
        given,
        family,
        handle,
    }
}

/// Names that are read as of different origins and genders, a woman's and a man's in turn.
#[rustfmt::skip]
pub(super) const NAMES: &[Name] = &[
    name("Emily", "Walsh", ("emily", "walsh")), name("Greg", "Baker", ("greg", "baker")),
    name("Lakisha", "Washington", ("lakisha", "washington")), name("Jamal", "Robinson", ("jamal", "robinson")),
    name("Anna", "Schneider", ("anna", "schneider")), name("Lukas", "Hoffmann", ("lukas", "hoffmann")),
    name("Ayşe", "Yılmaz", ("ayse", "yilmaz")), name("Mehmet", "Öztürk", ("mehmet", "oeztuerk")),
    name("Fatima", "Benali", ("fatima", "benali")), name("Mohammed", "Haddad", ("mohammed", "haddad")),
    name("Linh", "Nguyen", ("linh", "nguyen")), name("Wei", "Zhang", ("wei", "zhang")),
    name("Priya", "Sharma", ("priya", "sharma")), name("Arjun", "Patel", ("arjun", "patel")),
    name("Olga", "Ivanova", ("olga", "ivanova")), name("Dmitri", "Volkov", ("dmitri", "volkov")),
    name("Agnieszka", "Kowalczyk", ("agnieszka", "kowalczyk")), name("José", "Hernández", ("jose", "hernandez")),
    name("Chloé", "Lefèvre", ("chloe", "lefevre")), name("Jean-Baptiste", "Moreau", ("jeanbaptiste", "moreau")),
    name("Siobhan", "O'Connor", ("siobhan", "oconnor")), name("Chinedu", "Okafor", ("chinedu", "okafor")),
    name("Rachel", "Goldberg", ("rachel", "goldberg")), name("Hiroshi", "Tanaka", ("hiroshi", "tanaka")),
];

/// Words of a written name that are no part of it that could be swapped.
pub(super) const BESIDE_NAMES: &[&str] = &[
    "dr",
    "prof",
    "professor",
    "ing",
    "dipl",
    "mba",
    "phd",
    "msc",
    "bsc",
    "jr",
    "sr",
    "von",
    "van",
    "zu",
    "de",
    "der",
    "den",
    "del",
    "la",
    "di",
    "da",
    "el",
    "al",
    "y",
    "mr",
    "mrs",
    "ms",
    "mx",
    "herr",
    "frau",
    "mme",
    "m",
    "sra",
];

/// E-mail addresses that tell of an age, a place, a school, nothing.
pub(super) const EMAILS: &[&str] = &[
    "k.osei@example.org",
    "wildcat1961@mail.example",
    "ghetto.star@example.net",
    "r.goldberg@harvard.example",
    "a@b.example",
    "schatzi_88@post.example",
    "abdul.rahman@example.com",
];

/// Telephone numbers of several countries, from ranges kept for examples.
pub(super) const PHONES: &[&str] = &[
    "+44 20 7946 0958",
    "+1 212 555 0147",
    "+49 30 23125 432",
    "+234 803 555 0192",
    "+33 1 99 00 12 34",
    "+34 900 555 123",
    "+91 98765 43210",
];

/// Streets with house numbers.
pub(super) const STREETS: &[&str] = &[
    "14 Park Avenue",
    "220 Martin Luther King Street",
    "Sonnenallee 120",
    "Königstraße 3",
    "3 rue de la Paix",
    "Calle Mayor 45",
    "7 Chapel Road",
];

/// Towns with their countries.
pub(super) const TOWNS: &[&str] = &[
    "Leeds, United Kingdom",
    "Leipzig, Deutschland",
    "Lille, France",
    "Sevilla, España",
    "Denver, CO",
    "Lagos, Nigeria",
    "Mumbai, India",
];

/// Schools of high and low renown and of several countries.
pub(super) const SCHOOLS: &[&str] = &[
    "Harvard University",
    "University of Lagos",
    "Universität Leipzig",
    "Université de Lille",
    "Universidad de Sevilla",
    "Wayne State University",
    "University of Mumbai",
];

/// Words in a line with a street.
pub(super) const STREET_WORDS: &[&str] = &[
    "street",
    "st",
    "road",
    "rd",
    "avenue",
    "ave",
    "lane",
    "drive",
    "boulevard",
    "strasse",
    "straße",
    "str",
    "weg",
    "platz",
    "allee",
    "gasse",
    "rue",
    "chemin",
    "calle",
    "avenida",
    "plaza",
    "paseo",
];

/// Ends of words that name a street.
pub(super) const STREET_ENDINGS: &[&str] = &[
    "strasse", "straße", "str", "weg", "platz", "allee", "gasse", "damm", "ufer",
];

/// How lines that tell a birth date begin.
pub(super) const BIRTH_WORDS: &[&str] = &[
    "born",
    "date of birth",
    "birth date",
    "birthday",
    "dob",
    "geboren",
    "geburtsdatum",
    "geburtstag",
    "geb.",
    "né le",
    "née le",
    "date de naissance",
    "nacido",
    "nacida",
    "fecha de nacimiento",
];

/// The words of one language.
pub(super) struct Words {
    /// A man's and a woman's form of address.
    pub(super) addresses: [&'static str; 2],
    /// What people write behind their name to tell which pronouns they use.
    pub(super) pronouns: &'static [&'static str],
    /// Lines that tell a birth date or an age.
    pub(super) births: [&'static str; 2],
    /// Words for a man with those for a woman.
    pub(super) pairs: &'static [(&'static str, &'static str)],
}

const ENGLISH: Words = Words {
    addresses: ["Mr.", "Ms."],
    pronouns: &["(she/her)", "(he/him)", "(they/them)"],
    births: ["Date of birth: 12 March 1961", "Age: 58"],
    pairs: &[
        ("he", "she"),
        ("his", "her"),
        ("him", "her"),
        ("himself", "herself"),
        ("mr", "mrs"),
        ("mr", "ms"),
    ],
};
const GERMAN: Words = Words {
    addresses: ["Herr", "Frau"],
    pronouns: &["(sie/ihr)", "(er/ihm)"],
    births: ["Geburtsdatum: 12.03.1961", "Alter: 58 Jahre"],
    pairs: &[("herr", "frau")],
};
const FRENCH: Words = Words {
    addresses: ["M.", "Mme"],
    pronouns: &["(elle)", "(il)"],
    births: ["Date de naissance : 12/03/1961", "Âge : 58 ans"],
    pairs: &[("il", "elle"), ("monsieur", "madame")],
};
const SPANISH: Words = Words {
    addresses: ["Sr.", "Sra."],
    pronouns: &["(ella)", "(él)"],
    births: ["Fecha de nacimiento: 12/03/1961", "Edad: 58 años"],
    pairs: &[("él", "ella"), ("señor", "señora"), ("sr", "sra")],
};

/// The words of a language by its ISO 639-1 code; English ones of every other.
pub(super) const fn words(language: Option<&str>) -> &'static Words {
    match language {
        Some(code) => match code.as_bytes() {
            b"de" => &GERMAN,
            b"fr" => &FRENCH,
            b"es" => &SPANISH,
            _ => &ENGLISH,
        },
        None => &ENGLISH,
    }
}
