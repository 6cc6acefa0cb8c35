//! A store that is left alone while it keeps failing.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

use super::{ObjectKey, ObjectStore, StorageError};
use crate::breaker::Breaker;

/// The store was not asked.
#[derive(Debug, thiserror::Error)]
#[error("it has failed repeatedly and is left alone for {} s", .0.as_secs())]
struct Resting(Duration);

/// Another store behind a breaker. That an object is missing, too large or damaged is an answer.
pub struct GuardedStore {
    store: Arc<dyn ObjectStore>,
    breaker: Breaker,
}

impl GuardedStore {
    /// Puts a breaker before a store.
    #[must_use]
    pub fn new(store: Arc<dyn ObjectStore>, breaker: Breaker) -> Self {
        Self { store, breaker }
    }

    async fn guard<T>(
        &self,
        call: impl Future<Output = Result<T, StorageError>> + Send,
    ) -> Result<T, StorageError> {
        let pass = self.breaker.enter().await;
        let pass = pass.map_err(|wait| StorageError::unavailable(Resting(wait)))?;
        let answer = call.await;
        if answer.as_ref().is_err_and(StorageError::may_pass) {
            pass.failed().await;
        } else {
            pass.answered().await;
        }
        answer
    }
}

#[async_trait]
impl ObjectStore for GuardedStore {
    async fn put(&self, key: &ObjectKey, body: Bytes, media_type: &str) -> Result<(), StorageError> {
        self.guard(self.store.put(key, body, media_type)).await
    }

    async fn get(&self, key: &ObjectKey, max_bytes: u64) -> Result<Bytes, StorageError> {
        self.guard(self.store.get(key, max_bytes)).await
    }

    async fn delete(&self, key: &ObjectKey) -> Result<(), StorageError> {
        self.guard(self.store.delete(key)).await
    }

    async fn signed_url(
        &self,
        key: &ObjectKey,
        file_name: &str,
        ttl: Duration,
    ) -> Result<Option<String>, StorageError> {
        // Made here, without asking the store.
        self.store.signed_url(key, file_name, ttl).await
    }

    async fn check(&self) -> Result<(), StorageError> {
        // Who asks wants to know how it is right now.
        self.store.check().await
    }

    fn backend(&self) -> &'static str {
        self.store.backend()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use hiring_core::ids::{ObjectId, OrgId};

    use super::*;
    use crate::breaker::{BreakerConfig, Dependency};

    /// A store whose disk is full, and that knows nothing else than whom it was asked by.
    #[derive(Default)]
    struct Broken {
        asked: AtomicUsize,
    }

    #[async_trait]
    impl ObjectStore for Broken {
        async fn put(&self, _: &ObjectKey, _: Bytes, _: &str) -> Result<(), StorageError> {
            self.asked.fetch_add(1, Ordering::Relaxed);
            Err(StorageError::unavailable("no space left"))
        }

        async fn get(&self, _: &ObjectKey, _: u64) -> Result<Bytes, StorageError> {
            self.asked.fetch_add(1, Ordering::Relaxed);
            Err(StorageError::NotFound)
        }

        async fn delete(&self, _: &ObjectKey) -> Result<(), StorageError> {
            Ok(())
        }

        async fn signed_url(
            &self,
            _: &ObjectKey,
            _: &str,
            _: Duration,
        ) -> Result<Option<String>, StorageError> {
            Ok(None)
        }

        async fn check(&self) -> Result<(), StorageError> {
            Ok(())
        }

        fn backend(&self) -> &'static str {
            "broken"
        }
    }

    #[tokio::test]
    async fn a_store_that_keeps_failing_is_left_alone_and_one_that_has_no_such_object_is_not() {
        let broken = Arc::new(Broken::default());
        let config = BreakerConfig::after(3, Duration::from_secs(60));
        let breaker = Breaker::new(Dependency::Storage, config);
        let store = GuardedStore::new(broken.clone(), breaker);
        let key = ObjectKey::new(OrgId::generate(), ObjectId::generate());
        for _ in 0..10 {
            assert!(matches!(store.get(&key, 1).await, Err(StorageError::NotFound)));
        }
        for _ in 0..10 {
            let failed = store.put(&key, Bytes::new(), "text/plain").await.unwrap_err();
            assert!(failed.may_pass());
        }
        assert_eq!(broken.asked.load(Ordering::Relaxed), 13);
    }
}
