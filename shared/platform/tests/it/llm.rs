//! Questions to a server that answers by script, over real connections.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use hiring_core::config::Reader;
use hiring_platform::breaker::Dependency;
use hiring_platform::llm::{Llm, LlmConfig, LlmError, Question};
use hiring_testkit::model::{Asked, ModelServer, Reply};
use hiring_testkit::poll::eventually;
use serde_json::json;

use crate::shared_redis::shared;

fn llm(server: &ModelServer, more: &[(&str, &str)]) -> Llm {
    let pairs = [
        ("OPENAI_API_KEY", "sk-secret"),
        ("OPENAI_BASE_URL", server.base_url()),
        ("OPENAI_MODEL", "small"),
        ("OPENAI_TIMEOUT_SECONDS", "1"),
    ];
    let variables: HashMap<String, String> = pairs
        .iter()
        .chain(more)
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let mut reader = Reader::from_map(variables);
    let config = LlmConfig::read(&mut reader);
    reader.finish().unwrap();
    Llm::open(&config).unwrap()
}

fn question() -> Question {
    Question {
        system: "Be brief.".into(),
        user: "Which colour?".into(),
        name: "colour",
        schema: json!({ "type": "object", "properties": { "colour": { "type": "string" } } }),
        max_tokens: 40,
    }
}

fn fine(_: &Asked) -> Reply {
    Reply::Text("{\"colour\": \"red\"}".into())
}

#[tokio::test]
async fn an_answer_comes_with_its_tokens_and_the_key_goes_along() {
    let server = ModelServer::start(fine).await;
    let answer = llm(&server, &[]).ask(&question()).await.unwrap();
    assert_eq!(
        (answer.text.as_str(), answer.model.as_str()),
        ("{\"colour\": \"red\"}", "scripted-1")
    );
    assert_eq!(
        (answer.usage.prompt, answer.usage.completion, answer.cut),
        (100, 50, false)
    );
    let asked = &server.requests()[0];
    assert_eq!(asked.authorization, "Bearer sk-secret");
    assert_eq!(
        (&asked.body["model"], &asked.body["max_tokens"]),
        (&json!("small"), &json!(40))
    );
    assert_eq!(
        asked.body["response_format"]["json_schema"]["schema"],
        question().schema
    );
}

