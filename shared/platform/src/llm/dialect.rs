//! Which optional parts of the protocol a server understands, learned from what it complains about.
//!
//! Servers that call themselves compatible differ: some have no structured output, some models take no temperature, some want
//! `max_completion_tokens`. The first request says everything; whatever the server names in refusing it is left out from then on.

use std::sync::atomic::{AtomicBool, Ordering};

/// What a request may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spoken {
    /// `response_format` with a JSON Schema; else the schema is a part of the instructions.
    pub(super) schema: bool,
    /// `max_tokens`; else `max_completion_tokens`.
    pub(super) max_tokens: bool,
    /// `temperature`.
    pub(super) temperature: bool,
}

/// What one server has turned out to understand. Begins with everything.
#[derive(Debug, Default)]
pub(super) struct Dialect {
    no_schema: AtomicBool,
    no_max_tokens: AtomicBool,
    no_temperature: AtomicBool,
}

impl Dialect {
    pub(super) fn spoken(&self) -> Spoken {
        let knows = |unknown: &AtomicBool| !unknown.load(Ordering::Relaxed);
        Spoken {
            schema: knows(&self.no_schema),
            max_tokens: knows(&self.no_max_tokens),
            temperature: knows(&self.no_temperature),
        }
    }

    /// Learns from a refusal of a request that used `spoken`; whether another request would differ.
    pub(super) fn learn(&self, spoken: Spoken, complaint: &str) -> bool {
        let complaint = complaint.to_ascii_lowercase();
        let names = |words: &[&str]| words.iter().any(|word| complaint.contains(word));
        let forget = |unknown: &AtomicBool| {
            unknown.store(true, Ordering::Relaxed);
            true
        };
        if spoken.schema
            && names(&[
                "response_format",
                "json_schema",
                "structured output",
                "response format",
            ])
        {
            return forget(&self.no_schema);
        }
        if spoken.max_tokens && names(&["max_completion_tokens"]) {
            return forget(&self.no_max_tokens);
        }
        if spoken.temperature && names(&["temperature"]) {
            return forget(&self.no_temperature);
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_complains_about_is_left_out_from_then_on_and_only_once() {
        let dialect = Dialect::default();
        let all = dialect.spoken();
        assert!(all.schema && all.max_tokens && all.temperature);
        let complaint = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.";
        assert!(dialect.learn(all, complaint));
        assert!(dialect.learn(all, "`Response_Format` of type json_schema is not supported"));
        assert!(dialect.learn(all, "'temperature' does not support 0.3 with this model"));
        let plain = dialect.spoken();
        assert_eq!(
            plain,
            Spoken {
                schema: false,
                max_tokens: false,
                temperature: false
            }
        );
        for complaint in [complaint, "json_schema", "temperature", "the prompt is too long"] {
            assert!(!dialect.learn(plain, complaint), "{complaint}");
        }
        assert!(!Dialect::default().learn(all, "the prompt is too long"));
    }
}
