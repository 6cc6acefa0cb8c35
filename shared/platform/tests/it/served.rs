//! The embedding model of a server, over real connections.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use hiring_core::config::Reader;
use hiring_platform::breaker::Dependency;
use hiring_platform::embeddings::{
    EmbedError, Embedder, EmbeddingConfig, LazyEmbedder, OnnxEmbedder, Urgency,
};
use hiring_testkit::ModelServer;
use hiring_testkit::model::{Asked, Reply};
use hiring_testkit::poll::eventually;
use serde_json::{Value, json};

use crate::contract::keeps_the_contract;
use crate::setup::embedding_config;
use crate::shared_redis::shared;

const DIMENSION: usize = 384;

fn lazy(server: &ModelServer, more: &[(&str, &str)]) -> LazyEmbedder {
    let pairs = [
        ("EMBEDDING_BACKEND", "openai"),
        ("EMBEDDING_API_KEY", "sk-vectors"),
        ("EMBEDDING_BASE_URL", server.base_url()),
        ("EMBEDDING_MODEL", "small"),
        ("EMBEDDING_TIMEOUT_SECONDS", "1"),
    ];
    let variables: HashMap<String, String> = pairs
        .iter()
        .chain(more)
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let mut reader = Reader::from_map(variables);
    let config = EmbeddingConfig::read(&mut reader, 2);
    reader.finish().unwrap();
    LazyEmbedder::new(config)
}

/// A vector that only this text has: every letter turns another number up.
fn vector(text: &str) -> Vec<f32> {
    let mut vector = vec![0.001_f32; DIMENSION];
    for (at, letter) in text.bytes().enumerate() {
        vector[(usize::from(letter) * 31 + at * 7) % DIMENSION] += 1.0;
    }
    vector
}

fn fine(asked: &Asked) -> Reply {
    Reply::Vectors(asked.texts().iter().map(|text| vector(text)).collect())
}

fn texts(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("text number {number}")).collect()
}

fn is_near(found: &[f32], text: &str) -> bool {
    let wanted = vector(text);
    let norm = wanted.iter().map(|number| number * number).sum::<f32>().sqrt();
    found
        .iter()
        .zip(&wanted)
        .all(|(a, b)| (a - b / norm).abs() < 1e-5)
}

#[test]
fn a_server_with_the_same_model_keeps_the_same_contract() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let model = Arc::new(OnnxEmbedder::load(&embedding_config(1)).unwrap());
    let tokens = Arc::new(AtomicUsize::new(128));
    let (asked_for, limit) = (Arc::clone(&model), Arc::clone(&tokens));
    let script = move |asked: &Asked| {
        Reply::Vectors(
            asked_for
                .embed(&asked.texts(), limit.load(Ordering::Relaxed))
                .unwrap(),
        )
    };
    let server = runtime.block_on(ModelServer::start(script));
    let lazy = lazy(&server, &[("EMBEDDING_TIMEOUT_SECONDS", "60")]);
    keeps_the_contract(|texts, max_tokens| {
        tokens.store(max_tokens, Ordering::Relaxed);
        runtime
            .block_on(lazy.embed(texts.to_vec(), max_tokens, Urgency::Later))
            .unwrap()
    });
    assert!(server.requests().iter().all(|asked| asked.path == "/embeddings"));
}

#[tokio::test]
async fn texts_go_in_batches_with_key_model_and_length_and_come_back_in_order_with_norm_1() {
    let server = ModelServer::start(fine).await;
    let lazy = lazy(&server, &[]);
    assert_eq!(&*lazy.model().unwrap().name, "small");
    assert!(!lazy.is_loaded() && server.count() == 0);
    let texts = texts(70);
    let (patient, one) = tokio::join!(
        lazy.embed(texts.clone(), 64, Urgency::Later),
        lazy.embed_one("urgent", 64)
    );
    let vectors = patient.unwrap();
    assert!(
        vectors
            .iter()
            .zip(&texts)
            .all(|(vector, text)| is_near(vector, text))
    );
    assert!(is_near(&one.unwrap(), "urgent") && lazy.is_loaded());
    let requests = server.requests();
    let mut sizes: Vec<usize> = requests.iter().map(|asked| asked.texts().len()).collect();
    sizes.sort_unstable();
    assert_eq!(
        sizes,
        [1, 3, 6, 32, 32],
        "one, the three that tell whether the model fits, seventy"
    );
    for asked in &requests {
        assert_eq!(asked.authorization, "Bearer sk-vectors");
        assert_eq!(
            (&asked.body["model"], &asked.body["dimensions"]),
            (&json!("small"), &json!(384))
        );
    }
}

