//! A person's life in words.

use crate::cast::Kind;
use crate::grade::Truth;
use crate::names;
use crate::page::{self, Page, Position};
use crate::place::Place;
use crate::profession::Profession;
use crate::random::Random;
use crate::words::{Words, words};
use crate::{Person, TODAY};

/// What a person has done.
pub(crate) struct Life<'a> {
    pub(crate) profession: &'a Profession,
    /// Keys of abilities.
    pub(crate) abilities: Vec<String>,
    /// Months in the profession.
    pub(crate) months: usize,
    pub(crate) place: Place,
    /// Writes in the profession's other language.
    pub(crate) foreign: bool,
    /// Another profession that abilities may come from.
    pub(crate) borrowed: Option<&'a Profession>,
    /// Another profession before this one, and months in it.
    pub(crate) before: Option<(&'a Profession, usize)>,
    /// Sentences that show no ability.
    pub(crate) mentions: Vec<String>,
    /// Entries of the skill list that show no ability.
    pub(crate) stuffing: Vec<String>,
}

/// What shows the abilities.
#[derive(Default)]
struct Shown {
    listed: Vec<String>,
    told: Vec<String>,
}

/// Puts a life into words.
pub(crate) fn person(kind: Kind, life: &Life<'_>, random: &mut Random) -> Person {
    let own = life.profession;
    let language = if life.foreign {
        own.foreign.language.as_str()
    } else {
        "en"
    };
    let words = words(language);
    let shown = show(life, random);
    let wording: Vec<String> = shown.listed.iter().chain(&shown.told).cloned().collect();
    let titles = if life.foreign {
        &own.foreign.titles
    } else {
        &own.titles
    };
    let title = random.pick(titles);
    let mut listed = shown.listed;
    listed.extend(life.stuffing.iter().cloned());
    let soft = random.between(usize::from(listed.is_empty()), 2);
    listed.extend(random.some(words.soft, soft).into_iter().map(str::to_owned));
    random.shuffle(&mut listed);
    let mut told = shown.told;
    told.extend(life.mentions.iter().cloned());
    random.shuffle(&mut told);
    let page = Page {
        name: names::name(random),
        place: life.place,
        summary: summary(&title, life, words, random),
        work: positions(life, &title, told, random),
        headline: title,
        skills: listed,
        degree: if life.foreign {
            own.foreign.degree.clone()
        } else {
            own.degree.clone()
        },
        words,
    };
    let truth = Truth {
        profession: own.name.clone(),
        abilities: life.abilities.iter().cloned().collect(),
        months: life.months,
        place: life.place,
    };
    Person {
        id: String::new(),
        kind,
        document: page::lay_out(&page, random).into_bytes(),
        wording,
        truth,
    }
}

/// Each ability in the list of skills, in a sentence or in both. Names are rather listed, other wording rather told.
fn show(life: &Life<'_>, random: &mut Random) -> Shown {
    let mut shown = Shown::default();
    for key in &life.abilities {
        let own = life.profession.abilities.get(key);
        let Some(ability) = own.or_else(|| life.borrowed?.abilities.get(key)) else {
            continue;
        };
        let (list, tell) = match (ability.is_name(), random.below(10)) {
            (true, 0..4) | (false, 0..2) => (true, false),
            (true, 4..6) | (false, 2..8) => (false, true),
            _ => (true, true),
        };
        let (in_list, in_sentence) = &ability.foreign;
        if list {
            shown.listed.push(if life.foreign {
                in_list.clone()
            } else {
                random.pick(&ability.listed)
            });
        }
        if tell {
            shown.told.push(if life.foreign {
                in_sentence.clone()
            } else {
                random.pick(&ability.told)
            });
        }
    }
    shown
}

fn summary(title: &str, life: &Life<'_>, words: &Words, random: &mut Random) -> Option<String> {
    let years = (life.months + life.before.map_or(0, |(_, months)| months)) / 12;
    (years > 0 && random.chance(60)).then(|| (words.opening)(title, years))
}

/// The positions, the latest first, with the sentences spread over those of the profession.
fn positions(life: &Life<'_>, title: &str, told: Vec<String>, random: &mut Random) -> Vec<Position> {
    let (year, month, _) = TODAY;
    let mut last = year.unsigned_abs() as usize * 12 + month as usize - 1;
    let mut positions = Vec::new();
    for (number, months) in parts(life.months, random).into_iter().enumerate() {
        let titles = if life.foreign {
            &life.profession.foreign.titles
        } else {
            &life.profession.titles
        };
        let title = if number == 0 {
            title.to_owned()
        } else {
            random.pick(titles)
        };
        positions.push(position(life, title, (last, months, number == 0), random));
        last -= months;
    }
    let count = positions.len().max(1);
    for sentence in told {
        let at = random.below(count);
        if let Some(position) = positions.get_mut(at) {
            let line = random.below(position.lines.len() + 1);
            position.lines.insert(line, sentence);
        }
    }
    if let Some((before, months)) = life.before {
        for months in parts(months, random) {
            let mut earlier = Position {
                title: random.pick(&before.titles),
                employer: random.pick(&before.employers),
                city: life.place.city,
                first: last + 1 - months,
                last,
                current: false,
                lines: random.some(&before.fillers, 2),
            };
            earlier.lines.truncate(2);
            positions.push(earlier);
            last -= months;
        }
    }
    positions
}

fn position(
    life: &Life<'_>,
    title: String,
    (last, months, current): (usize, usize, bool),
    random: &mut Random,
) -> Position {
    let fillers = if life.foreign {
        &life.profession.foreign.fillers
    } else {
        &life.profession.fillers
    };
    let count = random.between(1, 2);
    Position {
        title,
        employer: random.pick(&life.profession.employers),
        city: life.place.city,
        first: last + 1 - months,
        last,
        current,
        lines: random.some(fillers, count),
    }
}

/// Months cut into one to three positions of at least ten months.
fn parts(months: usize, random: &mut Random) -> Vec<usize> {
    let count = random.between(1, 3).min(months / 20).max(1);
    let mut rest = months;
    let mut parts = Vec::new();
    for left in (1..count).rev() {
        let part = random.between(10, (rest - left * 10).min(rest * 2 / 3).max(10));
        parts.push(part);
        rest -= part;
    }
    parts.push(rest);
    parts
}
