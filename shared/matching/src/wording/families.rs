//! Words of one family: `ventilated` and `ventilation`, `plan` and `planning`, `betreuen` and `Betreuung`.

/// Words that say nothing about what is asked for, folded, in English, German, French and Spanish.
#[rustfmt::skip]
pub(super) const EMPTY_WORDS: &[&str] = &[
    "the", "an", "and", "or", "of", "in", "on", "to", "for", "with", "at", "by", "from", "as", "is", "are", "be", "that", "this", "their", "other", "such",
    "who", "has", "have", "had", "can", "will", "you", "your", "we", "our", "it", "its", "using", "use", "used", "able", "ability", "strong", "solid", "good",
    "very", "proven", "excellent", "sound", "deep", "hands", "experience", "experienced", "knowledge", "skill", "skills", "skilled", "understanding",
    "familiarity", "familiar", "expertise", "proficiency", "proficient", "background", "years", "year", "least", "plus", "work", "working", "worked", "etc",
    "der", "die", "das", "den", "dem", "des", "ein", "eine", "einer", "einem", "einen", "und", "oder", "mit", "von", "vom", "zu", "zum", "zur", "im", "am", "auf", "aus",
    "bei", "fur", "als", "ist", "sind", "nach", "erfahrung", "erfahrungen", "kenntnis", "kenntnisse", "kenntnissen", "gute", "guter", "sehr", "sicherer", "umgang",
    "jahre", "jahren", "mindestens", "bereich",
    "le", "la", "les", "un", "une", "du", "de", "et", "ou", "en", "dans", "avec", "pour", "sur", "par", "au", "aux", "ce", "est", "bonne", "bon", "experience", "connaissance",
    "connaissances", "maitrise", "ans", "capacite",
    "el", "los", "las", "una", "del", "al", "con", "para", "por", "que", "es", "son", "su", "sus", "experiencia", "conocimiento", "conocimientos", "manejo", "buen",
    "buena", "anos", "capacidad",
];

/// Endings that words of one family differ in, folded.
#[rustfmt::skip]
const ENDINGS: &[&str] = &[
    "", "s", "es", "e", "ed", "d", "ing", "ings", "er", "ers", "r", "rs", "or", "ors", "ion", "ions", "ation", "ations", "ment", "ments", "al", "ally", "ly", "able", "ive",
    "y", "ies", "ied", "ist", "ists", "ity", "ance", "ence", "ant", "ent", "ants", "ents", "ator", "ators", "ate", "ates", "ated", "ating", "ness",
    "n", "en", "em", "et", "t", "te", "ten", "st", "ung", "ungs", "ungen", "ig", "ige", "igen", "lich", "liche", "lichen", "in", "innen", "nd", "nde", "nden", "end", "ende",
    "enden", "ieren", "iert", "ierung",
    "ez", "eur", "eurs", "euse", "ement", "ements", "ee", "ees", "ont", "ait", "ons",
    "a", "o", "as", "os", "ar", "ir", "ando", "iendo", "ado", "ada", "ados", "adas", "ido", "ida", "idos", "idas", "cion", "ciones", "acion", "aciones", "dor", "dora",
    "ador", "adora", "miento", "amiento",
];
/// Letters that two words of one family begin with, at least.
const STEM_CHARS: usize = 5;
/// The same where neither ending is longer than [`SHORT_ENDING`].
const SHORT_STEM_CHARS: usize = 4;
const SHORT_ENDING: usize = 2;

/// Whether two folded words are of one family: the same but for endings.
pub(super) fn related(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    let common: usize = a
        .chars()
        .zip(b.chars())
        .take_while(|(a, b)| a == b)
        .map(|(c, _)| c.len_utf8())
        .sum();
    let (Some(stem), Some(a), Some(b)) = (a.get(..common), a.get(common..), b.get(common..)) else {
        return false;
    };
    let letters = stem.chars().count();
    let doubled = |ending: &str| {
        let last = stem.chars().next_back();
        let rest = last.and_then(|last| ending.strip_prefix(last)).unwrap_or(ending);
        ENDINGS.contains(&ending) || ENDINGS.contains(&rest)
    };
    let short = a.len() <= SHORT_ENDING && b.len() <= SHORT_ENDING;
    let ing = letters >= SHORT_STEM_CHARS && (a.is_empty() || b.is_empty());
    // `career` is no form of `care`.
    let twice = stem.ends_with('e') && (a.starts_with('e') || b.starts_with('e'));
    !twice
        && (letters >= STEM_CHARS || (letters >= SHORT_STEM_CHARS && short) || ing)
        && !stem.chars().any(|c| c.is_ascii_digit())
        && doubled(a)
        && doubled(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_one_family_are_told_in_four_languages() {
        for (a, b) in [
            ("ventilated", "ventilation"),
            ("planning", "plan"),
            ("patients", "patient"),
            ("managing", "management"),
            ("budgeting", "budgets"),
            ("betreuung", "betreuen"),
            ("planung", "planungen"),
            ("gestion", "gestions"),
            ("formation", "formateur"),
            ("atencion", "atenciones"),
            ("cuidado", "cuidados"),
        ] {
            assert!(related(a, b) && related(b, a), "{a} {b}");
        }
    }

    #[test]
    fn words_that_only_begin_alike_are_strangers() {
        for (a, b) in [
            ("state", "station"),
            ("java", "javascript"),
            ("commerce", "committee"),
            ("care", "career"),
            ("contract", "contrast"),
            ("ipv4", "ipv6"),
            ("general", "generator"),
        ] {
            assert!(!related(a, b), "{a} {b}");
        }
    }
}
