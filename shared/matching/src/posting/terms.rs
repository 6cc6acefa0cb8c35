//! The kind of employment, and whether the work is done from afar.

use std::ops::Range;

use hiring_core::job::JobType;
use serde::{Deserialize, Serialize};

use super::headings::Part;
use super::outline::Sentence;
use super::words::{Word, any_at, has_any};

/// Where the work is done, relative to the employer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Remote {
    /// Always from afar.
    Remote,
    /// Partly from afar.
    Hybrid,
    /// At the employer's place.
    OnSite,
}

impl Remote {
    /// The name used in answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Remote => "remote",
            Self::Hybrid => "hybrid",
            Self::OnSite => "on_site",
        }
    }
}

#[rustfmt::skip]
const TYPES: &[(JobType, &[&str])] = &[
    (JobType::Internship, &[
        "internship", "intern", "praktikum", "pflichtpraktikum", "praktikant", "praktikantin", "stagiaire", "stage de", "stage assistant", "convention de stage",
        "offre de stage", "practicas", "becario", "becaria", "contrato en practicas",
    ]),
    (JobType::Temporary, &[
        "fixed term", "temporary", "seasonal", "temp", "maternity cover", "befristet", "befristete", "befristeter", "zeitarbeit", "aushilfe", "cdd",
        "interim", "saisonnier", "contrat a duree determinee", "contrato temporal", "temporal", "eventual", "sustitucion", "duracion determinada",
    ]),
    (JobType::Contract, &[
        "contract role", "contract position", "contract basis", "month contract", "months contract", "contract 6 months", "contractor", "freelance", "freelancer",
        "freiberuflich", "freiberufler", "freie mitarbeit", "contract to hire", "independent contractor", "autonomo", "por cuenta propia", "honorarbasis",
    ]),
    (JobType::PartTime, &[
        "part time", "teilzeit", "minijob", "mini job", "werkstudent", "werkstudentin", "temps partiel", "mi temps", "media jornada", "jornada parcial",
        "tiempo parcial", "medio tiempo", "geringfugig",
    ]),
    (JobType::FullTime, &[
        "full time", "fulltime", "permanent", "vollzeit", "vollzeitstelle", "festanstellung", "unbefristet", "unbefristete", "temps plein", "temps complet", "cdi",
        "jornada completa", "tiempo completo", "contrato indefinido", "indefinido", "plein temps",
    ]),
];

#[rustfmt::skip]
const WHOLLY: &[&str] = &[
    "fully remote", "full remote", "100 remote", "remote first", "remote only", "work from anywhere", "100 teletravail", "teletravail complet", "teletravail total",
    "100 remoto", "totalmente remoto", "teletrabajo 100", "100 teletrabajo", "100 home office", "100 homeoffice", "vollstandig remote", "komplett remote",
    "remote position", "remote role", "remote job", "work remotely from", "ortsunabhangig", "en remoto",
];
#[rustfmt::skip]
const PARTLY: &[&str] = &[
    "hybrid*", "home office", "homeoffice", "mobiles arbeiten", "mobile arbeit", "teletravail", "teletrabajo", "work from home", "working from home",
    "days remote", "remote days", "partly remote", "partially remote", "remote work possible", "remote possible", "hibrid*", "tage remote", "jours de remote",
    "presencial y remoto",
];
const HERE: &[&str] = &[
    "on site",
    "onsite",
    "vor ort",
    "in office",
    "office based",
    "sur site",
    "presentiel",
    "presencial",
    "kein home office",
    "no remote",
    "kein homeoffice",
];
/// Words behind `remote` that make another thing of it.
const THINGS: &[&str] = &[
    "team*",
    "support",
    "monitoring",
    "access",
    "desktop",
    "sensing",
    "server*",
    "site*",
    "system*",
    "control",
    "patient*",
    "maintenance",
    "areas",
    "communit*",
    "region*",
    "colleague*",
];

/// Most words of a sentence in which `remote` alone tells where the work is done.
const MAX_REMOTE_WORDS: usize = 20;

/// A term of employment and its bytes.
pub(super) type Term<T> = (T, Range<usize>);

