//! Which values texts may have, where the code knows a list of them and the document's types only say `string`.

use hiring_core::application::Stage;
use serde_json::{Value, json};

use super::answers::operations;

const JOB_TYPES: [&str; 5] = ["full_time", "part_time", "contract", "internship", "temporary"];
const JOB_STATES: [&str; 3] = ["draft", "open", "closed"];
const LEVELS: [&str; 5] = ["secondary", "vocational", "bachelor", "master", "doctorate"];
const DRAFTS: [&str; 2] = ["job_description", "test_questions"];
const LANGUAGES: [&str; 4] = ["en", "de", "fr", "es"];
const STATUSES: [&str; 3] = ["processing", "ready", "failed"];
const TASK_STATES: [&str; 6] = ["queued", "running", "waiting", "completed", "dead", "cancelled"];
const SORTS: [&str; 2] = ["newest", "score"];
const VERDICTS: [&str; 2] = ["agree", "correct"];

/// Texts of bodies, by schema and property.
fn of_bodies() -> Vec<(&'static str, &'static str, Value)> {
    let list = |names: &[&str]| json!({"enum": names});
    vec![
        ("CreateJob", "title", line(1, 200)),
        ("CreateJob", "description", lines(0, 20_000)),
        ("CreateJob", "location", lines(0, 200)),
        ("CreateJob", "job_type", list(&JOB_TYPES)),
        ("CreateJob", "state", list(&JOB_STATES)),
        ("CreateJob", "salary_currency", json!({"pattern": "^[A-Z]{3}$"})),
        ("UpdateJob", "title", line(1, 200)),
        ("UpdateJob", "description", lines(0, 20_000)),
        ("UpdateJob", "location", lines(0, 200)),
        ("UpdateJob", "job_type", list(&JOB_TYPES)),
        ("UpdateJob", "state", list(&JOB_STATES)),
        ("UpdateJob", "salary_min", json!({"minimum": 0})),
        ("UpdateJob", "salary_max", json!({"minimum": 0})),
        ("UpdateJob", "salary_currency", json!({"pattern": "^[A-Z]{3}$"})),
        ("ParseJob", "text", line(1, 20_000)),
        (
            "RequirementsView",
            "must_have",
            json!({"maxItems": 50, "items": skill()}),
        ),
        (
            "RequirementsView",
            "nice_to_have",
            json!({"maxItems": 50, "items": skill()}),
        ),
        ("RequirementsView", "education", list(&LEVELS)),
        ("RequirementsView", "location", lines(0, 200)),
        ("AddReview", "verdict", list(&VERDICTS)),
        ("AddReview", "comment", line(1, 2_000)),
        ("ChangeApplication", "stage", stages()),
        ("ChangeApplication", "reason", line(1, 2_000)),
        ("AddNote", "text", line(1, 5_000)),
        ("GenerateDraftBody", "kind", list(&DRAFTS)),
        ("GenerateDraftBody", "title", line(1, 200)),
        ("GenerateDraftBody", "location", lines(0, 200)),
        ("GenerateDraftBody", "job_type", list(&JOB_TYPES)),
        ("GenerateDraftBody", "language", list(&LANGUAGES)),
        ("GenerateDraftBody", "notes", lines(0, 4_000)),
        ("RegisterRequest", "name", name()),
        ("CreateOrganization", "name", name()),
        ("FirstAdmin", "name", name()),
        ("UpdateOrganization", "name", name()),
        ("RetryAll", "kind", line(1, 100)),
        ("Withdraw", "reason", line(1, 2_000)),
    ]
}

/// Texts of query strings, by operation and parameter.
fn of_queries() -> Vec<(&'static str, &'static str, Value)> {
    let list = |names: &[&str]| json!({"enum": names});
    let searched = json!({"maxLength": 200, "pattern": LINES});
    vec![
        ("listJobs", "search", searched.clone()),
        ("listJobs", "location", searched.clone()),
        ("listJobs", "job_type", list(&JOB_TYPES)),
        ("listJobs", "state", list(&JOB_STATES)),
        ("listApplications", "stage", stages()),
        ("listApplications", "sort", list(&SORTS)),
        ("listCandidates", "status", list(&STATUSES)),
        ("listDrafts", "kind", list(&DRAFTS)),
        ("listTasks", "kind", json!({"maxLength": 100, "pattern": LINES})),
        ("listTasks", "state", list(&TASK_STATES)),
        ("searchCandidates", "education", list(&LEVELS)),
        ("searchCandidates", "stage", stages()),
        ("searchCandidates", "location", searched.clone()),
        ("searchCandidatesAsAdmin", "education", list(&LEVELS)),
        ("searchCandidatesAsAdmin", "stage", stages()),
        ("searchCandidatesAsAdmin", "location", searched),
    ]
}

