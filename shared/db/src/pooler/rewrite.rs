//! What becomes of each message of Postgres' protocol (version 3, chapter "Message Formats" of its manual).
//!
//! | the library sends | the pooler gets |
//! |---|---|
//! | Parse under a name | Parse without a name; the text is remembered |
//! | Describe, Close of a name | the same without a name |
//! | Bind to a name | the remembered Parse without a name, then Bind to it; before both, where asked for, the timeout of this transaction |
//!
//! Answers to what was put in are taken out again. They are always the first of their batch, because the library begins a batch with
//! the Bind; a batch ends with Sync or a simple query, and its answers end with ReadyForQuery.

use std::collections::{HashMap, VecDeque};
use std::io;

use bytes::{Buf, BufMut, Bytes, BytesMut};

/// Bytes of a message's kind and length.
const HEAD: usize = 5;
/// Longest message taken from the library, in bytes; Postgres takes no longer one either (`PQ_LARGE_MESSAGE_LIMIT`).
const LONGEST: usize = 1 << 30;
/// Answers to setting the timeout: parsed, bound, one row, complete.
const TIMEOUT_ANSWERS: u8 = 4;

/// The state of one connection.
pub(super) struct Rewriter {
    /// Whether the first message, which has no kind, has gone.
    greeted: bool,
    /// The text and the parameter types behind each name, as in the body of its Parse.
    statements: HashMap<Bytes, Bytes>,
    /// Messages that set the timeout for the transaction.
    timeout: Option<Bytes>,
    /// What the unnamed statement stands for in the batch that is being sent; `None` for something else.
    parsed: Option<Bytes>,
    /// Whether the batch that is being sent has begun.
    begun: bool,
    /// Answers to take out of the batch that is being sent.
    hidden: u8,
    /// Answers still to be taken out of each batch that was sent, oldest first.
    batches: VecDeque<u8>,
    /// Bytes of the present answer that are passed on, or dropped.
    rest: (usize, bool),
}

impl Rewriter {
    /// For a connection on which statements end after so many milliseconds.
    pub(super) fn new(statement_timeout_ms: Option<u32>) -> Self {
        Self {
            greeted: false,
            statements: HashMap::new(),
            timeout: statement_timeout_ms.map(set_timeout),
            parsed: None,
            begun: false,
            hidden: 0,
            batches: VecDeque::new(),
            rest: (0, false),
        }
    }

    /// Rewrites every whole message of `input` into `output`; the beginning of one stays.
    ///
    /// # Errors
    /// For a message that the library does not send.
    pub(super) fn send(&mut self, input: &mut BytesMut, output: &mut BytesMut) -> io::Result<()> {
        loop {
            let kind = if self.greeted { 1 } else { 0 };
            let Some(length) = input.get(kind..kind + 4).and_then(length_of) else {
                return Ok(());
            };
            if !(4..=LONGEST).contains(&length) {
                return Err(unexpected("a message of impossible length"));
            }
            if input.len() < kind + length {
                return Ok(());
            }
            let message = input.split_to(kind + length).freeze();
            if self.greeted {
                self.rewrite(&message, output)?;
            } else {
                self.greeted = true;
                self.batches.push_back(0);
                output.extend_from_slice(&message);
            }
        }
    }

