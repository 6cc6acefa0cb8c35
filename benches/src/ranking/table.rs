//! The figures of a run.

use std::collections::BTreeMap;

use hiring_ranking_set::{Half, Set};

use super::{Ranking, SIDES, Side};

/// The bars: the product's nDCG@10 on the judged half, and how far above the better of words and vectors.
const BAR: f64 = 0.90;
const AHEAD: f64 = 0.05;

/// Prints nDCG@10 by half and by profession.
pub fn print(set: &Set, rankings: &[Ranking<'_>]) {
    println!(
        "ranking: {} jobs, {} people; nDCG@10",
        set.jobs.len(),
        set.people.len()
    );
    let heads = ["score", "BM25", "BM25/t", "prof.", "chunk", "truth"].map(|head| format!("{head:>6}"));
    println!("ranking: {:<22} {}", "", heads.join(" "));
    let mut professions: BTreeMap<(Half, &str), Vec<&Ranking<'_>>> = BTreeMap::new();
    for ranking in rankings {
        let key = (ranking.job.half, ranking.job.profession.as_str());
        professions.entry(key).or_default().push(ranking);
    }
    for ((half, profession), of) in &professions {
        row(&format!("{half:?} {profession}").to_lowercase(), &means(of));
    }
    for half in [Half::Tuning, Half::Judged] {
        let of: Vec<&Ranking<'_>> = rankings
            .iter()
            .filter(|ranking| ranking.job.half == half)
            .collect();
        let means = means(&of);
        row(&format!("{half:?} half").to_lowercase(), &means);
        println!("ranking: {}", verdict(half, &means));
    }
}

fn row(name: &str, means: &[f64]) {
    let numbers: Vec<String> = means.iter().map(|mean| format!("{mean:>6.3}")).collect();
    println!("ranking: {name:<22} {}", numbers.join(" "));
}

/// The mean of each side.
fn means(rankings: &[&Ranking<'_>]) -> [f64; SIDES.len()] {
    let mut means = [0.0; SIDES.len()];
    for (at, mean) in means.iter_mut().enumerate() {
        let gains = rankings.iter().filter_map(|ranking| ranking.gains.get(at));
        *mean = gains.sum::<f64>() / rankings.len().max(1) as f64;
    }
    means
}

fn verdict(half: Half, means: &[f64; SIDES.len()]) -> String {
    let of = |wanted: &[Side]| {
        let sides = SIDES.iter().zip(means).filter(|(side, _)| wanted.contains(side));
        sides.map(|(_, mean)| *mean).fold(0.0, f64::max)
    };
    let ours = of(&[Side::Ours]);
    let words = of(&[Side::AllWords, Side::FewWords]);
    let vectors = of(&[Side::Profile, Side::Chunk]);
    let ahead = ours - words.max(vectors);
    let met = if ours >= BAR && ahead >= AHEAD {
        "met"
    } else {
        "missed"
    };
    format!(
        "{half:?}: score {ours:.3}, BM25 {words:.3}, vectors {vectors:.3}, ahead by {ahead:.3} (bar {BAR:.2} and {AHEAD:.2} ahead: {met})"
    )
}
