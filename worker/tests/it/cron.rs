//! Periodic tasks: by the daemon's posts, by the worker's own clock, and by both at once.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use hiring_queue::{Registry, Ringer};
use hiring_worker::cron::schedule::{self, Periodic, Work};
use hiring_worker::cron::scheduler;

use crate::open_door::{Answer, OpenDoor};
use crate::stage::Stage;

fn periodic(work: Work) -> Periodic {
    let all = schedule::compiled().unwrap();
    all.into_iter().find(|periodic| periodic.work == work).unwrap()
}

async fn now(stage: &Stage) -> DateTime<Utc> {
    let text: String = stage
        .client
        .query_one(
            "SELECT to_char(task_now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')",
            &[],
        )
        .await
        .unwrap()
        .get(0);
    text.parse().unwrap()
}

fn iso(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Moves the tasks' clock to half a minute after the next tick, and answers the tick.
async fn next_tick(stage: &Stage, work: Work) -> DateTime<Utc> {
    let (now, periodic) = (now(stage).await, periodic(work));
    let last = periodic.newest(now).unwrap();
    let mut tick = last + TimeDelta::hours(1);
    while !periodic.has(tick) {
        tick += TimeDelta::hours(1);
    }
    let ahead = (tick - now).num_seconds() + 30;
    stage.database.shift_task_clock(&format!("{ahead} s")).await;
    tick
}

async fn post(door: &OpenDoor, work: Work, at: &str) -> Answer {
    let name = periodic(work).name;
    let headers = [
        ("x-aws-sqsd-taskname", name.as_str()),
        ("x-aws-sqsd-scheduled-at", at),
    ];
    door.post(work.path(), &headers, "").await
}

async fn round(stage: &Stage) {
    let ringer = Ringer::open(&stage.config().queue).unwrap();
    let all = Arc::from(schedule::compiled().unwrap());
    scheduler::round(stage.database.database(), ringer, all)
        .await
        .unwrap();
}

async fn tasks(stage: &Stage) -> Vec<String> {
    let rows = stage
        .client
        .query("SELECT kind || ' ' || payload::text FROM tasks ORDER BY id", &[])
        .await
        .unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tick_is_one_task_however_often_it_is_posted() {
    let mut stage = Stage::set().await;
    stage.database.leave_tasks();
    stage.database.let_periodic_tasks_come().await;
    let door = OpenDoor::open(&mut stage, Registry::new()).await;
    let tick = next_tick(&stage, Work::Reports).await;
    let (at, seconds_later) = (iso(tick), iso(tick + TimeDelta::seconds(7)));
    let answers = tokio::join!(
        post(&door, Work::Reports, &at),
        post(&door, Work::Reports, &at),
        post(&door, Work::Reports, &seconds_later),
        post(&door, Work::Reports, &at),
    );
    let answers = [answers.0, answers.1, answers.2, answers.3];
    assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
    let enqueued = answers
        .iter()
        .filter(|answer| answer.said().1 == "enqueued")
        .count();
    assert_eq!(enqueued, 1, "{answers:?}");
    assert_eq!(
        post(&door, Work::Reports, &at).await.said(),
        (200, "ignored", "already-seen")
    );
    let day = (tick - TimeDelta::days(1)).date_naive();
    assert_eq!(
        tasks(&stage).await,
        [format!("generate_report {{\"day\": \"{day}\"}}")]
    );
    let recorded = "SELECT count(*) FROM cron_ticks t JOIN tasks ON tasks.id = t.task_id WHERE taskname = 'generate-reports'";
    assert_eq!(stage.count(recorded).await, 1);
    door.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_path_enqueues_its_own_kind() {
    let mut stage = Stage::set().await;
    stage.database.leave_tasks();
    let door = OpenDoor::open(&mut stage, Registry::new()).await;
    for (work, kind) in [
        (Work::Cleanup, "cleanup"),
        (Work::Backups, "check_backups"),
        (Work::Reports, "generate_report"),
    ] {
        stage.database.let_periodic_tasks_come().await;
        let at = iso(next_tick(&stage, work).await);
        assert_eq!(post(&door, work, &at).await.said(), (200, "enqueued", "enqueued"));
        let all = tasks(&stage).await;
        assert!(all.iter().any(|task| task.starts_with(kind)), "{kind}: {all:?}");
    }
    door.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tick_that_no_daemon_of_ours_would_post_is_answered_and_kept() {
    let mut stage = Stage::set().await;
    stage.database.let_periodic_tasks_come().await;
    let door = OpenDoor::open(&mut stage, Registry::new()).await;
    let tick = next_tick(&stage, Work::Cleanup).await;
    let (at, path) = (iso(tick), Work::Cleanup.path());
    let (name, scheduled) = ("x-aws-sqsd-taskname", "x-aws-sqsd-scheduled-at");
    let wrong: [&[(&str, &str)]; 5] = [
        &[],
        &[(name, "cleanup-sessions")],
        &[(scheduled, &at)],
        &[(name, "check-backups"), (scheduled, &at)],
        &[(name, "cleanup-sessions"), (scheduled, "soon")],
    ];
    for headers in wrong {
        let answer = door.post(path, headers, "").await;
        assert_eq!(answer.said(), (200, "rejected", "no-tick"), "{headers:?}");
    }
    for (minutes, reason) in [
        (1, "not-scheduled"),
        (-24 * 60 - 360, "too-old"),
        (360, "too-early"),
    ] {
        let other = iso(tick + TimeDelta::minutes(minutes));
        let answer = post(&door, Work::Cleanup, &other).await;
        assert_eq!(answer.said(), (200, "rejected", reason), "{other}");
    }
    let headers = [(name, "cleanup-sessions"), (scheduled, at.as_str())];
    let answer = door.post(path, &headers, "elasticbeanstalk scheduled job").await;
    assert_eq!(answer.said(), (200, "rejected", "body-not-empty"));
    assert_eq!(stage.count("SELECT count(*) FROM tasks").await, 0);
    let kept = "SELECT count(*) FROM rejected_messages WHERE path = 'cleanup-sessions'";
    assert_eq!(stage.count(kept).await, 9);
    let hint =
        "SELECT count(*) FROM rejected_messages WHERE convert_from(head, 'UTF8') LIKE '%: check-backups%'";
    assert_eq!(stage.count(hint).await, 1);
    // And the tick itself is still to be had.
    assert_eq!(post(&door, Work::Cleanup, &at).await.said().1, "enqueued");
    stage.database.leave_tasks();
    door.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_downtime_only_the_newest_missed_tick_runs() {
    let mut stage = Stage::set().await;
    stage.database.leave_tasks();
    stage.database.let_periodic_tasks_come().await;
    // A fresh installation has nothing to catch up on.
    round(&stage).await;
    assert_eq!(tasks(&stage).await, Vec::<String>::new());
    next_tick(&stage, Work::Cleanup).await;
    stage.database.shift_task_clock("3 days").await;
    round(&stage).await;
    round(&stage).await;
    let mut kinds = tasks(&stage).await;
    kinds.sort_unstable();
    assert_eq!(kinds.len(), 3, "{kinds:?}");
    for (task, kind) in kinds
        .iter()
        .zip(["check_backups {}", "cleanup {}", "generate_report {"])
    {
        assert!(task.starts_with(kind), "{kinds:?}");
    }
    // What a daemon still has of the time before is over.
    let door = OpenDoor::open(&mut stage, Registry::new()).await;
    let newest = periodic(Work::Cleanup).newest(now(&stage).await).unwrap();
    let before = iso(newest - TimeDelta::hours(6));
    assert_eq!(
        post(&door, Work::Cleanup, &before).await.said(),
        (200, "ignored", "superseded")
    );
    assert_eq!(
        post(&door, Work::Cleanup, &iso(newest)).await.said(),
        (200, "ignored", "already-seen")
    );
    assert_eq!(tasks(&stage).await.len(), 3);
    door.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_daemon_and_two_schedulers_may_all_notice_a_tick() {
    let mut stage = Stage::set().await;
    stage.database.leave_tasks();
    stage.database.let_periodic_tasks_come().await;
    let door = OpenDoor::open(&mut stage, Registry::new()).await;
    round(&stage).await;
    for _ in 0..3 {
        let at = iso(next_tick(&stage, Work::Backups).await);
        let before = stage
            .count("SELECT count(*) FROM tasks WHERE kind = 'check_backups'")
            .await;
        tokio::join!(round(&stage), post(&door, Work::Backups, &at), round(&stage));
        let finish = "UPDATE tasks SET state = 'completed', finished_at = task_now(), rerun = false WHERE kind = 'check_backups'
             AND finished_at IS NULL";
        assert_eq!(stage.client.execute(finish, &[]).await.unwrap(), 1);
        let after = stage
            .count("SELECT count(*) FROM tasks WHERE kind = 'check_backups'")
            .await;
        assert_eq!(after - before, 1);
    }
    door.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_worker_watches_the_clock_in_every_mode() {
    for mode in ["consume", "daemon"] {
        let mut stage = Stage::set().await;
        stage.database.leave_tasks();
        stage.database.let_periodic_tasks_come().await;
        round(&stage).await;
        next_tick(&stage, Work::Cleanup).await;
        stage.with("WORKER_MODE", mode);
        let worker = stage.start();
        let due = "SELECT count(*) = 1 FROM tasks WHERE kind = 'cleanup' AND $1::uuid IS NOT NULL";
        stage.until("a cleanup", due, stage.org.uuid()).await;
        worker.stop().await;
    }
}

#[tokio::test]
async fn other_tests_meet_no_periodic_task() {
    let stage = Stage::set().await;
    for periodic in schedule::compiled().unwrap() {
        let mark = "SELECT count(*) FROM cron_ticks WHERE taskname = $1 AND scheduled_at > now() + interval '10 years'";
        let row = stage.client.query_one(mark, &[&periodic.name]).await.unwrap();
        assert_eq!(row.get::<_, i64>(0), 1, "{}", periodic.name);
    }
    stage.database.shift_task_clock("2 days").await;
    round(&stage).await;
    assert_eq!(tasks(&stage).await, Vec::<String>::new());
}
