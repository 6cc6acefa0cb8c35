//! Objects in a directory, one encrypted file each.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use hiring_core::random;

use super::seal::{OVERHEAD_BYTES, Seal};
use super::{ObjectKey, ObjectStore, StorageError};

/// Where files are written before they get their name.
const DRAFTS: &str = ".drafts";

/// A draft this old belongs to a process that died while it wrote.
const ABANDONED_AFTER: Duration = Duration::from_secs(3600);

/// Objects in a directory, sealed with AES-256-GCM. File work runs on tokio's blocking threads.
pub struct LocalStore {
    shared: Arc<Shared>,
}

struct Shared {
    root: PathBuf,
    seal: Seal,
}

impl LocalStore {
    /// Opens the store in `root`, making the directory when it is missing. Without a key it uses the one kept in the
    /// directory, and makes that on first use. Blocks on files.
    ///
    /// # Errors
    /// The directory cannot be made or written to, or its key file is spoiled.
    pub fn open(root: impl Into<PathBuf>, key: Option<[u8; 32]>) -> std::io::Result<Self> {
        let root = root.into();
        fs::create_dir_all(root.join(DRAFTS))?;
        sync_folder(&root)?;
        let key = match key {
            Some(key) => key,
            None => {
                tracing::info!(
                    "{} is unset: using the key kept in the storage folder",
                    super::data_key::VARIABLE
                );
                super::data_key::load_or_make(&root)?
            }
        };
        let shared = Shared {
            root,
            seal: Seal::new(&key),
        };
        shared.remove_abandoned_drafts()?;
        Ok(Self {
            shared: Arc::new(shared),
        })
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Shared) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        let shared = Arc::clone(&self.shared);
        let done = tokio::task::spawn_blocking(move || work(&shared)).await;
        done.unwrap_or_else(|error| Err(StorageError::unavailable(error)))
    }
}

#[async_trait]
impl ObjectStore for LocalStore {
    async fn put(&self, key: &ObjectKey, body: Bytes, _media_type: &str) -> Result<(), StorageError> {
        let key = key.clone();
        self.run(move |shared| shared.put(&key, &body)).await
    }

    async fn get(&self, key: &ObjectKey, max_bytes: u64) -> Result<Bytes, StorageError> {
        let key = key.clone();
        self.run(move |shared| shared.get(&key, max_bytes)).await
    }

    async fn delete(&self, key: &ObjectKey) -> Result<(), StorageError> {
        let key = key.clone();
        self.run(move |shared| shared.delete(&key)).await
    }

    async fn signed_url(
        &self,
        _key: &ObjectKey,
        _file_name: &str,
        _ttl: Duration,
    ) -> Result<Option<String>, StorageError> {
        Ok(None)
    }

    async fn check(&self) -> Result<(), StorageError> {
        self.run(|shared| {
            let draft = shared.write_draft(b"check").map_err(StorageError::unavailable)?;
            fs::remove_file(draft).map_err(StorageError::unavailable)
        })
        .await
    }

    fn backend(&self) -> &'static str {
        "local"
    }
}

impl Shared {
    fn path(&self, key: &ObjectKey) -> (PathBuf, PathBuf) {
        let (folder, file) = key.parts();
        let folder = self.root.join(folder);
        let path = folder.join(file);
        (folder, path)
    }

    fn put(&self, key: &ObjectKey, body: &[u8]) -> Result<(), StorageError> {
        let sealed = self.seal.close(key, body)?;
        let write = || {
            let draft = self.write_draft(&sealed)?;
            let named = self.name_draft(&draft, key);
            if named.is_err() {
                let _ = fs::remove_file(&draft);
            }
            named
        };
        write().map_err(StorageError::unavailable)
    }

    /// Writes a file that is on the disk but has no lasting name yet.
    fn write_draft(&self, contents: &[u8]) -> std::io::Result<PathBuf> {
        let path = self.root.join(DRAFTS).join(random::uuid_v4().to_string());
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&path)?;
        if let Err(error) = file.write_all(contents).and_then(|()| file.sync_data()) {
            let _ = fs::remove_file(&path);
            return Err(error);
        }
        Ok(path)
    }

    fn name_draft(&self, draft: &Path, key: &ObjectKey) -> std::io::Result<()> {
        let (folder, path) = self.path(key);
        match fs::create_dir(&folder) {
            Ok(()) => sync_folder(&self.root)?,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
        fs::rename(draft, path)?;
        sync_folder(&folder)
    }

    fn get(&self, key: &ObjectKey, max_bytes: u64) -> Result<Bytes, StorageError> {
        let (_, path) = self.path(key);
        let file = File::open(path).map_err(|error| self.not_opened(error))?;
        let length = file.metadata().map_err(StorageError::unavailable)?.len();
        if length > max_bytes.saturating_add(OVERHEAD_BYTES) {
            return Err(StorageError::TooLarge { max_bytes });
        }
        let mut sealed = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
        // The file cannot grow, being replaced only as a whole, but a reader that trusts that has no limit.
        file.take(max_bytes.saturating_add(OVERHEAD_BYTES))
            .read_to_end(&mut sealed)
            .map_err(StorageError::unavailable)?;
        self.seal.open(key, sealed).map(Bytes::from)
    }

    fn delete(&self, key: &ObjectKey) -> Result<(), StorageError> {
        let (folder, path) = self.path(key);
        match fs::remove_file(path) {
            Ok(()) => sync_folder(&folder).map_err(StorageError::unavailable),
            Err(error) => match self.not_opened(error) {
                StorageError::NotFound => Ok(()),
                error => Err(error),
            },
        }
    }

    /// A file that is not there is missing only while the store itself is there: a disk that is not mounted looks the same,
    /// and must neither fail a resume for good nor pass for an erasure.
    fn not_opened(&self, error: std::io::Error) -> StorageError {
        if error.kind() == ErrorKind::NotFound && self.root.join(DRAFTS).is_dir() {
            StorageError::NotFound
        } else {
            StorageError::unavailable(error)
        }
    }

    fn remove_abandoned_drafts(&self) -> std::io::Result<()> {
        for entry in fs::read_dir(self.root.join(DRAFTS))? {
            let entry = entry?;
            let age = entry
                .metadata()
                .and_then(|data| data.modified())
                .map(|time| time.elapsed());
            if matches!(age, Ok(Ok(age)) if age > ABANDONED_AFTER) {
                let _ = fs::remove_file(entry.path());
            }
        }
        Ok(())
    }
}

/// Makes names written to a directory survive a power cut. Only Unix lets a directory be opened for that.
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
