//! The people that a job is tried with: some who fit, some who nearly do, and some who only look like it.

use crate::place::{PLACES, Place};
use crate::profession::Profession;
use crate::random::Random;
use crate::resume::{self, Life};
use crate::{Job, Person, mentions};

/// What a person is there for. What they are worth for a job is told by their label alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Has all that some job asks for.
    Fits,
    /// Lacks must-haves.
    Lacks,
    /// Has the abilities, and too few years.
    Short,
    /// Has the abilities, in another place.
    Elsewhere,
    /// Has the abilities, in a near profession.
    Near,
    /// Has the abilities since a short time, after years of something else.
    Changed,
    /// Of another profession, with the words of the job of this id: hires, sells to or writes about such people.
    SameWords(String),
    /// Of another profession, with the words of the job of this id in a list of skills.
    Stuffed(String),
    /// A resume that others have made.
    Corpus,
}

/// A percentage of people who write in the profession's other language.
const FOREIGN: usize = 12;

/// The people for a job.
pub(crate) fn people(
    professions: &[Profession],
    (number, job): (usize, &Job),
    random: &mut Random,
) -> Vec<Person> {
    let Some(own) = professions.iter().find(|one| one.name == job.profession) else {
        return Vec::new();
    };
    let wanted = job.wanted.months;
    let here = job.wanted.place.unwrap_or_else(|| random.pick(&PLACES));
    let must: Vec<String> = job.wanted.must.iter().cloned().collect();
    let enough = |random: &mut Random| wanted + random.between(2, 40);
    let mut cast = Vec::new();
    for _ in 0..3 {
        let months = enough(random);
        cast.push((
            Kind::Fits,
            life(own, with_others(own, &must, &must, random), months, here),
        ));
    }
    let kept = must.len().saturating_sub(1);
    for (count, kind) in [(kept, Kind::Lacks), (1, Kind::Lacks)] {
        let some = random.some(&must, count);
        let months = enough(random);
        cast.push((
            kind,
            life(own, with_others(own, &some, &must, random), months, here),
        ));
    }
    let few = random.between(10, (wanted / 2).saturating_sub(3).max(10));
    let nearly = random.between(wanted / 2 + 3, wanted.saturating_sub(6));
    for months in [few, nearly] {
        cast.push((
            Kind::Short,
            life(own, with_others(own, &must, &must, random), months, here),
        ));
    }
    let months = enough(random);
    cast.push((
        Kind::Elsewhere,
        life(
            own,
            with_others(own, &must, &must, random),
            months,
            elsewhere(here, number, random),
        ),
    ));
    let mut people: Vec<Person> = cast
        .into_iter()
        .map(|(kind, mut life)| {
            life.foreign = random.chance(FOREIGN);
            resume::person(kind, &life, random)
        })
        .collect();
    people.extend(traps(professions, own, (number, job, here), random));
    people
}

/// Those who would mislead, in turn: every job has one who is near or has changed, every other one a stuffer or somebody with
/// the same words.
fn traps(
    professions: &[Profession],
    own: &Profession,
    (number, job, here): (usize, &Job, Place),
    random: &mut Random,
) -> Vec<Person> {
    let named = |name: &str| professions.iter().find(|one| one.name == name);
    let must: Vec<String> = job.wanted.must.iter().cloned().collect();
    let months = job.wanted.months + random.between(2, 40);
    let others: Vec<&Profession> = professions
        .iter()
        .filter(|one| one.name != own.name && !own.near.contains(&one.name))
        .collect();
    let other = others.get(random.below(others.len())).copied().unwrap_or(own);
    let mut lives = Vec::new();
    if number % 2 == 0 {
        let near = own.near.first().and_then(|name| named(name)).unwrap_or(own);
        let mut near = life(near, with_others(near, &must, &must, random), months, here);
        near.borrowed = Some(own);
        lives.push((Kind::Near, near));
    } else {
        let few = random.between(8, (job.wanted.months / 2).saturating_sub(3).max(8));
        let mut changed = life(own, with_others(own, &must, &must, random), few, here);
        changed.before = Some((other, months));
        lives.push((Kind::Changed, changed));
    }
    if number % 4 == 0 {
        let mut stuffed = life(other, some_of(other, random), months, here);
        stuffed.stuffing = stuffing(own, job, random);
        lives.push((Kind::Stuffed(job.id.clone()), stuffed));
    }
    if number % 4 == 1 {
        let disguise = mentions::disguise(job.half, number);
        let disguise = named(disguise).filter(|one| one.name != own.name && !own.near.contains(&one.name));
        let disguise = disguise.unwrap_or(other);
        let mut same = life(disguise, some_of(disguise, random), months, here);
        same.mentions = mentions::of(&disguise.name, job, random);
        lives.push((Kind::SameWords(job.id.clone()), same));
    }
    lives
        .into_iter()
        .map(|(kind, life)| resume::person(kind, &life, random))
        .collect()
}

fn life(profession: &Profession, abilities: Vec<String>, months: usize, place: Place) -> Life<'_> {
    Life {
        profession,
        abilities,
        months,
        place,
        foreign: false,
        borrowed: None,
        before: None,
        mentions: Vec::new(),
        stuffing: Vec::new(),
    }
}

/// These abilities and one to three of the profession's that the job does not ask for.
fn with_others(
    profession: &Profession,
    these: &[String],
    asked: &[String],
    random: &mut Random,
) -> Vec<String> {
    let rest: Vec<String> = profession
        .abilities
        .keys()
        .filter(|key| !asked.contains(key))
        .cloned()
        .collect();
    let count = random.between(1, 3);
    these.iter().cloned().chain(random.some(&rest, count)).collect()
}

fn some_of(profession: &Profession, random: &mut Random) -> Vec<String> {
    let keys: Vec<String> = profession.abilities.keys().cloned().collect();
    random.some(&keys, 3)
}

/// Another city of the country and another country in turn.
fn elsewhere(here: Place, number: usize, random: &mut Random) -> Place {
    let abroad = number % 4 < 2;
    let fits = |place: &&Place| place.city != here.city && (place.country != here.country) == abroad;
    let others: Vec<Place> = PLACES.iter().filter(fits).copied().collect();
    let anywhere: Vec<Place> = PLACES
        .iter()
        .filter(|place| place.city != here.city)
        .copied()
        .collect();
    if others.is_empty() {
        random.pick(&anywhere)
    } else {
        random.pick(&others)
    }
}

/// The job's own words and many of its profession's.
fn stuffing(own: &Profession, job: &Job, random: &mut Random) -> Vec<String> {
    let mut words = job.must_have.clone();
    words.extend(job.nice_to_have.iter().cloned());
    for ability in own.abilities.values() {
        words.push(random.pick(&ability.listed));
    }
    random.shuffle(&mut words);
    words
}
