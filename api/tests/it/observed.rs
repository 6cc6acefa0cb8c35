//! What an operator sees of the real programs from outside: traces, errors, usage and metrics, and what is in none of them.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::net::TcpListener;
use std::time::Duration;

use hiring_platform::telemetry::catalogue::{FAMILIES, Family, Kind, LABELS};
use hiring_testkit::collector::Posted;
use hiring_testkit::logs::CANARY;
use hiring_testkit::model::{Asked, Reply};
use hiring_testkit::{Collector, ModelServer, eventually};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use prost::Message;
use serde_json::Value;

use crate::end_to_end::{Worker, start_worker};
use crate::shutdown::Program;
use crate::test_app::{TestApp, TestUser};
use crate::upload::form;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER: &str = "00f067aa0ba902b7";

/// Different texts point different ways.
fn vectors(asked: &Asked) -> Reply {
    let vector = |text: &String| {
        let at = text
            .bytes()
            .fold(7_usize, |sum, byte| (sum * 31 + usize::from(byte)) % 384);
        (0..384)
            .map(|place| if place == at { 1.0 } else { 0.0 })
            .collect()
    };
    Reply::Vectors(asked.texts().iter().map(vector).collect())
}

/// The api's and the worker's programs, and a client of the first.
struct Scene {
    app: TestApp,
    recruiter: TestUser,
    api: Program,
    _worker: Worker,
    client: reqwest::Client,
}

impl Scene {
    async fn start(variables: &[(&str, &str)]) -> Self {
        let app = TestApp::start().await;
        let recruiter = app.organization(&format!("{CANARY} Engines")).await.recruiter;
        Self {
            recruiter,
            api: Program::start(&app, variables),
            _worker: start_worker(&app, variables),
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            app,
        }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}/api/v1{path}", self.api.address)
    }

    /// Uploads a resume that is full of what nobody else may see, and waits until everything about it is done.
    async fn upload(&self) {
        let resume = format!(
            "Zzcanary Vogel\n{CANARY}@example.org\nAnalyst at {CANARY} Engines, 1842 - 1843\nSkills: Rust, PostgreSQL\n"
        );
        let upload = self
            .client
            .post(self.url("/candidates/upload"))
            .header("traceparent", format!("00-{TRACE}-{CALLER}-01"))
            .bearer_auth(&self.recruiter.token)
            .multipart(form(&format!("{CANARY}.txt"), resume.as_bytes()));
        assert_eq!(upload.send().await.unwrap().status(), 201);
        eventually("every task to be done", || async {
            let done = "SELECT count(*) FILTER (WHERE state <> 'completed') = 0 AND count(*) >= 3 FROM tasks";
            let row = self.app.db.client().await.query_one(done, &[]).await.unwrap();
            row.get::<_, bool>(0).then_some(())
        })
        .await;
    }
}

struct Traced {
    service: String,
    span: Span,
}

fn traced(posted: &[Posted]) -> Vec<Traced> {
    let messages = posted.iter().filter(|posted| posted.path.ends_with("/traces"));
    let messages = messages.map(|posted| ExportTraceServiceRequest::decode(posted.body.as_slice()).unwrap());
    let mut all = Vec::new();
    for resource in messages.flat_map(|message| message.resource_spans) {
        let told = format!("{:?}", resource.resource);
        let service = ["hiring-api", "hiring-worker"]
            .into_iter()
            .find(|name| told.contains(name));
        for span in resource.scope_spans.into_iter().flat_map(|scope| scope.spans) {
            let service = service.unwrap().to_owned();
            all.push(Traced { service, span });
        }
    }
    all
}

/// What arrived once something of each kind has.
async fn everything(collector: &Collector) -> Vec<Posted> {
    let missing = RefCell::new(Vec::new());
    let arriving = eventually("everything to arrive", || async {
        let posted = collector.posted();
        let spans: BTreeSet<String> = traced(&posted)
            .into_iter()
            .map(|traced| traced.span.name)
            .collect();
        let names = [
            "task parse_resume",
            "task index_candidate",
            "call embedding",
            "GET /api/v1/jobs",
        ];
        let paths = ["/api/42/envelope/", "/batch/"];
        let arrived = |path: &str| posted.iter().any(|posted| posted.path == path);
        *missing.borrow_mut() = names
            .into_iter()
            .filter(|name| !spans.contains(*name))
            .chain(paths.into_iter().filter(|path| !arrived(path)))
            .collect();
        missing.borrow().is_empty().then_some(posted)
    });
    match tokio::time::timeout(Duration::from_secs(60), arriving).await {
        Ok(posted) => posted,
        Err(_) => panic!("waited a minute in vain for {:?}", missing.borrow()),
    }
}