/// No control characters but tabs and line breaks.
const LINES: &str = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$";
/// The same, and something to read.
const SOMETHING: &str = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$";
/// On one line.
const NAME: &str = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$";

fn line(least: u32, most: u32) -> Value {
    json!({"minLength": least, "maxLength": most, "pattern": SOMETHING})
}

fn lines(least: u32, most: u32) -> Value {
    json!({"minLength": least, "maxLength": most, "pattern": LINES})
}

fn name() -> Value {
    json!({"minLength": 1, "maxLength": 200, "pattern": NAME})
}

fn skill() -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": 80, "pattern": SOMETHING})
}

fn stages() -> Value {
    json!({"enum": Stage::ALL.map(Stage::as_str)})
}

/// Writes the lists into the document.
pub fn tell(document: &mut Value) {
    for (schema, property, rule) in of_bodies() {
        let place = format!("/components/schemas/{schema}/properties/{property}");
        if let Some(place) = document.pointer_mut(&place) {
            merge(place, rule);
        }
    }
    flatten(document);
    let rules = of_queries();
    for (_, _, operation) in operations(document) {
        let id = operation
            .get("operationId")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            let named = |rule: &&(&str, &str, Value)| {
                rule.0 == id && parameter.get("name").is_some_and(|name| name == rule.1)
            };
            let rule = rules.iter().find(named).map(|rule| rule.2.clone());
            if let (Some(rule), Some(schema)) = (rule, parameter.get_mut("schema")) {
                merge(schema, rule);
            }
        }
    }
}

/// Fields of a struct that is written into another one, if it is there, are fields of that one which may be missing.
fn flatten(document: &mut Value) {
    let schemas = document
        .pointer("/components/schemas")
        .cloned()
        .unwrap_or_default();
    let named = |part: &Value| {
        let name = part.pointer("/oneOf/0/$ref")?.as_str()?.rsplit('/').next()?;
        part.pointer("/oneOf/1").filter(|other| other["type"] == "null")?;
        schemas.get(name)?.get("properties").cloned()
    };
    let all = document
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut);
    for (_, schema) in all.into_iter().flatten() {
        let parts = schema.get_mut("allOf").and_then(Value::as_array_mut);
        for part in parts.into_iter().flatten() {
            if let Some(properties) = named(part) {
                *part = json!({"type": "object", "properties": properties});
            }
        }
    }
}

/// A text that may be left out as `null` may be that beside every value of the list.
fn merge(schema: &mut Value, rule: Value) {
    let or_null = schema
        .get("type")
        .and_then(Value::as_array)
        .is_some_and(|types| types.iter().any(|of| of == "null"));
    let (Some(schema), Value::Object(mut rule)) = (schema.as_object_mut(), rule) else {
        return;
    };
    if or_null && let Some(Value::Array(names)) = rule.get_mut("enum") {
        names.push(Value::Null);
    }
    schema.extend(rule);
}

#[cfg(test)]
mod tests {
    use hiring_core::job::{EducationLevel, JobState, JobType};

    use super::*;

    #[test]
    fn every_rule_is_about_something_that_is_there() {
        let mut document = super::super::document("");
        for (schema, property, rule) in of_bodies() {
            let place = format!("/components/schemas/{schema}/properties/{property}");
            let found = document
                .pointer(&place)
                .unwrap_or_else(|| panic!("there is no {place}"));
            for key in rule.as_object().unwrap().keys() {
                assert!(found.get(key).is_some(), "{place} lacks {key}");
            }
        }
        let known: Vec<(String, Value)> = operations(&mut document)
            .map(|(_, _, operation)| {
                (
                    operation["operationId"].as_str().unwrap().to_owned(),
                    operation["parameters"].clone(),
                )
            })
            .collect();
        for (id, parameter, _) in of_queries() {
            let of = known
                .iter()
                .find(|(known, _)| known == id)
                .map(|(_, parameters)| parameters);
            let names = of
                .and_then(Value::as_array)
                .unwrap_or_else(|| panic!("there is no {id}"));
            assert!(
                names.iter().any(|known| known["name"] == parameter),
                "{id} has no {parameter}"
            );
        }
    }

    #[test]
    fn the_lists_are_those_that_the_code_accepts() {
        assert!(JOB_TYPES.iter().all(|name| JobType::from_name(name).is_some()));
        assert!(JOB_STATES.iter().all(|name| JobState::from_name(name).is_some()));
        assert!(
            LEVELS
                .iter()
                .all(|name| EducationLevel::from_name(name).is_some())
        );
    }
}
