//! Which sentences ask for something.

use super::headings::Part;
use super::outline::Sentence;
use super::words::{any_at, has_any};

/// Words of a sentence that asks, in postings that have no list of requirements.
#[rustfmt::skip]
const ASKS: &[&str] = &[
    "you have", "you bring", "you need", "you should", "you must", "you know", "you speak", "you hold", "you are", "you enjoy", "must", "required", "requires", "experience", "experienced",
    "knowledge", "proficien*", "familiar*", "looking for someone", "we expect", "skills", "ability to", "degree", "a plus", "nice to have", "bonus", "comes naturally",
    "sie bringen", "sie verfugen", "sie haben", "sie beherrschen", "sie sprechen", "du bringst", "du hast", "du verfugst", "du beherrschst", "du sprichst", "erfahrung*",
    "kenntnisse*", "wir erwarten", "voraussetzung*", "erforderlich", "wunschenswert", "von vorteil", "zeichnen sie aus", "zeichnet sie aus", "zeichnet dich aus", "ausbildung", "studium",
    "vous avez", "vous etes", "vous maitrisez", "vous disposez", "vous justifiez", "vous parlez", "vous aimez", "maitrise*", "connaissance*", "titulaire", "diplome*", "exige*", "souhaite*",
    "un plus", "permis", "requis*", "competence*",
    "se requiere*", "imprescindible*", "experiencia", "conocimiento*", "dominio", "manejo", "valorable*", "deseable*", "necesitas", "tienes", "debes", "buscamos", "titulacion",
    "titulo", "hablas", "requisito*",
];
/// Beginnings of sentences that speak of the employer.
#[rustfmt::skip]
const EMPLOYER: &[&str] = &["we", "our", "us", "wir", "unser", "unsere", "unseren", "nous", "notre", "nos", "nuestra", "nuestro", "nuestros", "somos", "the company", "our team"];
/// Beginnings of sentences of the employer that ask all the same.
#[rustfmt::skip]
const EMPLOYER_ASKS: &[&str] = &[
    "we are looking for", "we looking for", "we expect", "we require", "we need", "we are hiring", "we hiring", "we seek", "we are seeking", "wir suchen", "wir erwarten", "wir wunschen uns", "wir freuen uns",
    "nous recherchons", "nous cherchons", "nous attendons", "buscamos", "necesitamos", "requerimos",
    "our ideal", "unser idealer", "unsere ideale", "notre candidat", "nuestro candidato", "nuestra candidata",
];

/// The sentences that ask for something: those under headings of requirements, or without such headings those with words of
/// asking, outside of what the employer says about itself and offers.
pub(super) fn asking(sentences: &[Sentence]) -> Vec<&Sentence> {
    let listed = sentences.iter().any(|sentence| sentence.part == Part::Must);
    sentences
        .iter()
        .filter(|sentence| match sentence.part {
            Part::Must | Part::Nice => !is_of_employer(sentence),
            Part::Head => !listed && asks(sentence),
            Part::Duties | Part::Offer | Part::Company | Part::Process => false,
        })
        .collect()
}

fn asks(sentence: &Sentence) -> bool {
    !is_of_employer(sentence) && has_any(&sentence.words, ASKS)
}

/// Whether the employer speaks of itself: `Our office is in Bilbao`.
pub(super) fn is_of_employer(sentence: &Sentence) -> bool {
    any_at(&sentence.words, 0, EMPLOYER).is_some() && !has_any(&sentence.words, EMPLOYER_ASKS)
}
