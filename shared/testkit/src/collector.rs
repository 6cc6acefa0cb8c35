//! A server that takes whatever is posted to it and remembers it: what collectors of traces, errors and usage are to the product.

use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::model::{path, read, response};

/// One request that arrived whole.
#[derive(Debug, Clone)]
pub struct Posted {
    /// Its path, with a query if there was one.
    pub path: String,
    /// Its first line and header fields.
    pub head: String,
    /// Its body.
    pub body: Vec<u8>,
}

impl Posted {
    /// Whether this text is anywhere in it.
    #[must_use]
    pub fn holds(&self, text: &str) -> bool {
        let body = self.body.windows(text.len()).any(|part| part == text.as_bytes());
        body || self.head.contains(text)
    }
}

#[derive(Debug)]
struct Shared {
    status: AtomicU16,
    posted: Mutex<Vec<Posted>>,
}

/// A server of one's own; it ends when it is dropped.
#[derive(Debug)]
pub struct Collector {
    url: String,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

impl Collector {
    /// Starts a server that answers 200 to everything.
    ///
    /// # Panics
    /// When no port is free.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            status: AtomicU16::new(200),
            posted: Mutex::default(),
        });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Self {
            url,
            shared,
            accepting,
        }
    }

    /// Where it is, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Answers with this status from here on; 0 is no answer at all.
    pub fn answer(&self, status: u16) {
        self.shared.status.store(status, Ordering::SeqCst);
    }

    /// Everything that arrived so far, also what was answered with an error.
    ///
    /// # Panics
    /// When a thread of the server panicked.
    #[must_use]
    pub fn posted(&self) -> Vec<Posted> {
        self.shared.posted.lock().unwrap().clone()
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((mut stream, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            let (head, body) = read(&mut stream).await?;
            let posted = Posted {
                path: path(&head),
                head,
                body,
            };
            shared.posted.lock().unwrap().push(posted);
            let status = shared.status.load(Ordering::SeqCst);
            if status == 0 {
                std::future::pending::<()>().await;
            }
            stream
                .write_all(&response(&format!("{status} Scripted"), "", b""))
                .await?;
            stream.shutdown().await
        });
    }
}
