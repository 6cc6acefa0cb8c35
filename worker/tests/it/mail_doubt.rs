//! The one window in which nobody can know whether a mail was sent: from the handover to the answer.

use rustix::process::Signal;

use crate::mail::{Post, may_be_lost, must_arrive};
use crate::process;

/// What a worker leaves behind that is killed after the ledger says `sending`.
const KILLED_WHILE_SENDING: &str = "
    UPDATE mails SET state = 'sending', message_id = '<earlier@example.org>', sending_at = now();
    UPDATE tasks SET state = 'running', lease_id = gen_random_uuid(), attempt = 1, deadline = task_now() - interval '1 s'";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_in_doubt_that_must_arrive_is_sent_again_as_the_same_mail() {
    let post = Post::open().await;
    post.server.behave("drop-kept");
    let worker = post.stage.start();
    let task = post.queue(&must_arrive()).await;
    post.until(task, ("pending", "sending"), Some("mail-in-doubt"))
        .await;
    post.server.behave("accept");
    post.stage.database.shift_task_clock("2 h").await;
    post.stage.until_task(task, "completed").await;
    assert_eq!(post.of_mail("state").await.as_deref(), Some("sent"));
    worker.stop().await;
    let kept = post.server.kept();
    assert_eq!(kept.len(), 2);
    assert_eq!(kept[0], kept[1], "byte for byte, Message-ID included");
    assert!(kept[0].header("Message-ID").ends_with("@example.org>"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_in_doubt_that_may_be_lost_is_shown_as_unknown_and_not_sent_again() {
    for behaviour in ["drop-kept", "drop-unkept"] {
        let post = Post::open().await;
        post.server.behave(behaviour);
        let worker = post.stage.start();
        let task = post.queue(&may_be_lost()).await;
        post.until(task, ("completed", "unknown"), None).await;
        worker.stop().await;
        assert_eq!(post.server.tries(), 1);
        let shown = "SELECT result ->> 'mail' = 'unknown' FROM tasks WHERE id = $1";
        post.stage.until("the result", shown, task.uuid()).await;
        assert_eq!(post.of_mail("error_code").await.as_deref(), Some("mail-in-doubt"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_killed_in_the_handover_leaves_a_mail_that_is_not_sent_twice() {
    let post = Post::open().await;
    post.server.behave("slow");
    let mut child = process::start(&post.stage);
    let task = post.queue(&may_be_lost()).await;
    post.server.until_waiting().await;
    process::signal(&child, Signal::KILL);
    child.wait().unwrap();
    post.until(task, ("running", "sending"), None).await;
    post.server.go_on();
    post.stage.database.shift_task_clock("10 min").await;
    let worker = post.stage.start();
    post.stage.until_task(task, "completed").await;
    worker.stop().await;
    assert_eq!(post.of_mail("state").await.as_deref(), Some("unknown"));
    assert_eq!(post.server.tries(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_finds_an_unfinished_handover_keeps_the_message_id() {
    let post = Post::open().await;
    let task = post.queue(&must_arrive()).await;
    post.stage
        .client
        .batch_execute(KILLED_WHILE_SENDING)
        .await
        .unwrap();
    let worker = post.stage.start();
    post.stage.until_task(task, "completed").await;
    worker.stop().await;
    assert_eq!(post.of_mail("state").await.as_deref(), Some("sent"));
    assert_eq!(
        post.server.kept()[0].header("Message-ID"),
        "<earlier@example.org>"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_finds_an_unfinished_handover_guesses_nothing() {
    let post = Post::open().await;
    let task = post.queue(&may_be_lost()).await;
    post.stage
        .client
        .batch_execute(KILLED_WHILE_SENDING)
        .await
        .unwrap();
    let worker = post.stage.start();
    post.stage.until_task(task, "completed").await;
    worker.stop().await;
    assert_eq!(post.of_mail("state").await.as_deref(), Some("unknown"));
    assert_eq!(post.server.tries(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_that_dies_in_doubt_is_unknown_and_not_failed() {
    let post = Post::open().await;
    post.server.behave("drop-kept");
    let task = post.queue(&must_arrive()).await;
    let once = "UPDATE tasks SET max_attempts = 1";
    post.stage.client.batch_execute(once).await.unwrap();
    let worker = post.stage.start();
    post.until(task, ("dead", "unknown"), Some("mail-in-doubt")).await;
    worker.stop().await;
    assert_eq!(post.server.tries(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_does_not_hide_an_earlier_doubt() {
    let post = Post::open().await;
    let task = post.queue(&must_arrive()).await;
    post.stage
        .client
        .batch_execute(KILLED_WHILE_SENDING)
        .await
        .unwrap();
    post.server.behave("refuse-message");
    let worker = post.stage.start();
    post.until(task, ("dead", "unknown"), Some("mail-refused")).await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_lost_its_lease_before_the_handover_hands_nothing_over() {
    let post = Post::open().await;
    post.server.behave("slow-recipient");
    let worker = post.stage.start();
    let task = post.queue(&may_be_lost()).await;
    post.server.until_waiting().await;
    let stolen = "UPDATE tasks SET lease_id = gen_random_uuid()";
    post.stage.client.batch_execute(stolen).await.unwrap();
    post.server.go_on();
    // Stopping waits for the handler, which finds its lease gone.
    worker.stop().await;
    assert_eq!(post.server.tries(), 0);
    assert_eq!(post.of_mail("state").await.as_deref(), Some("queued"));
    post.server.behave("accept");
    post.stage.database.shift_task_clock("10 min").await;
    let worker = post.stage.start();
    post.stage.until_task(task, "completed").await;
    worker.stop().await;
    assert_eq!(post.server.kept().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_that_is_called_off_before_the_handover_is_not_handed_over() {
    let post = Post::open().await;
    post.server.behave("slow-recipient");
    let worker = post.stage.start();
    let task = post.queue(&must_arrive()).await;
    post.server.until_waiting().await;
    // Nobody tells the worker, and its next heartbeat is far.
    let asked = "UPDATE tasks SET cancel_requested_at = task_now()";
    post.stage.client.batch_execute(asked).await.unwrap();
    post.server.go_on();
    post.until(task, ("cancelled", "failed"), Some("cancelled")).await;
    worker.stop().await;
    assert_eq!(post.server.tries(), 0);
}
