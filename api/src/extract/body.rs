//! A JSON body: 415 for another content type, 413 when too large, 400 when it is no JSON, 422 when it does not fit.

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::{FromRequest, HttpRequest, web};
use futures::future::LocalBoxFuture;
use futures::{FutureExt, StreamExt};
use serde::de::DeserializeOwned;

use super::{Validate, Violations};
use crate::problem::{Kind, Problem};

/// A JSON body that has been parsed and checked.
#[derive(Debug)]
pub struct Body<T> {
    /// The checked value.
    pub value: T,
    /// The bytes as they came, for the fingerprint of an idempotency key.
    pub bytes: web::Bytes,
}

impl<T: DeserializeOwned + Validate + 'static> FromRequest for Body<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (typed, announced) = (is_json(request), content_length(request));
        let mut payload = payload.take();
        async move {
            if !typed {
                let detail = "Send the body as JSON with `Content-Type: application/json`.";
                return Err(Problem::new(Kind::UnsupportedType, detail));
            }
            let most = T::MAX_BYTES;
            if announced.is_some_and(|announced| announced > most) {
                return Err(too_large(most));
            }
            let mut bytes = web::BytesMut::new();
            while let Some(piece) = payload.next().await {
                let piece = piece.map_err(|error| Problem::from(&error))?;
                if bytes.len() + piece.len() > most {
                    return Err(too_large(most));
                }
                bytes.extend_from_slice(&piece);
            }
            let bytes = bytes.freeze();
            let value = parse(&bytes)?;
            Ok(Self { value, bytes })
        }
        .boxed_local()
    }
}

fn too_large(most: usize) -> Problem {
    let detail = format!("The body of this request may have at most {most} bytes.");
    Problem::new(Kind::TooLarge, detail)
}

fn content_length(request: &HttpRequest) -> Option<usize> {
    let header = request.headers().get(CONTENT_LENGTH)?;
    header.to_str().ok()?.parse().ok()
}

fn is_json(request: &HttpRequest) -> bool {
    let media_type = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = media_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// How many arrays and objects may stand in one another: what serde_json reads of a value it is asked for. Values that are passed over
/// have no limit there.
const DEEPEST: usize = 128;

fn parse<T: DeserializeOwned + Validate>(bytes: &[u8]) -> Result<T, Problem> {
    if depth(bytes) > DEEPEST {
        let detail = format!("The body has more than {DEEPEST} arrays and objects in one another.");
        return Err(Problem::new(Kind::Malformed, detail));
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value: T = serde_path_to_error::deserialize(&mut json).map_err(|error| describe(&error))?;
    json.end().map_err(|_| {
        Problem::new(
            Kind::Malformed,
            "The body goes on after the end of the JSON value.",
        )
    })?;
    let mut violations = Violations::default();
    value.validate(&mut violations);
    violations.finish()?;
    Ok(value)
}

/// How many brackets and braces outside strings are open at once, at most; of what is no JSON, any number.
fn depth(bytes: &[u8]) -> usize {
    let (mut open, mut most, mut inside, mut escaped) = (0_usize, 0, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if inside => escaped = true,
            b'"' => inside = !inside,
            b'[' | b'{' if !inside => {
                open += 1;
                most = most.max(open);
            }
            b']' | b'}' if !inside => open = open.saturating_sub(1),
            _ => {}
        }
    }
    most
}

fn describe(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let cause = error.inner();
    if !cause.is_data() {
        let detail = format!(
            "The body is no JSON: line {}, column {}.",
            cause.line(),
            cause.column()
        );
        return Problem::new(Kind::Malformed, detail);
    }
    let mut violations = Violations::default();
    // serde's message names the field and the expected type, never our internals; the position it appends is noise here.
    let message = cause.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    violations.add(json_pointer(error.path()), "wrong-value", format!("{message}."));
    violations
        .finish()
        .err()
        .unwrap_or_else(|| Problem::new(Kind::Malformed, "The body does not fit."))
}

fn json_pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(format!("/{index}")),
            Segment::Map { key } => Some(format!("/{}", key.replace('~', "~0").replace('/', "~1"))),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_in_strings_are_no_depth() {
        for (json, deep) in [
            ("1", 0),
            ("[1, [2], {\"a\": []}]", 3),
            (r#"{"a": "[[[\"[[["}"#, 1),
            (r#"{"a": "\\", "b": [1]}"#, 2),
            ("]]]][", 1),
        ] {
            assert_eq!(depth(json.as_bytes()), deep, "{json}");
        }
    }
}