/// The kinds of employment that are named, in text order; none twice.
pub(super) fn job_types(sentences: &[Sentence]) -> Vec<Term<JobType>> {
    let mut found: Vec<Term<JobType>> = Vec::new();
    for sentence in sentences.iter().filter(|sentence| tells_terms(sentence)) {
        let words = &sentence.words;
        for at in 0..words.len() {
            for (kind, phrases) in TYPES {
                let Some(range) = any_at(words, at, phrases).and_then(|taken| bytes(words, at, taken)) else {
                    continue;
                };
                if !found.iter().any(|(known, _)| known == kind) {
                    found.push((*kind, range));
                }
            }
        }
    }
    // `Teilzeit` says more than `unbefristet`: the order of the table decides, and among two hours the first named.
    let named = |kind: JobType| found.iter().any(|(known, _)| *known == kind);
    if named(JobType::Temporary)
        && sentences
            .first()
            .is_some_and(|first| has_any(&first.words, &["contract"]))
    {
        found.retain(|(kind, _)| *kind != JobType::Contract);
    }
    let place = |kind: JobType| TYPES.iter().position(|(known, _)| *known == kind);
    found.sort_by_key(|(kind, _)| place(*kind));
    if let Some((contract, range)) = contract_for_months(sentences).filter(|_| found.is_empty()) {
        found.push((contract, range));
    }
    found
}

/// `Contract - 6 months` on a line of its own.
fn contract_for_months(sentences: &[Sentence]) -> Option<Term<JobType>> {
    let line = sentences
        .iter()
        .filter(|sentence| tells_terms(sentence) && sentence.words.len() <= 6)
        .find(|sentence| {
            sentence
                .words
                .first()
                .is_some_and(|word| word.folded == "contract")
        })?;
    Some((JobType::Contract, bytes(&line.words, 0, 1)?))
}

/// Whether the work is done from afar, and the words that say so: the first clear statement.
pub(super) fn remote(sentences: &[Sentence]) -> Option<Term<Remote>> {
    let mut found: Option<Term<Remote>> = None;
    for sentence in sentences.iter().filter(|sentence| tells_terms(sentence)) {
        let words = &sentence.words;
        for at in 0..words.len() {
            let told = |phrases| any_at(words, at, phrases).and_then(|taken| bytes(words, at, taken));
            let term = told(HERE)
                .map(|range| (Remote::OnSite, range))
                .or_else(|| told(WHOLLY).map(|range| (Remote::Remote, range)))
                .or_else(|| told(PARTLY).map(|range| (Remote::Hybrid, range)))
                .or_else(|| alone(sentence, at));
            match (term, &found) {
                (Some(term), None) => found = Some(term),
                // A line that says both offers both.
                (Some((Remote::Hybrid, range)), Some((Remote::Remote | Remote::OnSite, _))) => {
                    found = Some((Remote::Hybrid, range))
                }
                _ => {}
            }
        }
    }
    found
}

/// `remote` without a word of how much, at the head of a posting or in a short line.
fn alone(sentence: &Sentence, at: usize) -> Option<Term<Remote>> {
    let words = &sentence.words;
    let word = words
        .get(at)
        .filter(|word| matches!(word.folded.as_str(), "remote" | "remoto" | "remota"))?;
    if words.len() > MAX_REMOTE_WORDS
        || sentence.part == Part::Must
        || any_at(words, at + 1, THINGS).is_some()
    {
        return None;
    }
    let days = has_any(
        words,
        &["days", "day", "tage", "jours", "dias", "partial*", "teilweise"],
    );
    let kind = if days { Remote::Hybrid } else { Remote::Remote };
    Some((kind, word.start..word.end))
}

/// Whether a sentence may tell the terms of this job: not the company's story, nor a course that somebody took.
fn tells_terms(sentence: &Sentence) -> bool {
    let elsewhere = matches!(sentence.part, Part::Company | Part::Process | Part::Duties);
    let past = ["experience", "erfahrung", "experiencia", "studium", "etudes"];
    let about_person = sentence.part != Part::Head && has_any(&sentence.words, &past);
    !elsewhere && !about_person
}

fn bytes(words: &[Word], at: usize, taken: usize) -> Option<Range<usize>> {
    Some(words.get(at)?.start..words.get((at + taken).checked_sub(1)?)?.end)
}
