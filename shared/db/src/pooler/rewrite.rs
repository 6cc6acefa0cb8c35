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
mod tests;
