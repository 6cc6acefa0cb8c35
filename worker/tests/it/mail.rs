//! Mail from the queue to the mailbox, against a real mail server.

use std::io::{Read, Write};
use std::net::TcpStream;

use diesel_async::{AsyncConnection, AsyncPgConnection};
use hiring_core::ids::TaskId;
use hiring_db::mails;
use hiring_platform::mail::{BackupMissing, OrganizationExists, Template};
use hiring_queue::{OutgoingMail, queue_mail};
use hiring_testkit::valkey::free_port;
use rustix::process::Signal;

use crate::process;
use crate::smtp::{Options, SmtpServer};
use crate::stage::Stage;

pub const ADDRESS: &str = "ada.lovelace@example.org";

/// A stage whose mail goes to a server of its own.
pub struct Post {
    pub stage: Stage,
    pub server: SmtpServer,
}

/// A mail that may get lost rather than arrive twice.
pub fn may_be_lost() -> Template {
    Template::OrganizationExists(OrganizationExists {
        name: Some("Ada <b>Lovelace</b>".into()),
    })
}

/// A mail that may arrive twice rather than get lost.
pub fn must_arrive() -> Template {
    Template::BackupMissing(BackupMissing {
        bucket: "dumps".into(),
        newest: None,
        max_age_hours: 12,
    })
}

impl Post {
    pub async fn open() -> Self {
        let mut stage = Stage::set().await;
        let server = SmtpServer::plain();
        mail_to(&mut stage, server.port);
        Self { stage, server }
    }

    pub async fn queue(&self, template: &Template) -> TaskId {
        queue(&self.stage, template, None).await.unwrap()
    }

    /// Waits until the mail of this state belongs to a task of that state with this error code.
    pub async fn until(&self, task: TaskId, (task_state, mail_state): (&str, &str), code: Option<&str>) {
        let code = code.map_or("IS NULL".to_owned(), |code| format!("= '{code}'"));
        let query = format!(
            "SELECT t.state = '{task_state}' AND m.state = '{mail_state}' AND t.last_error ->> 'code' {code}
             FROM tasks t JOIN mails m ON m.id = (t.payload ->> 'mail_id')::uuid WHERE t.id = $1"
        );
        let what = format!("task {task_state}, mail {mail_state}, code {code}");
        self.stage.until(&what, &query, task.uuid()).await;
    }

    /// A column of the one mail there is.
    pub async fn of_mail(&self, column: &str) -> Option<String> {
        let query = format!("SELECT {column}::text FROM mails");
        self.stage.client.query_one(&query, &[]).await.unwrap().get(0)
    }
}

/// Lets the next worker send mail to this port.
pub fn mail_to(stage: &mut Stage, port: u16) {
    let port = port.to_string();
    for (name, value) in [
        ("MAIL_TRANSPORT", "smtp"),
        ("SMTP_HOST", "127.0.0.1"),
        ("SMTP_PORT", &port),
        ("SMTP_TLS", "none"),
        ("SMTP_FROM_EMAIL", "hiring@example.org"),
        ("EMBEDDING_BACKEND", "off"),
    ] {
        stage.with(name, value);
    }
}

