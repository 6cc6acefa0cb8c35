//! From sentences to the posting.

use hiring_core::job::{EducationLevel, Requirements};

use super::asked::{Asked, ask};
use super::headings::Part;
use super::notes::{Note, NoteCode};
use super::outline::{Sentence, outline};
use super::places::{self, Named as NamedPlace};
use super::quote::Quotes;
use super::salary::{Pay, Period};
use super::terms::{self, Remote};
use super::wish::Wish;
use super::{MAX_PHRASES, PlaceKind, Posting, Tables, salary, title};

/// Most places that a note names.
const MAX_NAMED_PLACES: usize = 10;
/// Longest entry of the responsibilities, in code points: a few sentences, so that an answer stays below what a job may be sent with.
const MAX_DUTY_CHARS: usize = 500;
/// Months of a year.
const MONTHS: u64 = 12;

/// Reads the posting.
pub(super) fn build(text: &str, tables: &Tables) -> Posting {
    let sentences = outline(text);
    let quotes = Quotes::new(text);
    let mut posting = Posting {
        language: (tables.text_language)(text),
        ..Posting::default()
    };
    let places = places::places(text, &sentences, tables);
    if let Some(range) = title::title(text, &sentences, &places) {
        posting.title = text.get(range.clone()).map(one_line);
        posting.evidence.extend(quotes.extract("/title", &range));
    }
    place_and_terms(text, &sentences, &places, (&quotes, &mut posting));
    if let Some(pay) = salary::pay(text, &sentences) {
        put_pay(&pay, &quotes, &mut posting);
    }
    let asked = ask(text, &sentences, tables);
    put_requirements(text, &asked, &quotes, &mut posting);
    put_duties(text, &sentences, &quotes, &mut posting);
    posting
}

