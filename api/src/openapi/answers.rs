//! What every operation may answer whatever its handler does: the layers around the handlers refuse too.

use serde_json::{Map, Value, json};

use crate::problem::{Kind, MEDIA_TYPE};

/// Methods that an operation can have in this document.
pub const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// Refusals that any operation may meet.
const ANY: [Kind; 5] = [
    Kind::UriTooLong,
    Kind::UnknownHost,
    Kind::HeadersTooLarge,
    Kind::Internal,
    Kind::Unavailable,
];
/// Those of operations with a body.
const WITH_BODY: [Kind; 4] = [
    Kind::Malformed,
    Kind::TooSlow,
    Kind::TooLarge,
    Kind::UnsupportedType,
];

/// What a status usually means; an operation whose kind of problem is another one is named in [`OWN`].
const USUAL: [Kind; 18] = [
    Kind::Malformed,
    Kind::Unauthenticated,
    Kind::Forbidden,
    Kind::NotFound,
    Kind::TooSlow,
    Kind::Conflict,
    Kind::VersionMismatch,
    Kind::TooLarge,
    Kind::UriTooLong,
    Kind::UnsupportedType,
    Kind::UnknownHost,
    Kind::ValidationFailed,
    Kind::VersionRequired,
    Kind::RateLimited,
    Kind::HeadersTooLarge,
    Kind::Internal,
    Kind::Unavailable,
    Kind::MethodNotAllowed,
];

/// Problems by which operations answer a status in a way of their own.
const OWN: [(&str, Kind); 20] = [
    ("login", Kind::WrongCredentials),
    ("adminLogin", Kind::WrongCredentials),
    ("refresh", Kind::RefreshRefused),
    ("logout", Kind::RefreshRefused),
    ("createJob", Kind::IdempotencyInProgress),
    ("screenCandidates", Kind::StillProcessing),
    ("uploadResume", Kind::NotMultipart),
    ("uploadResume", Kind::IdempotencyInProgress),
    ("uploadResumes", Kind::NotMultipart),
    ("uploadResumes", Kind::NothingAccepted),
    ("uploadResumes", Kind::IdempotencyInProgress),
    ("applyToJob", Kind::AlreadyApplied),
    ("moveApplication", Kind::IllegalMove),
    ("withdrawApplication", Kind::IllegalMove),
    ("getAnalysis", Kind::StillProcessing),
    ("getAnalysis", Kind::UnreadableResume),
    ("getText", Kind::StillProcessing),
    ("getText", Kind::UnreadableResume),
    ("retryTask", Kind::TaskNotDead),
    ("cancelTask", Kind::TaskOver),
];

