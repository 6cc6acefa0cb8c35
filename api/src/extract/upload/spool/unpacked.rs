//! Spooling on a thread that may block: out of a zip, and the zip itself.

use std::io::{Cursor, Read, Seek, SeekFrom, Write};

use actix_web::web::{Bytes, BytesMut};
use sha2::{Digest, Sha256};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;

use super::{Kept, MEMORY_BYTES, Spool, no_room};
use crate::problem::Problem;

/// Bytes that are taken at once.
const PIECE_BYTES: usize = 64 * 1024;

/// What came out of a reader.
pub enum Unpacked {
    /// The whole file.
    Whole(Box<Spool>),
    /// More bytes than it may have; the rest was not looked at.
    TooLarge,
    /// The reader failed, for instance by a wrong checksum.
    Damaged,
    /// All files together have more bytes than they may.
    OverBudget,
}

impl Spool {
    /// Takes a file of at most `cap` bytes out of a reader and draws its bytes from the budget.
    ///
    /// # Errors
    /// When the temporary file cannot be written.
    pub fn unpack(reader: &mut impl Read, cap: u64, budget: &mut u64) -> std::io::Result<Unpacked> {
        let (mut hash, mut size) = (Sha256::new(), 0_u64);
        let (mut memory, mut disk) = (Vec::new(), None);
        let mut buffer = vec![0; PIECE_BYTES];
        loop {
            let piece = match reader.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => buffer.get(..count).unwrap_or_default(),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(_) => return Ok(Unpacked::Damaged),
            };
            let count = u64::try_from(piece.len()).unwrap_or(u64::MAX);
            let Some(left) = budget.checked_sub(count) else {
                return Ok(Unpacked::OverBudget);
            };
            *budget = left;
            size += count;
            if size > cap {
                return Ok(Unpacked::TooLarge);
            }
            hash.update(piece);
            match &mut disk {
                None if memory.len() + piece.len() <= MEMORY_BYTES => memory.extend_from_slice(piece),
                None => {
                    let mut file = tempfile::tempfile()?;
                    file.write_all(&memory)?;
                    file.write_all(piece)?;
                    memory = Vec::new();
                    disk = Some(file);
                }
                Some(file) => file.write_all(piece)?,
            }
        }
        let kept = disk.map_or_else(
            || Kept::Memory(BytesMut::from(memory.as_slice())),
            |file| Kept::Disk(File::from_std(file)),
        );
        Ok(Unpacked::Whole(Box::new(Self {
            hash,
            size,
            cap,
            kept: Some(kept),
        })))
    }

    /// The file for code that reads here and there and may block.
    ///
    /// # Errors
    /// `unavailable` when the temporary file cannot be written.
    pub async fn into_seekable(self) -> Result<Seekable, Problem> {
        match self.kept {
            None => Ok(Seekable::Memory(Cursor::new(Bytes::new()))),
            Some(Kept::Memory(memory)) => Ok(Seekable::Memory(Cursor::new(memory.freeze()))),
            Some(Kept::Disk(mut file)) => {
                file.flush().await.map_err(no_room)?;
                Ok(Seekable::Disk(file.into_std().await))
            }
        }
    }
}

/// A file that has come in, for [`Read`] and [`Seek`].
pub enum Seekable {
    /// A small one.
    Memory(Cursor<Bytes>),
    /// A large one.
    Disk(std::fs::File),
}

impl Read for Seekable {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match self {
            Self::Memory(memory) => memory.read(buffer),
            Self::Disk(file) => file.read(buffer),
        }
    }
}

impl Seek for Seekable {
    fn seek(&mut self, position: SeekFrom) -> std::io::Result<u64> {
        match self {
            Self::Memory(memory) => memory.seek(position),
            Self::Disk(file) => file.seek(position),
        }
    }
}
