//! One question, one answer.

use std::sync::Arc;

use secrecy::SecretString;
use serde_json::Value;

use super::connection::{Access, Connection};
use super::dialect::Dialect;
use super::exchange::{Failed, failed};
use super::{Answer, LlmConfig, LlmError, Question, Usage, body};
use crate::breaker::{Breaker, Dependency};

/// A cheap handle to clone and share. Without a key, or switched off, every question is answered with [`LlmError::Off`].
#[derive(Clone)]
pub struct Llm {
    config: Arc<LlmConfig>,
    server: Option<Arc<Server>>,
}

/// The server that is asked, with what it has turned out to be like.
struct Server {
    connection: Connection,
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

    /// When its server is left alone; this process decides that alone until the breaker is shared. `None` where no model is asked.
    #[must_use]
    pub fn breaker(&self) -> Option<&Breaker> {
        self.server.as_ref().map(|server| server.connection.breaker())
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
        let converse = || server.converse(&self.config, question);
        server.connection.ask(converse).await
    }
}

impl Server {
    fn new(config: &LlmConfig, key: &SecretString) -> Result<Self, LlmError> {
        let access = Access {
            base_url: &config.base_url,
            key,
            timeout: config.timeout,
            breaker: Breaker::new(Dependency::Llm, config.breaker),
            kind: "language",
        };
        Ok(Self {
            connection: Connection::open(&access)?,
            dialect: Dialect::default(),
        })
    }

    /// One request, repeated at once where the server only misses a word of the protocol.
    async fn converse(&self, config: &LlmConfig, question: &Question) -> Result<Answer, LlmError> {
        loop {
            let spoken = self.dialect.spoken();
            let request = body::request(&config.model, config.temperature, question, spoken);
            let reply: Result<Value, _> = self.connection.client().chat().create_byot(request).await;
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
