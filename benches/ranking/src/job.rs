//! Jobs of a profession.

use std::collections::BTreeSet;

use crate::Job;
use crate::grade::Wanted;
use crate::place::PLACES;
use crate::profession::{Ability, Profession};
use crate::random::Random;

/// Jobs that each profession has.
const JOBS: usize = 4;
/// Years that jobs ask for.
const YEARS: [u8; 5] = [3, 4, 5, 6, 8];

/// The jobs of a profession.
pub(crate) fn jobs(profession: &Profession, random: &mut Random) -> Vec<Job> {
    (0..JOBS).map(|number| job(profession, number, random)).collect()
}

fn job(profession: &Profession, number: usize, random: &mut Random) -> Job {
    let (must, nice) = chosen(profession, random);
    let ability = |key: &&String| profession.abilities.get(*key).cloned().unwrap_or_default();
    let asked = |keys: &[&String], random: &mut Random| -> Vec<(String, String)> {
        keys.iter().map(|key| two_ways(&ability(key), random)).collect()
    };
    let (must_asked, nice_asked) = (asked(&must, random), asked(&nice, random));
    let place = random.pick(&PLACES);
    // Every other job insists on its place; of the others one says `remote` and one nothing.
    let (insists, location) = match number % 4 {
        0 | 2 => (Some(place), Some(format!("{}, {}", place.city, place.country))),
        1 => (None, Some("remote".to_owned())),
        _ => (None, None),
    };
    let years = random.pick(&YEARS);
    let title = profession.titles.get(number % profession.titles.len().max(1));
    let title = title.cloned().unwrap_or_default();
    let firsts = |ways: &[(String, String)]| ways.iter().map(|(first, _)| first.clone()).collect();
    let seconds: Vec<String> = must_asked.iter().map(|(_, second)| second.clone()).collect();
    let employer = random.pick(&profession.employers);
    Job {
        id: format!("{}-{number}", profession.name),
        profession: profession.name.clone(),
        half: profession.half,
        description: describe((&title, &employer), place.city, &seconds, random),
        title,
        must_have: firsts(&must_asked),
        nice_to_have: firsts(&nice_asked),
        min_experience_years: years,
        location,
        wanted: Wanted {
            profession: profession.name.clone(),
            near: profession.near.clone(),
            must: must.iter().map(|key| (*key).clone()).collect::<BTreeSet<_>>(),
            months: usize::from(years) * 12,
            place: insists,
        },
    }
}

/// Must-haves and nice-to-haves: of three must-haves two have names, of four two or three.
fn chosen<'a>(profession: &'a Profession, random: &mut Random) -> (Vec<&'a String>, Vec<&'a String>) {
    let keys = |named: bool| -> Vec<&'a String> {
        let abilities = profession.abilities.iter();
        abilities
            .filter(|(_, ability)| ability.is_name() == named)
            .map(|(key, _)| key)
            .collect()
    };
    let named = random.between(2, 3);
    let worded = if named == 2 { random.between(1, 2) } else { 1 };
    let (mut names, mut words) = (keys(true), keys(false));
    random.shuffle(&mut names);
    random.shuffle(&mut words);
    let mut rest = names.split_off(named.min(names.len()));
    rest.extend(words.split_off(worded.min(words.len())));
    names.extend(words);
    let niceties = random.between(1, 2);
    (names, random.some(&rest, niceties))
}

/// Two ways of asking: for the list of requirements, and for the description.
fn two_ways(ability: &Ability, random: &mut Random) -> (String, String) {
    let ways = random.some(&ability.asked, 2);
    let way = |at: usize| ways.get(at).cloned().unwrap_or_default();
    (way(0), way(1))
}

fn describe((title, employer): (&str, &str), city: &str, duties: &[String], random: &mut Random) -> String {
    let opening = random.pick(&[
        format!("{employer} in {city} is looking for a {title}."),
        format!("To strengthen our team at {employer}, {city}, we are hiring."),
        format!("We are {employer}, based in {city}."),
    ]);
    let duties = duties.join("; ");
    let work = random.pick(&[
        format!("Your daily work: {duties}."),
        format!("What you will do with us: {duties}."),
        format!("Somebody who has done this before: {duties}."),
    ]);
    let offer = random.pick(&[
        "We offer thirty days of holiday and a pension plan.".to_owned(),
        "You get a fair salary, a ticket for the bus and colleagues who help.".to_owned(),
        "Please send your application with a date on which you can start.".to_owned(),
    ]);
    format!("{opening} {work} {offer}")
}
