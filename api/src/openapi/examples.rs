//! Examples of bodies, made from their schemas: each value is the one that the schema names, or that `examples.json` has for the schema's
//! property or for properties of that name. A test finds every text that neither of them knows.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use super::answers::operations;

/// Deepest nesting of an example; what would be deeper is left out.
const DEEPEST: usize = 8;

/// Values by `Schema.property` or by `property`.
static KNOWN: LazyLock<Map<String, Value>> =
    LazyLock::new(|| serde_json::from_str(include_str!("examples.json")).unwrap_or_default());

/// Gives every JSON body without an example one.
pub fn give(document: &mut Value) {
    let schemas = document
        .pointer("/components/schemas")
        .cloned()
        .unwrap_or_default();
    let maker = Maker { schemas: &schemas };
    for (_, _, operation) in operations(document) {
        let is_list = has_pages(operation);
        let is_search = is_list
            && operation
                .get("tags")
                .is_some_and(|tags| tags.to_string().contains("Search"));
        let body = operation.pointer_mut("/requestBody/content");
        for content in contents(body) {
            add(content, |schema| maker.make(schema, "", 0));
        }
        let answers = operation.get_mut("responses").and_then(Value::as_object_mut);
        for (_, answer) in answers.into_iter().flatten() {
            for content in contents(answer.get_mut("content")) {
                add(content, |schema| {
                    let mut made = maker.make(schema, "", 0);
                    if let Some(meta) = made.get_mut("meta") {
                        *meta = about(is_list, is_search);
                    }
                    made
                });
            }
        }
    }
}

fn has_pages(operation: &Value) -> bool {
    let parameters = operation.get("parameters").and_then(Value::as_array);
    parameters
        .into_iter()
        .flatten()
        .any(|parameter| parameter.get("name").is_some_and(|name| name == "page"))
}

/// The media types of a body that hold a schema.
fn contents(content: Option<&mut Value>) -> impl Iterator<Item = &mut Value> {
    let types = content.and_then(Value::as_object_mut).into_iter().flatten();
    types
        .filter(|(media_type, _)| media_type.ends_with("json"))
        .map(|(_, content)| content)
}

fn add(content: &mut Value, make: impl Fn(&Value) -> Value) {
    let made = content.get("schema").map(make);
    if let (Some(content), Some(made)) = (content.as_object_mut(), made)
        && !content.contains_key("examples")
    {
        content.entry("example").or_insert(made);
    }
}

/// What an answer says about itself.
fn about(is_list: bool, is_search: bool) -> Value {
    let mut meta = json!({"request_id": "5b0f4b0e-8f0c-4f57-9a3f-6f3f0e6e2f57", "timestamp": TIME});
    let more = json!({"total": 1, "page": 1, "per_page": 20});
    let of_search = json!({"engine": "hybrid", "degraded": false});
    for (fits, more) in [(is_list, more), (is_search, of_search)] {
        if let (true, Some(meta), Value::Object(more)) = (fits, meta.as_object_mut(), more) {
            meta.extend(more);
        }
    }
    meta
}

const TIME: &str = "2026-11-22T09:30:00Z";
const ID: &str = "0199f0a2-6c3e-7d21-9b44-0c5a1f6e2d10";

struct Maker<'a> {
    schemas: &'a Value,
}

