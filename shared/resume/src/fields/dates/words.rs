//! The words that dates are made of, folded, in English, German, French, Spanish and some neighbours.

use hiring_core::taxonomy::SortedTable;

/// Months with their numbers, sorted.
const MONTHS_TEXT: &str = "\
    abr\t4\nabril\t4\nago\t8\nagosto\t8\naout\t8\napr\t4\napril\t4\naprile\t4\naug\t8\naugust\t8\n\
    augustus\t8\navr\t4\navril\t4\ndec\t12\ndecember\t12\ndecembre\t12\ndez\t12\ndezember\t12\n\
    dezembro\t12\ndic\t12\ndicembre\t12\ndiciembre\t12\nene\t1\nenero\t1\nfeb\t2\nfebbraio\t2\nfebr\t2\n\
    febrero\t2\nfebruar\t2\nfebruari\t2\nfebruary\t2\nfev\t2\nfevereiro\t2\nfevr\t2\nfevrier\t2\ngen\t1\n\
    gennaio\t1\ngiu\t6\ngiugno\t6\njaenner\t1\njan\t1\njaneiro\t1\njanner\t1\njanuar\t1\njanuari\t1\n\
    january\t1\njanv\t1\njanvier\t1\njuil\t7\njuillet\t7\njuin\t6\njul\t7\njulho\t7\njuli\t7\njulio\t7\n\
    july\t7\njun\t6\njune\t6\njunho\t6\njuni\t6\njunio\t6\nlug\t7\nluglio\t7\nmaart\t3\nmaerz\t3\n\
    mag\t5\nmaggio\t5\nmai\t5\nmaio\t5\nmar\t3\nmarch\t3\nmarco\t3\nmars\t3\nmarz\t3\nmarzo\t3\nmay\t5\n\
    mayo\t5\nmei\t5\nmrz\t3\nnov\t11\nnovember\t11\nnovembre\t11\nnovembro\t11\nnoviembre\t11\noct\t10\n\
    october\t10\noctobre\t10\noctubre\t10\nokt\t10\noktober\t10\nott\t10\nottobre\t10\nout\t10\n\
    outubro\t10\nsep\t9\nsept\t9\nseptember\t9\nseptembre\t9\nseptiembre\t9\nset\t9\nsetembro\t9\n\
    settembre\t9\n";
static MONTHS: SortedTable = SortedTable::new(MONTHS_TEXT);

/// Seasons and terms with the month in which they begin, sorted.
const SEASONS_TEXT: &str = "\
    automne\t9\nautumn\t9\nete\t6\nfall\t9\nfruhjahr\t3\nfruhling\t3\nherbst\t9\nhiver\t12\n\
    invierno\t12\notono\t9\nprimavera\t3\nprintemps\t3\nsommer\t6\nsommersemester\t4\nsose\t4\n\
    spring\t3\nss\t4\nsummer\t6\nverano\t6\nwinter\t12\nwintersemester\t10\nwise\t10\nws\t10\n";
static SEASONS: SortedTable = SortedTable::new(SEASONS_TEXT);

/// For each first letter of a word that a date can begin with, the second letters as bits, both in lower case.
static STARTS: [u32; 26] = {
    let mut starts = mark_rows([0; 26], MONTHS_TEXT.as_bytes());
    starts = mark_rows(starts, SEASONS_TEXT.as_bytes());
    let mut rest = ROUGHLY;
    while let [word, others @ ..] = rest {
        starts = mark(starts, word.as_bytes());
        rest = others;
    }
    starts
};

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

/// Whether a word may begin a date, by its first two letters; true where that is not known.
pub(super) fn may_begin(text: &str) -> bool {
    match text.as_bytes() {
        [first, second, ..] if first.is_ascii_alphabetic() && second.is_ascii_alphabetic() => {
            let index = |letter: &u8| letter.to_ascii_lowercase() - b'a';
            STARTS
                .get(usize::from(index(first)))
                .is_some_and(|bits| bits >> index(second) & 1 == 1)
        }
        _ => true,
    }
}

/// Adds the first letters of every line.
const fn mark_rows(mut starts: [u32; 26], mut rows: &[u8]) -> [u32; 26] {
    starts = mark(starts, rows);
    while let [byte, rest @ ..] = rows {
        rows = rest;
        if *byte == b'\n' {
            starts = mark(starts, rows);
        }
    }
    starts
}

/// Adds the first two letters of a word.
const fn mark(mut starts: [u32; 26], word: &[u8]) -> [u32; 26] {
    if let [first @ b'a'..=b'z', second @ b'a'..=b'z', ..] = word
        && let Some((_, [bits, ..])) = starts.split_at_mut_checked((*first - b'a') as usize)
    {
        *bits |= 1 << (*second - b'a');
    }
    starts
}

/// Number of a month, 1-12.
pub(super) fn month(word: &str) -> Option<u32> {
    MONTHS.get(word)?.parse().ok()
}

/// Month in which a season or term begins.
pub(super) fn season(word: &str) -> Option<u32> {
    SEASONS.get(word)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{MONTHS, ROUGHLY, SEASONS, may_begin};

    #[test]
    fn the_tables_are_sorted_so_that_every_word_is_found() {
        for table in [&MONTHS, &SEASONS] {
            for (word, number) in table.rows() {
                assert_eq!(table.get(word), Some(number), "{word}");
            }
        }
    }

    #[test]
    fn every_word_of_a_date_may_begin_one_and_most_others_may_not() {
        let words = MONTHS.rows().chain(SEASONS.rows()).map(|(word, _)| word);
        for word in words.chain(ROUGHLY.iter().copied()) {
            assert!(may_begin(word) && may_begin(&word.to_uppercase()), "{word}");
        }
        assert!(may_begin("Q3") && may_begin("été"));
        assert!(!may_begin("Python") && !may_begin("Kubernetes"));
    }
}
