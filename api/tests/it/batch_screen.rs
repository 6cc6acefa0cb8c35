//! Screening many candidates for a job at once.

use hiring_core::ids::CandidateId;
use serde_json::{Value, json};

use crate::applications::job;
use crate::people::Person;
use crate::test_app::{TestApp, TestOrganization, TestResponse};

struct Scene {
    app: TestApp,
    acme: TestOrganization,
    job: String,
    people: Vec<CandidateId>,
}

async fn scene() -> Scene {
    let app = TestApp::start().await;
    app.db.leave_tasks();
    let acme = app.organization("Acme").await;
    let job = job(&app, &acme, "Rust engineer").await;
    let mut people = Vec::new();
    for person in [Person::mira(), Person::tom()] {
        people.push(app.readable(acme.id, &person).await);
    }
    Scene {
        app,
        acme,
        job,
        people,
    }
}

impl Scene {
    async fn screen(&self, candidates: Value) -> TestResponse {
        let body = json!({"candidate_ids": candidates, "job_id": self.job});
        let request = self.app.post("/candidates/batch-screen").json(&body);
        request.token(&self.acme.recruiter).send().await
    }

    async fn get(&self, path: &str) -> TestResponse {
        self.app.get(path).token(&self.acme.recruiter).send().await
    }

    /// Tasks, applications and batches.
    async fn stored(&self) -> [i64; 3] {
        let count = |table: &str| format!("SELECT count(*) FROM {table}");
        [
            self.app.count(&count("tasks")).await,
            self.app.count(&count("applications")).await,
            self.app.count(&count("batch_screenings")).await,
        ]
    }
}

#[actix_web::test]
async fn many_candidates_become_one_task_that_says_what_came_of_each_and_one_named_twice_counts_once() {
    let scene = scene().await;
    let [mira, tom] = [scene.people[0], scene.people[1]];
    let answer = scene.screen(json!([tom, mira, tom])).await;
    let data = answer.data(202);
    assert_eq!(data["candidates"], 2);
    let task = data["task_id"].as_str().unwrap();
    assert!(answer.header("location").ends_with(&format!("/tasks/{task}")));
    assert_eq!(scene.stored().await, [1, 2, 2], "both are on the job");

    let shown = scene.get(&format!("/tasks/{task}")).await;
    assert_eq!(shown.data(200)["kind"], "screen_batch");
    let counts = json!({"total": 2, "done": 0, "failed": 0, "erased": 0});
    assert_eq!(shown.data(200)["counts"], counts);

    let path = format!("/tasks/{task}/outcomes?per_page=1");
    let listed = scene.get(&path).await;
    assert_eq!(
        listed.data(200),
        &json!([{
            "candidate_id": tom, "state": "waiting", "screening_id": null, "score": null, "reused": false,
            "failure": null, "ai_scored": false, "ai_reason": "waiting", "ai_task_id": null,
        }])
    );
    assert_eq!(listed.json["meta"]["total"], 2);
    let second = scene.get(&format!("{path}&page=2")).await;
    assert_eq!(second.data(200)[0]["candidate_id"], json!(mira));

    // Whoever is on the job already stays where they are.
    scene.screen(json!([mira])).await.data(202);
    assert_eq!(scene.stored().await, [2, 2, 3]);
}

#[actix_web::test]
async fn a_batch_that_is_cancelled_and_a_candidate_who_is_erased_are_told() {
    let scene = scene().await;
    let answer = scene.screen(json!(scene.people)).await;
    let task = answer.data(202)["task_id"].as_str().unwrap().to_owned();
    let erased = format!("/candidates/{}", scene.people[0]);
    let erased = scene
        .app
        .delete(&erased)
        .token(&scene.acme.recruiter)
        .send()
        .await;
    assert_eq!(erased.status, 204);
    let shown = scene.get(&format!("/tasks/{task}")).await;
    let counts = json!({"total": 2, "done": 1, "failed": 0, "erased": 1});
    assert_eq!(shown.data(200)["counts"], counts);

    let cancel = format!("/tasks/{task}/cancel");
    let cancelled = scene.app.post(&cancel).token(&scene.acme.recruiter).send().await;
    assert_eq!(cancelled.data(200)["state"], "cancelled");
    assert_eq!(cancelled.data(200)["counts"]["done"], 2);
    let listed = scene.get(&format!("/tasks/{task}/outcomes")).await;
    let listed = listed.data(200).as_array().unwrap();
    assert_eq!(listed.len(), 1, "nothing is kept about who was erased");
    assert_eq!(listed[0]["state"], "cancelled");
}

