//! A worker that answers as it is told, to see what the daemon makes of it.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What to do with a post.
#[derive(Debug, Clone, Copy)]
pub enum Tell {
    Status(u16),
    Close,
    StaySilent,
}

/// A running stub; it ends with this.
pub struct Stub {
    pub url: String,
    work: JoinHandle<()>,
}

impl Stub {
    /// Does this to the first posts, the last of it to all others.
    pub async fn start(told: &[Tell]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let told = Arc::new(Mutex::new(told.to_vec()));
        let work = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let tell = {
                    let mut told = told.lock().unwrap();
                    if told.len() > 1 { told.remove(0) } else { told[0] }
                };
                tokio::spawn(serve(stream, tell));
            }
        });
        Self { url, work }
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.work.abort();
    }
}

async fn serve(mut stream: TcpStream, tell: Tell) {
    // Head and body of these posts come in one piece each at most.
    let mut seen = Vec::new();
    while !seen.windows(4).any(|window| window == b"\r\n\r\n") {
        if stream.read_buf(&mut seen).await.unwrap_or_default() == 0 {
            return;
        }
    }
    match tell {
        Tell::Close => {}
        Tell::StaySilent => {
            // Until the daemon hangs up.
            while stream.read_buf(&mut seen).await.is_ok_and(|bytes| bytes > 0) {}
        }
        Tell::Status(status) => {
            let answer = format!("HTTP/1.1 {status} So\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            let _ = stream.write_all(answer.as_bytes()).await;
            let _ = stream.shutdown().await;
            while stream.read_buf(&mut seen).await.is_ok_and(|bytes| bytes > 0) {}
        }
    }
}
