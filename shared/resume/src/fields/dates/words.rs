//! The words that dates are made of, folded, in English, German, French, Spanish and some neighbours.

/// Months; a word is one of these or none.
const MONTHS: [&str; 12] = [
    "january januar janvier enero jan janv ene jaenner janner januari janeiro gennaio gen",
    "february februar fevrier febrero feb fevr fev febr februari fevereiro febbraio",
    "march marz maerz mars marzo mar mrz maart marco",
    "april avril abril apr avr abr aprile",
    "may mai mayo mei maio maggio mag",
    "june juni juin junio jun junho giugno giu",
    "july juli juillet julio jul juil julho luglio lug",
    "august aout agosto aug ago augustus",
    "september septembre septiembre sep sept set setembro settembre",
    "october oktober octobre octubre oct okt outubro out ottobre ott",
    "november novembre noviembre nov novembro",
    "december dezember decembre diciembre dec dez dic dezembro dicembre",
];

/// Seasons and terms with the month in which they begin.
const SEASONS: &[(u32, &str)] = &[
    (3, "spring fruhjahr fruhling printemps primavera"),
    (6, "summer sommer ete verano"),
    (9, "autumn fall herbst automne otono"),
    (12, "winter hiver invierno"),
    (4, "sommersemester sose ss"),
    (10, "wintersemester wise ws"),
];

/// Words before a date that make it less exact.
pub(super) const ROUGHLY: &[&str] = &[
    "early",
    "mid",
    "late",
    "end",
    "beginning",
    "circa",
    "ca",
    "approx",
    "around",
    "anfang",
    "mitte",
    "ende",
    "debut",
    "mi",
    "fin",
    "vers",
    "principios",
    "mediados",
    "finales",
    "inicios",
    "fines",
    "about",
];

/// Words between the parts of a date: `marzo de 2019`, `the end of 2019`.
pub(super) const OF: &[&str] = &["de", "del", "of", "d", "du"];

/// Words before the first date of a span.
pub(super) const FROM: &[&str] = &[
    "from", "von", "vom", "de", "du", "del", "dal", "period", "zeitraum",
];
/// Words before the first date of a span that goes on.
pub(super) const SINCE: &[&str] = &[
    "since", "seit", "depuis", "desde", "ab", "started", "starting", "beginn",
];
/// Words before the first date of a span whose ends `and` joins.
pub(super) const BETWEEN: &[&str] = &["between", "zwischen", "entre"];
/// Words before a date that ends a span.
pub(super) const UNTIL: &[&str] = &["until", "till", "bis", "jusqu'a", "jusqu'en", "jusque", "hasta"];
/// Words before the day on which something was finished or will be.
pub(super) const FINISHED: &[&str] = &[
    "graduated",
    "graduation",
    "graduating",
    "completed",
    "completion",
    "obtained",
    "conferred",
    "awarded",
    "finished",
    "abschluss",
    "abgeschlossen",
    "erworben",
    "absolviert",
    "obtenu",
    "obtenue",
    "diplome",
    "diplomee",
    "promotion",
    "promo",
    "finalizado",
    "obtenido",
    "graduado",
    "graduada",
    "graduacion",
    "titulado",
    "titulada",
    "class",
    "jahr",
    "year",
    "annee",
    "ano",
    "date",
    "dates",
    "datum",
    "dauer",
    "fecha",
];
/// Words before a date that lies ahead.
pub(super) const EXPECTED: &[&str] = &[
    "expected",
    "exp",
    "anticipated",
    "estimated",
    "due",
    "voraussichtlich",
    "voraussichtlicher",
    "vorauss",
    "voraus",
    "vsl",
    "geplant",
    "geplanter",
    "erwartet",
    "prevu",
    "prevue",
    "previsto",
    "prevista",
    "estimado",
    "estimada",
    "attendu",
    "attendue",
    "prevision",
];
/// Words that may stand between those words and the date.
pub(super) const JOINTS: &[&str] = &[
    "in", "en", "im", "of", "the", "on", "am", "le", "la", "el", "date", "de", "fur", "for", "pour", "para",
    "dem", "zum",
];

/// Words between the two ends of a span.
pub(super) const TO: &[&str] = &[
    "to", "bis", "a", "au", "al", "hasta", "until", "till", "til", "through", "thru", "zu", "ao", "ate",
    "tot", "e", "jusque", "jusqu",
];
/// Words between the two ends behind a word of [`BETWEEN`].
pub(super) const AND: &[&str] = &["and", "und", "et", "y"];
/// Words behind those: `bis zum`, `jusqu'en`, `hasta el`.
pub(super) const TO_THE: &[&str] = &[
    "the",
    "zum",
    "zu",
    "einschl",
    "einschliesslich",
    "inkl",
    "en",
    "au",
    "a",
    "el",
    "la",
    "le",
    "l",
];

/// Number of a month, 1-12.
pub(super) fn month(word: &str) -> Option<u32> {
    MONTHS
        .iter()
        .zip(1..)
        .find(|(names, _)| names.split(' ').any(|name| name == word))
        .map(|(_, number)| number)
}

/// Month in which a season or term begins.
pub(super) fn season(word: &str) -> Option<u32> {
    SEASONS
        .iter()
        .find(|(_, names)| names.split(' ').any(|name| name == word))
        .map(|(month, _)| *month)
}