#[actix_web::test]
async fn nobody_more_than_a_hundred_and_what_is_no_id_are_refused_with_nothing_stored() {
    let scene = scene().await;
    let many: Vec<CandidateId> = (0..101).map(|_| CandidateId::generate()).collect();
    scene.screen(json!(many)).await.invalid("/candidate_ids");
    scene.screen(json!([])).await.invalid("/candidate_ids");
    scene
        .screen(json!([scene.people[0], "seven"]))
        .await
        .invalid("/candidate_ids/1");
    scene.screen(json!("all")).await.invalid("/candidate_ids");
    assert_eq!(scene.stored().await, [0, 0, 0]);
}

#[actix_web::test]
async fn candidates_and_jobs_that_are_not_the_organizations_are_not_found_and_nothing_is_stored() {
    let scene = scene().await;
    let other = scene.app.organization("Other").await;
    let theirs = scene.app.readable(other.id, &Person::mira()).await;
    let unknown = CandidateId::generate();
    let refused = scene
        .screen(json!([theirs, scene.people[0], unknown, theirs]))
        .await;
    let problem = refused.problem("not-found");
    let pointers: Vec<&str> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["pointer"].as_str().unwrap())
        .collect();
    assert_eq!(
        pointers,
        ["/candidate_ids/0", "/candidate_ids/2", "/candidate_ids/3"],
        "a foreign one looks like one that is not there"
    );
    let foreign = json!({"candidate_ids": [theirs], "job_id": scene.job});
    let foreign = scene.app.post("/candidates/batch-screen").json(&foreign);
    foreign.token(&other.recruiter).send().await.problem("not-found");
    assert_eq!(scene.stored().await, [0, 0, 0]);
}

#[actix_web::test]
async fn while_a_resume_is_being_read_the_batch_is_to_be_sent_again_and_one_that_could_not_be_read_is_taken()
{
    let scene = scene().await;
    let unread = scene.app.uploaded(scene.acme.id, "cv.txt").await;
    let refused = scene.screen(json!([scene.people[0], unread])).await;
    let problem = refused.problem("still-processing");
    assert_eq!(problem["errors"][0]["pointer"], "/candidate_ids/1");
    assert_eq!(refused.header("retry-after"), "2");
    assert_eq!(scene.stored().await, [0, 0, 0]);
    let failed =
        "UPDATE candidates SET status = 'failed', failure_code = 'encrypted' WHERE status = 'processing'";
    scene.app.db.client().await.batch_execute(failed).await.unwrap();
    scene.screen(json!([scene.people[0], unread])).await.data(202);
}

#[actix_web::test]
async fn a_request_that_is_sent_again_under_its_key_starts_nothing_twice() {
    let scene = scene().await;
    let body = json!({"candidate_ids": scene.people, "job_id": scene.job});
    let send = async || {
        let request = scene.app.post("/candidates/batch-screen").json(&body);
        let request = request.header("idempotency-key", "once");
        request.token(&scene.acme.recruiter).send().await
    };
    let (first, second) = (send().await, send().await);
    assert_eq!(first.data(202), second.data(202));
    assert_eq!(scene.stored().await, [1, 2, 2]);
}

#[actix_web::test]
async fn only_members_screen_and_outcomes_are_for_those_who_may_see_the_task() {
    let scene = scene().await;
    let person = scene.app.candidate_user().await;
    let body = json!({"candidate_ids": scene.people, "job_id": scene.job});
    let asked = scene.app.post("/candidates/batch-screen").json(&body);
    asked.token(&person).send().await.problem("forbidden");
    let task = scene.screen(json!(scene.people)).await;
    let path = format!("/tasks/{}/outcomes", task.data(202)["task_id"].as_str().unwrap());
    let other = scene.app.organization("Other").await;
    let shown = scene.app.get(&path).token(&other.admin).send().await;
    shown.problem("not-found");
    let shown = scene.app.get(&path).token(&scene.acme.admin).send().await;
    assert_eq!(shown.data(200).as_array().unwrap().len(), 2);
    // A task of another kind has no outcomes.
    let (_, other_kind) = crate::upload::candidate(&scene.app, &scene.acme.recruiter, 1).await;
    let shown = scene.get(&format!("/tasks/{other_kind}/outcomes")).await;
    shown.problem("not-found");
}