fn place_and_terms(
    text: &str,
    sentences: &[Sentence],
    places: &[NamedPlace],
    out: (&Quotes<'_>, &mut Posting),
) {
    let (quotes, posting) = out;
    if let Some((remote, range)) = terms::remote(sentences) {
        posting.remote = Some(remote);
        posting.evidence.extend(quotes.extract("/remote", &range));
    }
    let types = terms::job_types(sentences);
    if let Some((job_type, range)) = types.first() {
        posting.job_type = Some(*job_type);
        posting.evidence.extend(quotes.extract("/job_type", range));
    }
    let hours: Vec<&str> = types
        .iter()
        .filter_map(|(_, range)| text.get(range.clone()))
        .collect();
    use hiring_core::job::JobType::{FullTime, PartTime};
    if [FullTime, PartTime]
        .iter()
        .all(|kind| types.iter().any(|(known, _)| known == kind))
    {
        posting.notes.push(Note::new(
            NoteCode::SeveralJobTypes,
            format!("Several kinds of employment: {}.", hours.join(", ")),
        ));
    }
    let from_afar = posting.remote == Some(Remote::Remote);
    let Some(place) = places.first() else {
        if from_afar {
            posting.requirements.location = Some("remote".to_owned());
            let found = posting
                .evidence
                .iter()
                .find(|extract| extract.pointer == "/remote")
                .cloned();
            posting.evidence.extend(found.map(|extract| super::Extract {
                pointer: "/requirements/location".to_owned(),
                ..extract
            }));
        }
        return;
    };
    let name = |place: &NamedPlace| text.get(place.range.clone()).map(one_line);
    posting.location = text.get(place.range.clone()).map(one_line);
    posting.evidence.extend(quotes.extract("/location", &place.range));
    // Work from afar that names a city names where the employer is; a country limits from where.
    if from_afar && place.kind == PlaceKind::City {
        posting.requirements.location = Some("remote".to_owned());
    } else {
        posting.requirements.location.clone_from(&posting.location);
        posting
            .evidence
            .extend(quotes.extract("/requirements/location", &place.range));
    }
    let mut others: Vec<String> = Vec::new();
    for other in places
        .iter()
        .filter(|other| other.rank == place.rank)
        .filter_map(name)
    {
        if !others.contains(&other) && others.len() < MAX_NAMED_PLACES {
            others.push(other);
        }
    }
    if others.len() > 1 && place.rank < 3 {
        posting.notes.push(Note::new(
            NoteCode::SeveralPlaces,
            format!(
                "Several places are named, the first was taken: {}.",
                others.join("; ")
            ),
        ));
    }
}

fn put_pay(pay: &Pay, quotes: &Quotes<'_>, posting: &mut Posting) {
    let (mut min, mut max) = (pay.min, pay.max);
    if min > max {
        (min, max) = (max, min);
        posting.notes.push(Note::new(
            NoteCode::SalaryOrder,
            "The least pay is above the most; they were exchanged.",
        ));
    }
    posting.salary_currency = Some(pay.currency);
    posting.salary_period = Some(pay.period);
    let factor = match pay.period {
        Period::Year => 1,
        Period::Month => {
            posting.notes.push(Note::new(
                NoteCode::SalaryForAMonth,
                "The pay is for a month and was taken times twelve; some employers pay more months.",
            ));
            MONTHS
        }
        Period::Week | Period::Day | Period::Hour => {
            let detail =
                "The pay is for a week, a day or an hour; a job takes yearly pay, so that it was left out.";
            posting.notes.push(Note::new(NoteCode::SalaryNotYearly, detail));
            0
        }
    };
    let whole = |hundredths: u64| {
        i32::try_from(hundredths.saturating_mul(factor) / 100)
            .ok()
            .filter(|amount| *amount > 0)
    };
    (posting.salary_min, posting.salary_max) = (whole(min), whole(max));
    for pointer in ["/salary_min", "/salary_max"] {
        if factor > 0 && whole(max).is_some() {
            posting.evidence.extend(quotes.extract(pointer, &pay.range));
        }
    }
    posting
        .evidence
        .extend(quotes.extract("/salary_currency", &pay.range));
    posting
        .evidence
        .extend(quotes.extract("/salary_period", &pay.range_with_period));
}

fn put_requirements(text: &str, asked: &Asked, quotes: &Quotes<'_>, posting: &mut Posting) {
    let mut notes = Vec::new();
    let mut evidence = Vec::new();
    let mut list = |wish: Wish, name: &str, notes: &mut Vec<Note>| -> Vec<String> {
        let entries = asked.lists.take(wish, notes);
        let places = entries.iter().enumerate();
        evidence.extend(
            places.filter_map(|(at, (_, range))| quotes.extract(format!("/requirements/{name}/{at}"), range)),
        );
        entries.into_iter().map(|(label, _)| label).collect()
    };
    let must_have = list(Wish::Must, "must_have", &mut notes);
    let nice_to_have = list(Wish::Nice, "nice_to_have", &mut notes);
    asked.lists.note_both(&mut notes);
    for range in &asked.alternatives {
        let words = text.get(range.clone()).map(one_line).unwrap_or_default();
        notes.push(Note::new(
            NoteCode::Alternatives,
            format!("One of these may be enough, while a list asks for each: {words}."),
        ));
    }
    let most = asked
        .years
        .iter()
        .reduce(|most, years| if years.years > most.years { years } else { most });
    if let Some(years) = most {
        evidence.extend(quotes.extract("/requirements/min_experience_years", &years.range));
        if asked.years.iter().any(|other| other.years != years.years) {
            let detail = format!(
                "Several numbers of years are named; the greatest, {}, was taken.",
                years.years
            );
            notes.push(Note::new(NoteCode::SeveralYears, detail));
        }
    }
    let education: Option<EducationLevel> = asked.degree.as_ref().map(|degree| degree.level);
    if let Some(degree) = &asked.degree {
        evidence.extend(quotes.extract("/requirements/education", &degree.range));
    }
    if asked.lists.is_empty() && most.is_none() && education.is_none() {
        notes.push(Note::new(
            NoteCode::NoRequirements,
            "The text asks for no skill, years or education that could be read.",
        ));
    }
    posting.requirements = Requirements {
        must_have,
        nice_to_have,
        min_experience_years: most.map(|years| years.years),
        location: posting.requirements.location.take(),
        education,
    };
    let known: Vec<&str> = posting
        .requirements
        .must_have
        .iter()
        .map(String::as_str)
        .collect();
    let mut unknown: Vec<(String, &std::ops::Range<usize>)> = Vec::new();
    for range in &asked.unknown {
        let phrase = text.get(range.clone()).unwrap_or_default().to_owned();
        if unknown.len() < MAX_PHRASES
            && !known.contains(&phrase.as_str())
            && !unknown.iter().any(|(other, _)| *other == phrase)
        {
            unknown.push((phrase, range));
        }
    }
    evidence.extend(
        unknown
            .iter()
            .enumerate()
            .filter_map(|(at, (_, range))| quotes.extract(format!("/unrecognised/{at}"), range)),
    );
    posting.unrecognised = unknown.into_iter().map(|(phrase, _)| phrase).collect();
    posting.evidence.extend(evidence);
    posting.notes.extend(notes);
}

fn put_duties(text: &str, sentences: &[Sentence], quotes: &Quotes<'_>, posting: &mut Posting) {
    let duties = sentences
        .iter()
        .filter(|sentence| sentence.part == Part::Duties)
        .take(MAX_PHRASES);
    for sentence in duties {
        let at = posting.responsibilities.len();
        let written = text.get(sentence.range.clone()).unwrap_or_default();
        let length = written
            .char_indices()
            .nth(MAX_DUTY_CHARS)
            .map_or(written.len(), |(end, _)| end);
        if let Some(extract) = quotes.extract(
            format!("/responsibilities/{at}"),
            &(sentence.range.start..sentence.range.start + length),
        ) {
            posting.responsibilities.push(extract.quote.clone());
            posting.evidence.push(extract);
        }
    }
}

/// A value on one line.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