impl Maker<'_> {
    /// An example for this schema; `owner` is the nearest schema with a name.
    fn make(&self, schema: &Value, owner: &str, depth: usize) -> Value {
        if depth > DEEPEST {
            return Value::Null;
        }
        if let Some(name) = name_of(schema) {
            let named = self.schemas.get(name).unwrap_or(&Value::Null);
            return self.make(named, plain(name), depth);
        }
        for key in ["example", "const", "default"] {
            if let Some(value) = schema.get(key) {
                return value.clone();
            }
        }
        if let Some(value) = schema.pointer("/enum/0") {
            return value.clone();
        }
        if let Some(parts) = schema.get("allOf").and_then(Value::as_array) {
            let made = parts.iter().map(|part| self.make(part, owner, depth));
            let objects = made.filter_map(|part| part.as_object().cloned());
            return Value::Object(objects.flatten().collect());
        }
        for key in ["oneOf", "anyOf"] {
            let parts = schema.get(key).and_then(Value::as_array);
            let real = parts
                .into_iter()
                .flatten()
                .find(|part| part.get("type").is_none_or(|of| of != "null"));
            if let Some(part) = real {
                return self.make(part, owner, depth);
            }
        }
        self.of_type(schema, owner, depth)
    }

    fn of_type(&self, schema: &Value, owner: &str, depth: usize) -> Value {
        match kind(schema) {
            "object" => {
                let properties = schema.get("properties").and_then(Value::as_object);
                let owner = if owner.is_empty() { "Envelope" } else { owner };
                let made = properties.into_iter().flatten();
                made.map(|(name, property)| (name.clone(), self.property(name, property, owner, depth + 1)))
                    .collect::<Map<_, _>>()
                    .into()
            }
            "array" => match schema.get("items") {
                Some(items) => json!([self.make(items, owner, depth + 1)]),
                None => json!([]),
            },
            "integer" | "number" => schema.get("minimum").cloned().unwrap_or_else(|| json!(1)),
            "boolean" => json!(true),
            "string" => json!(text(schema)),
            _ => Value::Null,
        }
    }

    fn property(&self, name: &str, schema: &Value, owner: &str, depth: usize) -> Value {
        let own = KNOWN.get(&format!("{owner}.{name}"));
        if let Some(value) = own.or_else(|| schema.get("example")) {
            return value.clone();
        }
        let general = KNOWN.get(name).filter(|value| fits(schema, value));
        match general {
            Some(value) => value.clone(),
            None => self.make(schema, owner, depth),
        }
    }
}

/// The name in a reference to a schema.
fn name_of(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.rsplit('/').next()
}

/// A list or an envelope of something has that one's properties.
fn plain(name: &str) -> &str {
    name.trim_start_matches("Envelope_").trim_start_matches("Vec_")
}

/// The type of a schema; of several the one that is not null.
fn kind(schema: &Value) -> &str {
    match schema.get("type") {
        Some(Value::String(name)) => name,
        Some(Value::Array(names)) => {
            let names = names.iter().filter_map(Value::as_str);
            names.into_iter().find(|name| *name != "null").unwrap_or_default()
        }
        _ => "",
    }
}

/// Whether the value that properties of this name usually have is one of this schema.
fn fits(schema: &Value, value: &Value) -> bool {
    let names = schema.get("enum").and_then(Value::as_array);
    if names.is_some_and(|names| !names.contains(value)) {
        return false;
    }
    match kind(schema) {
        "string" => {
            value.is_string()
                && schema
                    .get("format")
                    .is_none_or(|format| format == "email" || format == "password")
        }
        "integer" => value.is_i64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.as_array().is_some_and(|items| {
            let wanted = schema.get("items").unwrap_or(&Value::Null);
            items
                .iter()
                .all(|item| name_of(wanted).is_none() && fits(wanted, item))
        }),
        _ => false,
    }
}

fn text(schema: &Value) -> &'static str {
    match schema.get("format").and_then(Value::as_str) {
        Some("uuid") => ID,
        Some("date-time") => TIME,
        Some("date") => "2026-11-22",
        Some("email") => "ada@example.org",
        Some("binary") => "(the bytes of the file)",
        _ => UNKNOWN,
    }
}

/// What stands where no text is known.
const UNKNOWN: &str = "...";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_has_an_example_that_says_something() {
        let mut document = super::super::document("");
        let mut wrong = Vec::new();
        for (path, method, operation) in operations(&mut document) {
            if operation.to_string().contains(&format!("\"{UNKNOWN}\"")) {
                wrong.push(format!("{method} {path}: {}", places(operation, "").join(" ")));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    fn places(value: &Value, at: &str) -> Vec<String> {
        match value {
            Value::String(text) if text == UNKNOWN => vec![at.to_owned()],
            Value::Array(items) => items.iter().flat_map(|item| places(item, at)).collect(),
            Value::Object(fields) => fields
                .iter()
                .flat_map(|(name, field)| places(field, &format!("{at}/{name}")))
                .collect(),
            _ => Vec::new(),
        }
    }
}
