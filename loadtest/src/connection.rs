//! One keep-alive connection, without a pool, redirects or TLS around it: what a request costs the generator is taken from the server
//! that is measured beside it.

use std::net::SocketAddr;

use anyhow::Context;
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

/// An open connection; it closes when dropped.
pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
    driver: JoinHandle<()>,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// When nobody listens there, or no port or descriptor is left.
    pub async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address)
            .await
            .with_context(|| format!("connecting to {address}"))?;
        stream.set_nodelay(true)?;
        let (sender, driver) = http1::handshake(TokioIo::new(stream)).await?;
        let driver = tokio::spawn(async move {
            // Whoever waits for an answer is told of the same error.
            let _ = driver.await;
        });
        Ok(Self { sender, driver })
    }

    /// Sends a request and reads the whole answer: its status, and how many bytes the body had.
    ///
    /// # Errors
    /// When the connection breaks first.
    pub async fn exchange(&mut self, request: Request<Full<Bytes>>) -> anyhow::Result<(StatusCode, usize)> {
        self.sender.ready().await?;
        let answer = self.sender.send_request(request).await?;
        let status = answer.status();
        Ok((status, length(answer).await?))
    }
}

async fn length<B>(answer: Response<B>) -> anyhow::Result<usize>
where
    B: hyper::body::Body<Data = Bytes> + Unpin,
    B::Error: std::error::Error + Send + Sync + 'static,
{
    let mut body = answer.into_body();
    let mut bytes = 0;
    while let Some(frame) = body.frame().await {
        bytes += frame?.data_ref().map_or(0, Bytes::len);
    }
    Ok(bytes)
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.driver.abort();
    }
}
