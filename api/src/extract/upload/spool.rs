//! A file as it comes in: hashed at once, small ones kept in memory, larger ones in a temporary file without a name.

mod unpacked;

use std::io::SeekFrom;

use actix_web::web::{Bytes, BytesMut};
use hiring_core::reading::MAX_FILE_BYTES;
use sha2::{Digest, Sha256};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};
use tokio::sync::{Semaphore, SemaphorePermit};

pub use self::unpacked::Unpacked;
use crate::problem::{Kind, Problem};

/// Bytes of one upload that are kept in memory while it comes in, however slowly; most resumes fit.
const MEMORY_BYTES: usize = 256 * 1024;

/// Larger files that may be in memory at the same time on their way from the temporary file to the store. Nobody's
/// network is waited for meanwhile, so slow senders cannot hold these places.
static LARGE_FILES: Semaphore = Semaphore::const_new(3);

/// A file that is coming in.
pub struct Spool {
    hash: Sha256,
    size: u64,
    /// Most bytes that it may have.
    cap: u64,
    /// The bytes; `None` where only the hash is wanted.
    kept: Option<Kept>,
}

enum Kept {
    Memory(BytesMut),
    Disk(File),
}

/// A file that has come in.
pub struct Spooled {
    /// All bytes.
    pub bytes: Bytes,
    /// Their SHA-256.
    pub sha256: [u8; 32],
    /// The place among [`LARGE_FILES`] that a large file holds.
    pub place: Option<SemaphorePermit<'static>>,
}

impl Spool {
    /// For a file that will be stored.
    pub fn keeping() -> Self {
        Self::keeping_up_to(MAX_FILE_BYTES)
    }

    /// For a file of at most so many bytes.
    pub fn keeping_up_to(cap: u64) -> Self {
        Self {
            hash: Sha256::new(),
            size: 0,
            cap,
            kept: Some(Kept::Memory(BytesMut::new())),
        }
    }

    /// For a file that will only be compared.
    pub fn hashing() -> Self {
        Self {
            hash: Sha256::new(),
            size: 0,
            cap: MAX_FILE_BYTES,
            kept: None,
        }
    }

    /// Whether this many further bytes would be too many.
    pub fn would_overflow(&self, more: usize) -> bool {
        self.size.saturating_add(u64::try_from(more).unwrap_or(u64::MAX)) > self.cap
    }

    /// Forgets the bytes; what is still to come is only hashed.
    pub fn give_up(&mut self) {
        self.kept = None;
        self.cap = u64::MAX;
    }

    /// Bytes so far.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Takes the next piece.
    ///
    /// # Errors
    /// `too-large` at the first byte over the cap; `unavailable` when the temporary file cannot be written.
    pub async fn push(&mut self, piece: &[u8]) -> Result<(), Problem> {
        if self.would_overflow(piece.len()) {
            return Err(too_large());
        }
        self.size += u64::try_from(piece.len()).unwrap_or(u64::MAX);
        self.hash.update(piece);
        match &mut self.kept {
            None => Ok(()),
            Some(Kept::Memory(memory)) if memory.len() + piece.len() <= MEMORY_BYTES => {
                memory.extend_from_slice(piece);
                Ok(())
            }
            Some(kept) => kept.write(piece).await.map_err(no_room),
        }
    }

    /// SHA-256 of the bytes so far.
    pub fn hash_so_far(&self) -> [u8; 32] {
        self.hash.clone().finalize().into()
    }

    /// The whole file, which can be read again.
    ///
    /// # Errors
    /// `unavailable` when the temporary file cannot be read.
    pub async fn read(&mut self) -> Result<Spooled, Problem> {
        let sha256 = self.hash_so_far();
        let (bytes, place) = match &mut self.kept {
            None => (Bytes::new(), None),
            Some(Kept::Memory(memory)) => (Bytes::copy_from_slice(memory), None),
            Some(Kept::Disk(file)) => {
                let place = LARGE_FILES.acquire().await.map_err(Problem::internal)?;
                let capacity = usize::try_from(self.size).unwrap_or_default();
                (read_back(file, capacity).await.map_err(no_room)?, Some(place))
            }
        };
        Ok(Spooled { bytes, sha256, place })
    }

