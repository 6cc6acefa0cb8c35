//! Whether a place in a sentence is asked for or only welcome: `SAP required; Power BI preferred`.

use std::ops::Range;

use super::headings::Part;
use super::outline::Sentence;
use super::words::{Word, any_at, has_any, within};

/// How much something is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Wish {
    /// Asked for.
    Must,
    /// Welcome.
    Nice,
}

/// What makes a wish of everything behind it: adverbs.
#[rustfmt::skip]
const FORWARD: &[&str] = &[
    "ideally", "preferably", "nice to have", "bonus points for", "extra points for", "optionally",
    "idealerweise", "vorzugsweise", "bevorzugt", "im idealfall", "optimalerweise", "gerne auch", "gern auch", "bestenfalls", "optional",
    "idealement", "de preference", "si possible",
    "idealmente", "preferiblemente", "preferentemente", "a ser posible", "se valorara*", "se valora*", "valoramos", "valorable",
    "se tendra en cuenta",
];

/// What makes a wish of what stands before it, or, at the beginning of a sentence or before a colon, behind it: predicates.
#[rustfmt::skip]
const BACKWARD: &[&str] = &[
    "a plus", "big plus", "is a bonus", "a bonus", "bonus", "nice to have", "preferred", "desirable", "desired", "advantageous", "an advantage",
    "an asset", "welcome", "beneficial", "appreciated", "would be great", "optional", "not essential", "helpful", "good to have",
    "von vorteil", "vorteilhaft", "wunschenswert", "gern gesehen", "gerne gesehen", "ein plus", "ein pluspunkt", "pluspunkt", "hilfreich",
    "willkommen", "erwunscht", "ein bonus", "waren schon", "ware schon", "ware toll", "waren toll", "optional", "nicht zwingend",
    "un plus", "souhaite", "souhaitee", "souhaites", "souhaitees", "souhaitable", "souhaitables", "apprecie", "appreciee", "apprecies",
    "appreciees", "un atout", "des atouts", "atout", "bienvenue", "bienvenu", "serait ideal",
    "valorable", "valorables", "deseable", "deseables", "un plus", "se valora*", "se valorara*", "seria ideal", "un punto a favor",
    "una ventaja", "opcional", "no imprescindible",
];

/// What says that something is asked for, whatever its list is called.
#[rustfmt::skip]
const DEMANDS: &[&str] = &[
    "required", "mandatory", "must have", "essential", "is a must",
    "zwingend", "voraussetzung", "vorausgesetzt", "erforderlich", "unbedingt", "ein muss",
    "exige", "exigee", "exiges", "exigees", "obligatoire", "obligatoires", "indispensable", "indispensables", "imperatif", "requis", "requise",
    "imprescindible", "imprescindibles", "obligatorio", "obligatoria", "requerido", "requerida", "necesario", "necesaria",
];

/// Words that show how well something must be known, so that what they stand before is asked for by itself.
#[rustfmt::skip]
const STRENGTHS: &[&str] = &[
    "strong", "solid", "good", "excellent", "proven", "proficient", "proficiency", "fluent", "native", "deep", "advanced", "extensive", "required",
    "must", "very", "expert", "hold",
    "gut*", "sehr", "fundiert*", "sicher*", "fliessend*", "verhandlungssicher*", "ausgepragt*", "solide", "umfassend*", "tiefe", "abgeschlossen*",
    "bon", "bonne", "bonnes", "excellente*", "parfaite", "maitrise", "solides", "courant", "buen", "buena", "buenos", "solid*", "dominio",
    "amplia", "amplios", "avanzado*", "nativo", "alto", "conversacional",
];

/// Words that turn round what was said.
const TURNS: &[&str] = &["but", "aber", "jedoch", "mais", "pero", "while", "whereas"];

/// The stretches of one sentence that are only welcome.
pub(super) struct Wishes {
    of_part: Wish,
    other: Vec<Range<usize>>,
}

impl Wishes {
    /// Reads the sentence.
    pub fn of(text: &str, sentence: &Sentence) -> Self {
        let of_part = if sentence.part == Part::Nice {
            Wish::Nice
        } else {
            Wish::Must
        };
        let mut other = Vec::new();
        for clause in clauses(text, sentence) {
            let words = within(&sentence.words, &clause);
            if of_part == Wish::Must {
                welcome(text, &clause, words, &mut other);
            } else if has_any(words, DEMANDS)
                && !has_any(
                    words,
                    &[
                        "not required",
                        "nicht erforderlich",
                        "nicht zwingend",
                        "no imprescindible",
                    ],
                )
            {
                other.push(clause);
            }
        }
        Self { of_part, other }
    }

