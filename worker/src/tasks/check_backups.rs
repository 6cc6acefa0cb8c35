//! Look whether the newest database dump is young enough, and tell the operator when it is not.

use chrono::{DateTime, Utc};
use hiring_core::config::Reader;
use hiring_core::email::EmailAddress;
use hiring_core::ids::MailId;
use hiring_core::task::{CheckBackups, SendEmail};
use hiring_db::mails::{self, NewMail};
use hiring_db::tasks::EnqueueOptions;
use hiring_platform::mail::{BackupMissing, Template};
use hiring_platform::storage::backups;
use hiring_platform::storage::config::S3Config;
use hiring_platform::storage::{BackupStore, StorageError};
use hiring_queue::{Done, TaskContext, TaskFailure};
use serde_json::json;

use super::Parts;

/// How old the newest dump may be, in hours: dumps are made at least twice a day, or half a day's work is at risk.
pub const MAX_AGE_HOURS: u32 = 12;

/// How a check may end, as the metric names it.
const OUTCOMES: [&str; 5] = ["young", "old", "missing", "unreachable", "not-configured"];

/// The settings of the check.
#[derive(Debug, Clone)]
pub struct BackupConfig {
    /// `BACKUP_BUCKET`, where dumps are looked for.
    pub bucket: Option<S3Config>,
    /// `OPERATOR_EMAIL`: who is told, once a day at most.
    pub operator: Option<EmailAddress>,
}

impl BackupConfig {
    /// Reads the variables.
    pub fn read(reader: &mut Reader) -> Self {
        let operator = reader.optional("OPERATOR_EMAIL").and_then(|text| {
            let address = text.parse();
            address
                .map_err(|error| reader.problem("OPERATOR_EMAIL", format!("{error}")))
                .ok()
        });
        Self {
            bucket: backups::read_config(reader),
            operator,
        }
    }
}

/// What the check works with.
#[derive(Default)]
pub struct Backups {
    /// Where dumps are looked for, if anywhere.
    pub store: Option<BackupStore>,
    /// Who is told.
    pub operator: Option<EmailAddress>,
}

impl Backups {
    /// Prepares the check; nothing is sent yet.
    pub async fn open(config: BackupConfig) -> Self {
        // An alert sees a count grow only if it has seen it before.
        for outcome in OUTCOMES {
            metrics::counter!("backup_checks_total", "outcome" => outcome).increment(0);
        }
        let store = match config.bucket {
            Some(bucket) => Some(Box::pin(BackupStore::connect(bucket)).await),
            None => None,
        };
        Self {
            store,
            operator: config.operator,
        }
    }
}

/// Runs the task.
///
/// # Errors
/// A bucket that cannot be listed is tried again, and the task is dead when that does not help: nobody can say then whether
/// there are backups.
pub async fn run(parts: &Parts, ctx: TaskContext, _task: CheckBackups) -> Result<Done, TaskFailure> {
    let Some(store) = &parts.backups.store else {
        count("not-configured");
        return ctx
            .complete(async |fx| {
                fx.result(json!({ "outcome": "not configured" }));
                Ok::<_, TaskFailure>(())
            })
            .await;
    };
    let newest = Box::pin(store.newest())
        .await
        .map_err(|error| unreachable(&error))?;
    let now = parts.clock.now();
    let age = newest.map(|newest| (now - newest).num_seconds().max(0));
    show(newest, age);
    let outcome = match age {
        None => "missing",
        Some(age) if age > i64::from(MAX_AGE_HOURS) * 3600 => "old",
        Some(_) => "young",
    };
    count(outcome);
    let warning = (outcome != "young").then(|| BackupMissing {
        bucket: store.bucket().to_owned(),
        newest,
        max_age_hours: MAX_AGE_HOURS,
    });
    if warning.is_some() {
        tracing::error!(outcome, age_seconds = age, "there is no young database dump");
    }
    let told = parts
        .backups
        .operator
        .as_ref()
        .zip(warning.map(Template::BackupMissing));
    ctx.complete(async |fx| {
        if let Some((operator, template)) = &told {
            // An outage that lasts is written about once a day.
            let once = format!("{}:{}", template.name(), now.date_naive());
            let mail_id = MailId::generate();
            let mail = NewMail {
                id: mail_id,
                organization_id: None,
                recipient: operator,
                template: template.name(),
                params: template.params(),
                once: Some(&once),
            };
            if mails::insert(fx.conn(), mail).await? {
                fx.enqueue(&SendEmail { mail_id }, EnqueueOptions::default())
                    .await?;
            }
        }
        fx.result(json!({ "outcome": outcome, "newest": newest, "age_seconds": age }));
        Ok::<_, TaskFailure>(())
    })
    .await
}

fn unreachable(error: &StorageError) -> TaskFailure {
    count("unreachable");
    tracing::error!(
        error = error as &dyn std::error::Error,
        "the bucket with the database dumps cannot be listed"
    );
    TaskFailure::retry(
        "backups-unreachable",
        "The bucket with the database dumps could not be listed.",
    )
}

/// The age as it was found, and the moment itself: a worker that has not looked for a while still shows the truth about it.
fn show(newest: Option<DateTime<Utc>>, age: Option<i64>) {
    #[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
    if let Some((newest, age)) = newest.zip(age) {
        metrics::gauge!("backup_newest_timestamp_seconds").set(newest.timestamp() as f64);
        metrics::gauge!("backup_age_seconds").set(age as f64);
    }
}

fn count(outcome: &'static str) {
    metrics::counter!("backup_checks_total", "outcome" => outcome).increment(1);
}
