//! Which kind is run by what, how many at once, and how long one attempt may last.

use std::sync::Arc;
use std::time::Duration;

use diesel_async::AsyncPgConnection;
use hiring_core::task::{
    Batch, CheckBackups, Cleanup, EraseObjects, GenerateDraft, GenerateReport, IndexCandidate, IndexChunks,
    NarrateApplication, ParseResume, Reparse, RescoreJob, ScreenApplication, ScreenBatch, SendEmail,
};
use hiring_narrative::drafts::Drafting;
use hiring_platform::mail::Limits;
use hiring_queue::{Dead, Handler, Policy, Registry, TaskContext};

use crate::scanning::config::MAX_DOCUMENT_SECONDS;

use super::{
    Parts, batch, check_backups, cleanup, erase_objects, generate_draft, generate_report, index_candidate,
    index_chunks, narrate_application, parse_resume, reparse, rescore_job, screen_application, screen_batch,
    send_email,
};

/// Every kind this worker knows.
#[must_use]
pub fn registry(parts: &Arc<Parts>) -> Registry {
    Registry::new()
        .register(parse(Arc::clone(parts)))
        .register(index(Arc::clone(parts)))
        .register(chunks(Arc::clone(parts)))
        .register(erase(Arc::clone(parts)))
        .register(mail(Arc::clone(parts)))
        .register(screen(Arc::clone(parts)))
        .register(narrate(Arc::clone(parts)))
        .register(draft(Arc::clone(parts)))
        .register(many(Arc::clone(parts)))
        .register(rescore(Arc::clone(parts)))
        .register(report(Arc::clone(parts)))
        .register(clean(Arc::clone(parts)))
        .register(backups(Arc::clone(parts)))
        .register(batches())
        .register(windows())
}

/// Waits that double from 5 s to five minutes, for what the attempt itself met: a crash, a timeout, a refused statement. A
/// store, database or model that is away has waits of its own, see [`hiring_queue::TaskFailure::Away`].
fn policy(timeout_seconds: u64) -> Policy {
    Policy {
        concurrency: None,
        timeout: Duration::from_secs(timeout_seconds),
        backoff_base: Duration::from_secs(5),
        backoff_cap: Duration::from_secs(300),
    }
}

/// Text takes seconds; pictures of text take what a document may be set to take.
fn parse(parts: Arc<Parts>) -> Handler<ParseResume> {
    Handler::new(move |ctx: TaskContext, task: ParseResume| {
        let parts = Arc::clone(&parts);
        async move { parse_resume::run(&parts, ctx, task).await }
    })
    .policy(policy(45 + MAX_DOCUMENT_SECONDS))
    .on_dead(|conn: &mut AsyncPgConnection, dead: Dead<ParseResume>| {
        Box::pin(parse_resume::on_dead(conn, dead))
    })
}

fn index(parts: Arc<Parts>) -> Handler<IndexCandidate> {
    Handler::new(move |ctx: TaskContext, task: IndexCandidate| {
        let parts = Arc::clone(&parts);
        async move { index_candidate::run(&parts, ctx, task).await }
    })
    .policy(policy(45))
    .on_dead(|conn: &mut AsyncPgConnection, dead: Dead<IndexCandidate>| {
        Box::pin(index_candidate::on_dead(conn, dead))
    })
}

fn chunks(parts: Arc<Parts>) -> Handler<IndexChunks> {
    Handler::new(move |ctx: TaskContext, task: IndexChunks| {
        let parts = Arc::clone(&parts);
        async move { index_chunks::run(&parts, ctx, task).await }
    })
    .policy(policy(600))
}

fn erase(parts: Arc<Parts>) -> Handler<EraseObjects> {
    Handler::new(move |ctx: TaskContext, task: EraseObjects| {
        let parts = Arc::clone(&parts);
        async move { erase_objects::run(&parts, ctx, task).await }
    })
    .policy(policy(120))
}

