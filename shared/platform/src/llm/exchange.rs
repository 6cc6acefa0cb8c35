//! One request over HTTP: the reply is read up to a cap, checked to be JSON, and what a refusal means is told.
//!
//! It stands below async-openai, which would read replies of any size and write those that it cannot read into the log.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use async_openai::error::OpenAIError;
use async_openai::middleware::HttpRequestFactory;
use hiring_core::trace::TraceParent;
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use serde_json::Value;
use tower::Service;
use tracing::Instrument;

use super::retries::retry_after;
use super::{LlmError, MAX_REPLY_BYTES};
use crate::telemetry::trace;

/// Most bytes of a refusal that are looked at.
const MAX_REFUSAL_BYTES: usize = 16 * 1024;

/// Why an exchange brought no reply.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failed {
    /// For good, or until the server is well again.
    #[error(transparent)]
    Because(#[from] LlmError),
    /// The server does not take the request as it is, and says why.
    #[error("the server refuses the request with status {status}")]
    Complaint { status: u16, words: String },
}

/// Sends requests, each within the time allowed.
#[derive(Debug, Clone)]
pub(super) struct Exchange {
    client: reqwest::Client,
    timeout: Duration,
    /// What stands there.
    server: &'static str,
}

impl Exchange {
    pub(super) const fn new(client: reqwest::Client, timeout: Duration, server: &'static str) -> Self {
        Self {
            client,
            timeout,
            server,
        }
    }

    async fn send(self, request: HttpRequestFactory) -> Result<Response, OpenAIError> {
        let (begun, server) = (Instant::now(), self.server);
        let reply = self.place(request).await;
        let outcome = if reply.is_ok() { "answered" } else { "failed" };
        metrics::histogram!("llm_request_duration_seconds", "kind" => server, "outcome" => outcome)
            .record(begun.elapsed().as_secs_f64());
        reply
    }

    /// Sends the request as a span of its own in the trace that asks, which the other side is told.
    async fn place(self, request: HttpRequestFactory) -> Result<Response, OpenAIError> {
        let Some(asked_by) = trace::current() else {
            return self.exchange(request, None).await;
        };
        let place = asked_by.child();
        let span = tracing::info_span!(
            "call",
            server = self.server,
            trace_id = place.trace_id(),
            span_id = place.span_id(),
            parent_id = asked_by.span_id(),
            sampled = place.is_sampled(),
        );
        self.exchange(request, Some(place)).instrument(span).await
    }

    async fn exchange(
        self,
        request: HttpRequestFactory,
        place: Option<TraceParent>,
    ) -> Result<Response, OpenAIError> {
        let mut request = request.build().await?;
        if let Some(place) = place.and_then(|place| place.to_string().parse().ok()) {
            request.headers_mut().insert("traceparent", place);
        }
        let exchange = async { read(self.client.execute(request).await.map_err(away)?).await };
        let reply = match tokio::time::timeout(self.timeout, exchange).await {
            Ok(reply) => reply,
            Err(_) => Err(LlmError::Away("it took too long".into()).into()),
        };
        reply.map_err(|failed| OpenAIError::Boxed(Box::new(failed)))
    }
}

impl Service<HttpRequestFactory> for Exchange {
    type Response = Response;
    type Error = OpenAIError;
    type Future = Pin<Box<dyn Future<Output = Result<Response, OpenAIError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), OpenAIError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: HttpRequestFactory) -> Self::Future {
        Box::pin(self.clone().send(request))
    }
}

/// The failure that the exchange answered, out of what async-openai made of it.
pub(crate) fn failed(error: OpenAIError) -> Failed {
    match error {
        OpenAIError::Boxed(inner) => match inner.downcast::<Failed>() {
            Ok(failed) => *failed,
            Err(_) => LlmError::Garbled("it cannot be read").into(),
        },
        OpenAIError::Reqwest(error) => away(error),
        _ => LlmError::Garbled("it cannot be read").into(),
    }
}

/// Why nothing came. The URL is left out: it is the operator's, and may be told nobody else.
fn away(error: reqwest::Error) -> Failed {
    let error = error.without_url();
    let why = if error.is_connect() {
        "no connection"
    } else if error.is_timeout() {
        "it took too long"
    } else {
        "the connection broke off"
    };
    LlmError::Away(why.to_owned()).into()
}