/// Every operation of the document, with its path and method.
pub fn operations(document: &mut Value) -> impl Iterator<Item = (&str, &str, &mut Value)> {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    paths.into_iter().flatten().flat_map(|(path, item)| {
        let item = item.as_object_mut();
        let operations = item.into_iter().flatten();
        operations
            .filter(|(method, _)| METHODS.contains(&method.as_str()))
            .map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}

/// Adds what is missing: refusals of the layers around the handlers, 304, and an example for every problem.
pub fn complete(document: &mut Value) {
    for (path, method, operation) in operations(document) {
        complete_one(path, method == "get", operation);
    }
    let examples: Map<String, Value> = crate::problem::ALL_KINDS
        .iter()
        .map(|kind| {
            (
                kind.slug().to_owned(),
                json!({"summary": kind.title(), "value": example(*kind)}),
            )
        })
        .collect();
    let answers: Map<String, Value> = ANY
        .iter()
        .chain(&WITH_BODY)
        .chain(&[Kind::RateLimited])
        .map(|kind| (kind.slug().to_owned(), answer(*kind)))
        .collect();
    if let Some(components) = document.get_mut("components").and_then(Value::as_object_mut) {
        components.insert("examples".to_owned(), Value::Object(examples));
        components.insert("responses".to_owned(), Value::Object(answers));
    }
}

fn complete_one(path: &str, is_get: bool, operation: &mut Value) {
    let id = text(operation, "operationId");
    let is_limited = text(operation, "x-rate-tier") != "none";
    let has_body = operation.get("requestBody").is_some();
    let is_probe = matches!(path, "/health" | "/health/ready");
    let fits = |kind: &Kind| match kind {
        // Probes answer under any host and need nothing that may be away but what they tell about.
        Kind::UnknownHost | Kind::Unavailable => !is_probe,
        _ => true,
    };
    let mut kinds: Vec<Kind> = ANY.into_iter().filter(fits).collect();
    if has_body {
        kinds.extend(WITH_BODY);
    }
    if is_limited {
        kinds.push(Kind::RateLimited);
    }
    let is_versioned = is_get
        && is_limited
        && operation
            .pointer("/responses/200/content/application~1json")
            .is_some();
    let Some(answers) = operation.get_mut("responses").and_then(Value::as_object_mut) else {
        return;
    };
    for kind in kinds {
        let told = || json!({"$ref": format!("#/components/responses/{}", kind.slug())});
        answers
            .entry(kind.status().as_u16().to_string())
            .or_insert_with(told);
    }
    for (status, answer) in answers.iter_mut() {
        let examples = answer
            .pointer_mut(&format!("/content/{}", MEDIA_TYPE.replace('/', "~1")))
            .and_then(Value::as_object_mut);
        if let (Some(content), Some(kind)) = (examples, kind_of(&id, status)) {
            content.insert("examples".to_owned(), reference_to_example(kind));
        }
    }
    if is_versioned {
        add_versions(operation);
    }
}

/// A GET that was answered before is answered 304 where nothing has changed.
fn add_versions(operation: &mut Value) {
    if let Some(answers) = operation.get_mut("responses").and_then(Value::as_object_mut) {
        let told = json!({"description": "Nothing has changed since the answer with the `ETag` that `If-None-Match` names"});
        answers.insert("304".to_owned(), told);
    }
    let parameter = json!({"name": "If-None-Match", "in": "header", "required": false, "schema": {"type": "string"},
        "description": "The `ETag` of the answer that you have", "example": "\"3-5f1b0c2a9d4e7b60\""});
    if let Some(operation) = operation.as_object_mut() {
        let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
        if let Some(parameters) = parameters.as_array_mut() {
            parameters.push(parameter);
        }
    }
}

/// The kind of problem by which this operation answers this status.
fn kind_of(id: &str, status: &str) -> Option<Kind> {
    let is = |kind: &Kind| kind.status().as_str() == status;
    let own = OWN.iter().find(|(operation, kind)| *operation == id && is(kind));
    own.map(|(_, kind)| *kind).or_else(|| USUAL.into_iter().find(is))
}

fn reference_to_example(kind: Kind) -> Value {
    let slug = kind.slug();
    json!({slug: {"$ref": format!("#/components/examples/{slug}")}})
}

/// The answer that many operations share.
fn answer(kind: Kind) -> Value {
    let mut answer = json!({
        "description": format!("{} (`{}`)", kind.title(), kind.slug()),
        "content": {MEDIA_TYPE: {
            "schema": {"$ref": "#/components/schemas/ProblemBody"},
            "examples": reference_to_example(kind),
        }},
    });
    if waits(kind)
        && let Some(answer) = answer.as_object_mut()
    {
        let seconds = json!({"Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer", "minimum": 0}}});
        answer.insert("headers".to_owned(), seconds);
    }
    answer
}

/// Whether the answer says when to try again.
const fn waits(kind: Kind) -> bool {
    matches!(kind, Kind::RateLimited | Kind::Unavailable)
}

fn example(kind: Kind) -> Value {
    let mut body = json!({
        "type": kind.type_path(), "title": kind.title(), "status": kind.status().as_u16(),
        "detail": "What was wrong with this request, and what to do.",
        "instance": "/api/v1/jobs", "request_id": "5b0f4b0e-8f0c-4f57-9a3f-6f3f0e6e2f57",
    });
    let more = match kind {
        Kind::ValidationFailed => {
            json!({"errors": [{"pointer": "/title", "code": "too-short", "detail": "`/title` needs at least 1 characters."}]})
        }
        Kind::RateLimited => json!({"retry_after": 3, "category": "read"}),
        kind if waits(kind) => json!({"retry_after": 2}),
        _ => json!({}),
    };
    if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
    body
}

fn text(operation: &Value, name: &str) -> String {
    let found = operation.get(name).and_then(Value::as_str);
    found.unwrap_or_default().to_owned()
}
