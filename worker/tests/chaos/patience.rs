//! Waiting for a condition with a deadline. Unlike the testkit's, a question here may change what it asks about, for instance
//! start another process.

use std::time::Duration;

use tokio::time::Instant;
use tokio_postgres::Client;

/// Longest wait for one step forward; generous, because everything here competes for two cores with what it breaks.
const DEADLINE: Duration = Duration::from_secs(60);

/// Asks until the answer is `Some`, every few milliseconds.
pub async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + DEADLINE;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(
            Instant::now() < deadline,
            "waited {DEADLINE:?} in vain for: {what}"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Without progress for so long, the task clock goes on.
const HURRY: Duration = Duration::from_millis(700);

/// Waits until no task is live; `meanwhile` is done again and again. The waits for lost rings are cut short by the task clock
/// whenever nothing ends for a moment and nothing runs that could lose its lease by that.
pub async fn until_nothing_is_live(client: &Client, mut meanwhile: impl FnMut()) {
    let hurry = "UPDATE task_clock SET shift = shift + interval '4 s' \
                 WHERE NOT EXISTS (SELECT FROM tasks WHERE state = 'running')";
    let mut live = i64::MAX;
    while live > 0 {
        let mut since = Instant::now();
        live = eventually("fewer live tasks", async || {
            meanwhile();
            if since.elapsed() > HURRY {
                since = Instant::now();
                client.batch_execute(hurry).await.unwrap();
            }
            let count = "SELECT count(*) FROM tasks WHERE finished_at IS NULL";
            let now: i64 = client.query_one(count, &[]).await.unwrap().get(0);
            (now < live).then_some(now)
        })
        .await;
    }
}