async fn read(response: Response) -> Result<Response, Failed> {
    let status = response.status();
    if !status.is_success() {
        let asked = response
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok());
        let asked = asked.and_then(retry_after);
        // A refusal whose words cannot be read is judged by its status alone.
        let body = bytes(response, MAX_REFUSAL_BYTES).await.unwrap_or_default();
        return Err(refusal(status, asked, &body));
    }
    let body = bytes(response, MAX_REPLY_BYTES).await?;
    if serde_json::from_slice::<Value>(&body).is_err() {
        return Err(LlmError::Garbled("it is no JSON").into());
    }
    let rebuilt = http::Response::builder()
        .status(StatusCode::OK)
        .header(CONTENT_TYPE, "application/json")
        .body(body);
    let rebuilt = rebuilt.map_err(|_| LlmError::Garbled("it cannot be read"))?;
    Ok(rebuilt.into())
}

/// A body up to a cap; one that announces more is not read at all.
async fn bytes(mut response: Response, most: usize) -> Result<Vec<u8>, Failed> {
    let announced = response
        .content_length()
        .and_then(|length| usize::try_from(length).ok());
    if announced.is_some_and(|length| length > most) {
        return Err(LlmError::TooLarge.into());
    }
    let mut body = Vec::with_capacity(announced.unwrap_or_default());
    while let Some(chunk) = response.chunk().await.map_err(away)? {
        if body.len() + chunk.len() > most {
            return Err(LlmError::TooLarge.into());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// What a refusal means. Servers put `{"error": {message, type, code}}` around their words, some only a text.
fn refusal(status: StatusCode, asked: Option<Duration>, body: &[u8]) -> Failed {
    let said: Value = serde_json::from_slice(body).unwrap_or_default();
    let word = |name: &str| said.pointer(name).and_then(Value::as_str).unwrap_or_default();
    let code = word("/error/code");
    let because = match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => LlmError::KeyRefused,
        _ if code == "model_not_found" => LlmError::ModelUnknown,
        StatusCode::NOT_FOUND => LlmError::ModelUnknown,
        StatusCode::PAYMENT_REQUIRED => LlmError::QuotaUsedUp,
        StatusCode::TOO_MANY_REQUESTS if code == "insufficient_quota" => LlmError::QuotaUsedUp,
        StatusCode::TOO_MANY_REQUESTS => LlmError::Busy(asked),
        StatusCode::REQUEST_TIMEOUT | StatusCode::CONFLICT => LlmError::Away(format!("status {status}")),
        // Overloaded servers say so with a pause, as 429 does.
        StatusCode::SERVICE_UNAVAILABLE if asked.is_some() => LlmError::Busy(asked),
        _ if status.is_server_error() => LlmError::Away(format!("status {}", status.as_u16())),
        _ => {
            let words = [
                word("/error/message"),
                word("/error/param"),
                word("/message"),
                word("/detail"),
            ];
            let words = words.join(" ");
            let words = match words.trim().is_empty() {
                true => String::from_utf8_lossy(body).into_owned(),
                false => words,
            };
            return Failed::Complaint {
                status: status.as_u16(),
                words,
            };
        }
    };
    because.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn because(status: u16, body: &str) -> Option<LlmError> {
        match refusal(StatusCode::from_u16(status).unwrap(), None, body.as_bytes()) {
            Failed::Because(error) => Some(error),
            Failed::Complaint { .. } => None,
        }
    }

    #[test]
    fn a_refusal_is_told_by_status_and_code() {
        assert_eq!(because(401, ""), Some(LlmError::KeyRefused));
        assert_eq!(because(404, "nothing here"), Some(LlmError::ModelUnknown));
        assert_eq!(
            because(400, r#"{"error":{"code":"model_not_found"}}"#),
            Some(LlmError::ModelUnknown)
        );
        assert_eq!(because(429, "slow down"), Some(LlmError::Busy(None)));
        assert_eq!(
            because(429, r#"{"error":{"code":"insufficient_quota"}}"#),
            Some(LlmError::QuotaUsedUp)
        );
        assert!(matches!(because(500, ""), Some(LlmError::Away(_))));
        assert_eq!(because(400, r#"{"error":{"message":"response_format?"}}"#), None);
    }

    #[test]
    fn the_words_of_a_complaint_are_found_in_either_form() {
        for body in [
            r#"{"error":{"message":"no json_schema"}}"#,
            r#"{"detail":"no json_schema"}"#,
            "no json_schema",
            r#"{"detail":[{"loc":["body","no json_schema"]}]}"#,
        ] {
            let Failed::Complaint { status, words } = refusal(StatusCode::BAD_REQUEST, None, body.as_bytes())
            else {
                panic!("{body}");
            };
            assert!(status == 400 && words.contains("no json_schema"), "{words}");
        }
    }
}