    fn rewrite(&mut self, message: &Bytes, output: &mut BytesMut) -> io::Result<()> {
        let body = message.slice(HEAD..);
        match message.first() {
            Some(b'P') => {
                let (name, text) = split_name(&body)?;
                if !name.is_empty() {
                    self.statements.insert(name.clone(), text.clone());
                }
                self.parsed = Some(name);
                put(output, b'P', &[b"\0", &text]);
            }
            Some(b'B') => {
                let (portal, rest) = split_name(&body)?;
                let (name, values) = split_name(&rest)?;
                self.put_in(&name, output)?;
                put(output, b'B', &[&portal, b"\0", b"\0", &values]);
            }
            Some(kind @ (b'D' | b'C')) if body.first() == Some(&b'S') => {
                let (name, _) = split_name(&body.slice(1..))?;
                if *kind == b'C' {
                    self.statements.remove(&name);
                } else if self.parsed.as_ref() != Some(&name) {
                    return Err(unexpected("a description of what was not just parsed"));
                }
                put(output, *kind, &[b"S\0"]);
            }
            Some(b'S' | b'Q' | b'F') => {
                output.extend_from_slice(message);
                self.batches.push_back(self.hidden);
                (self.parsed, self.begun, self.hidden) = (None, false, 0);
                return Ok(());
            }
            _ => output.extend_from_slice(message),
        }
        self.begun = true;
        Ok(())
    }

    /// Puts in what the statement of this name needs to be there.
    fn put_in(&mut self, name: &Bytes, output: &mut BytesMut) -> io::Result<()> {
        if self.parsed.as_ref() == Some(name) {
            return Ok(());
        }
        let text = self.statements.get(name);
        let text = text.ok_or_else(|| unexpected("a use of what was never parsed"))?;
        if self.begun {
            // Its answers could not be told from those of the messages before it.
            return Err(unexpected("a use in the middle of a batch"));
        }
        if let Some(timeout) = &self.timeout {
            output.extend_from_slice(timeout);
            self.hidden += TIMEOUT_ANSWERS;
        }
        put(output, b'P', &[b"\0", text]);
        self.hidden += 1;
        self.parsed = Some(name.clone());
        Ok(())
    }

    /// Passes on what came from the pooler, without the answers to what was put in. The beginning of a message's head stays in
    /// `input`; the rest of a message goes on as it comes.
    pub(super) fn receive(&mut self, input: &mut BytesMut, output: &mut BytesMut) {
        loop {
            let (left, passes) = self.rest;
            if left > 0 {
                let part = input.split_to(left.min(input.len()));
                self.rest.0 = left - part.len();
                if passes {
                    output.extend_from_slice(&part);
                }
                if self.rest.0 > 0 {
                    return;
                }
            }
            let Some(length) = input.get(1..HEAD).and_then(length_of) else {
                return;
            };
            let passes = self.passes(input.first().copied());
            self.rest = (length + 1, passes);
        }
    }

    /// Whether an answer of this kind is for the library.
    fn passes(&mut self, kind: Option<u8>) -> bool {
        let hidden = self.batches.front_mut();
        match (kind, hidden) {
            (Some(b'Z'), _) => {
                self.batches.pop_front();
                true
            }
            // What was put in has failed; nothing but ReadyForQuery follows.
            (Some(b'E'), Some(hidden)) => {
                *hidden = 0;
                true
            }
            (Some(b'1' | b'2' | b'C' | b'D'), Some(hidden)) if *hidden > 0 => {
                *hidden -= 1;
                false
            }
            _ => true,
        }
    }
}

/// The messages that set the timeout for the present transaction, also for one that is only this batch.
fn set_timeout(milliseconds: u32) -> Bytes {
    let mut messages = BytesMut::new();
    let text = format!("SELECT set_config('statement_timeout', '{milliseconds}', true)");
    put(&mut messages, b'P', &[b"\0", text.as_bytes(), b"\0", &[0; 2]]);
    // No portal, no name; no formats, no values, all results as text.
    put(&mut messages, b'B', &[b"\0\0", &[0; 6]]);
    // No portal, all rows.
    put(&mut messages, b'E', &[b"\0", &[0; 4]]);
    messages.freeze()
}

fn put(output: &mut BytesMut, kind: u8, parts: &[&[u8]]) {
    let length: usize = 4 + parts.iter().map(|part| part.len()).sum::<usize>();
    output.put_u8(kind);
    output.put_u32(u32::try_from(length).unwrap_or(u32::MAX));
    for part in parts {
        output.extend_from_slice(part);
    }
}