    /// The whole file.
    ///
    /// # Errors
    /// `unavailable` when the temporary file cannot be read.
    pub async fn finish(self) -> Result<Spooled, Problem> {
        let sha256 = self.hash.finalize().into();
        match self.kept {
            None => Ok(Spooled {
                bytes: Bytes::new(),
                sha256,
                place: None,
            }),
            Some(Kept::Memory(memory)) => Ok(Spooled {
                bytes: memory.freeze(),
                sha256,
                place: None,
            }),
            Some(Kept::Disk(mut file)) => {
                let place = LARGE_FILES.acquire().await.map_err(Problem::internal)?;
                let capacity = usize::try_from(self.size).unwrap_or_default();
                let bytes = read_back(&mut file, capacity).await.map_err(no_room)?;
                Ok(Spooled {
                    bytes,
                    sha256,
                    place: Some(place),
                })
            }
        }
    }
}

impl Kept {
    /// Writes to the temporary file, moving there first what was kept in memory.
    async fn write(&mut self, piece: &[u8]) -> std::io::Result<()> {
        if let Self::Memory(memory) = self {
            let made = tokio::task::spawn_blocking(tempfile::tempfile).await;
            let mut file = File::from_std(made.map_err(std::io::Error::other)??);
            file.write_all(memory).await?;
            *self = Self::Disk(file);
        }
        match self {
            Self::Disk(file) => file.write_all(piece).await,
            Self::Memory(_) => Ok(()),
        }
    }
}

async fn read_back(file: &mut File, capacity: usize) -> std::io::Result<Bytes> {
    file.flush().await?;
    file.seek(SeekFrom::Start(0)).await?;
    let mut bytes = Vec::with_capacity(capacity);
    file.read_to_end(&mut bytes).await?;
    Ok(bytes.into())
}

/// The answer to a file over the cap.
pub fn too_large() -> Problem {
    let detail = format!(
        "A resume may have at most {} MB. Export it with smaller pictures.",
        MAX_FILE_BYTES / 1_000_000
    );
    Problem::new(Kind::TooLarge, detail)
}

fn no_room(error: std::io::Error) -> Problem {
    Problem::unavailable(
        "The upload could not be taken in right now. Nothing was stored; try again.",
        error,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn spooled(total: usize, piece: usize) -> Result<Spooled, Problem> {
        let bytes: Vec<u8> = (0..total)
            .map(|index| u8::try_from(index % 251).unwrap_or_default())
            .collect();
        let mut spool = Spool::keeping();
        for piece in bytes.chunks(piece) {
            spool.push(piece).await?;
        }
        let spooled = spool.finish().await?;
        assert_eq!(spooled.bytes, bytes);
        Ok(spooled)
    }

    #[tokio::test]
    async fn small_and_large_files_come_back_whole() {
        assert!(spooled(MEMORY_BYTES, 1000).await.unwrap().place.is_none());
        assert!(spooled(MEMORY_BYTES + 1, 1000).await.unwrap().place.is_some());
        assert!(
            spooled(3 * MEMORY_BYTES, 2 * MEMORY_BYTES)
                .await
                .unwrap()
                .place
                .is_some()
        );
    }

    #[tokio::test]
    async fn the_first_byte_over_the_cap_ends_the_upload() {
        let cap = usize::try_from(MAX_FILE_BYTES).unwrap();
        assert!(spooled(cap, 1 << 20).await.is_ok());
        assert_eq!(
            spooled(cap + 1, 1 << 20)
                .await
                .err()
                .map(|problem| problem.kind()),
            Some(Kind::TooLarge)
        );
    }
}
