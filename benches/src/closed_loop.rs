//! A load generator that costs little itself: keep-alive connections, prepared requests, no parsing beyond the length.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use memchr::memmem;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What a run came to.
pub struct Served {
    /// Requests a second that were answered.
    pub rate: f64,
    /// From the first byte sent to the last one read, in microseconds, of every request.
    pub microseconds: Vec<f64>,
}

/// Lets `connections` clients ask, each sending the next request when the last is answered with 200. `requests` are sent in an order
/// that differs from connection to connection.
///
/// # Errors
/// Any answer but 200, or a broken connection.
pub async fn closed_loop(
    address: &str,
    requests: &Arc<Vec<Vec<u8>>>,
    connections: usize,
    duration: Duration,
) -> anyhow::Result<Served> {
    let stop = Arc::new(AtomicBool::new(false));
    let mut clients = Vec::new();
    let started = Instant::now();
    for number in 0..connections {
        let client = Client {
            requests: Arc::clone(requests),
            stop: Arc::clone(&stop),
        };
        let stream = TcpStream::connect(address)
            .await
            .with_context(|| format!("connecting to {address}"))?;
        stream.set_nodelay(true)?;
        clients.push(tokio::spawn(client.run(stream, number)));
    }
    tokio::time::sleep(duration).await;
    stop.store(true, Ordering::Relaxed);
    let mut microseconds = Vec::new();
    for client in clients {
        microseconds.extend(client.await??);
    }
    // What was under way when time was up is served too, and its time counts.
    let rate = microseconds.len() as f64 / started.elapsed().as_secs_f64();
    Ok(Served { rate, microseconds })
}

struct Client {
    requests: Arc<Vec<Vec<u8>>>,
    stop: Arc<AtomicBool>,
}

impl Client {
    async fn run(self, mut stream: TcpStream, number: usize) -> anyhow::Result<Vec<f64>> {
        let mut microseconds = Vec::new();
        // A stride that shares no factor with the list's length visits everything in a scattered order.
        let (mut at, stride) = (number * 7919, 104_729);
        let mut buffer = Vec::with_capacity(16 * 1024);
        while !self.stop.load(Ordering::Relaxed) {
            at = (at + stride) % self.requests.len();
            let request = self.requests.get(at).context("a request")?;
            let began = Instant::now();
            stream.write_all(request).await?;
            read_answer(&mut stream, &mut buffer).await?;
            microseconds.push(began.elapsed().as_secs_f64() * 1e6);
        }
        Ok(microseconds)
    }
}

async fn read_answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> anyhow::Result<()> {
    buffer.clear();
    loop {
        if stream.read_buf(buffer).await? == 0 {
            bail!("the server closed the connection");
        }
        let Some(head_end) = memmem::find(buffer, b"\r\n\r\n") else {
            continue;
        };
        let head = buffer.get(..head_end).unwrap_or_default();
        if !head.starts_with(b"HTTP/1.1 200") {
            bail!("unexpected answer: {}", String::from_utf8_lossy(buffer));
        }
        let whole = head_end + 4 + length_told(head).context("a length")?;
        while buffer.len() < whole {
            if stream.read_buf(buffer).await? == 0 {
                bail!("the server closed the connection");
            }
        }
        return Ok(());
    }
}

/// What the head of an answer says about the length of its body, in bytes. Looks no further than there.
fn length_told(head: &[u8]) -> Option<usize> {
    const NAME: &[u8] = b"content-length:";
    let mut lines = head.split(|byte| *byte == b'\n');
    let value = lines.find_map(|line| {
        let (name, value) = line.split_at_checked(NAME.len())?;
        name.eq_ignore_ascii_case(NAME).then_some(value)
    })?;
    std::str::from_utf8(value).ok()?.trim().parse().ok()
}