/// One mail at a time in a process: a server that takes its ten minutes for each must not take every slot. Waits that double
/// from a minute to an hour, as servers that put mail off want it.
fn mail(parts: Arc<Parts>) -> Handler<SendEmail> {
    Handler::new(move |ctx: TaskContext, task: SendEmail| {
        let parts = Arc::clone(&parts);
        async move { send_email::run(&parts, ctx, task).await }
    })
    .policy(Policy {
        concurrency: Some(1),
        timeout: Limits::default().in_all() + Duration::from_secs(60),
        backoff_base: Duration::from_secs(60),
        backoff_cap: Duration::from_secs(3600),
    })
    .on_dead(|conn: &mut AsyncPgConnection, dead: Dead<SendEmail>| Box::pin(send_email::on_dead(conn, dead)))
}

fn screen(parts: Arc<Parts>) -> Handler<ScreenApplication> {
    Handler::new(move |ctx: TaskContext, task: ScreenApplication| {
        let parts = Arc::clone(&parts);
        async move { screen_application::run(&parts, ctx, task).await }
    })
    .policy(policy(45))
}

/// As many at once as the model's server may be asked, and as long as two questions may take with their retries.
fn narrate(parts: Arc<Parts>) -> Handler<NarrateApplication> {
    let config = parts.llm.config();
    let policy = Policy {
        concurrency: Some(config.concurrency),
        ..policy(60 + 2 * (60 + 3 * config.timeout.as_secs()))
    };
    Handler::new(move |ctx: TaskContext, task: NarrateApplication| {
        let parts = Arc::clone(&parts);
        async move { narrate_application::run(&parts, ctx, task).await }
    })
    .policy(policy)
}

/// As long as all questions of the largest draft may take with their retries; few at once, since each may take that long.
fn draft(parts: Arc<Parts>) -> Handler<GenerateDraft> {
    let most = u64::try_from(Drafting::MOST_CALLS).unwrap_or(u64::MAX);
    let a_call = 60 + 3 * parts.llm.config().timeout.as_secs();
    let policy = Policy {
        concurrency: Some(2),
        ..policy(60 + most * a_call)
    };
    Handler::new(move |ctx: TaskContext, task: GenerateDraft| {
        let parts = Arc::clone(&parts);
        async move { generate_draft::run(&parts, ctx, task).await }
    })
    .policy(policy)
}

/// A hundred resumes take seconds, and what is done stays done.
fn many(parts: Arc<Parts>) -> Handler<ScreenBatch> {
    Handler::new(move |ctx: TaskContext, task: ScreenBatch| {
        let parts = Arc::clone(&parts);
        async move { screen_batch::run(&parts, ctx, task).await }
    })
    .policy(policy(300))
}

/// Half an hour: everybody on a job whose requirements have changed is looked at again, and what is done stays done.
fn rescore(parts: Arc<Parts>) -> Handler<RescoreJob> {
    Handler::new(move |ctx: TaskContext, task: RescoreJob| {
        let parts = Arc::clone(&parts);
        async move { rescore_job::run(&parts, ctx, task).await }
    })
    .policy(policy(1800))
}

/// One statement, which the database's own limit cuts short long before.
fn report(parts: Arc<Parts>) -> Handler<GenerateReport> {
    Handler::new(move |ctx: TaskContext, task: GenerateReport| {
        let parts = Arc::clone(&parts);
        async move { generate_report::run(&parts, ctx, task).await }
    })
    .policy(policy(120))
}

/// Half an hour: after an outage of the file store there may be much to catch up with, and what is done stays done.
fn clean(parts: Arc<Parts>) -> Handler<Cleanup> {
    Handler::new(move |ctx: TaskContext, task: Cleanup| {
        let parts = Arc::clone(&parts);
        async move { cleanup::run(&parts, ctx, task).await }
    })
    .policy(policy(1800))
}

/// Waits that double from a minute to an hour: a bucket that cannot be reached now is not worth a dead task at once.
fn backups(parts: Arc<Parts>) -> Handler<CheckBackups> {
    Handler::new(move |ctx: TaskContext, task: CheckBackups| {
        let parts = Arc::clone(&parts);
        async move { check_backups::run(&parts, ctx, task).await }
    })
    .policy(Policy {
        concurrency: None,
        timeout: Duration::from_secs(300),
        backoff_base: Duration::from_secs(60),
        backoff_cap: Duration::from_secs(3600),
    })
}

fn windows() -> Handler<Reparse> {
    Handler::new(reparse::run).policy(policy(45))
}

fn batches() -> Handler<Batch> {
    Handler::new(batch::run).policy(policy(30))
}