/// What api and worker do when they have something to write.
pub async fn queue(stage: &Stage, template: &Template, once: Option<&str>) -> Option<TaskId> {
    let recipient = ADDRESS.parse().unwrap();
    let mail = OutgoingMail {
        organization_id: None,
        recipient: &recipient,
        template: template.name(),
        params: template.params(),
        once: once.map(str::to_owned),
    };
    let mut connection = stage.database.database().connection().await.unwrap();
    let conn: &mut AsyncPgConnection = &mut connection;
    let enqueued = conn
        .transaction(async |conn: &mut AsyncPgConnection| queue_mail(&stage.ringer, conn, mail).await)
        .await
        .unwrap()?;
    let id = enqueued.task_id;
    stage.ringer.ring(&[enqueued]).await;
    Some(id)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_is_delivered_once_with_both_parts() {
    let post = Post::open().await;
    let worker = post.stage.start();
    let task = post.queue(&may_be_lost()).await;
    post.until(task, ("completed", "sent"), None).await;
    worker.stop().await;
    let kept = post.server.kept();
    assert_eq!((kept.len(), post.server.tries()), (1, 1));
    assert_eq!(kept[0].recipients, [ADDRESS]);
    assert_eq!(
        Some(kept[0].header("Message-ID")),
        post.of_mail("message_id").await.as_deref()
    );
    assert!(kept[0].content.contains("Hello Ada <b>Lovelace</b>,"), "text");
    assert!(
        kept[0].content.contains("Hello Ada &lt;b&gt;Lovelace&lt;/b&gt;,"),
        "html"
    );
    let shown = "SELECT result ->> 'mail' = 'sent' FROM tasks WHERE id = $1";
    post.stage.until("the result", shown, task.uuid()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_takes_its_time_is_waited_for_and_gets_the_mail_once() {
    let post = Post::open().await;
    post.server.behave("slow");
    let worker = post.stage.start();
    let task = post.queue(&must_arrive()).await;
    post.server.until_waiting().await;
    // From before the handover on, the ledger says where a crash would have happened.
    post.until(task, ("running", "sending"), None).await;
    post.server.go_on();
    post.until(task, ("completed", "sent"), None).await;
    worker.stop().await;
    assert_eq!((post.server.kept().len(), post.server.tries()), (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_mail_fails_with_a_sentence_and_can_be_sent_again_by_hand() {
    for behaviour in ["refuse-recipient", "refuse-message"] {
        let post = Post::open().await;
        post.server.behave(behaviour);
        let worker = post.stage.start();
        let task = post.queue(&may_be_lost()).await;
        post.until(task, ("dead", "failed"), Some("mail-refused")).await;
        let told = "SELECT last_error ->> 'message', attempt FROM tasks";
        let row = post.stage.client.query_one(told, &[]).await.unwrap();
        assert!(
            row.get::<_, &str>(0)
                .starts_with("The mail server refuses this mail for good")
        );
        assert_eq!(row.get::<_, i32>(1), 1);
        post.server.behave("accept");
        let again =
            "UPDATE tasks SET state = 'pending', attempt = 0, finished_at = NULL, run_at = task_now()";
        post.stage.client.batch_execute(again).await.unwrap();
        post.stage.until_task(task, "completed").await;
        assert_eq!(post.of_mail("state").await.as_deref(), Some("sent"));
        assert_eq!(post.server.kept().len(), 1);
        worker.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_that_is_put_off_is_tried_again_and_arrives_once() {
    for behaviour in ["defer-recipient", "defer-message"] {
        let post = Post::open().await;
        post.server.behave(behaviour);
        let worker = post.stage.start();
        let task = post.queue(&may_be_lost()).await;
        post.until(task, ("pending", "queued"), Some("mail-put-off"))
            .await;
        post.server.behave("accept");
        post.stage.database.shift_task_clock("2 h").await;
        post.stage.until_task(task, "completed").await;
        assert_eq!(post.of_mail("state").await.as_deref(), Some("sent"));
        assert_eq!(post.server.kept().len(), 1);
        worker.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_away_uses_up_no_attempts() {
    let mut stage = Stage::set().await;
    let port = free_port();
    mail_to(&mut stage, port);
    let worker = stage.start();
    let task = queue(&stage, &may_be_lost(), None).await.unwrap();
    let missed = "SELECT state = 'pending' AND last_error ->> 'code' = 'mail-server-unreachable'
        AND max_attempts - attempt = 12 FROM tasks WHERE id = $1";
    stage.until("the server to be missed", missed, task.uuid()).await;
    let server = SmtpServer::start(&Options {
        port,
        arguments: Vec::new(),
    });
    stage.database.shift_task_clock("10 min").await;
    stage.until_task(task, "completed").await;
    assert_eq!(server.kept().len(), 1);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_server_mail_is_files() {
    let stage = Stage::set().await;
    let worker = stage.start();
    let task = queue(&stage, &may_be_lost(), None).await.unwrap();
    stage.until_task(task, "completed").await;
    let files: Vec<_> = std::fs::read_dir(stage.folder().join("mail"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(files.len(), 1);
    let mail = std::fs::read_to_string(&files[0]).unwrap();
    assert!(mail.contains(&format!("To: {ADDRESS}\r\n")) && mail.contains("Message-ID: <"));
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_happens_over_and_over_is_written_about_once() {
    let stage = Stage::set().await;
    let first = queue(&stage, &may_be_lost(), Some("today")).await.unwrap();
    assert_eq!(queue(&stage, &may_be_lost(), Some("today")).await, None);
    let other = queue(&stage, &may_be_lost(), Some("tomorrow")).await.unwrap();
    assert_eq!(stage.count("SELECT count(*) FROM mails").await, 2);
    let worker = stage.start();
    stage.until_task(first, "completed").await;
    stage.until_task(other, "completed").await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_template_of_a_later_release_waits_for_a_later_worker() {
    let post = Post::open().await;
    let task = post.queue(&may_be_lost()).await;
    let later = "UPDATE mails SET template = 'birthday'";
    post.stage.client.batch_execute(later).await.unwrap();
    let worker = post.stage.start();
    post.until(task, ("pending", "queued"), Some("unknown-template"))
        .await;
    let known = "UPDATE mails SET template = 'organization_exists'";
    post.stage.client.batch_execute(known).await.unwrap();
    post.stage.database.shift_task_clock("10 min").await;
    post.stage.until_task(task, "completed").await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobodys_address_is_in_logs_metrics_or_errors() {
    let mut post = Post::open().await;
    post.server.behave("refuse-recipient");
    let log = post.stage.folder().join("worker.log");
    let port = free_port();
    post.stage.with("LOG_FILE", log.to_str().unwrap());
    post.stage.with("LOG_LEVEL", "trace");
    post.stage.with("WORKER_METRICS_PORT", &port.to_string());
    let mut child = process::command(&post.stage, "run").spawn().unwrap();
    let task = post.queue(&may_be_lost()).await;
    post.until(task, ("dead", "failed"), Some("mail-refused")).await;
    let mut metrics = String::new();
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream
        .write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .unwrap();
    stream.read_to_string(&mut metrics).unwrap();
    assert!(
        metrics.contains("mails_total{outcome=\"refused\"} 1"),
        "{metrics}"
    );
    assert!(metrics.contains("mails_total{outcome=\"failed\"} 1"), "{metrics}");
    process::signal(&child, Signal::TERM);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let log = std::fs::read_to_string(log).unwrap();
    assert!(log.contains("mail-refused"), "the refusal is logged");
    let error = "SELECT last_error::text FROM tasks";
    let error: String = post.stage.client.query_one(error, &[]).await.unwrap().get(0);
    for told in [&log, &metrics, &error] {
        assert!(!told.contains("lovelace") && !told.contains("is nobody here"));
    }
}

#[tokio::test]
async fn whom_a_mail_went_to_is_forgotten_after_thirty_days() {
    let stage = Stage::set().await;
    let rows = "INSERT INTO mails (id, recipient, template, params, once, state, message_id, settled_at, created_at)
        SELECT gen_random_uuid(), 'ada@example.org', 't', '{}', state || days, state, '<m@example.org>',
            CASE WHEN state IN ('sent', 'failed', 'unknown') THEN now() END, now() - make_interval(days => days)
        FROM unnest(ARRAY['queued', 'sending', 'sent', 'failed', 'unknown']) state, (VALUES (29), (31)) ages (days)";
    stage.client.batch_execute(rows).await.unwrap();
    let mut connection = stage.database.database().connection().await.unwrap();
    assert_eq!(mails::forget_old(&mut connection).await.unwrap(), 5);
    assert_eq!(mails::forget_old(&mut connection).await.unwrap(), 0);
    let young = "SELECT count(*) FROM mails WHERE recipient = 'ada@example.org' AND once LIKE '%29'";
    assert_eq!(stage.count(young).await, 5);
    let old = "SELECT string_agg(state || coalesce(' ' || error_code, ''), ', ' ORDER BY state, error_code NULLS LAST)
        FROM mails WHERE recipient IS NULL AND params IS NULL AND once IS NULL";
    let old: String = stage.client.query_one(old, &[]).await.unwrap().get(0);
    assert_eq!(old, "failed abandoned, failed, sent, unknown abandoned, unknown");
}
