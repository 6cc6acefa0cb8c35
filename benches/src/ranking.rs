//! How well people are ranked for jobs: the product's score, BM25 and vectors alone, on one labelled set in one run.
//!
//! | module | what it does |
//! |---|---|
//! | `people` | reads the set's resumes and embeds them as the worker does |
//! | `vectors` | embeddings, kept from one run to the next |
//! | `ours` | the product's score |
//! | `bm25` | words alone |
//! | `gain` | nDCG |
//! | `table` | the figures, by half and by profession |
//! | `errors` | what the score gets wrong on the tuning half |
//! | `facts` | what a few scores are made from, for testing replays |

mod bm25;
mod errors;
mod facts;
mod gain;
mod ours;
mod people;
mod table;
#[cfg(test)]
mod tests;
mod vectors;

use std::path::{Path, PathBuf};

use hiring_matching::Score;
use hiring_ranking_set::{Half, Job, Person, Set};

use people::Known;
use vectors::Vectors;

/// How many people of a ranking are looked at.
const DEPTH: usize = 10;

/// What to rank with, and what to write.
#[derive(clap::Args)]
pub struct Options {
    /// Seed of the labelled set.
    #[arg(long, default_value_t = 5)]
    seed: u64,
    /// Where vectors are kept from one ranking run to the next.
    #[arg(long, default_value = ".dev/bench/vectors")]
    vectors: PathBuf,
    /// Writes what the score gets wrong on the tuning half here.
    #[arg(long)]
    errors: Option<PathBuf>,
    /// Writes the facts of a few scores here, from which replays are tested.
    #[arg(long)]
    facts: Option<PathBuf>,
}

/// One job, and everybody in the order that each side gives them.
struct Ranking<'a> {
    job: &'a Job,
    asked: ours::Asked,
    /// nDCG@10 of each [`Side`].
    gains: [f64; SIDES.len()],
    /// Places in the list of people, the best first, as the product's score orders them.
    ours: Vec<usize>,
    /// The product's score of everybody, in the order of the set.
    scores: Vec<Score>,
}

/// Who ranks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    /// The product's score.
    Ours,
    /// BM25 with the title, requirements and description as the query.
    AllWords,
    /// BM25 with the title and requirements as the query.
    FewWords,
    /// The job's vector against the profile's.
    Profile,
    /// The job's vector against the nearest chunk's.
    Chunk,
    /// Somebody who knows the truth and not the steps of the grades.
    Truth,
}

const SIDES: [Side; 6] = [
    Side::Ours,
    Side::AllWords,
    Side::FewWords,
    Side::Profile,
    Side::Chunk,
    Side::Truth,
];

/// Ranks everybody for every job and prints how well each side does.
///
/// # Errors
/// When the set cannot be built or a text cannot be embedded.
pub async fn run(corpus: &Path, options: &Options) -> anyhow::Result<()> {
    let mut set = Set::build(options.seed)?;
    if corpus.is_dir() {
        set = set.with_corpus(corpus)?;
    } else {
        println!(
            "ranking: {} is not there: generated people only",
            corpus.display()
        );
    }
    let mut vectors = Vectors::open(&options.vectors)?;
    let known = people::read(&set.people, &mut vectors).await?;
    let words = bm25::Index::new(known.iter().map(|person| person.read.visible_text.as_str()));
    let mut rankings = Vec::new();
    for job in &set.jobs {
        rankings.push(rank(job, (&set, &known), (&words, &mut vectors)).await?);
    }
    vectors.keep()?;
    table::print(&set, &rankings);
    if let Some(path) = &options.facts {
        std::fs::write(path, facts::lines(&rankings, &known)?)?;
    }
    if let Some(path) = &options.errors {
        let tuning = rankings.iter().filter(|ranking| ranking.job.half == Half::Tuning);
        std::fs::write(path, errors::report(&set, tuning))?;
    }
    Ok(())
}

/// Ranks everybody for one job.
async fn rank<'a>(
    job: &'a Job,
    (set, known): (&Set, &[Known]),
    (words, vectors): (&bm25::Index, &mut Vectors),
) -> anyhow::Result<Ranking<'a>> {
    let grades: Vec<u8> = set.people.iter().map(|person| set.grade(job, person)).collect();
    let asked = ours::Asked::embed(job, vectors).await?;
    let scored: Vec<ours::Scored> = known.iter().map(|person| asked.score(person)).collect();
    let few = [
        vec![job.title.clone()],
        job.must_have.clone(),
        job.nice_to_have.clone(),
    ]
    .concat()
    .join(" ");
    let all = format!("{few} {}", job.description);
    let mut gains = [0.0; SIDES.len()];
    let mut ours = Vec::new();
    for (side, gain) in SIDES.into_iter().zip(&mut gains) {
        let of = |value: fn(&ours::Scored) -> f64| scored.iter().map(value).collect();
        let values: Vec<f64> = match side {
            Side::Ours => of(|scored| f64::from(scored.score.total_bp)),
            Side::AllWords => words.scores(&all),
            Side::FewWords => words.scores(&few),
            Side::Profile => of(|scored| scored.profile),
            Side::Chunk => of(|scored| scored.chunk),
            Side::Truth => set.people.iter().map(|person| set.fit(job, person)).collect(),
        };
        let order = order(&values, &set.people);
        *gain = gain::ndcg(
            order.iter().filter_map(|at| grades.get(*at).copied()),
            &grades,
            DEPTH,
        );
        if side == Side::Ours {
            ours = order;
        }
    }
    let scores = scored.into_iter().map(|scored| scored.score).collect();
    Ok(Ranking {
        job,
        asked,
        gains,
        ours,
        scores,
    })
}

/// Places in the list, the greatest value first, equal values by id, which says nothing about a person.
fn order(values: &[f64], people: &[Person]) -> Vec<usize> {
    let mut order: Vec<(usize, f64, &str)> = values
        .iter()
        .zip(people)
        .enumerate()
        .map(|(at, (value, person))| (at, *value, person.id.as_str()))
        .collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.2.cmp(b.2)));
    order.into_iter().map(|(at, ..)| at).collect()
}