    /// How much what stands at this byte is wanted.
    pub fn at(&self, byte: usize) -> Wish {
        let other = self.other.iter().any(|range| range.contains(&byte));
        match (self.of_part, other) {
            (Wish::Must, false) | (Wish::Nice, true) => Wish::Must,
            _ => Wish::Nice,
        }
    }
}

/// The sentence's parts between semicolons and turning words.
fn clauses(text: &str, sentence: &Sentence) -> Vec<Range<usize>> {
    let mut cuts: Vec<usize> = sentence
        .words
        .iter()
        .filter(|word| TURNS.contains(&word.folded.as_str()))
        .map(|word| word.start)
        .collect();
    let slice = text.get(sentence.range.clone()).unwrap_or_default();
    cuts.extend(slice.match_indices(';').map(|(at, _)| sentence.range.start + at));
    cuts.push(sentence.range.end);
    cuts.sort_unstable();
    let mut start = sentence.range.start;
    let mut clauses = Vec::with_capacity(cuts.len());
    for cut in cuts {
        clauses.push(start..cut);
        start = cut;
    }
    clauses
}

/// Notes the stretches of a clause that are only welcome.
fn welcome(text: &str, clause: &Range<usize>, words: &[Word], welcome: &mut Vec<Range<usize>>) {
    let mut at = 0;
    let mut from = clause.start;
    while let Some(word) = words.get(at) {
        let forward = any_at(words, at, FORWARD);
        let backward = any_at(words, at, BACKWARD);
        let Some(taken) = forward.max(backward) else {
            at += 1;
            continue;
        };
        let end = words.get(at + taken - 1).map_or(clause.end, |last| last.end);
        let last = at + taken >= words.len();
        let colon = text
            .get(end..clause.end)
            .is_some_and(|rest| rest.trim_start().starts_with(':'));
        // A marker in front speaks for what follows, one behind for what stands before.
        let ahead = !last && (forward >= backward && forward.is_some() || at < 2 || colon);
        if ahead {
            let behind = words.get(at + taken..).unwrap_or_default();
            let stop = behind
                .iter()
                .position(|word| DEMANDS.contains(&word.folded.as_str()));
            welcome.push(
                word.start
                    ..stop
                        .and_then(|stop| behind.get(stop))
                        .map_or(clause.end, |stop| stop.start),
            );
            // Whatever else welcomes up to there welcomes the same.
            at += stop.unwrap_or(behind.len());
        } else {
            welcome.push(begin(text, from, word.start, words)..end);
        }
        from = end;
        at += taken;
    }
}

/// Where the wish that ends before `end` begins: behind the last comma when what stands before it is asked for by itself.
fn begin(text: &str, from: usize, end: usize, words: &[Word]) -> usize {
    let slice = text.get(from..end).unwrap_or_default();
    // A comma right before the marker parts nothing: `Docker, von Vorteil`.
    let trimmed = slice.trim_end_matches([' ', ',', '(', '–', '-']);
    let Some(comma) = trimmed.rfind([',', '(']) else {
        return from;
    };
    let before = within(words, &(from..from + comma));
    if has_any(before, STRENGTHS) || has_any(before, DEMANDS) {
        from + comma
    } else {
        from
    }
}

#[cfg(test)]
mod tests {
    use super::super::outline::outline;
    use super::*;

    fn nice(text: &str) -> Vec<String> {
        let sentences = outline(text);
        let mut nice = Vec::new();
        for sentence in &sentences {
            let wishes = Wishes::of(text, sentence);
            for word in &sentence.words {
                if wishes.at(word.start) == Wish::Nice && ["x", "y", "z"].contains(&word.folded.as_str()) {
                    nice.push(word.folded.clone());
                }
            }
        }
        nice
    }

    #[test]
    fn a_wish_reaches_as_far_as_its_words() {
        for (text, expected) in [
            ("X and Y required; Z preferred", vec!["z"]),
            ("Sehr gute Kenntnisse in X, idealerweise Y", vec!["y"]),
            ("Erfahrung mit X, Y und Z von Vorteil", vec!["x", "y", "z"]),
            ("Gute Kenntnisse in X und Y, Z von Vorteil", vec!["z"]),
            ("La connaissance de X serait un plus", vec!["x"]),
            ("Valorable X", vec!["x"]),
            ("X is a must, ideally Y", vec!["y"]),
            ("Bonus: X, Y", vec!["x", "y"]),
            ("X would be a bonus, and Y is nice to have", vec!["x", "y"]),
            ("X", vec![]),
        ] {
            assert_eq!(nice(&format!("Requirements\n- {text}")), expected, "{text}");
        }
        assert_eq!(nice("Nice to have\n- X\n- Y (required)"), ["x"]);
    }
}
