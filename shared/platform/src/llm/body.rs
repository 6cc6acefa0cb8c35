//! The request's JSON, and the answer out of the reply's.

use serde_json::{Value, json};

use super::dialect::Spoken;
use super::{Answer, LlmError, Question, Usage};

/// Characters that make a token where a server does not count: English prose has about four.
const CHARS_PER_TOKEN: usize = 4;

/// Tokens that a question will take at most, about: what a budget has to have before it is asked.
#[must_use]
pub(super) fn estimate(question: &Question) -> Usage {
    let schema = question.schema.to_string().len();
    Usage {
        // Languages with rarer words and letters take more tokens than English.
        prompt: count((question.system.len() + question.user.len() + schema) / (CHARS_PER_TOKEN - 1)),
        completion: question.max_tokens,
    }
}

pub(super) fn request(model: &str, temperature: f32, question: &Question, spoken: Spoken) -> Value {
    let system = match spoken.schema {
        true => question.system.clone(),
        false => format!(
            "{}\n\nAnswer with one JSON object and nothing else, of this JSON Schema:\n{}",
            question.system, question.schema
        ),
    };
    let mut body = json!({
        "model": model,
        "messages": [
            { "role": "system", "content": system },
            { "role": "user", "content": question.user },
        ],
        "stream": false,
    });
    let mut set = |name: &str, value: Value| {
        if let Some(body) = body.as_object_mut() {
            body.insert(name.to_owned(), value);
        }
    };
    let limit = if spoken.max_tokens {
        "max_tokens"
    } else {
        "max_completion_tokens"
    };
    set(limit, json!(question.max_tokens));
    if spoken.temperature {
        // Two decimals: a float as JSON writes it would travel as 0.30000001192092896.
        set(
            "temperature",
            json!((f64::from(temperature) * 100.0).round() / 100.0),
        );
    }
    if spoken.schema {
        let schema = json!({ "name": question.name, "strict": true, "schema": question.schema });
        set(
            "response_format",
            json!({ "type": "json_schema", "json_schema": schema }),
        );
    }
    body
}

/// The answer in a reply of `chat/completions`.
pub(super) fn answer(reply: &Value, question: &Question) -> Result<Answer, LlmError> {
    let choice = reply
        .pointer("/choices/0")
        .ok_or(LlmError::Garbled("it holds no choice"))?;
    let refused = choice.pointer("/message/refusal").and_then(Value::as_str);
    if refused.is_some_and(|refusal| !refusal.is_empty()) {
        return Err(LlmError::Declined);
    }
    let text = choice
        .pointer("/message/content")
        .and_then(Value::as_str)
        .ok_or(LlmError::Garbled("it holds no text"))?;
    let reason = choice.get("finish_reason").and_then(Value::as_str);
    if reason == Some("content_filter") {
        return Err(LlmError::Declined);
    }
    let tokens = |name: &str| {
        let number = reply.pointer(name).and_then(Value::as_u64)?;
        u32::try_from(number).ok()
    };
    let estimated = estimate(question);
    Ok(Answer {
        text: text.to_owned(),
        model: reply
            .get("model")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .chars()
            .take(120)
            .collect(),
        cut: reason == Some("length"),
        usage: Usage {
            prompt: tokens("/usage/prompt_tokens").unwrap_or(estimated.prompt),
            completion: tokens("/usage/completion_tokens")
                .unwrap_or_else(|| count(text.len() / CHARS_PER_TOKEN + 1)),
        },
    })
}

fn count(tokens: usize) -> u32 {
    u32::try_from(tokens).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Spoken = Spoken {
        schema: true,
        max_tokens: true,
        temperature: true,
    };
    const PLAIN: Spoken = Spoken {
        schema: false,
        max_tokens: false,
        temperature: false,
    };

    fn question() -> Question {
        Question {
            system: "Be brief.".into(),
            user: "What is it?".into(),
            name: "thing",
            schema: json!({ "type": "object" }),
            max_tokens: 50,
        }
    }

    #[test]
    fn a_server_without_structured_output_gets_the_schema_in_words() {
        let full = request("m", 0.3, &question(), ALL);
        assert_eq!(full["response_format"]["json_schema"]["schema"]["type"], "object");
        assert_eq!(
            (full["max_tokens"].as_u64(), full["temperature"].as_f64()),
            (Some(50), Some(0.3))
        );
        let plain = request("m", 0.3, &question(), PLAIN);
        assert!(plain.get("response_format").is_none() && plain.get("temperature").is_none());
        assert_eq!(plain["max_completion_tokens"], 50);
        let system = plain["messages"][0]["content"].as_str().unwrap();
        assert!(system.starts_with("Be brief.") && system.ends_with(r#"{"type":"object"}"#));
    }

    #[test]
    fn an_answer_is_read_with_its_tokens_or_with_an_estimate() {
        let reply = |usage: Value| json!({ "model": "m-2", "choices": [{ "message": { "content": "{}" }, "finish_reason": "stop" }], "usage": usage });
        let counted = answer(
            &reply(json!({ "prompt_tokens": 7, "completion_tokens": 2 })),
            &question(),
        )
        .unwrap();
        assert_eq!(
            (counted.text.as_str(), counted.model.as_str(), counted.cut),
            ("{}", "m-2", false)
        );
        assert_eq!(
            counted.usage,
            Usage {
                prompt: 7,
                completion: 2
            }
        );
        let guessed = answer(&reply(Value::Null), &question()).unwrap();
        assert!(guessed.usage.prompt > 5 && guessed.usage.completion == 1);
    }

    #[test]
    fn what_is_no_answer_is_told_from_what_was_declined() {
        let of = |choice: Value| answer(&json!({ "choices": [choice] }), &question());
        assert_eq!(
            answer(&json!({}), &question()),
            Err(LlmError::Garbled("it holds no choice"))
        );
        assert_eq!(
            of(json!({ "message": {} })),
            Err(LlmError::Garbled("it holds no text"))
        );
        assert_eq!(
            of(json!({ "message": { "refusal": "no" } })),
            Err(LlmError::Declined)
        );
        let filtered = json!({ "message": { "content": "" }, "finish_reason": "content_filter" });
        assert_eq!(of(filtered), Err(LlmError::Declined));
        let cut = json!({ "message": { "content": "{" }, "finish_reason": "length" });
        assert!(of(cut).unwrap().cut);
    }
}
