//! Looking at tasks.

use anyhow::Context;
use hiring_core::ids::TaskId;
use hiring_core::task::TaskState;
use hiring_db::Database;
use hiring_db::tasks::operator::{self, Filter};
use serde_json::{Value, json};

use super::super::table::layout;
use super::arguments::{List, Shown};

/// Longest reason in a table, in characters.
const REASON_CHARS: usize = 60;

pub(super) async fn list(database: &Database, list: &List) -> anyhow::Result<()> {
    let filter = Filter {
        states: list.state.map(Shown::states).unwrap_or_default(),
        kind: list.kind.clone(),
        organization: list.organization,
        limit: list.limit,
    };
    let tasks = operator::list(&mut *database.connection().await?, &filter).await?;
    if list.json {
        println!("{}", json!({ "tasks": tasks }));
        return Ok(());
    }
    let rows: Vec<Vec<String>> = tasks.iter().map(row).collect();
    print!(
        "{}",
        layout(
            &[
                "ID",
                "KIND",
                "STATE",
                "ATTEMPTS",
                "ORGANIZATION",
                "CREATED",
                "REASON"
            ],
            &rows
        )
    );
    Ok(())
}

fn row(task: &Value) -> Vec<String> {
    let text = |field: &str| plain(task.get(field).unwrap_or(&Value::Null));
    let error = |field: &str| {
        plain(
            task.pointer(&format!("/last_error/{field}"))
                .unwrap_or(&Value::Null),
        )
    };
    let reason = match (error("code"), error("message")) {
        (code, _) if code == "-" => code,
        (code, message) => format!("{code}: {message}").chars().take(REASON_CHARS).collect(),
    };
    let state = TaskState::from_name(&text("state")).map_or("?", TaskState::shown);
    vec![
        text("id"),
        text("kind"),
        state.to_owned(),
        format!("{}/{}", text("attempt"), text("max_attempts")),
        text("organization_id"),
        text("created_at").chars().take(19).collect(),
        reason,
    ]
}

/// A value for a table cell: nothing is a dash, text stands without quotes and without what moves the cursor.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.chars().filter(|letter| !letter.is_control()).collect(),
        other => other.to_string(),
    }
}

pub(super) async fn show(database: &Database, id: TaskId, as_json: bool) -> anyhow::Result<()> {
    let task = operator::find(&mut *database.connection().await?, id).await?;
    let task = task.with_context(|| format!("there is no task {id}"))?;
    if as_json {
        println!("{task}");
        return Ok(());
    }
    let fields = task.as_object().into_iter().flatten();
    let rows: Vec<Vec<String>> = fields
        .map(|(name, value)| vec![name.clone(), plain(value)])
        .collect();
    print!("{}", layout(&["FIELD", "VALUE"], &rows));
    Ok(())
}
