//! The settings of the language model, and what each plan may use of it.

use std::time::Duration;

use hiring_core::config::Reader;
use hiring_core::identity::Plan;
use secrecy::{ExposeSecret, SecretString};

use crate::breaker::BreakerConfig;

const DEFAULT_BASE_URL: &str = "https://api.openai.com/v1";
const DEFAULT_MODEL: &str = "gpt-4o-mini";

/// What a plan may use of the language model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AiLimits {
    /// Share of a batch that the model looks at, the best by rules first; 0..=100.
    pub share_percent: u8,
    /// Tokens of questions and answers together in a calendar month (UTC); 0 allows nothing.
    pub tokens_month: i64,
}

/// How the language model is reached and used.
#[derive(Debug, Clone)]
pub struct LlmConfig {
    /// `OPENAI_API_KEY`: without it there is no model. Servers that check no key take any word.
    pub key: Option<SecretString>,
    /// `OPENAI_BASE_URL`, without a slash at its end.
    pub base_url: String,
    /// `OPENAI_MODEL`.
    pub model: String,
    /// `OPENAI_MAX_TOKENS`: most tokens of an answer.
    pub max_tokens: u32,
    /// `OPENAI_TEMPERATURE`, 0.0-2.0.
    pub temperature: f32,
    /// `OPENAI_TIMEOUT_SECONDS`: how long one request may take.
    pub timeout: Duration,
    /// `OPENAI_INPUT_PRICE` and `OPENAI_OUTPUT_PRICE`: US dollars for a million tokens of questions and of answers; 0 where they
    /// are not known.
    pub prices: (f64, f64),
    /// `AI_CONCURRENCY`: questions that one worker asks at once.
    pub concurrency: usize,
    /// `ENABLE_AI_SCREENING`.
    pub screening: bool,
    /// `CIRCUIT_BREAKER_*`: when the server is left alone.
    pub breaker: BreakerConfig,
    free: AiLimits,
    pro: AiLimits,
}

impl LlmConfig {
    /// Reads the `OPENAI_*`, `AI_*` and `CIRCUIT_BREAKER_*` variables and `ENABLE_AI_SCREENING`.
    pub fn read(reader: &mut Reader) -> Self {
        let key = key(reader, "OPENAI_API_KEY");
        let base_url = base_url(reader, "OPENAI_BASE_URL");
        Self {
            key,
            base_url,
            model: reader.string("OPENAI_MODEL", DEFAULT_MODEL),
            max_tokens: reader.number("OPENAI_MAX_TOKENS", 500, 200..=16_000),
            temperature: reader.number("OPENAI_TEMPERATURE", 0.3, 0.0..=2.0),
            timeout: Duration::from_secs(reader.number("OPENAI_TIMEOUT_SECONDS", 60, 1..=600)),
            prices: (
                reader.number("OPENAI_INPUT_PRICE", 0.0, 0.0..=10_000.0),
                reader.number("OPENAI_OUTPUT_PRICE", 0.0, 0.0..=10_000.0),
            ),
            concurrency: reader.number("AI_CONCURRENCY", 10, 1..=256),
            screening: reader.flag("ENABLE_AI_SCREENING", true),
            breaker: BreakerConfig::read(reader),
            free: AiLimits {
                share_percent: reader.number("AI_SHARE_PERCENT_FREE", 30, 0..=100),
                tokens_month: reader.number("AI_TOKENS_PER_MONTH_FREE", 200_000, 0..=i64::MAX),
            },
            pro: AiLimits {
                share_percent: reader.number("AI_SHARE_PERCENT_PRO", 50, 0..=100),
                tokens_month: reader.number("AI_TOKENS_PER_MONTH_PRO", 20_000_000, 0..=i64::MAX),
            },
        }
    }

    /// Whether a model is asked at all: there is a key, and screening by it is not switched off.
    #[must_use]
    pub const fn is_on(&self) -> bool {
        self.screening && self.key.is_some()
    }

    /// The model that is asked; `None` where none is.
    #[must_use]
    pub fn model(&self) -> Option<&str> {
        self.is_on().then_some(self.model.as_str())
    }

    /// What a plan may use.
    #[must_use]
    pub const fn limits(&self, plan: Plan) -> AiLimits {
        match plan {
            Plan::Free => self.free,
            Plan::Pro => self.pro,
        }
    }

    /// What tokens cost, in millionths of a US dollar, rounded up; 0 where prices are not known.
    #[must_use]
    pub fn cost_micros(&self, usage: super::Usage) -> i64 {
        // A price for a million tokens in dollars is the price of one token in millionths.
        let cost = f64::from(usage.prompt) * self.prices.0 + f64::from(usage.completion) * self.prices.1;
        // Casting saturates; prices and counts are bounded far below.
        cost.ceil() as i64
    }
}

