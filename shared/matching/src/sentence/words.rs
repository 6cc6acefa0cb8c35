//! Words that the rules go by, folded, in English, German, French and Spanish.

/// A year and its plurals.
#[rustfmt::skip]
pub(super) const YEARS: &[&str] = &[
    "year", "years", "yr", "yrs", "jahr", "jahre", "jahren", "jahrige", "jahriger", "an", "ans", "annee", "annees", "ano", "anos",
];
/// Words before a number that make it the most, as one or two words.
#[rustfmt::skip]
pub(super) const AT_MOST: &[&[&str]] = &[
    &["less", "than"], &["fewer", "than"], &["under"], &["below"], &["up", "to"], &["at", "most"], &["max"], &["maximum"], &["weniger",
    "als"], &["unter"], &["bis", "zu"], &["hochstens"], &["maximal"], &["moins", "de"], &["au", "plus"], &["jusqu'a"], &["jusqu", "a"],
    &["menos", "de"], &["hasta"], &["maximo"], &["como", "maximo"], &["no", "more", "than"],
];
/// Words before a number that make it the least, as one or more words. Looked for after [`AT_MOST`].
#[rustfmt::skip]
pub(super) const LEAST_PHRASES: &[&[&str]] = &[
    &["at", "least"], &["more", "than"], &["over"], &["min"], &["minimum"], &["minimum", "of"], &["mindestens"], &["mehr", "als"],
    &["uber"], &["ueber"], &["ab"], &["au", "moins"], &["plus", "de"], &["minimum", "de"], &["al", "menos"], &["mas", "de"], &["minimo"],
    &["minimo", "de"], &["desde"], &["with"], &["mit"], &["avec"], &["con"],
];
/// Between two numbers of a range.
pub(super) const TO: &[&str] = &["to", "bis", "a", "and", "und", "et", "y"];
/// Before a range.
pub(super) const BETWEEN: &[&str] = &["between", "zwischen", "entre", "von", "de", "from"];
/// Behind a number of years: what they are years of.
#[rustfmt::skip]
pub(super) const OF_WORK: &[&str] = &[
    "of", "experience", "experiences", "exp", "work", "working", "professional", "relevant", "job", "hands", "on", "erfahrung",
    "berufserfahrung", "arbeitserfahrung", "d'experience", "experience", "d", "de", "professionnelle", "experiencia", "laboral",
    "profesional", "minimum", "plus", "or", "more", "mehr", "oder", "ou", "o", "mas",
];
/// Behind a number of years: it is somebody's age.
pub(super) const OLD: &[&str] = &["old", "alt", "age"];
/// Numbers in words.
#[rustfmt::skip]
pub(super) const NUMBERS: &[(&str, u8)] = &[
    ("one", 1), ("two", 2), ("three", 3), ("four", 4), ("five", 5), ("six", 6), ("seven", 7), ("eight", 8), ("nine", 9), ("ten", 10),
    ("twelve", 12), ("fifteen", 15), ("twenty", 20), ("ein", 1), ("einem", 1), ("zwei", 2), ("drei", 3), ("vier", 4), ("funf", 5), ("fuenf",
    5), ("sechs", 6), ("sieben", 7), ("acht", 8), ("neun", 9), ("zehn", 10), ("zwolf", 12), ("zwanzig", 20), ("deux", 2), ("trois", 3),
    ("quatre", 4), ("cinq", 5), ("sept", 7), ("huit", 8), ("neuf", 9), ("dix", 10), ("quinze", 15), ("vingt", 20), ("un", 1), ("dos", 2),
    ("tres", 3), ("cuatro", 4), ("cinco", 5), ("seis", 6), ("siete", 7), ("ocho", 8), ("nueve", 9), ("diez", 10), ("quince", 15), ("veinte",
    20),
];

/// Before a place.
#[rustfmt::skip]
pub(super) const AT: &[&str] = &[
    "in", "near", "around", "from", "at", "based", "located", "living", "im", "aus", "bei", "nahe", "raum", "a", "en", "au", "aux", "pres",
    "dans", "cerca", "desde", "sur", "to",
];
/// May stand between [`AT`] and the place.
#[rustfmt::skip]
pub(super) const BEFORE_PLACE: &[&str] = &[
    "the", "der", "dem", "den", "la", "le", "el", "los", "las", "de", "raum", "area", "in", "city",
];
/// A place that is also this is not read as one without a word before it.
pub(super) const REMOTE: &[&str] = &["remote", "hybrid", "anywhere", "homeoffice"];

