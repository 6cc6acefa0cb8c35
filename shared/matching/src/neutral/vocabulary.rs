//! The words by which places that tell who somebody is are recognised, folded, in English, German, French and Spanish.

/// Parts of web addresses.
pub(super) const WEB_SIGNS: [&str; 10] = [
    "://",
    "mailto:",
    "www.",
    "linkedin.com",
    "xing.com",
    "github.com",
    "gitlab.com",
    "twitter.com",
    "facebook.com",
    "instagram.com",
];

/// Words before a telephone number.
pub(super) const PHONE_LABELS: &[&str] = &[
    "tel",
    "telefon",
    "telephone",
    "phone",
    "fon",
    "mobil",
    "mobile",
    "cell",
    "handy",
    "fax",
    "portable",
    "telefono",
    "movil",
    "whatsapp",
    "festnetz",
];

/// Words that make a street of a piece of text with a number in it.
pub(super) const STREET_WORDS: &[&str] = &[
    "street",
    "st",
    "avenue",
    "ave",
    "road",
    "rd",
    "boulevard",
    "blvd",
    "lane",
    "ln",
    "drive",
    "dr",
    "court",
    "ct",
    "way",
    "terrace",
    "square",
    "parkway",
    "pkwy",
    "highway",
    "hwy",
    "apt",
    "apartment",
    "suite",
    "box",
    "str",
    "strasse",
    "weg",
    "platz",
    "allee",
    "gasse",
    "ring",
    "damm",
    "ufer",
    "chaussee",
    "postfach",
    "rue",
    "place",
    "chemin",
    "impasse",
    "quai",
    "route",
    "bis",
    "calle",
    "avda",
    "avenida",
    "plaza",
    "paseo",
    "carretera",
    "camino",
    "ronda",
    "piso",
    "apartado",
];

/// Endings of such words in German.
pub(super) const STREET_ENDINGS: &[&str] = &[
    "strasse", "str", "weg", "platz", "allee", "gasse", "damm", "ufer", "chaussee",
];

/// Forms of address that are nothing else.
pub(super) const HONORIFICS: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "mister",
    "madam",
    "herr",
    "herrn",
    "frau",
    "fraulein",
    "monsieur",
    "madame",
    "mademoiselle",
    "mme",
    "mlle",
    "senor",
    "senora",
    "senorita",
    "srta",
    "sra",
];
/// Those that are one only before a name.
pub(super) const BEFORE_NAMES: &[&str] = &["sir", "don", "dona"];
/// Academic titles that belong to a name when they stand before it.
pub(super) const ACADEMIC: &[&str] = &[
    "dr",
    "prof",
    "professor",
    "professorin",
    "drs",
    "ing",
    "dipl",
    "med",
];

/// Small words inside names.
pub(super) const PARTICLES: &[&str] = &[
    "de", "del", "della", "di", "da", "do", "dos", "du", "des", "la", "le", "las", "los", "el", "al", "van",
    "von", "der", "den", "zu", "zur", "ter", "ten", "y", "e", "bin", "ibn", "abu", "ben", "st", "san",
    "santa", "und", "and", "of", "the", "jr", "sr", "ii", "iii",
];

/// Words that are names of people and also something else: on their own they stay.
#[rustfmt::skip]
pub(super) const ORDINARY: &[&str] = &[
    // English
    "will", "may", "can", "mark", "bill", "grant", "frank", "rose", "grace", "hope", "faith", "joy", "june", "april", "august", "summer",
    "autumn", "winter", "dawn", "drew", "chase", "hunter", "mason", "cooper", "carter", "baker", "cook", "miller", "smith", "taylor", "tailor",
    "fisher", "archer", "porter", "parker", "walker", "turner", "potter", "gardener", "shepherd", "king", "prince", "young", "long", "short",
    "brown", "white", "black", "green", "gray", "grey", "wood", "woods", "stone", "field", "fields", "hill", "rivers", "banks", "brooks",
    "bush", "ford", "west", "north", "east", "south", "day", "love", "price", "best", "strong", "sharp", "wise", "page", "rich", "art",
    "dean", "major", "bishop", "marshall", "mercer", "law", "street", "church", "temple", "park", "rice", "berry", "cherry", "olive", "ivy",
    "violet", "lily", "daisy", "jasmine", "ginger", "pepper", "sage", "basil", "robin", "wolf", "fox", "lamb", "bird", "crane", "guy", "max",
    "little", "power", "powers", "gold", "silver", "bank", "case", "reading", "lane", "ray", "rob", "sue", "pat", "gene", "jay", "jack", "nick",
    "in", "an", "do", "so", "no", "on", "at", "to", "as", "is", "it", "me", "my", "he", "we", "us", "or", "if", "by", "go", "up", "christian",
    "virginia", "georgia", "carolina", "charlotte", "houston", "austin", "dallas", "orlando", "florence", "paris", "london", "sydney", "chelsea",
    // German
    "koch", "bauer", "schneider", "muller", "becker", "backer", "schafer", "fischer", "weber", "wagner", "richter", "jager", "vogel", "klein",
    "gross", "lang", "kurz", "schwarz", "weiss", "braun", "roth", "stark", "jung", "alt", "sommer", "herbst", "frei", "reich", "schreiber",
    "kaufmann", "zimmermann", "schmied", "maurer", "kraft", "busch", "berg", "stein", "fuchs", "hahn", "engel", "konig", "kaiser", "graf",
    "ritter", "meister", "meier", "am", "im", "ab", "er", "es", "um",
    // French and Spanish
    "petit", "grand", "blanc", "noir", "brun", "boucher", "boulanger", "berger", "fournier", "marchand", "mercier", "charpentier", "garnier",
    "roy", "roi", "rey", "reyes", "campos", "flores", "cruz", "blanco", "moreno", "rubio", "iglesias", "torres", "castillo", "herrero", "guerrero",
    "prado", "rosa", "sol", "luz", "paz", "dolores", "mercedes", "pilar", "angel", "santos", "un", "en", "et", "au", "su", "se", "si", "ya",
];