/// The length in these four bytes, which counts itself.
fn length_of(mut bytes: &[u8]) -> Option<usize> {
    (bytes.len() == 4).then(|| bytes.get_u32() as usize)
}

/// The name at the beginning, and what follows the zero byte that ends it.
fn split_name(bytes: &Bytes) -> io::Result<(Bytes, Bytes)> {
    let end = bytes.iter().position(|byte| *byte == 0);
    let end = end.ok_or_else(|| unexpected("a name without an end"))?;
    Ok((bytes.slice(..end), bytes.slice(end + 1..)))
}

fn unexpected(what: &str) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("{what} cannot go through a pooler"),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn message(kind: u8, parts: &[&[u8]]) -> Vec<u8> {
        let mut bytes = BytesMut::new();
        put(&mut bytes, kind, parts);
        bytes.to_vec()
    }

    fn greeting() -> Vec<u8> {
        vec![0, 0, 0, 8, 0, 3, 0, 0]
    }

    fn connected(timeout: Option<u32>) -> Rewriter {
        let mut rewriter = Rewriter::new(timeout);
        assert_eq!(sent(&mut rewriter, &greeting()), greeting());
        let ready = message(b'Z', &[b"I"]);
        assert_eq!(received(&mut rewriter, &ready), ready);
        rewriter
    }

    fn sent(rewriter: &mut Rewriter, bytes: &[u8]) -> Vec<u8> {
        let mut output = BytesMut::new();
        rewriter.send(&mut BytesMut::from(bytes), &mut output).unwrap();
        output.to_vec()
    }

    fn received(rewriter: &mut Rewriter, bytes: &[u8]) -> Vec<u8> {
        let mut output = BytesMut::new();
        rewriter.receive(&mut BytesMut::from(bytes), &mut output);
        output.to_vec()
    }

    /// Parse, Describe and Sync of `s0`, as the library sends them.
    fn preparing() -> Vec<u8> {
        [
            message(b'P', &[b"s0\0SELECT $1\0\0\0"]),
            message(b'D', &[b"Ss0\0"]),
            message(b'S', &[]),
        ]
        .concat()
    }

    /// Bind, Execute and Sync of `s0`.
    fn running() -> Vec<u8> {
        [
            message(b'B', &[b"\0s0\0values"]),
            message(b'E', &[b"\0\0\0\0\0"]),
            message(b'S', &[]),
        ]
        .concat()
    }

    fn answers() -> Vec<u8> {
        [
            message(b'2', &[]),
            message(b'D', &[b"row"]),
            message(b'C', &[b"SELECT 1\0"]),
            message(b'Z', &[b"I"]),
        ]
        .concat()
    }

    #[test]
    fn a_use_by_name_takes_its_text_along_and_the_library_sees_no_difference() {
        let mut rewriter = connected(None);
        let unnamed = [
            message(b'P', &[b"\0SELECT $1\0\0\0"]),
            message(b'D', &[b"S\0"]),
            message(b'S', &[]),
        ]
        .concat();
        assert_eq!(sent(&mut rewriter, &preparing()), unnamed);
        let described = [
            message(b'1', &[]),
            message(b't', &[b"x"]),
            message(b'T', &[b"y"]),
            message(b'Z', &[b"I"]),
        ]
        .concat();
        assert_eq!(received(&mut rewriter, &described), described);
        for _ in 0..2 {
            let with_text = [
                message(b'P', &[b"\0SELECT $1\0\0\0"]),
                message(b'B', &[b"\0\0values"]),
                message(b'E', &[b"\0\0\0\0\0"]),
                message(b'S', &[]),
            ];
            assert_eq!(sent(&mut rewriter, &running()), with_text.concat());
            let all = [message(b'1', &[]), answers()].concat();
            assert_eq!(received(&mut rewriter, &all), answers());
        }
        let closing = [message(b'C', &[b"Ss0\0"]), message(b'S', &[])].concat();
        assert_eq!(
            sent(&mut rewriter, &closing),
            [message(b'C', &[b"S\0"]), message(b'S', &[])].concat()
        );
        let mut output = BytesMut::new();
        assert!(
            rewriter
                .send(&mut BytesMut::from(running().as_slice()), &mut output)
                .is_err()
        );
    }

    #[test]
    fn the_timeout_goes_before_every_use_and_its_answers_come_to_nobody() {
        let mut rewriter = connected(Some(30_000));
        sent(&mut rewriter, &preparing());
        let with_timeout = sent(&mut rewriter, &running());
        let text = String::from_utf8_lossy(&with_timeout).into_owned();
        assert!(text.contains("set_config('statement_timeout', '30000', true)"));
        let described = [message(b'1', &[]), message(b'n', &[]), message(b'Z', &[b"I"])].concat();
        assert_eq!(received(&mut rewriter, &described), described);
        let notice = message(b'N', &[b"a notice\0"]);
        let of_timeout = [
            message(b'1', &[]),
            message(b'2', &[]),
            message(b'D', &[b"30s"]),
            notice.clone(),
            message(b'C', &[b"SELECT 1\0"]),
        ];
        let all = [of_timeout.concat(), message(b'1', &[]), answers()].concat();
        assert_eq!(received(&mut rewriter, &all), [notice, answers()].concat());
    }

    #[test]
    fn a_failure_of_what_was_put_in_is_told_and_the_next_batch_is_whole() {
        let mut rewriter = connected(Some(1));
        sent(&mut rewriter, &preparing());
        received(&mut rewriter, &message(b'Z', &[b"I"]));
        sent(&mut rewriter, &running());
        sent(&mut rewriter, &message(b'Q', &[b"COMMIT\0"]));
        let failed = [message(b'E', &[b"gone\0"]), message(b'Z', &[b"E"])].concat();
        let committed = [message(b'C', &[b"ROLLBACK\0"]), message(b'Z', &[b"I"])].concat();
        let both = [failed, committed].concat();
        assert_eq!(received(&mut rewriter, &both), both);
    }

    proptest! {
        #[test]
        fn however_the_bytes_are_cut_the_same_comes_out(cuts in prop::collection::vec(1_usize..40, 0..60)) {
            let conversation = [greeting(), preparing(), running(), message(b'Q', &[b"BEGIN\0"]), running()].concat();
            let ready = || message(b'Z', &[b"I"]);
            let replies = [
                ready(), message(b'1', &[]), message(b't', &[]), message(b'n', &[]), ready(), message(b'1', &[]), answers(),
                message(b'C', &[b"BEGIN\0"]), ready(), message(b'1', &[]), answers(),
            ].concat();
            let whole = {
                let mut rewriter = Rewriter::new(None);
                (sent(&mut rewriter, &conversation), received(&mut rewriter, &replies))
            };
            let mut rewriter = Rewriter::new(None);
            let mut cut = |bytes: &[u8], sends: bool| {
                let (mut input, mut output, mut left) = (BytesMut::new(), BytesMut::new(), bytes);
                let mut sizes = cuts.iter().copied().cycle();
                while !left.is_empty() {
                    let size = sizes.next().unwrap_or(left.len()).min(left.len());
                    let (piece, further) = left.split_at(size);
                    left = further;
                    input.extend_from_slice(piece);
                    if sends {
                        rewriter.send(&mut input, &mut output).unwrap();
                    } else {
                        rewriter.receive(&mut input, &mut output);
                    }
                }
                output.to_vec()
            };
            prop_assert_eq!((cut(&conversation, true), cut(&replies, false)), whole);
        }

        #[test]
        fn no_bytes_of_a_server_bring_it_down(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let mut rewriter = Rewriter::new(Some(1));
            received(&mut rewriter, &bytes);
        }
    }
}
