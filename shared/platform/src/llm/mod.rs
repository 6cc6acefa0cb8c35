//! Questions to a language model behind any server that speaks OpenAI's chat completions.
//!
//! | module | what lives there |
//! |---|---|
//! | [`config`] | the settings, and what each plan may use |
//! | [`client`] | [`Llm`]: one question, one answer, with retries inside |
//! | [`body`] | the request's JSON, and the answer out of the reply's |
//! | [`dialect`] | which optional parts of the protocol this server understands |
//! | [`exchange`] | one request over HTTP: size cap, and what a refusal means |
//! | [`connection`] | a server: retries inside, pauses when it keeps failing |
//! | [`retries`] | how long to wait, and how many retries all callers may make together |
//!
//! Nothing of a question or an answer is ever logged.

mod body;
mod client;
pub mod config;
pub(crate) mod connection;
mod dialect;
pub(crate) mod exchange;
mod retries;

use std::time::Duration;

use serde_json::Value;

pub use client::Llm;
pub use config::{AiLimits, LlmConfig};

/// Largest reply that is read, in bytes: an answer of a few hundred tokens with its envelope has some kilobytes.
pub const MAX_REPLY_BYTES: usize = 512 * 1024;

/// What is asked.
#[derive(Debug, Clone)]
pub struct Question {
    /// What the model is to do.
    pub system: String,
    /// What it is to do that with.
    pub user: String,
    /// Name of the answer's shape: letters, digits and underscores.
    pub name: &'static str,
    /// JSON Schema of the answer. Servers without structured output get it as a part of `system`.
    pub schema: Value,
    /// Most tokens of the answer.
    pub max_tokens: u32,
}

/// Tokens that one exchange took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Of the question.
    pub prompt: u32,
    /// Of the answer.
    pub completion: u32,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The model's words; whether they are what was asked for is the caller's to check.
    pub text: String,
    /// The model that answered, by the server's own name for it.
    pub model: String,
    /// Whether the answer stopped at the limit of tokens.
    pub cut: bool,
    /// Tokens as the server counted them, or estimated from the lengths where it does not tell.
    pub usage: Usage,
}

/// Why there is no answer. Never holds anything of the question or of the reply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LlmError {
    /// No key, or switched off.
    #[error("no model is set up")]
    Off,
    /// It failed several times in a row and is left alone for this long.
    #[error("the model's server has failed repeatedly and is left alone for {} s", .0.as_secs())]
    Resting(Duration),
    /// It cannot be reached, does not answer in time, breaks off, or says that something is wrong on its side.
    #[error("the model does not answer: {0}")]
    Away(String),
    /// Too many requests, and waiting longer is not worth it here; the server names the pause or not.
    #[error("the model takes no more requests at the moment")]
    Busy(Option<Duration>),
    /// The account behind the key has used up what was paid for.
    #[error("the account at the model's provider is used up")]
    QuotaUsedUp,
    /// The key is wrong or may not do this.
    #[error("the model's server refuses the key")]
    KeyRefused,
    /// The server has no such model.
    #[error("the model's server does not know the model")]
    ModelUnknown,
    /// The server does not take the request for another reason.
    #[error("the model's server refuses the request with status {0}")]
    Refused(u16),
    /// The model declined to answer.
    #[error("the model declined to answer")]
    Declined,
    /// More than [`MAX_REPLY_BYTES`].
    #[error("the model's reply is too large")]
    TooLarge,
    /// No reply of this protocol.
    #[error("the model's reply is none: {0}")]
    Garbled(&'static str),
}

impl LlmError {
    /// Stable code for tasks and logs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Resting(_) | Self::Away(_) => "provider-unavailable",
            Self::Busy(_) => "provider-busy",
            Self::QuotaUsedUp => "provider-quota",
            Self::KeyRefused => "key-refused",
            Self::ModelUnknown => "model-unknown",
            Self::Refused(_) => "request-refused",
            Self::Declined => "answer-declined",
            Self::TooLarge => "answer-too-large",
            Self::Garbled(_) => "answer-invalid",
        }
    }

    /// Whether the same question may be answered later.
    #[must_use]
    pub const fn may_pass(&self) -> bool {
        matches!(
            self,
            Self::Resting(_) | Self::Away(_) | Self::Busy(_) | Self::Garbled(_)
        )
    }

    /// Whether the server is at fault, so that it should be left alone when this goes on.
    const fn is_failure(&self) -> bool {
        matches!(self, Self::Away(_) | Self::Garbled(_) | Self::TooLarge)
    }
}
