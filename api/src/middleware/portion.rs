//! Answers in portions, so that a connection that is open and idle keeps little memory.
//!
//! The HTTP library copies each piece of an answer into its connection's write buffer, lets the buffer grow to hold the piece, and keeps
//! it like that until the connection ends. A page of 20 KB given as one piece leaves every connection that ever asked for it with 20 KB;
//! in pieces that fit into the buffer as it was made, each takes its turn in the same 8 KiB.

use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use bytes::Bytes;

/// The write buffer as the library makes it, in bytes (`HW_BUFFER_SIZE` of `actix-http`'s `h1` dispatcher).
const BUFFER_BYTES: usize = 8 * 1024;
/// What must lie in the buffer to be written before more is asked for, in bytes: a little more than the head of an answer, which so leaves
/// together with the first portion.
pub const WRITTEN_FROM_BYTES: usize = 1_536;
/// What the library writes around a portion of an answer without a length: its length in hexadecimal and line ends.
const FRAME_BYTES: usize = 16;
/// Longest portion, in bytes: it fits beside what need not be written yet.
const MOST_BYTES: usize = BUFFER_BYTES - WRITTEN_FROM_BYTES - FRAME_BYTES;

/// A body in pieces of at most [`MOST_BYTES`]. Length and contents are those of the whole.
#[derive(Debug)]
pub struct Portions<B> {
    whole: B,
    rest: Bytes,
}

impl<B> Portions<B> {
    /// Of this body.
    pub const fn of(whole: B) -> Self {
        Self {
            whole,
            rest: Bytes::new(),
        }
    }
}

impl<B: MessageBody + Unpin> MessageBody for Portions<B> {
    type Error = B::Error;

    fn size(&self) -> BodySize {
        self.whole.size()
    }

    fn poll_next(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let this = self.get_mut();
        if this.rest.is_empty() {
            match Pin::new(&mut this.whole).poll_next(context) {
                Poll::Ready(Some(Ok(piece))) => this.rest = piece,
                other => return other,
            }
        }
        let portion = this.rest.len().min(MOST_BYTES);
        Poll::Ready(Some(Ok(this.rest.split_to(portion))))
    }

    fn try_into_bytes(self) -> Result<Bytes, Self> {
        if !self.rest.is_empty() {
            return Err(self);
        }
        self.whole.try_into_bytes().map_err(Self::of)
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use actix_web::body::BodyStream;
    use futures::stream;
    use proptest::prelude::*;

    use super::*;

    /// What the body gives, piece by piece.
    fn pieces<B: MessageBody + Unpin>(mut body: Portions<B>) -> Vec<Bytes> {
        let mut context = Context::from_waker(std::task::Waker::noop());
        let mut given = Vec::new();
        while let Poll::Ready(Some(Ok(piece))) = Pin::new(&mut body).poll_next(&mut context) {
            given.push(piece);
        }
        given
    }

    #[test]
    fn a_page_of_the_board_leaves_in_three_portions_that_fit_the_buffer() {
        let page = Bytes::from(vec![b'x'; 19_900]);
        let body = Portions::of(page.clone());
        assert_eq!(body.size(), BodySize::Sized(19_900));
        let given = pieces(body);
        assert_eq!(given.len(), 3);
        assert_eq!(given.concat(), page);
    }

    #[test]
    fn a_body_that_nobody_began_is_had_whole() {
        let body = Portions::of(Bytes::from_static(b"short"));
        assert_eq!(body.try_into_bytes().unwrap(), "short");
    }

    #[test]
    fn what_is_left_of_a_body_is_not_taken_for_the_whole() {
        let mut body = Portions::of(Bytes::from(vec![b'x'; MOST_BYTES + 1]));
        let mut context = Context::from_waker(std::task::Waker::noop());
        assert!(Pin::new(&mut body).poll_next(&mut context).is_ready());
        let left = body.try_into_bytes().unwrap_err();
        assert_eq!(pieces(left), ["x"]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_added_or_longer_than_a_portion(lengths in prop::collection::vec(0..30_000_usize, 0..6)) {
            let parts: Vec<Bytes> = (0_u8..).zip(&lengths).map(|(mark, length)| vec![mark; *length].into()).collect();
            // The library drops empty pieces of a stream, too.
            let given: Vec<Result<Bytes, Infallible>> = parts.iter().cloned().map(Ok).collect();
            let given = pieces(Portions::of(BodyStream::new(stream::iter(given))));
            prop_assert!(given.iter().all(|piece| (1..=MOST_BYTES).contains(&piece.len())));
            prop_assert_eq!(given.concat(), parts.concat());
        }
    }
}
