//! A server that speaks this protocol: requests with retries inside, and pauses when it keeps failing. Nothing in here knows what
//! is asked.

use std::future::Future;
use std::time::Duration;

use async_openai::Client;
use async_openai::config::OpenAIConfig;
use hiring_core::random;
use secrecy::{ExposeSecret, SecretString};

use super::LlmError;
use super::exchange::Exchange;
use super::retries::{RetryBudget, TRIES, pause};
use crate::breaker::Breaker;

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(10);

/// How a server is reached.
pub(crate) struct Access<'a> {
    /// Without a slash at its end.
    pub(crate) base_url: &'a str,
    /// What it knows us by.
    pub(crate) key: &'a SecretString,
    /// How long one request may take.
    pub(crate) timeout: Duration,
    /// When it is left alone.
    pub(crate) breaker: Breaker,
    /// What stands there, for logs and metrics: `language` or `embedding`.
    pub(crate) kind: &'static str,
}

/// One server. Requests of everybody who asks there go through here.
pub(crate) struct Connection {
    client: Client<OpenAIConfig>,
    breaker: Breaker,
    retries: RetryBudget,
    kind: &'static str,
}

impl Connection {
    /// Sends nothing.
    ///
    /// # Errors
    /// [`LlmError::Away`] when this machine cannot make connections at all.
    pub(crate) fn open(access: &Access<'_>) -> Result<Self, LlmError> {
        let tls = crate::tls::client_config().map_err(|_| LlmError::Away("TLS cannot be set up".into()))?;
        // No redirects: the key would follow them.
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT.min(access.timeout))
            .user_agent("hiring-agent")
            .build()
            .map_err(|_| LlmError::Away("no connections can be made".into()))?;
        let config = OpenAIConfig::new()
            .with_api_base(access.base_url)
            .with_api_key(access.key.expose_secret())
            .with_org_id("")
            .with_project_id("");
        let exchange = Exchange::new(http.clone(), access.timeout, access.kind);
        Ok(Self {
            client: Client::build(http, config).with_http_service(exchange),
            breaker: access.breaker.clone(),
            retries: RetryBudget::new(),
            kind: access.kind,
        })
    }

    /// What sends requests there.
    pub(crate) const fn client(&self) -> &Client<OpenAIConfig> {
        &self.client
    }

    /// When it is left alone.
    pub(crate) const fn breaker(&self) -> &Breaker {
        &self.breaker
    }

    /// Asks. What passes quickly is tried again, at most three times in all, as long as all callers' retries together stay few; a
    /// server that keeps failing is left alone for a while. Takes at most three times the timeout and a minute.
    ///
    /// # Errors
    /// [`LlmError`].
    pub(crate) async fn ask<T, F>(&self, request: impl Fn() -> F + Sync) -> Result<T, LlmError>
    where
        F: Future<Output = Result<T, LlmError>> + Send,
    {
        let mut tries = 0;
        loop {
            tries += 1;
            let error = match self.once(&request).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let asked = match &error {
                LlmError::Busy(asked) => *asked,
                LlmError::Away(_) | LlmError::Garbled(_) => None,
                _ => return Err(error),
            };
            let wait = pause(tries, asked, random_share()).filter(|_| tries < TRIES && self.retries.take());
            let Some(wait) = wait else {
                return Err(error);
            };
            tokio::time::sleep(wait).await;
        }
    }

    async fn once<T, F>(&self, request: &(impl Fn() -> F + Sync)) -> Result<T, LlmError>
    where
        F: Future<Output = Result<T, LlmError>> + Send,
    {
        let pass = self.breaker.enter().await.map_err(LlmError::Resting)?;
        let outcome = request().await;
        match &outcome {
            Err(error) if error.is_failure() => {
                metrics::counter!("llm_failures_total", "kind" => self.kind, "code" => error.code())
                    .increment(1);
                if pass.failed().await {
                    tracing::warn!(
                        kind = self.kind,
                        error = error as &dyn std::error::Error,
                        "the model's server is left alone for a while"
                    );
                }
            }
            _ => pass.answered().await,
        }
        if outcome.is_ok() {
            self.retries.answered();
        }
        outcome
    }
}

fn random_share() -> f64 {
    f64::from(u32::from_le_bytes(random::bytes())) / f64::from(u32::MAX)
}
