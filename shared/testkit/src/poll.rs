//! Waiting for a condition with a deadline.

use std::future::Future;
use std::time::Duration;

use tokio::time::Instant;

/// Longest wait for something that should happen at once; generous, because tests share two cores.
pub const DEADLINE: Duration = Duration::from_secs(90);

/// Asks until the answer is `Some`, every few milliseconds.
///
/// # Panics
/// When [`DEADLINE`] passes; the message names what was waited for.
pub async fn eventually<T, F, Fut>(what: &str, mut ask: F) -> T
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Option<T>>,
{
    let deadline = Instant::now() + DEADLINE;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(
            Instant::now() < deadline,
            "waited {DEADLINE:?} in vain for: {what}"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
