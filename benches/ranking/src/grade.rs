//! How well a person fits a job, told from what both were made of.
//!
//! | grade | a recruiter would |
//! |---|---|
//! | 3 | invite at once |
//! | 2 | invite when nobody better comes |
//! | 1 | keep in mind |
//! | 0 | not consider |
//!
//! Somebody of the profession starts at 3, of a near one at 2, of any other at 0. Then what lacks takes away:
//!
//! | has | takes |
//! |---|---|
//! | at least three quarters / half / a quarter of the must-haves | 0 / 1 / 2; less leaves 0 |
//! | at least nine tenths / half of the years asked for, in this profession / less | 0 / 1 / 2 |
//! | a place, where the job insists on one: the city / another one of the country / abroad | 0 / 1 / 2 |
//!
//! Nice-to-haves and education change no grade. Nothing of the product's own rules is used here.

use std::collections::BTreeSet;

use crate::place::Place;

/// The greatest grade.
pub const BEST: u8 = 3;

/// What a job really wants.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub(crate) profession: String,
    pub(crate) near: Vec<String>,
    pub(crate) must: BTreeSet<String>,
    pub(crate) months: usize,
    /// Where one has to be; `None` when it does not matter.
    pub(crate) place: Option<Place>,
}

/// What a person really is.
#[derive(Debug, Clone)]
pub(crate) struct Truth {
    pub(crate) profession: String,
    pub(crate) abilities: BTreeSet<String>,
    /// Months in this profession.
    pub(crate) months: usize,
    pub(crate) place: Place,
}

/// 0..=[`BEST`].
pub(crate) fn grade(wanted: &Wanted, person: &Truth) -> u8 {
    let start = if person.profession == wanted.profession {
        3
    } else if wanted.near.contains(&person.profession) {
        2
    } else {
        return 0;
    };
    let shown = wanted.must.intersection(&person.abilities).count();
    let asked = wanted.must.len();
    let skills = match shown {
        _ if shown * 4 >= asked * 3 => 0,
        _ if shown * 2 >= asked => 1,
        _ if shown * 4 >= asked => 2,
        _ => return 0,
    };
    let years = match person.months {
        months if months * 10 >= wanted.months * 9 => 0,
        months if months * 2 >= wanted.months => 1,
        _ => 2,
    };
    let place = match &wanted.place {
        None => 0,
        Some(place) if place == &person.place => 0,
        Some(place) if place.country == person.place.country => 1,
        Some(_) => 2,
    };
    u8::saturating_sub(start, skills + years + place)
}

/// How well a person fits a job without steps, 0.0-1.0: the product of the shares of must-haves and years, of 0.6 for a near
/// profession, and of 0.6 and 0.3 for another city and another country where the job insists.
pub(crate) fn fit(wanted: &Wanted, person: &Truth) -> f64 {
    let profession = if person.profession == wanted.profession {
        1.0
    } else if wanted.near.contains(&person.profession) {
        0.6
    } else {
        return 0.0;
    };
    let shown = wanted.must.intersection(&person.abilities).count();
    let skills = shown as f64 / wanted.must.len().max(1) as f64;
    let years = (person.months as f64 / wanted.months.max(1) as f64).min(1.0);
    let place = match &wanted.place {
        Some(place) if place.country != person.place.country => 0.3,
        Some(place) if place != &person.place => 0.6,
        _ => 1.0,
    };
    profession * skills * years * place
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::PLACES;

    fn wanted() -> Wanted {
        Wanted {
            profession: "law".into(),
            near: vec!["finance".into()],
            must: ["a", "b", "c"].map(String::from).into(),
            months: 60,
            place: Some(PLACES[0]),
        }
    }

    fn fits() -> Truth {
        Truth {
            profession: "law".into(),
            abilities: ["a", "b", "c", "d"].map(String::from).into(),
            months: 60,
            place: PLACES[0],
        }
    }

    #[test]
    fn whoever_lacks_nothing_is_the_best() {
        assert_eq!(grade(&wanted(), &fits()), BEST);
    }

    #[test]
    fn each_lack_takes_what_the_table_says() {
        let of = |change: fn(&mut Truth)| {
            let mut person = fits();
            change(&mut person);
            grade(&wanted(), &person)
        };
        assert_eq!(of(|p| p.profession = "finance".into()), 2);
        assert_eq!(of(|p| p.profession = "design".into()), 0);
        assert_eq!(of(|p| p.abilities.retain(|key| key != "a")), 2);
        assert_eq!(of(|p| p.abilities.retain(|key| key == "a")), 1);
        assert_eq!(of(|p| p.abilities.clear()), 0);
        assert_eq!(of(|p| p.months = 54), 3);
        assert_eq!(of(|p| p.months = 30), 2);
        assert_eq!(of(|p| p.months = 29), 1);
        assert_eq!(of(|p| p.place = PLACES[1]), 2);
        assert_eq!(of(|p| p.place = *PLACES.last().unwrap()), 1);
    }
}
