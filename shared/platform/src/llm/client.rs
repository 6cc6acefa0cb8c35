//! One question, one answer.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_openai::Client;
use async_openai::config::OpenAIConfig;
use hiring_core::random;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::breaker::Breaker;
use super::dialect::Dialect;
use super::exchange::{Exchange, Failed, failed};
use super::retries::{RetryBudget, TRIES, pause};
use super::{Answer, LlmConfig, LlmError, Question, Usage, body};

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(10);

/// A cheap handle to clone and share. Without a key, or switched off, every question is answered with [`LlmError::Off`].
#[derive(Clone)]
pub struct Llm {
    config: Arc<LlmConfig>,
    server: Option<Arc<Server>>,
}

/// The server that is asked, with what it has turned out to be like.
struct Server {
    client: Client<OpenAIConfig>,
    breaker: Breaker,
    retries: RetryBudget,
    dialect: Dialect,
}

impl Llm {
    /// A handle with these settings. Sends nothing.
    ///
    /// # Errors
    /// [`LlmError::Away`] when this machine cannot make connections at all.
    pub fn open(config: &LlmConfig) -> Result<Self, LlmError> {
        let server = match config.key.as_ref().filter(|_| config.is_on()) {
            Some(key) => Some(Arc::new(Server::new(config, key)?)),
            None => None,
        };
        Ok(Self {
            config: Arc::new(config.clone()),
            server,
        })
    }

    /// The settings.
    #[must_use]
    pub fn config(&self) -> &LlmConfig {
        &self.config
    }

    /// Whether a model is asked at all.
    #[must_use]
    pub const fn is_on(&self) -> bool {
        self.server.is_some()
    }

    /// The model that is asked; `None` where none is.
    #[must_use]
    pub fn model(&self) -> Option<&str> {
        self.config.model()
    }

    /// Tokens that a question will take at most, about: what a budget has to have before it is asked.
    #[must_use]
    pub fn estimate(&self, question: &Question) -> Usage {
        body::estimate(question)
    }

    /// Asks. What passes quickly is tried again, at most three requests in all, as long as all callers' retries together stay
    /// few; a server that keeps failing is left alone for a while. Takes at most three times `OPENAI_TIMEOUT_SECONDS` and a minute.
    ///
    /// # Errors
    /// [`LlmError`].
    pub async fn ask(&self, question: &Question) -> Result<Answer, LlmError> {
        let Some(server) = &self.server else {
            return Err(LlmError::Off);
        };
        let mut tries = 0;
        loop {
            tries += 1;
            let error = match server.request(&self.config, question).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let asked = match &error {
                LlmError::Busy(asked) => *asked,
                LlmError::Away(_) | LlmError::Garbled(_) => None,
                _ => return Err(error),
            };
            let wait = pause(tries, asked, random_share()).filter(|_| tries < TRIES && server.retries.take());
            let Some(wait) = wait else {
                return Err(error);
            };
            tokio::time::sleep(wait).await;
        }
    }
}

impl Server {
    fn new(config: &LlmConfig, key: &SecretString) -> Result<Self, LlmError> {
        // No redirects: the key would follow them.
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls()?)
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT.min(config.timeout))
            .user_agent("hiring-agent")
            .build()
            .map_err(|_| LlmError::Away("no connections can be made".into()))?;
        let access = OpenAIConfig::new()
            .with_api_base(&config.base_url)
            .with_api_key(key.expose_secret())
            .with_org_id("")
            .with_project_id("");
        let exchange = Exchange::new(http.clone(), config.timeout);
        Ok(Self {
            client: Client::build(http, access).with_http_service(exchange),
            breaker: Breaker::new(config.failure_threshold, config.recovery),
            retries: RetryBudget::new(),
            dialect: Dialect::default(),
        })
    }

    /// One request, repeated at once where the server only misses a word of the protocol.
    async fn request(&self, config: &LlmConfig, question: &Question) -> Result<Answer, LlmError> {
        let pass = self.breaker.enter(Instant::now()).map_err(LlmError::Resting)?;
        let outcome = self.converse(config, question).await;
        match &outcome {
            Err(error) if error.is_failure() => {
                metrics::counter!("llm_failures_total", "code" => error.code()).increment(1);
                if pass.failed(Instant::now()) {
                    tracing::warn!(
                        error = error as &dyn std::error::Error,
                        "the language model is left alone for a while"
                    );
                }
            }
            _ => pass.answered(),
        }
        if outcome.is_ok() {
            self.retries.answered();
        }
        outcome
    }

    async fn converse(&self, config: &LlmConfig, question: &Question) -> Result<Answer, LlmError> {
        loop {
            let spoken = self.dialect.spoken();
            let request = body::request(&config.model, config.temperature, question, spoken);
            let reply: Result<Value, _> = self.client.chat().create_byot(request).await;
            let (status, words) = match reply.map_err(failed) {
                Ok(reply) => return body::answer(&reply, question),
                Err(Failed::Because(error)) => return Err(error),
                Err(Failed::Complaint { status, words }) => (status, words),
            };
            // Ends: each round takes one of three words out of the requests.
            if !self.dialect.learn(spoken, &words) {
                return Err(LlmError::Refused(status));
            }
        }
    }
}

/// TLS by ring with the system's certificates, as everywhere in the house.
fn tls() -> Result<rustls::ClientConfig, LlmError> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(|_| LlmError::Away("TLS cannot be set up".into()))?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

fn random_share() -> f64 {
    f64::from(u32::from_le_bytes(random::bytes())) / f64::from(u32::MAX)
}
