//! Waiting for a condition with a deadline. Unlike the testkit's, a question here may change what it asks about, for instance
//! start another process.

use std::time::Duration;

use tokio::time::Instant;

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