#[tokio::test]
async fn long_texts_are_cut_and_empty_ones_are_no_empty_input() {
    let server = ModelServer::start(fine).await;
    let lazy = lazy(&server, &[]);
    let sent = vec!["é".repeat(10_000), String::new(), " \n ".into()];
    assert_eq!(lazy.embed(sent, 64, Urgency::Now).await.unwrap().len(), 3);
    let last = server.requests().pop().unwrap().texts();
    assert_eq!(last, ["é".repeat(384), " ".into(), " ".into()]);
}

#[tokio::test]
async fn a_server_that_does_not_shorten_vectors_is_asked_without_from_then_on() {
    let server = ModelServer::start(|asked| match asked.body.get("dimensions") {
        Some(_) => Reply::Status(
            422,
            None,
            r#"{"detail":[{"loc":["body","dimensions"],"type":"extra_forbidden"}]}"#.into(),
        ),
        None => fine(asked),
    })
    .await;
    let lazy = lazy(&server, &[]);
    for _ in 0..2 {
        lazy.embed_one("text", 64).await.unwrap();
    }
    assert_eq!(server.count(), 4, "one to find out, one to check, two texts");
}

#[tokio::test]
async fn a_text_that_is_too_long_for_the_server_is_cut_and_costs_the_others_nothing() {
    let server = ModelServer::start(|asked| match asked.texts().iter().any(|text| text.len() > 100) {
        true => Reply::Status(
            413,
            None,
            "Input validation error: inputs must have less than 30 tokens".into(),
        ),
        false => fine(asked),
    })
    .await;
    let lazy = lazy(&server, &[]);
    let long = "x".repeat(380);
    let sent = vec!["short".to_owned(), long.clone(), "brief".to_owned()];
    let vectors = lazy.embed(sent, 64, Urgency::Later).await.unwrap();
    assert!(is_near(&vectors[0], "short") && is_near(&vectors[2], "brief"));
    assert!(is_near(&vectors[1], &long[..95]), "a quarter of it");
    assert_eq!(
        lazy.embed_one(&long, 64).await.unwrap(),
        vectors[1],
        "alone as in company"
    );
    server.script(|_| Reply::Status(400, None, "no".into()));
    let error = lazy.embed_one("text", 64).await.unwrap_err();
    assert!(
        matches!(error, EmbedError::Failed(_)) && !error.may_pass(),
        "{error}"
    );
}

#[tokio::test]
async fn a_model_of_another_size_is_refused_with_what_to_do() {
    let server = ModelServer::start(|asked| Reply::Vectors(vec![vec![0.5; 768]; asked.texts().len()])).await;
    let lazy = lazy(&server, &[]);
    let error = lazy.load().await.unwrap_err();
    assert!(error.may_pass() && !lazy.is_loaded());
    let told = error.to_string();
    assert!(
        told.contains("768") && told.contains("384") && told.contains("choose"),
        "{told}"
    );
    server.script(fine);
    lazy.load().await.unwrap();
}

#[tokio::test]
async fn a_model_to_which_everything_is_alike_is_refused() {
    let alike = |asked: &Asked| {
        let one = |text: &String| {
            let mut vector = vector(text);
            vector[0] += 30.0;
            vector
        };
        Reply::Vectors(asked.texts().iter().map(one).collect())
    };
    let server = ModelServer::start(alike).await;
    let error = lazy(&server, &[]).embed_one("text", 64).await.unwrap_err();
    assert!(error.to_string().contains("nearly the same vector"), "{error}");
    assert_eq!(server.count(), 1, "nothing of anybody's is sent there");
}