#[tokio::test]
async fn a_server_without_structured_output_is_asked_in_words_from_then_on() {
    let refusing = |asked: &Asked| match asked.body.get("response_format") {
        Some(_) => Reply::Status(
            400,
            None,
            r#"{"error": {"message": "response_format is not supported"}}"#.into(),
        ),
        None => fine(asked),
    };
    let server = ModelServer::start(refusing).await;
    let llm = llm(&server, &[]);
    for _ in 0..2 {
        llm.ask(&question()).await.unwrap();
    }
    assert_eq!(server.count(), 3, "one to find out, two answers");
    let system = server.requests()[2].body["messages"][0]["content"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(system.contains("JSON Schema") && system.contains("colour"));
}

#[tokio::test]
async fn a_pause_that_the_server_asks_for_is_kept() {
    let busy_once = |asked: &Asked| match asked.number {
        1 => Reply::Status(429, Some(1), "slow down".into()),
        _ => fine(asked),
    };
    let server = ModelServer::start(busy_once).await;
    let began = Instant::now();
    llm(&server, &[]).ask(&question()).await.unwrap();
    assert!(began.elapsed() >= Duration::from_secs(1));
    assert_eq!(server.count(), 2);
}

#[tokio::test]
async fn a_pause_that_is_too_long_to_wait_for_is_told() {
    let server = ModelServer::start(|_| Reply::Status(429, Some(120), String::new())).await;
    let error = llm(&server, &[]).ask(&question()).await.unwrap_err();
    assert_eq!(
        (error, server.count()),
        (LlmError::Busy(Some(Duration::from_secs(120))), 1)
    );
}

#[tokio::test]
async fn what_passes_is_tried_three_times_and_what_does_not_once() {
    let cases: [(Reply, &str, usize); 9] = [
        (Reply::Status(500, None, "oops".into()), "provider-unavailable", 3),
        (fine_after(5), "provider-unavailable", 3),
        (Reply::Cut, "provider-unavailable", 3),
        (Reply::Garbage, "answer-invalid", 3),
        (Reply::Raw(json!({ "choices": [] })), "answer-invalid", 3),
        (Reply::Huge(5_000_000, true), "answer-too-large", 1),
        (Reply::Huge(5_000_000, false), "answer-too-large", 1),
        (Reply::Status(401, None, "who are you?".into()), "key-refused", 1),
        (
            Reply::Status(404, None, "no such model".into()),
            "model-unknown",
            1,
        ),
    ];
    for (reply, code, requests) in cases {
        let scripted = reply.clone();
        let server = ModelServer::start(move |_| scripted.clone()).await;
        let error = llm(&server, &[]).ask(&question()).await.unwrap_err();
        assert_eq!(
            (error.code(), server.count()),
            (code, requests),
            "{reply:?}: {error}"
        );
    }
}

fn fine_after(seconds: u64) -> Reply {
    Reply::Text("{}".into()).after(Duration::from_secs(seconds))
}

#[tokio::test]
async fn a_server_that_keeps_failing_is_left_alone_and_asked_again_when_it_is_well() {
    let mut server = ModelServer::start(|_| Reply::Status(503, None, String::new())).await;
    let breaker = [
        ("CIRCUIT_BREAKER_FAILURE_THRESHOLD", "3"),
        ("CIRCUIT_BREAKER_RECOVERY_TIMEOUT", "1"),
    ];
    let llm = llm(&server, &breaker);
    assert_eq!(
        llm.ask(&question()).await.unwrap_err().code(),
        "provider-unavailable"
    );
    assert_eq!(server.count(), 3);
    let resting = llm.ask(&question()).await.unwrap_err();
    assert!(matches!(resting, LlmError::Resting(_)), "{resting}");
    assert_eq!(server.count(), 3, "nothing is sent while it rests");
    server.script(fine);
    eventually("the breaker to close", || async {
        llm.ask(&question()).await.ok()
    })
    .await;
    assert_eq!(server.count(), 4);
    llm.ask(&question()).await.unwrap();
    server.stop().await;
    let refused = llm.ask(&question()).await.unwrap_err();
    assert_eq!(refused.code(), "provider-unavailable", "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_find_out_together_that_a_server_fails_and_that_it_is_well_again() {
    let server = ModelServer::start(|_| Reply::Status(503, None, String::new())).await;
    let breaker = [
        ("CIRCUIT_BREAKER_FAILURE_THRESHOLD", "4"),
        ("CIRCUIT_BREAKER_RECOVERY_TIMEOUT", "1"),
    ];
    let (redis, _) = shared();
    let processes = [(); 3].map(|()| llm(&server, &breaker));
    for process in &processes {
        process.breaker().unwrap().share(redis.clone());
    }
    let [one, two, three] = &processes;
    one.ask(&question()).await.unwrap_err();
    assert_eq!(server.count(), 3);
    let refused = two.ask(&question()).await.unwrap_err();
    assert!(
        matches!(refused, LlmError::Resting(_)),
        "the fourth failure opens it: {refused}"
    );
    let refused = three.ask(&question()).await.unwrap_err();
    assert!(
        matches!(refused, LlmError::Resting(_)),
        "who never asked is told too: {refused}"
    );
    assert_eq!(server.count(), 4);
    let reading = three.breaker().unwrap().read().await;
    assert_eq!((reading.dependency, reading.shared), (Dependency::Llm, true));
    server.script(fine);
    eventually("the breaker to close", || async {
        three.ask(&question()).await.ok()
    })
    .await;
    for process in &processes {
        process.ask(&question()).await.unwrap();
    }
    assert_eq!(server.count(), 8, "one tried, then everybody asks");
}

#[tokio::test]
async fn nothing_of_question_key_or_reply_is_told_in_an_error() {
    let server =
        ModelServer::start(|_| Reply::Status(422, None, "You wrote: Which colour? sk-secret".into())).await;
    let error = llm(&server, &[]).ask(&question()).await.unwrap_err();
    assert_eq!(error, LlmError::Refused(422));
    let told = format!("{error} {error:?}");
    assert!(!told.contains("colour") && !told.contains("secret"), "{told}");
}

#[tokio::test]
async fn without_a_key_nobody_is_asked() {
    let server = ModelServer::start(fine).await;
    let llm = llm(&server, &[("OPENAI_API_KEY", "")]);
    assert_eq!(llm.ask(&question()).await.unwrap_err(), LlmError::Off);
    assert_eq!((llm.is_on(), llm.model(), server.count()), (false, None, 0));
}
