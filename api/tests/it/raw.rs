//! HTTP written by hand, for what no sound client would send.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::test_app::TestApp;

/// Longest wait for an answer or for the end of a connection.
const DEADLINE: Duration = Duration::from_secs(20);

/// A connection without a client.
pub struct Raw(pub TcpStream);

impl Raw {
    pub async fn connect(app: &TestApp) -> Self {
        let address = app.url.strip_prefix("http://").unwrap();
        Self(TcpStream::connect(address).await.unwrap())
    }

    /// Sends what the server takes; it may hang up at any byte.
    pub async fn send(&mut self, bytes: &[u8]) {
        let _ = timeout(DEADLINE, self.0.write_all(bytes))
            .await
            .expect("the server to read");
    }

    /// All that comes until the server hangs up.
    pub async fn rest(&mut self) -> String {
        let mut text = Vec::new();
        let _ = timeout(DEADLINE, self.0.read_to_end(&mut text))
            .await
            .expect("the server to hang up");
        String::from_utf8_lossy(&text).into_owned()
    }

    /// One byte after the other, each after this pause, until the server hangs up or says something; what it said.
    pub async fn drip(&mut self, bytes: &[u8], pause: Duration) -> String {
        let mut clock = tokio::time::interval(pause);
        let mut said = Vec::new();
        for byte in bytes {
            clock.tick().await;
            if self.0.write_all(&[*byte]).await.is_err() {
                break;
            }
            let mut buffer = [0; 1024];
            match self.0.try_read(&mut buffer) {
                Ok(length) => {
                    said.extend_from_slice(&buffer[..length]);
                    break;
                }
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(_) => break,
            }
        }
        String::from_utf8_lossy(&said).into_owned() + &self.rest().await
    }
}

/// What a server says to these bytes before it hangs up.
pub async fn exchange(app: &TestApp, bytes: &[u8]) -> String {
    let mut raw = Raw::connect(app).await;
    raw.send(bytes).await;
    raw.rest().await
}

/// The statuses of all answers in what was said.
pub fn statuses(said: &str) -> Vec<u16> {
    said.split("HTTP/1.1 ")
        .skip(1)
        .filter_map(|answer| answer.get(..3)?.parse().ok())
        .collect()
}
