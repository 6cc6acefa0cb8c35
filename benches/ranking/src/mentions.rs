//! Sentences with a job's words by people who do not do that work. Each half has its own ways of saying so, or the judged half
//! would only show whether the other's were learnt by heart.

use crate::random::Random;
use crate::{Half, Job};

/// The profession of somebody who would speak of a job's work without doing it.
pub(crate) const fn disguise(half: Half, number: usize) -> &'static str {
    match (half, number % 8) {
        (Half::Tuning, 1) => "hr",
        (Half::Tuning, _) => "design",
        (Half::Judged, 1) => "sales",
        (Half::Judged, _) => "data",
    }
}

/// What such a person says, in any order.
pub(crate) fn of(disguise: &str, job: &Job, random: &mut Random) -> Vec<String> {
    let wanted = job.must_have.join(", ");
    let nice = job.nice_to_have.join(", ");
    let title = &job.title;
    let mut sentences = match (job.half, disguise) {
        (Half::Tuning, "hr") => vec![
            format!("Filled vacancies for the post of {title}; wanted were: {wanted}"),
            format!("Wrote adverts for every {title} ({wanted}, {nice})"),
            format!("Interviewed forty people for {title} roles"),
        ],
        (Half::Tuning, _) => vec![
            format!("Wrote a brochure about what a {title} does: {wanted}"),
            format!("Made pictures for a guide on {nice}"),
            format!("Helped a friend who is a {title} with her site on {wanted}"),
        ],
        (Half::Judged, "sales") => vec![
            format!("Sold courses to people who work as {title}: {wanted}"),
            format!("Visited each {title} in the region with a catalogue on {nice}"),
            format!("Presented a trade fair stand about {wanted}"),
        ],
        (Half::Judged, _) => vec![
            format!("Counted how many adverts for {title} ask for {wanted}"),
            format!("Charted the pay of people who know about {nice}"),
            format!("Supplied software to departments in charge of {wanted}"),
        ],
    };
    random.shuffle(&mut sentences);
    sentences
}
