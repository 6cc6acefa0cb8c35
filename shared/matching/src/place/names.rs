//! Names of countries, states and of no place at all, folded.

/// Words that ask for no place.
#[rustfmt::skip]
pub(super) const ANYWHERE: &[&str] = &[
    "remote", "fully remote", "remotely", "anywhere", "worldwide", "home office", "homeoffice", "teletravail",
    "remoto", "teletrabajo",
];
/// Words around a city's name that say nothing about which city it is.
#[rustfmt::skip]
pub(super) const FILLERS: &[&str] = &["greater", "area", "metro", "metropolitan", "region", "raum", "hybrid", "onsite", "remote"];

/// Countries by their names and codes. Two-letter codes that are also states of the USA (CA, DE, IN, CO) are left out.
#[rustfmt::skip]
pub(super) const COUNTRIES: &[(&str, &[&str])] = &[
    ("us", &["us", "usa", "united states", "united states of america", "etats unis", "estados unidos", "vereinigte staaten"]),
    ("uk", &["uk", "gb", "united kingdom", "great britain", "england", "scotland", "wales", "northern ireland"]),
    ("de", &["germany", "deutschland", "allemagne", "alemania"]),
    ("at", &["austria", "osterreich", "autriche"]),
    ("ch", &["switzerland", "schweiz", "suisse", "suiza"]),
    ("fr", &["france", "frankreich", "francia", "fr"]),
    ("es", &["spain", "spanien", "espagne", "espana", "es"]),
    ("it", &["italy", "italien", "italie", "italia", "it"]),
    ("nl", &["netherlands", "the netherlands", "niederlande", "pays bas", "nederland", "nl"]),
    ("be", &["belgium", "belgien", "belgique", "belgica"]),
    ("pt", &["portugal", "pt"]),
    ("pl", &["poland", "polen", "pologne", "polska"]),
    ("se", &["sweden", "schweden", "suede", "sverige"]),
    ("ie", &["ireland", "irland", "irlande", "irlanda"]),
    ("ca", &["canada", "kanada"]),
    ("mx", &["mexico", "mexiko", "mexique"]),
    ("br", &["brazil", "brasil", "brasilien"]),
    ("in", &["india", "indien", "inde"]),
    ("au", &["australia", "australien"]),
    ("sg", &["singapore", "singapur"]),
];

/// States of the USA: postal code and name. New York is also a city and stands for the city when written alone.
#[rustfmt::skip]
pub(super) const STATES: &[(&str, &str)] = &[
    ("al", "alabama"), ("ak", "alaska"), ("az", "arizona"), ("ar", "arkansas"), ("ca", "california"),
    ("co", "colorado"), ("ct", "connecticut"), ("de", "delaware"), ("dc", "district of columbia"),
    ("fl", "florida"), ("ga", "georgia"), ("hi", "hawaii"), ("id", "idaho"), ("il", "illinois"),
    ("in", "indiana"), ("ia", "iowa"), ("ks", "kansas"), ("ky", "kentucky"), ("la", "louisiana"),
    ("me", "maine"), ("md", "maryland"), ("ma", "massachusetts"), ("mi", "michigan"), ("mn", "minnesota"),
    ("ms", "mississippi"), ("mo", "missouri"), ("mt", "montana"), ("ne", "nebraska"), ("nv", "nevada"),
    ("nh", "new hampshire"), ("nj", "new jersey"), ("nm", "new mexico"), ("ny", "new york"),
    ("nc", "north carolina"), ("nd", "north dakota"), ("oh", "ohio"), ("ok", "oklahoma"), ("or", "oregon"),
    ("pa", "pennsylvania"), ("ri", "rhode island"), ("sc", "south carolina"), ("sd", "south dakota"),
    ("tn", "tennessee"), ("tx", "texas"), ("ut", "utah"), ("vt", "vermont"), ("va", "virginia"),
    ("wa", "washington"), ("wv", "west virginia"), ("wi", "wisconsin"), ("wy", "wyoming"),
];
