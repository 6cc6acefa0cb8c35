//! Who the people are and what each wants, how often. Routes that the API does not have are not in the mix.

use std::sync::Arc;

use bytes::Bytes;
use hiring_loadtest::crowd::{Act, Person};
use http::{Method, Request, header};
use http_body_util::Full;
use rand::RngExt;
use rand::rngs::SmallRng;

use crate::stage::{Stage, resume};

/// Every so-manieth is a recruiter.
pub const RECRUITERS: usize = 10;

/// What candidates do, and how often in relation to the rest.
const CANDIDATE: [(u32, Wish); 5] = [
    (10, Wish::Me),
    (5, Wish::Board),
    (3, Wish::Job),
    (3, Wish::OwnApplications),
    (2, Wish::SearchJobs),
];
/// What recruiters do.
const RECRUITER: [(u32, Wish); 4] = [
    (4, Wish::Candidates),
    (3, Wish::Matches),
    (2, Wish::SearchCandidates),
    (1, Wish::Upload),
];

const JOB_WORDS: [&str; 8] = [
    "nurse", "engineer", "analyst", "teacher", "driver", "designer", "sales", "data",
];
const QUESTIONS: [&str; 8] = [
    "nurse with intensive care experience",
    "backend engineer who knows Rust and PostgreSQL",
    "accountant with IFRS",
    "project manager in construction",
    "someone who taught mathematics",
    "data analyst with SQL and dashboards",
    "warehouse lead with forklift licence",
    "designer of mobile apps",
];

#[derive(Debug, Clone, Copy)]
enum Wish {
    Me,
    Board,
    Job,
    OwnApplications,
    SearchJobs,
    Candidates,
    Matches,
    SearchCandidates,
    Upload,
}

/// A candidate or a recruiter, signed in.
pub struct Somebody {
    stage: Arc<Stage>,
    number: usize,
    authorization: String,
}

impl Somebody {
    /// The so-manieth of the stage's people.
    pub fn new(stage: &Arc<Stage>, number: usize) -> Self {
        let token = stage.tokens.get(number).map_or("", String::as_str);
        Self {
            stage: Arc::clone(stage),
            number,
            authorization: format!("Bearer {token}"),
        }
    }

    fn get(&self, name: &'static str, path: &str) -> Act {
        self.act(name, Method::GET, path, None)
    }

    fn act(&self, name: &'static str, method: Method, path: &str, body: Option<(String, Bytes)>) -> Act {
        let (kind, bytes) = body.map_or((None, Bytes::new()), |(kind, bytes)| (Some(kind), bytes));
        let mut request = Request::new(Full::new(bytes));
        *request.method_mut() = method;
        // What is not a path here would be a request for the root, which fails and is counted.
        *request.uri_mut() = format!("/api/v1{path}").parse().unwrap_or_default();
        let fields = [
            (header::HOST, Some(self.stage.host.clone())),
            (header::AUTHORIZATION, Some(self.authorization.clone())),
            (header::CONTENT_TYPE, kind),
        ];
        for (field, value) in fields {
            if let Some(Ok(value)) = value.map(|value| value.parse()) {
                request.headers_mut().insert(field, value);
            }
        }
        Act { name, request }
    }

    fn upload(&self, chance: &mut SmallRng) -> Act {
        // Distinct in every upload, so that nothing is a duplicate.
        let text = resume(self.number, chance);
        let boundary = "a-line-that-no-resume-has";
        let body = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"resume.txt\"\r\n\
             Content-Type: text/plain\r\n\r\n{text}\r\n--{boundary}--\r\n"
        );
        let kind = format!("multipart/form-data; boundary={boundary}");
        let body = Some((kind, Bytes::from(body)));
        self.act(
            "POST /candidates/upload",
            Method::POST,
            "/candidates/upload",
            body,
        )
    }
}

impl Person for Somebody {
    fn next(&mut self, chance: &mut SmallRng) -> Act {
        let mix: &[(u32, Wish)] = if self.number.is_multiple_of(RECRUITERS) {
            &RECRUITER
        } else {
            &CANDIDATE
        };
        let page = chance.random_range(1..=3_u32);
        let one_of = |words: &[&'static str], chance: &mut SmallRng| {
            let at = chance.random_range(0..words.len());
            words.get(at).copied().unwrap_or_default().replace(' ', "%20")
        };
        let of = |list: &[String], chance: &mut SmallRng| {
            let at = chance.random_range(0..list.len().max(1));
            list.get(at).cloned().unwrap_or_default()
        };
        match choose(mix, chance) {
            Wish::Me => self.get("GET /auth/me", "/auth/me"),
            Wish::Board => self.get("GET /jobs", &format!("/jobs?page={page}")),
            Wish::Job => self.get(
                "GET /jobs/{id}",
                &format!("/jobs/{}", of(&self.stage.board, chance)),
            ),
            Wish::OwnApplications => self.get("GET /profile/applications", "/profile/applications"),
            Wish::SearchJobs => {
                let word = one_of(&JOB_WORDS, chance);
                self.get("GET /jobs?search", &format!("/jobs?search={word}"))
            }
            Wish::Candidates => self.get("GET /candidates", &format!("/candidates?page={page}")),
            Wish::Matches => {
                let job = of(&self.stage.own_jobs, chance);
                self.get("GET /jobs/{id}/matches", &format!("/jobs/{job}/matches"))
            }
            Wish::SearchCandidates => {
                let question = one_of(&QUESTIONS, chance);
                self.get(
                    "GET /candidates/search",
                    &format!("/candidates/search?q={question}"),
                )
            }
            Wish::Upload => self.upload(chance),
        }
    }
}

/// One of the mix, each as likely as its weight says.
fn choose(mix: &[(u32, Wish)], chance: &mut SmallRng) -> Wish {
    let total: u32 = mix.iter().map(|(weight, _)| weight).sum();
    let mut at = chance.random_range(0..total.max(1));
    for (weight, wish) in mix {
        if at < *weight {
            return *wish;
        }
        at -= weight;
    }
    Wish::Me
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn everybody_does_each_thing_as_often_as_its_weight_says() {
        let mut chance = SmallRng::seed_from_u64(1);
        let mut uploads = 0;
        for _ in 0..10_000 {
            uploads += usize::from(matches!(choose(&RECRUITER, &mut chance), Wish::Upload));
        }
        assert!((900..1_100).contains(&uploads), "{uploads}");
    }

    #[test]
    fn candidates_and_recruiters_ask_for_what_is_theirs() {
        let stage = Arc::new(Stage {
            host: "localhost".to_owned(),
            tokens: vec!["one".to_owned(), "two".to_owned()],
            board: vec!["a-job".to_owned()],
            own_jobs: vec!["our-job".to_owned()],
        });
        let mut chance = SmallRng::seed_from_u64(3);
        let mut asked = |number: usize| -> Vec<String> {
            let mut somebody = Somebody::new(&stage, number);
            let acts = (0..200).map(|_| somebody.next(&mut chance));
            acts.map(|act| act.request.uri().to_string()).collect()
        };
        let (recruiter, candidate) = (asked(0), asked(1));
        assert!(
            recruiter
                .iter()
                .all(|path| path.contains("/candidates") || path.contains("/jobs/our-job/matches"))
        );
        assert!(
            candidate
                .iter()
                .all(|path| !path.contains("/candidates") && !path.contains("our-job"))
        );
        assert!(candidate.iter().any(|path| path == "/api/v1/jobs/a-job"));
    }
}
