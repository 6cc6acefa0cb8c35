//! Lengths of time, which are no names.

use hiring_core::taxonomy::fold_words;

/// `3 years`, `1 yr 3 mos`, `2 Jahre und 6 Monate`.
pub(super) fn is_duration(text: &str) -> bool {
    // Longer than any duration before it is folded, which a long line would pay for at each of its dates.
    if text.len() > 200 {
        return false;
    }
    let folded = fold_words(text);
    let mut any = false;
    folded.len() < 40
        && folded.split(' ').all(|word| {
            let unit = is_unit(word.trim_start_matches(|c: char| c.is_ascii_digit()));
            any |= unit;
            unit || word.chars().all(|c| c.is_ascii_digit())
                || matches!(
                    word,
                    "and" | "und" | "et" | "y" | "ca" | "seit" | "total" | "insgesamt" | "less" | "than"
                )
        })
        && any
}

fn is_unit(word: &str) -> bool {
    matches!(
        word,
        "year"
            | "years"
            | "month"
            | "months"
            | "yr"
            | "yrs"
            | "mo"
            | "mos"
            | "jahr"
            | "jahre"
            | "jahren"
            | "monat"
            | "monate"
            | "monaten"
            | "an"
            | "ans"
            | "annee"
            | "annees"
            | "mois"
            | "ano"
            | "anos"
            | "mes"
            | "meses"
            | "y"
            | "m"
            | "week"
            | "weeks"
            | "wochen"
            | "semaines"
            | "semanas"
            | "j"
    )
}