/// A pronoun, what stands for it, and whether it tells a gender.
pub(super) type Pronoun = (&'static str, &'static str, bool);

/// Pronouns by language. Words that also mean something else (`son`, `lui`, `ella` as a noun) are left out where the other meaning
/// is the usual one.
#[rustfmt::skip]
pub(super) const PRONOUNS: &[(&str, &[Pronoun])] = &[
    ("en", &[
        ("he", "they", true), ("she", "they", true), ("him", "their", true), ("her", "their", true), ("his", "their", true),
        ("hers", "their", true), ("himself", "themselves", true), ("herself", "themselves", true), ("them", "their", false),
        ("theirs", "their", false), ("themself", "themselves", false), ("they", "they", false), ("their", "their", false),
    ]),
    ("de", &[
        ("er", "sie", true), ("sie", "sie", false), ("ihm", "ihr", true), ("ihn", "ihr", true), ("sein", "ihr", true), ("seine", "ihre", true),
        ("seiner", "ihrer", true), ("seinem", "ihrem", true), ("seinen", "ihren", true), ("seines", "ihres", true), ("ihr", "ihr", false),
        ("ihre", "ihre", false), ("ihrer", "ihrer", false), ("ihrem", "ihrem", false), ("ihren", "ihren", false), ("ihres", "ihres", false),
    ]),
    ("fr", &[("il", "il", true), ("elle", "il", true), ("lui", "il", true)]),
    ("es", &[("él", "ella", true), ("ella", "ella", true)]),
];

/// Labels of personal entries; whether the label alone tells, without a colon behind it.
#[rustfmt::skip]
pub(super) const PERSONAL_LABELS: &[(&str, bool)] = &[
    ("born", true), ("born on", true), ("born in", true), ("date of birth", true), ("birth date", true), ("birthdate", true), ("birthday", true), ("dob", true),
    ("d.o.b", true), ("place of birth", true), ("age", false), ("gender", false), ("sex", false), ("marital status", true), ("family status", true),
    ("nationality", true), ("citizenship", true), ("religion", false), ("children", false), ("pronouns", true), ("ethnicity", false), ("father's name", true), ("mother's name", true), ("civil status", true),
    ("passport no", true), ("passport number", true),
    ("geboren", true), ("geboren am", true), ("geboren in", true), ("geb", true), ("geb. am", true), ("geburtsdatum", true), ("geburtstag", true),
    ("geburtsort", true), ("geburtsdatum/ ort", true), ("geburtsdatum / ort", true), ("alter", false), ("geschlecht", true), ("familienstand", true), ("nationalitat", true),
    ("staatsangehorigkeit", true), ("staatsburgerschaft", true), ("konfession", true), ("kinder", false),
    ("ne le", true), ("nee le", true), ("ne(e) le", true), ("ne en", true), ("nee en", true), ("date de naissance", true), ("lieu de naissance", true), ("etat civil", true),
    ("situation familiale", true), ("nationalite", true), ("sexe", false), ("enfants", false),
    ("nacido", true), ("nacida", true), ("nacido el", true), ("nacida el", true), ("fecha de nacimiento", true), ("lugar de nacimiento", true), ("edad", false),
    ("estado civil", true), ("nacionalidad", true), ("sexo", false), ("hijos", false),
];

/// First words of entries about somebody's family.
pub(super) const STATUS_WORDS: &[&str] = &[
    "married",
    "unmarried",
    "divorced",
    "widowed",
    "verheiratet",
    "ledig",
    "geschieden",
    "verwitwet",
    "celibataire",
    "mariee",
    "pacse",
    "pacsee",
    "divorce",
    "divorcee",
    "soltero",
    "soltera",
    "casado",
    "casada",
    "divorciado",
    "divorciada",
    "viudo",
    "viuda",
];

/// What stands behind somebody's age.
pub(super) const AGE_WORDS: &[&str] = &["years old", "years of age", "jahre alt", "jahre", "ans", "anos"];