#[actix_web::test]
async fn one_upload_is_one_trace_through_its_tasks_and_their_calls_and_nothing_personal_leaves() {
    let (collector, model) = (Collector::start().await, ModelServer::start(vectors).await);
    let dsn = collector.url().replace("http://", "http://public@") + "/42";
    let scene = Scene::start(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url()),
        ("SENTRY_DSN", &dsn),
        ("POSTHOG_API_KEY", "phc_1"),
        ("POSTHOG_HOST", collector.url()),
        ("EMBEDDING_BACKEND", "openai"),
        ("EMBEDDING_BASE_URL", model.base_url()),
        ("EMBEDDING_API_KEY", "any"),
        ("EMBEDDING_MODEL", "scripted-1"),
    ])
    .await;
    scene.upload().await;
    // A defect, on a question that names somebody.
    let broken = "ALTER TABLE jobs RENAME TO jobs_of_before";
    scene.app.db.client().await.batch_execute(broken).await.unwrap();
    let asked = scene.client.get(scene.url(&format!("/jobs?search={CANARY}")));
    let asked = asked.bearer_auth(&scene.recruiter.token).send().await.unwrap();
    assert_eq!(asked.status(), 500);
    let posted = everything(&collector).await;
    let all = traced(&posted);
    let trace: Vec<&Traced> = all
        .iter()
        .filter(|traced| hex::encode(&traced.span.trace_id) == TRACE)
        .collect();
    let find = |name: &str| *trace.iter().find(|traced| traced.span.name == name).expect(name);
    let request = find("POST /api/v1/candidates/upload");
    assert_eq!(
        (
            hex::encode(&request.span.parent_span_id),
            request.service.as_str()
        ),
        (CALLER.to_owned(), "hiring-api")
    );
    let parse = find("task parse_resume");
    assert_eq!(
        (&parse.span.parent_span_id, parse.service.as_str()),
        (&request.span.span_id, "hiring-worker")
    );
    assert_eq!(parse.span.kind(), SpanKind::Consumer);
    let index = find("task index_candidate");
    assert_eq!(index.span.parent_span_id, parse.span.span_id);
    let calls = trace.iter().filter(|traced| traced.span.name == "call embedding");
    let call = calls
        .into_iter()
        .find(|call| call.span.parent_span_id == index.span.span_id)
        .expect("its call");
    assert_eq!(call.span.kind(), SpanKind::Client);
    let header = format!("00-{TRACE}-{}-01", hex::encode(&call.span.span_id));
    assert!(
        model
            .requests()
            .iter()
            .any(|request| request.traceparent == header),
        "{header}"
    );

    let usage = posted.iter().find(|posted| posted.path == "/batch/").unwrap();
    let usage: Value = serde_json::from_slice(&usage.body).unwrap();
    assert_eq!(
        usage["batch"][0]["distinct_id"],
        scene.recruiter.user_id.uuid().to_string()
    );
    assert_eq!(
        usage["batch"][0]["properties"]["action"],
        "POST /api/v1/candidates/upload"
    );
    let errors = posted.iter().filter(|posted| posted.path == "/api/42/envelope/");
    let errors: Vec<String> = errors
        .map(|posted| String::from_utf8_lossy(&posted.body).into_owned())
        .collect();
    assert!(
        errors.iter().any(|error| error.contains("a request failed")),
        "{errors:?}"
    );
    for posted in &posted {
        let text = format!("{}{}", posted.head, String::from_utf8_lossy(&posted.body)).to_lowercase();
        for personal in [
            CANARY,
            "vogel",
            "@example",
            "bearer",
            &scene.recruiter.token.to_lowercase(),
        ] {
            assert!(
                !text.contains(personal),
                "{personal} went to {}: {text}",
                posted.path
            );
        }
    }
}

#[actix_web::test]
async fn with_collectors_that_are_away_requests_and_tasks_go_on_as_if_nothing_were() {
    // Nobody listens there any more.
    let nowhere = format!("http://127.0.0.1:{}", free_port());
    let dsn = nowhere.replace("http://", "http://public@") + "/42";
    let metrics = free_port().to_string();
    let scene = Scene::start(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &nowhere),
        ("SENTRY_DSN", &dsn),
        ("POSTHOG_API_KEY", "phc_1"),
        ("POSTHOG_HOST", &nowhere),
        ("METRICS_PORT", &metrics),
    ])
    .await;
    scene.upload().await;
    eventually("the loss to be counted", || async {
        let page = page(&scene.client, &metrics).await;
        let lost = |exporter: &str| {
            let series = format!("telemetry_items_total{{exporter=\"{exporter}\",outcome=\"failed\"}} ");
            page.lines()
                .any(|line| line.strip_prefix(&series).is_some_and(|count| count != "0"))
        };
        (lost("otlp") && lost("posthog")).then_some(())
    })
    .await;
}

