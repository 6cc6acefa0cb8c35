//! Uploaded files behind one small trait.
//!
//! | module | what lives there |
//! |---|---|
//! | [`key`] | an object's name, which cannot leave its organization's folder |
//! | [`config`] | the settings, and opening the store they describe |
//! | [`seal`] | AES-256-GCM around one object |
//! | [`data_key`] | the key from the configuration or from the store's own folder |
//! | [`local`], [`s3`] | the two stores |
//! | [`guarded`] | either of them behind a breaker |
//! | [`backups`] | database dumps, which are only looked at |

pub mod backups;
pub mod config;
pub mod data_key;
pub mod guarded;
pub mod key;
pub mod local;
pub mod s3;
pub mod seal;

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

pub use aws_sdk_s3::config::Credentials;
pub use backups::BackupStore;
pub use config::{StorageConfig, open};
pub use guarded::GuardedStore;
pub use key::{InvalidKey, ObjectKey};
pub use local::LocalStore;
pub use s3::S3Store;

/// A place for uploaded files. Contents are encrypted at rest by every implementation.
#[async_trait]
pub trait ObjectStore: Send + Sync {
    /// Stores an object durably: once this answers, a crash does not lose it. An object under the same key is replaced
    /// as a whole, never mixed.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`].
    async fn put(&self, key: &ObjectKey, body: Bytes, media_type: &str) -> Result<(), StorageError>;

    /// The object's bytes, as they were put.
    ///
    /// # Errors
    /// [`StorageError::NotFound`], [`StorageError::TooLarge`] when it has more than `max_bytes` (it is not read then),
    /// [`StorageError::Damaged`], [`StorageError::Unavailable`].
    async fn get(&self, key: &ObjectKey, max_bytes: u64) -> Result<Bytes, StorageError>;

    /// Erases the object. That it is not there is success, so that an erasure can be repeated.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`].
    async fn delete(&self, key: &ObjectKey) -> Result<(), StorageError>;

    /// A link from which a browser may download the object under `file_name` until `ttl` is over (at most 7 days), or
    /// `None` when this store cannot make one and the caller has to stream the object itself.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`].
    async fn signed_url(
        &self,
        key: &ObjectKey,
        file_name: &str,
        ttl: Duration,
    ) -> Result<Option<String>, StorageError>;

    /// Whether the store can be reached and written to at all, for readiness.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`].
    async fn check(&self) -> Result<(), StorageError>;

    /// The name in `STORAGE_BACKEND`, for logs and the stored row.
    fn backend(&self) -> &'static str;
}

/// What keeps an object from being stored or read. Messages name no path, bucket or host; those are in the source.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// There is no such object.
    #[error("the stored file does not exist")]
    NotFound,
    /// The object is larger than the caller accepts.
    #[error("the stored file has more than {max_bytes} bytes")]
    TooLarge {
        /// What the caller accepts.
        max_bytes: u64,
    },
    /// The object is not what was put under this key: altered, cut short, moved from another key or sealed with another
    /// encryption key.
    #[error("the stored file is damaged or was sealed with another key")]
    Damaged,
    /// The store cannot be used at the moment; trying again later may help.
    #[error("file storage is unavailable")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl StorageError {
    /// Wraps a cause that may pass.
    pub(crate) fn unavailable(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Unavailable(source.into())
    }

    /// Whether the same call may succeed later.
    #[must_use]
    pub const fn may_pass(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}