/// A key travels in a header, so it has to be one line of visible characters.
pub(crate) fn key(reader: &mut Reader, name: &'static str) -> Option<SecretString> {
    let key = reader.secret(name)?;
    let fits = key.expose_secret().bytes().all(|byte| byte.is_ascii_graphic());
    if !fits {
        reader.problem(name, "holds white space or characters that no header takes");
    }
    fits.then_some(key)
}

/// Where a server of this protocol is, without a slash at its end.
pub(crate) fn base_url(reader: &mut Reader, name: &'static str) -> String {
    let given = reader.string(name, DEFAULT_BASE_URL);
    let problem = match reqwest::Url::parse(&given) {
        Err(error) => Some(format!("is no URL: {error}")),
        Ok(url) if !matches!(url.scheme(), "http" | "https") => {
            Some("must begin with http:// or https://".to_owned())
        }
        Ok(url) if !url.username().is_empty() || url.password().is_some() => {
            Some("must not hold a password; the key has a variable of its own".to_owned())
        }
        Ok(url) if url.query().is_some() || url.fragment().is_some() => {
            Some("must end with its path, for instance /v1".to_owned())
        }
        Ok(_) => None,
    };
    if let Some(problem) = problem {
        reader.problem(name, problem);
        return DEFAULT_BASE_URL.to_owned();
    }
    given.trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::Usage;
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> (LlmConfig, Vec<String>) {
        let pairs = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut reader = Reader::from_map(pairs.collect());
        let config = LlmConfig::read(&mut reader);
        let problems = reader.finish().err().unwrap_or_default();
        (
            config,
            problems.into_iter().map(|problem| problem.variable).collect(),
        )
    }

    #[test]
    fn without_a_key_there_is_no_model() {
        let (config, problems) = read(&[]);
        assert!(problems.is_empty());
        assert_eq!((config.is_on(), config.model()), (false, None));
        let (config, _) = read(&[("OPENAI_API_KEY", "sk-1")]);
        assert_eq!(config.model(), Some(DEFAULT_MODEL));
        assert_eq!((config.max_tokens, config.temperature), (500, 0.3));
        let (config, _) = read(&[("OPENAI_API_KEY", "sk-1"), ("ENABLE_AI_SCREENING", "false")]);
        assert_eq!(config.model(), None);
    }

    #[test]
    fn each_variable_changes_its_setting() {
        let (config, problems) = read(&[
            ("OPENAI_API_KEY", "any"),
            ("OPENAI_BASE_URL", "http://127.0.0.1:11434/v1/"),
            ("OPENAI_MODEL", "llama"),
            ("OPENAI_MAX_TOKENS", "900"),
            ("OPENAI_TEMPERATURE", "0"),
            ("OPENAI_TIMEOUT_SECONDS", "7"),
            ("OPENAI_INPUT_PRICE", "0.15"),
            ("OPENAI_OUTPUT_PRICE", "0.6"),
            ("AI_CONCURRENCY", "3"),
            ("AI_SHARE_PERCENT_FREE", "10"),
            ("AI_SHARE_PERCENT_PRO", "100"),
            ("AI_TOKENS_PER_MONTH_FREE", "0"),
            ("AI_TOKENS_PER_MONTH_PRO", "5"),
            ("CIRCUIT_BREAKER_FAILURE_THRESHOLD", "2"),
            ("CIRCUIT_BREAKER_RECOVERY_TIMEOUT", "4"),
        ]);
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(config.base_url, "http://127.0.0.1:11434/v1");
        assert_eq!(config.model(), Some("llama"));
        assert_eq!((config.max_tokens, config.temperature), (900, 0.0));
        assert_eq!((config.timeout, config.concurrency), (Duration::from_secs(7), 3));
        let free = AiLimits {
            share_percent: 10,
            tokens_month: 0,
        };
        let pro = AiLimits {
            share_percent: 100,
            tokens_month: 5,
        };
        assert_eq!((config.limits(Plan::Free), config.limits(Plan::Pro)), (free, pro));
        let breaker = config.breaker;
        assert_eq!((breaker.failure_threshold, breaker.recovery.as_secs()), (2, 4));
        // 2000 x 0.15 + 400 x 0.6 millionths of a dollar.
        let usage = Usage {
            prompt: 2_000,
            completion: 400,
        };
        assert_eq!(config.cost_micros(usage), 540);
        assert_eq!(read(&[]).0.cost_micros(usage), 0);
    }

    #[test]
    fn wrong_values_are_all_reported() {
        let (_, problems) = read(&[
            ("OPENAI_API_KEY", "two words"),
            ("OPENAI_BASE_URL", "api.example.org"),
            ("OPENAI_TEMPERATURE", "9"),
        ]);
        assert_eq!(
            problems,
            ["OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_TEMPERATURE"]
        );
        for url in [
            "ftp://example.org",
            "https://me:secret@example.org/v1",
            "https://example.org/v1?key=1",
        ] {
            assert_eq!(read(&[("OPENAI_BASE_URL", url)]).1, ["OPENAI_BASE_URL"], "{url}");
        }
    }
}