#[tokio::test]
async fn whatever_is_wrong_with_the_server_no_vector_is_made_up() {
    let item = |numbers: Value| json!({ "data": [{ "index": 0, "embedding": numbers }] });
    let cases: [(Reply, &str, usize); 12] = [
        (Reply::Status(500, None, "oops".into()), "provider-unavailable", 3),
        (
            Reply::Vectors(Vec::new()).after(Duration::from_secs(5)),
            "provider-unavailable",
            3,
        ),
        (Reply::Cut, "provider-unavailable", 3),
        (Reply::Garbage, "answer-invalid", 3),
        (Reply::Vectors(Vec::new()), "answer-invalid", 3),
        (Reply::Raw(item(json!([null, 1.0]))), "answer-invalid", 3),
        (Reply::Raw(item(json!(vec![0.0; DIMENSION]))), "answer-invalid", 3),
        (
            Reply::Status(200, None, r#"{"data": [{"embedding": [NaN, 1.0]}]}"#.into()),
            "answer-invalid",
            3,
        ),
        (Reply::Status(429, Some(120), String::new()), "provider-busy", 1),
        (Reply::Status(401, None, "who are you?".into()), "key-refused", 1),
        (
            Reply::Status(404, None, "no such model".into()),
            "model-unknown",
            1,
        ),
        (Reply::Status(402, None, String::new()), "provider-quota", 1),
    ];
    for (reply, code, requests) in cases {
        let server = ModelServer::start(fine).await;
        let lazy = lazy(&server, &[]);
        lazy.load().await.unwrap();
        let scripted = reply.clone();
        server.script(move |_| scripted.clone());
        let error = lazy.embed_one("text", 64).await.unwrap_err();
        let EmbedError::Away(why) = &error else {
            panic!("{reply:?}: {error}");
        };
        assert!(error.may_pass());
        assert_eq!(
            (why.code(), server.count() - 1),
            (code, requests),
            "{reply:?}: {why}"
        );
    }
    for announced in [true, false] {
        let server = ModelServer::start(move |_| Reply::Huge(5_000_000, announced)).await;
        let error = lazy(&server, &[]).embed_one("text", 64).await.unwrap_err();
        assert!(matches!(error, EmbedError::Failed(_)), "{error}");
    }
}

#[tokio::test]
async fn a_pause_is_kept_and_a_server_that_keeps_failing_is_left_alone_until_it_is_well() {
    let server = ModelServer::start(|asked| match asked.number {
        1 => Reply::Status(429, Some(1), "slow down".into()),
        _ => fine(asked),
    })
    .await;
    let breaker = [
        ("CIRCUIT_BREAKER_FAILURE_THRESHOLD", "3"),
        ("CIRCUIT_BREAKER_RECOVERY_TIMEOUT", "1"),
    ];
    let lazy = lazy(&server, &breaker);
    let began = Instant::now();
    lazy.load().await.unwrap();
    assert!(began.elapsed() >= Duration::from_secs(1));
    server.script(|_| Reply::Status(503, None, String::new()));
    lazy.embed_one("text", 64).await.unwrap_err();
    let before = server.count();
    lazy.embed_one("text", 64).await.unwrap_err();
    assert_eq!(server.count(), before, "nothing is sent while it rests");
    server.script(fine);
    eventually("the breaker to close", || async {
        lazy.embed_one("text", 64).await.ok()
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_find_out_together_that_a_server_fails_and_that_it_is_well_again() {
    let server = ModelServer::start(fine).await;
    let breaker = [
        ("CIRCUIT_BREAKER_FAILURE_THRESHOLD", "4"),
        ("CIRCUIT_BREAKER_RECOVERY_TIMEOUT", "1"),
    ];
    let (redis, _) = shared();
    let processes = [(); 2].map(|()| lazy(&server, &breaker));
    for process in &processes {
        process.breaker().unwrap().share(redis.clone());
        process.load().await.unwrap();
    }
    let [one, two] = &processes;
    server.script(|_| Reply::Status(503, None, String::new()));
    let before = server.count();
    one.embed_one("text", 64).await.unwrap_err();
    two.embed_one("text", 64).await.unwrap_err();
    assert_eq!(server.count(), before + 4, "the fourth failure opens it");
    one.embed_one("text", 64).await.unwrap_err();
    assert_eq!(
        server.count(),
        before + 4,
        "who had failed less often is told too"
    );
    let reading = one.breaker().unwrap().read().await;
    let told = (reading.dependency, reading.shared);
    assert_eq!(told, (Dependency::Embeddings, true));
    server.script(fine);
    eventually("the breaker to close", || async {
        one.embed_one("text", 64).await.ok()
    })
    .await;
    two.embed_one("text", 64).await.unwrap();
}

#[tokio::test]
async fn nothing_of_text_key_or_reply_is_told_in_an_error() {
    let server =
        ModelServer::start(|_| Reply::Status(422, None, "You wrote: a private text sk-vectors".into())).await;
    let error = lazy(&server, &[])
        .embed_one("a private text", 64)
        .await
        .unwrap_err();
    let told = format!("{error} {error:?}");
    assert!(!told.contains("private") && !told.contains("sk-"), "{told}");
}