/// A port nobody listened on a moment ago.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

async fn page(client: &reqwest::Client, port: &str) -> String {
    let page = client
        .get(format!("http://127.0.0.1:{port}/metrics"))
        .send()
        .await;
    page.unwrap().text().await.unwrap()
}

#[actix_web::test]
async fn what_the_programs_report_is_what_the_catalogue_says_and_callers_make_no_series() {
    let (api, worker) = (free_port().to_string(), free_port().to_string());
    let scene = Scene::start(&[("METRICS_PORT", &api), ("WORKER_METRICS_PORT", &worker)]).await;
    scene.upload().await;
    for number in 0..300 {
        let path = scene.url(&format!("/jobs/{CANARY}{number}/{number}?q={CANARY}"));
        let method = reqwest::Method::from_bytes(format!("ODD{number}").as_bytes()).unwrap();
        scene.client.get(&path).send().await.unwrap();
        scene.client.request(method, &path).send().await.unwrap();
    }
    let mut seen = BTreeSet::new();
    for port in [&api, &worker] {
        let page = page(&scene.client, port).await;
        assert!(!page.contains(CANARY), "{page}");
        let families = families(&page);
        // What a program has when little has happened yet.
        assert!(families.len() > 15, "{page}");
        for (name, told) in &families {
            check(name, told);
        }
        seen.extend(families.into_keys());
    }
    for name in [
        "http_requests_total",
        "tasks_attempts_total",
        "database_pool_connections",
        "build_info",
    ] {
        assert!(seen.contains(name), "{name} is not among {seen:?}");
    }
}

/// What a page tells of one metric.
#[derive(Debug, Default)]
struct Told {
    help: String,
    kind: String,
    /// The values of each label.
    labels: BTreeMap<String, BTreeSet<String>>,
}

fn families(page: &str) -> BTreeMap<String, Told> {
    let mut all: BTreeMap<String, Told> = BTreeMap::new();
    for line in page.lines().filter(|line| !line.is_empty()) {
        if let Some((name, help)) = line.strip_prefix("# HELP ").and_then(|rest| rest.split_once(' ')) {
            all.entry(name.to_owned()).or_default().help = help.to_owned();
        } else if let Some((name, kind)) = line.strip_prefix("# TYPE ").and_then(|rest| rest.split_once(' '))
        {
            all.entry(name.to_owned()).or_default().kind = kind.to_owned();
        } else if !line.starts_with('#') {
            let (series, _) = line.rsplit_once(' ').unwrap();
            let (name, labels) = series.split_once('{').unwrap_or((series, ""));
            let parts = ["_bucket", "_sum", "_count"].into_iter();
            let family = parts
                .filter_map(|part| name.strip_suffix(part))
                .find(|name| all.get(*name).is_some_and(|told| told.kind == "histogram"))
                .unwrap_or(name)
                .to_owned();
            let told = all.entry(family).or_default();
            // No value of ours holds a quote or a comma.
            for (label, value) in labels
                .trim_end_matches('}')
                .split(',')
                .filter_map(|label| label.split_once('='))
            {
                told.labels
                    .entry(label.to_owned())
                    .or_default()
                    .insert(value.to_owned());
            }
        }
    }
    all
}

fn check(name: &str, told: &Told) {
    let family: &Family = FAMILIES
        .iter()
        .find(|family| family.name == name)
        .unwrap_or_else(|| panic!("{name} is not in the catalogue of metrics"));
    let kind = match family.kind {
        Kind::Counter => "counter",
        Kind::Gauge => "gauge",
        Kind::Histogram => "histogram",
    };
    assert_eq!(
        (told.kind.as_str(), told.help.as_str()),
        (kind, family.help),
        "{name}"
    );
    let labels: BTreeSet<&str> = told
        .labels
        .keys()
        .map(String::as_str)
        .filter(|label| *label != "le")
        .collect();
    assert_eq!(labels, family.labels.iter().copied().collect(), "{name}");
    for (label, values) in told.labels.iter().filter(|(label, _)| *label != "le") {
        let (_, most) = LABELS.iter().find(|(known, _)| known == label).unwrap();
        assert!(
            values.len() <= *most,
            "{name} has {} values of {label}: {values:?}",
            values.len()
        );
    }
}