/// Beside a language: somebody speaks it.
#[rustfmt::skip]
pub(super) const SPEAKS: &[&str] = &[
    "speaking", "speaker", "speakers", "speak", "speaks", "spoken", "fluent", "fluently", "native", "fliessend", "fliessendes",
    "fliessendem", "sprechend", "sprechende", "sprechender", "spricht", "sprechen", "kenntnisse", "sprachkenntnisse", "muttersprache",
    "muttersprachler", "parlant", "parle", "parlent", "courant", "couramment", "bilingue", "habla", "hablan", "hablante", "fluido",
    "nativo", "nativa", "language", "langue", "idioma", "skills", "knowledge", "level", "niveau", "nivel",
];
/// Beside a language: it is the mother tongue.
#[rustfmt::skip]
pub(super) const NATIVE: &[&str] = &[
    "native", "muttersprache", "muttersprachler", "nativo", "nativa", "maternelle", "materna",
];
/// One word for speaking a language, with its English name.
#[rustfmt::skip]
pub(super) const SPEAKERS: &[(&str, &str)] = &[
    ("deutschsprachig", "German"), ("deutschsprachige", "German"), ("deutschsprachiger", "German"), ("englischsprachig", "English"),
    ("englischsprachige", "English"), ("franzosischsprachig", "French"), ("francophone", "French"), ("francophones", "French"),
    ("anglophone", "English"), ("anglophones", "English"), ("germanophone", "German"), ("hispanophone", "Spanish"), ("hispanohablante",
    "Spanish"), ("hispanohablantes", "Spanish"), ("angloparlante", "English"), ("deutschkenntnisse", "German"), ("englischkenntnisse",
    "English"), ("deutschkenntnissen", "German"), ("englischkenntnissen", "English"), ("franzosischkenntnisse", "French"),
    ("franzosischkenntnissen", "French"), ("spanischkenntnisse", "Spanish"), ("spanischkenntnissen", "Spanish"),
];
/// Levels of a language.
#[rustfmt::skip]
pub(super) const LEVELS: &[(&str, &str)] = &[
    ("a1", "A1"), ("a2", "A2"), ("b1", "B1"), ("b2", "B2"), ("c1", "C1"), ("c2", "C2"),
];

/// Words that join alternatives.
pub(super) const OR: &[&str] = &["or", "oder", "ou", "o"];
/// Words that say no to what follows.
#[rustfmt::skip]
pub(super) const NOT: &[&str] = &[
    "no", "not", "non", "without", "ohne", "kein", "keine", "nicht", "sans", "pas", "sin", "ni", "except", "ausser",
];
/// People who do what the word before them names: `Go developer`, `R programmer`.
#[rustfmt::skip]
pub(super) const DOERS: &[&str] = &[
    "developer", "developers", "dev", "devs", "engineer", "engineers", "programmer", "programmers", "coder", "coders", "expert", "experts",
    "specialist", "consultant", "analyst", "entwickler", "entwicklerin", "programmierer", "berater", "experte", "expertin", "developpeur",
    "developpeuse", "ingenieur", "programador", "programadora", "desarrollador", "desarrolladora", "ingeniero", "ingeniera",
];

/// Names of degrees that mean nothing else, with their level.
#[rustfmt::skip]
pub(super) const DEGREES: &[(&str, &str)] = &[
    ("phd", "doctorate"), ("ph.d", "doctorate"), ("doctorate", "doctorate"), ("doctorat", "doctorate"), ("doctorado", "doctorate"),
    ("doktortitel", "doctorate"), ("promoviert", "doctorate"), ("promovierte", "doctorate"), ("promovierter", "doctorate"), ("msc",
    "master"), ("m.sc", "master"), ("mba", "master"), ("masterabschluss", "master"), ("bachelor", "bachelor"), ("bachelors", "bachelor"),
    ("bachelor's", "bachelor"), ("bsc", "bachelor"), ("b.sc", "bachelor"), ("bachelorabschluss", "bachelor"), ("licenciatura", "bachelor"),
    ("master's", "master"), ("masters", "master"), ("hochschulabschluss", "bachelor"), ("berufsausbildung", "vocational"),
];
/// `master` is a degree before one of these.
pub(super) const DEGREE_BEHIND: &[&str] = &["degree", "degrees", "of", "in", "abschluss", "en"];
/// `master` is a degree behind one of these.
#[rustfmt::skip]
pub(super) const DEGREE_BEFORE: &[&str] = &[
    "a", "with", "mit", "avec", "con", "un", "einem", "einen", "diplome",
];

/// Words that say nothing once the filters are taken out.
#[rustfmt::skip]
pub(super) const FILLERS: &[&str] = &[
    "a", "an", "the", "in", "at", "of", "for", "from", "with", "who", "and", "has", "have", "having", "is", "are", "based", "located",
    "living", "near", "around", "find", "me", "show", "search", "looking", "need", "i", "we", "want", "experience", "people", "candidates",
    "candidate", "degree", "knowledge", "skills", "der", "die", "das", "den", "dem", "ein", "eine", "einen", "einem", "einer", "mit", "und",
    "im", "aus", "fur", "suche", "gesucht", "wir", "suchen", "ich", "erfahrung", "kenntnisse", "kenntnissen", "abschluss", "le", "la",
    "les", "un", "une", "des", "du", "de", "d", "et", "avec", "qui", "ayant", "dans", "pour", "cherche", "recherche", "nous", "a", "au",
    "aux", "el", "los", "las", "una", "con", "y", "en", "que", "para", "busco", "buscamos", "se", "busca", "experiencia", "conocimientos",
    "raum", "area", "least", "minimum", "mindestens", "diplome", "titulo", "speaking", "knows",
];

/// Before a skill.
#[rustfmt::skip]
pub(super) const KNOWING: &[&str] = &[
    "with", "in", "of", "knows", "know", "knowing", "mit", "von", "avec", "en", "de", "con", "kennt", "connaissant", "conoce",
];
