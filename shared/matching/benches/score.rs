//! Scores per second of one job against many resumes, beside a naive scan of the same texts in the same run.
//!
//! `cargo bench -p hiring-matching --bench score`. The scan lower-cases each text for each label and asks whether it
//! contains it: no word boundaries, no quotes, no other component. Prints the median of five alternating rounds.
#![expect(clippy::unwrap_used, reason = "a bench ends at the first surprise")]

use std::hint::black_box;
use std::time::Instant;

use hiring_core::job::{EducationLevel, Requirements};
use hiring_core::resume::{Education, Leaf, Resume, Skill, Work};
use hiring_matching::{Assessed, CandidateFacts, JobFacts, Near, Scorer, Similarities, Weights};

const RESUMES: usize = 500;
const ROUNDS: usize = 5;

fn leaf(text: &str, raw: &str) -> Leaf {
    let start = text.get(..text.find(raw).unwrap()).unwrap().chars().count();
    let end = start + raw.chars().count();
    Leaf {
        value: raw.to_lowercase(),
        raw: raw.to_owned(),
        start,
        end,
        confidence: 0.9,
    }
}

/// A resume of about 4,000 characters, two pages; some lines carry bullets and accents.
fn resume(number: usize) -> (String, Resume) {
    let skills = [
        "Rust",
        "PostgreSQL",
        "Kubernetes",
        "Python",
        "Grafana",
        "Linux",
        "Redis",
        "Terraform",
    ];
    let mut text =
        format!("Person Number{number}\nperson{number}@mail.example\nBerlin, Germany\n\nExperience\n");
    let mut dates = Vec::new();
    for position in 0..5 {
        let from = format!("0{}/{}", position + 1, 2008 + 3 * position);
        let to = format!("1{}/{}", position % 3, 2010 + 3 * position);
        text.push_str(&format!(
            "Engineer at Företag {number} {position}, {from} – {to}\n"
        ));
        for bullet in 0..6 {
            text.push_str(&format!(
                "• Delivered project {bullet} with a team of {position} people, on time and within the budget agreed. \
                 Métier: planning, review.\n"
            ));
        }
        dates.push((from, to));
    }
    text.push_str("\nEducation\nM.Sc. Computer Science, TU Somewhere, 2008\n\nSkills\n");
    for skill in skills.iter().cycle().skip(number).take(5) {
        text.push_str(&format!("{skill}, "));
    }
    let mut resume = Resume {
        total_experience_years: Some(9.5),
        ..Resume::default()
    };
    resume.contact.name = Some(leaf(&text, &format!("Person Number{number}")));
    resume.contact.location = Some(leaf(&text, "Berlin, Germany"));
    for (from, to) in &dates {
        let (start, end) = (Some(leaf(&text, from)), Some(leaf(&text, to)));
        resume.work.push(Work {
            start,
            end,
            ..Work::default()
        });
    }
    let degree = Some(leaf(&text, "M.Sc. Computer Science"));
    resume.education.push(Education {
        degree,
        ..Education::default()
    });
    for skill in skills.iter().cycle().skip(number).take(5) {
        resume.skills.push(Skill {
            name: leaf(&text, skill),
            kind: None,
            months: None,
        });
    }
    (text, resume)
}

fn naive(labels: &[String], text: &str) -> usize {
    labels
        .iter()
        .filter(|label| text.to_lowercase().contains(&label.to_lowercase()))
        .count()
}

fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds.get(seconds.len() / 2).copied().unwrap()
}

fn main() {
    let owned = |labels: &[&str]| labels.iter().map(|&label| label.to_owned()).collect::<Vec<_>>();
    let requirements = Requirements {
        must_have: owned(&[
            "Rust",
            "PostgreSQL",
            "Kubernetes",
            "Terraform",
            "gRPC",
            "incident review",
        ]),
        nice_to_have: owned(&["Grafana", "Redis", "Kafka", "Ansible", "on-call", "team lead"]),
        min_experience_years: Some(5),
        education: Some(EducationLevel::Bachelor),
        location: Some("Berlin, Germany".to_owned()),
    };
    let labels: Vec<String> = requirements
        .must_have
        .iter()
        .chain(&requirements.nice_to_have)
        .cloned()
        .collect();
    let scorer = Scorer::new(&JobFacts::new(&requirements, str::to_lowercase));
    let near = Near {
        bp: 5_000,
        start: 1_000,
        end: 1_800,
    };
    let similarities = Similarities {
        profile_bp: Some(5_000),
        requirements: labels.iter().map(|label| (label.clone(), near)).collect(),
    };
    let resumes: Vec<(String, Resume)> = (0..RESUMES).map(resume).collect();
    let characters: usize = resumes.iter().map(|(text, _)| text.chars().count()).sum();

    let assessed: Vec<Assessed> = resumes
        .iter()
        .map(|(text, resume)| {
            let facts = CandidateFacts::new(resume, text, &[], str::to_lowercase);
            scorer.assess(&facts.with_similarities(similarities.clone()).uploaded(2024, 6))
        })
        .collect();
    let (mut scoring, mut scanning, mut weighing) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let start = Instant::now();
        for (text, resume) in &resumes {
            let facts = CandidateFacts::new(resume, text, &[], str::to_lowercase)
                .with_similarities(similarities.clone())
                .uploaded(2024, 6);
            black_box(scorer.assess(black_box(&facts)).score(&Weights::default()));
        }
        scoring.push(start.elapsed().as_secs_f64());
        let start = Instant::now();
        for (text, _) in &resumes {
            black_box(naive(black_box(&labels), black_box(text)));
        }
        scanning.push(start.elapsed().as_secs_f64());
        let start = Instant::now();
        for assessed in &assessed {
            black_box(black_box(assessed).score(&Weights::default()));
        }
        weighing.push(start.elapsed().as_secs_f64());
    }
    let each = |seconds: Vec<f64>| median(seconds) / RESUMES as f64;
    let (score, scan, weigh) = (each(scoring), each(scanning), each(weighing));
    println!(
        "{RESUMES} resumes of {} characters, {} labels",
        characters / RESUMES,
        labels.len()
    );
    println!("score: {:.0} a second, {:.1} us each", 1.0 / score, score * 1e6);
    println!(
        "naive scan: {:.0} a second, {:.1} us each",
        1.0 / scan,
        scan * 1e6
    );
    println!(
        "score from what is shown: {:.1} us each, 100,000 in {:.2} s",
        weigh * 1e6,
        weigh * 1e5
    );
    println!("ratio score/scan: {:.2}", scan / score);
}
