//! The shape of the answer, and reading it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::brief::Brief;

/// Longest answer that is looked at, in bytes.
const MAX_BYTES: usize = 64 * 1024;
/// Most items of each list that are looked at.
const MAX_ITEMS: usize = 32;

/// A strength with the words that show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SaidStrength {
    /// A sentence.
    pub text: String,
    /// Words of the resume.
    pub quote: String,
}

/// A requirement that the resume does not show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SaidGap {
    /// An id of the question.
    pub requirement: String,
    /// A sentence.
    pub text: String,
}

/// Words of the resume that speak for a requirement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SaidEvidence {
    /// An id of the question.
    pub requirement: String,
    /// Words of the resume.
    pub quote: String,
}

/// What the model said, of the right shape and otherwise unchecked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    /// Some sentences.
    pub summary: String,
    /// What speaks for the candidate.
    pub strengths: Vec<SaidStrength>,
    /// What is missing.
    pub gaps: Vec<SaidGap>,
    /// Questions for an interview.
    pub questions: Vec<String>,
    /// Quotes for requirements.
    pub evidence: Vec<SaidEvidence>,
}

/// Why an answer cannot be used. Holds nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// Longer than any answer to the question.
    #[error("the answer is too long")]
    TooLong,
    /// No JSON object in it.
    #[error("the answer is no JSON")]
    NoJson,
    /// Another shape than asked for.
    #[error("the answer has another shape than asked for")]
    Shape,
}

/// JSON Schema of [`Said`], in the part of the language that structured output takes: every field required, none besides.
#[must_use]
pub fn schema(brief: &Brief) -> Value {
    let text = json!({ "type": "string" });
    let ids: Vec<&str> = brief.asked.iter().map(|asked| asked.id.as_str()).collect();
    let id = match ids.is_empty() {
        true => text.clone(),
        false => json!({ "type": "string", "enum": ids }),
    };
    let object = |fields: Value| {
        let names: Vec<&String> = fields
            .as_object()
            .map(|fields| fields.keys().collect())
            .unwrap_or_default();
        json!({ "type": "object", "properties": fields, "required": names, "additionalProperties": false })
    };
    let list = |items: Value| json!({ "type": "array", "items": items });
    object(json!({
        "summary": text,
        "strengths": list(object(json!({ "text": text, "quote": text }))),
        "gaps": list(object(json!({ "requirement": id, "text": text }))),
        "questions": list(text.clone()),
        "evidence": list(object(json!({ "requirement": id, "quote": text }))),
    }))
}

/// Reads an answer: the JSON object in it, which models without structured output put between fences or sentences.
///
/// # Errors
/// [`Unusable`].
pub fn read(text: &str) -> Result<Said, Unusable> {
    let mut said: Said = serde_json::from_value(object(text)?).map_err(|_| Unusable::Shape)?;
    said.strengths.truncate(MAX_ITEMS);
    said.gaps.truncate(MAX_ITEMS);
    said.questions.truncate(MAX_ITEMS);
    said.evidence.truncate(MAX_ITEMS);
    Ok(said)
}

/// The JSON object in a model's words, of whatever shape.
pub(crate) fn object(text: &str) -> Result<Value, Unusable> {
    if text.len() > MAX_BYTES {
        return Err(Unusable::TooLong);
    }
    let object = text
        .find('{')
        .zip(text.rfind('}'))
        .and_then(|(first, last)| text.get(first..=last));
    serde_json::from_str(object.ok_or(Unusable::NoJson)?).map_err(|_| Unusable::NoJson)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::brief::tests::{assessed, job};

    const GOOD: &str = r#"{"summary": "s", "strengths": [{"text": "t", "quote": "q"}], "gaps": [],
        "questions": ["a?"], "evidence": [{"requirement": "r1", "quote": "q"}]}"#;

    #[test]
    fn an_answer_is_found_between_fences_and_sentences() {
        let plain = read(GOOD).unwrap();
        assert_eq!(plain.evidence[0].requirement, "r1");
        assert_eq!(
            read(&format!("Sure!\n```json\n{GOOD}\n```\nAnything else?")),
            Ok(plain)
        );
    }

    #[test]
    fn another_shape_is_refused() {
        assert_eq!(read("I cannot do that."), Err(Unusable::NoJson));
        assert_eq!(read("} {"), Err(Unusable::NoJson));
        assert_eq!(read("{\"summary\": \"cut off"), Err(Unusable::NoJson));
        let cases = [
            r#"{"summary": "s"}"#.to_owned(),
            GOOD.replace("\"s\"", "7"),
            GOOD.replace("\"summary\"", "\"score\": 10, \"summary\""),
            GOOD.replace("\"quote\": \"q\"}]", "\"quote\": \"q\", \"points\": 3}]"),
        ];
        for case in cases {
            assert_eq!(read(&case), Err(Unusable::Shape), "{case}");
        }
        assert_eq!(read(&" ".repeat(MAX_BYTES + 1)), Err(Unusable::TooLong));
    }

    #[test]
    fn the_schema_names_the_very_fields_that_are_read() {
        let brief = Brief::new(&job(&["triage"], &[]), &assessed(&[("triage", 0)]), 500);
        let schema = schema(&brief);
        let said = serde_json::to_value(read(GOOD).unwrap()).unwrap();
        let keys = |value: &Value| {
            value
                .as_object()
                .unwrap()
                .keys()
                .cloned()
                .collect::<BTreeSet<_>>()
        };
        assert_eq!(keys(&schema["properties"]), keys(&said));
        for list in ["strengths", "evidence"] {
            assert_eq!(
                keys(&schema["properties"][list]["items"]["properties"]),
                keys(&said[list][0]),
                "{list}"
            );
        }
        assert_eq!(
            schema["properties"]["gaps"]["items"]["properties"]["requirement"]["enum"],
            json!(["r1"])
        );
        assert_eq!(schema["required"].as_array().unwrap().len(), 5);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[{}\\[\\]\":,a-z0-9 \\\\]{0,200}") {
            let _ = read(&text);
        }
    }
}
