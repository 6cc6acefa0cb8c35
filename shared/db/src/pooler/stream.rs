//! The socket with the rewriting around it, and how the client library gets to it: as if it were encryption.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready as ready_or_return};

use bytes::{Buf, BytesMut};
use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::Socket;
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};

use super::rewrite::Rewriter;

/// Bytes asked of the socket at once.
const PIECE: usize = 16 * 1024;
/// Most rewritten bytes that wait for the socket before more are taken.
const MOST_UNSENT: usize = 1024 * 1024;

/// A connector whose streams rewrite.
#[derive(Clone)]
pub(super) struct Through<T> {
    inner: T,
    statement_timeout_ms: Option<u32>,
}

impl<T> Through<T> {
    pub(super) const fn new(inner: T, statement_timeout_ms: Option<u32>) -> Self {
        Self {
            inner,
            statement_timeout_ms,
        }
    }
}

impl<T> MakeTlsConnect<Socket> for Through<T>
where
    T: MakeTlsConnect<Socket>,
    T::Stream: 'static,
    T::TlsConnect: TlsConnect<Socket, Stream = T::Stream>,
    <T::TlsConnect as TlsConnect<Socket>>::Future: Send + 'static,
{
    type Stream = Unnamed<T::Stream>;
    type TlsConnect = Through<T::TlsConnect>;
    type Error = T::Error;

    fn make_tls_connect(&mut self, domain: &str) -> Result<Self::TlsConnect, Self::Error> {
        let inner = self.inner.make_tls_connect(domain)?;
        Ok(Through::new(inner, self.statement_timeout_ms))
    }
}

impl<T> TlsConnect<Socket> for Through<T>
where
    T: TlsConnect<Socket>,
    T::Stream: 'static,
    T::Future: Send + 'static,
{
    type Stream = Unnamed<T::Stream>;
    type Error = T::Error;
    type Future = BoxFuture<'static, Result<Self::Stream, Self::Error>>;

    fn connect(self, stream: Socket) -> Self::Future {
        let rewriter = Rewriter::new(self.statement_timeout_ms);
        let connected = self.inner.connect(stream);
        async move { Ok(Unnamed::new(connected.await?, rewriter)) }.boxed()
    }
}

/// The connector of a connection that is not encrypted.
#[derive(Clone, Copy)]
pub(super) struct NoEncryption;

impl MakeTlsConnect<Socket> for NoEncryption {
    type Stream = Plain;
    type TlsConnect = Self;
    type Error = Infallible;

    fn make_tls_connect(&mut self, _: &str) -> Result<Self, Infallible> {
        Ok(Self)
    }
}

impl TlsConnect<Socket> for NoEncryption {
    type Stream = Plain;
    type Error = Infallible;
    type Future = Ready<Result<Plain, Infallible>>;

    fn connect(self, stream: Socket) -> Self::Future {
        ready(Ok(Plain(stream)))
    }
}

/// A socket that passes for an encrypted one.
pub(super) struct Plain(Socket);

impl TlsStream for Plain {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl AsyncRead for Plain {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl AsyncWrite for Plain {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}

/// A stream on which no statement has a name.
pub(super) struct Unnamed<S> {
    inner: S,
    rewriter: Rewriter,
    /// The beginning of a message of the library.
    begun: BytesMut,
    /// Rewritten, and not yet taken by the socket.
    unsent: BytesMut,
    /// From the socket, and not yet looked at.
    unread: BytesMut,
    /// For the library.
    ready: BytesMut,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Unnamed<S> {
    fn new(inner: S, rewriter: Rewriter) -> Self {
        Self {
            inner,
            rewriter,
            begun: BytesMut::new(),
            unsent: BytesMut::new(),
            unread: BytesMut::new(),
            ready: BytesMut::new(),
        }
    }

    /// Gives the socket what waits for it.
    fn poll_drain(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.unsent.has_remaining() {
            let written = ready_or_return!(Pin::new(&mut self.inner).poll_write(context, &self.unsent))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.unsent.advance(written);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: TlsStream + Unpin> TlsStream for Unnamed<S> {
    fn channel_binding(&self) -> ChannelBinding {
        self.inner.channel_binding()
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Unnamed<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        while !this.ready.has_remaining() {
            let mut piece = [0; PIECE];
            let mut read = ReadBuf::new(&mut piece);
            ready_or_return!(Pin::new(&mut this.inner).poll_read(context, &mut read))?;
            if read.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
            this.unread.extend_from_slice(read.filled());
            this.rewriter.receive(&mut this.unread, &mut this.ready);
        }
        let part = this.ready.split_to(buffer.remaining().min(this.ready.len()));
        buffer.put_slice(&part);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Unnamed<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        if this.unsent.len() > MOST_UNSENT {
            ready_or_return!(this.poll_drain(context))?;
        }
        this.begun.extend_from_slice(bytes);
        this.rewriter.send(&mut this.begun, &mut this.unsent)?;
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready_or_return!(self.poll_drain(context))?;
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready_or_return!(self.poll_drain(context))?;
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}
