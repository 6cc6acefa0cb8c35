//! The bytes of a download: small files are answered from memory, larger ones from a temporary file without a name.

use std::io::SeekFrom;

use actix_web::body::{BoxBody, MessageBody, SizedStream};
use actix_web::web::Bytes;
use futures::stream;
use hiring_core::reading::MAX_FILE_BYTES;
use hiring_platform::storage::ObjectKey;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};
use tokio::sync::Semaphore;

use super::away;
use crate::problem::Problem;
use crate::state::AppState;

/// Longest file that is kept in memory while it is sent, however slowly; most resumes fit.
const MEMORY_BYTES: i64 = 256 * 1024;

/// Bytes of a larger file that are read back at a time.
const PIECE_BYTES: usize = 64 * 1024;

/// Larger files that may be in memory at the same time on their way from the store to the temporary file. Nobody's network
/// is waited for meanwhile, so slow receivers cannot hold these places.
static LARGE_FILES: Semaphore = Semaphore::const_new(3);

/// The stored file as the body of an answer.
///
/// # Errors
/// `unavailable` when the store is away or there is no room for the temporary file.
pub(super) async fn load(state: &AppState, key: &ObjectKey, size_bytes: i64) -> Result<BoxBody, Problem> {
    if size_bytes <= MEMORY_BYTES {
        let bytes = state.store.get(key, MAX_FILE_BYTES).await.map_err(away)?;
        return Ok(BoxBody::new(bytes));
    }
    let place = LARGE_FILES.acquire().await.map_err(Problem::internal)?;
    let bytes = state.store.get(key, MAX_FILE_BYTES).await.map_err(away)?;
    let length = u64::try_from(bytes.len()).map_err(Problem::internal)?;
    let file = set_aside(&bytes).await.map_err(no_room)?;
    drop((bytes, place));
    Ok(SizedStream::new(length, pieces(file)).boxed())
}

async fn set_aside(bytes: &Bytes) -> std::io::Result<File> {
    let made = tokio::task::spawn_blocking(tempfile::tempfile).await;
    let mut file = File::from_std(made.map_err(std::io::Error::other)??);
    file.write_all(bytes).await?;
    file.flush().await?;
    file.seek(SeekFrom::Start(0)).await?;
    Ok(file)
}

fn pieces(file: File) -> impl stream::Stream<Item = std::io::Result<Bytes>> + 'static {
    Box::pin(stream::try_unfold(file, |mut file| async move {
        let mut piece = Vec::with_capacity(PIECE_BYTES);
        let read = (&mut file)
            .take(PIECE_BYTES as u64)
            .read_to_end(&mut piece)
            .await?;
        Ok((read > 0).then(|| (Bytes::from(piece), file)))
    }))
}

fn no_room(error: std::io::Error) -> Problem {
    Problem::unavailable("The file could not be fetched right now. Try again.", error)
}
