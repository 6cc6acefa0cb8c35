//! The storage settings, and opening the store they describe.

use std::path::PathBuf;
use std::sync::Arc;

use hiring_core::config::Reader;
use secrecy::{ExposeSecret, SecretString};

use super::{LocalStore, ObjectStore, S3Store, StorageError, data_key};

/// Where uploaded files go.
#[derive(Debug, Clone)]
pub enum StorageConfig {
    /// A directory of encrypted files.
    Local(LocalConfig),
    /// A bucket of S3 or of a compatible service.
    S3(S3Config),
}

/// A directory of encrypted files.
#[derive(Debug, Clone)]
pub struct LocalConfig {
    /// `STORAGE_DIR`; made when it is missing.
    pub directory: PathBuf,
    /// `DATA_ENCRYPTION_KEY`, already checked; `None` means the key kept in the directory.
    pub data_key: Option<SecretString>,
}

/// A bucket. Credentials come from the SDK's own chain: environment, profile, container, instance.
#[derive(Debug, Clone)]
pub struct S3Config {
    /// `S3_BUCKET_NAME`.
    pub bucket: String,
    /// `S3_ENDPOINT_URL`: a compatible service instead of AWS, addressed by path (`host/bucket/key`).
    pub endpoint_url: Option<String>,
    /// `AWS_REGION`.
    pub region: String,
}

#[derive(Clone, Copy, PartialEq)]
enum Backend {
    Local,
    S3,
}

impl StorageConfig {
    /// Reads `STORAGE_BACKEND` and what belongs to the chosen one.
    pub fn read(reader: &mut Reader) -> Self {
        let backends = [("local", Backend::Local), ("s3", Backend::S3)];
        match reader.choice("STORAGE_BACKEND", Backend::Local, &backends) {
            Backend::Local => Self::Local(LocalConfig::read(reader)),
            Backend::S3 => Self::S3(S3Config::read(reader)),
        }
    }
}

impl LocalConfig {
    fn read(reader: &mut Reader) -> Self {
        let directory = reader.string("STORAGE_DIR", ".dev/objects").into();
        let production = reader.environment().is_production();
        Self {
            directory,
            data_key: data_key::read(reader, production),
        }
    }
}

impl S3Config {
    fn read(reader: &mut Reader) -> Self {
        let bucket = reader.optional("S3_BUCKET_NAME").unwrap_or_default();
        if bucket.is_empty() {
            reader.problem("S3_BUCKET_NAME", "must be set when STORAGE_BACKEND=s3");
        }
        let (endpoint_url, region) = read_service(reader);
        Self {
            bucket,
            endpoint_url,
            region,
        }
    }
}

/// `S3_ENDPOINT_URL` and `AWS_REGION`.
pub(super) fn read_service(reader: &mut Reader) -> (Option<String>, String) {
    let endpoint_url = reader.optional("S3_ENDPOINT_URL");
    let is_url = |url: &String| url.starts_with("https://") || url.starts_with("http://");
    if endpoint_url.as_ref().is_some_and(|url| !is_url(url)) {
        reader.problem("S3_ENDPOINT_URL", "must start with https:// or http://");
    }
    (endpoint_url, reader.string("AWS_REGION", "us-east-1"))
}

/// Opens the configured store. The S3 client is built only when it is the one chosen.
///
/// # Errors
/// [`StorageError::Unavailable`] when the directory cannot be used. S3 is not called: a bucket that is down at start
/// must not keep the program from starting, so ask [`ObjectStore::check`].
pub async fn open(config: StorageConfig) -> Result<Arc<dyn ObjectStore>, StorageError> {
    match config {
        StorageConfig::Local(config) => {
            let key = config
                .data_key
                .as_ref()
                .and_then(|text| data_key::parse(text.expose_secret()));
            let opening = tokio::task::spawn_blocking(move || LocalStore::open(config.directory, key));
            let opened = opening.await.map_err(StorageError::unavailable)?;
            Ok(Arc::new(opened.map_err(StorageError::unavailable)?))
        }
        StorageConfig::S3(config) => Ok(Arc::new(S3Store::connect(config).await)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> (StorageConfig, Vec<String>, String) {
        let pairs = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut reader = Reader::from_map(pairs.collect());
        let config = StorageConfig::read(&mut reader);
        let problems = reader.finish().err().unwrap_or_default();
        (
            config,
            problems.into_iter().map(|problem| problem.variable).collect(),
            reader.render(),
        )
    }

    #[test]
    fn a_laptop_needs_no_setting() {
        let (config, problems, _) = read(&[]);
        assert!(problems.is_empty());
        let StorageConfig::Local(config) = config else {
            panic!("local is the default")
        };
        assert_eq!(config.directory, PathBuf::from(".dev/objects"));
        assert!(config.data_key.is_none());
    }

    #[test]
    fn production_wants_the_key_for_local_objects_and_not_for_s3() {
        assert_eq!(read(&[("ENVIRONMENT", "production")]).1, ["DATA_ENCRYPTION_KEY"]);
        let s3 = [
            ("ENVIRONMENT", "production"),
            ("STORAGE_BACKEND", "s3"),
            ("S3_BUCKET_NAME", "resumes"),
        ];
        assert!(read(&s3).1.is_empty());
    }

    #[test]
    fn every_wrong_setting_is_reported_and_no_secret_is_printed() {
        let (_, problems, printed) = read(&[("DATA_ENCRYPTION_KEY", "swordfish")]);
        assert_eq!(problems, ["DATA_ENCRYPTION_KEY"]);
        assert!(!printed.contains("swordfish"));
        let (_, problems, _) = read(&[("STORAGE_BACKEND", "s3"), ("S3_ENDPOINT_URL", "minio:9000")]);
        assert_eq!(problems, ["S3_BUCKET_NAME", "S3_ENDPOINT_URL"]);
    }

    #[tokio::test]
    async fn the_given_directory_and_key_are_the_ones_used() {
        let folder = tempfile::tempdir().unwrap();
        let directory = folder.path().join("elsewhere");
        let (config, problems, _) = read(&[
            ("STORAGE_DIR", directory.to_str().unwrap()),
            ("DATA_ENCRYPTION_KEY", &"0f".repeat(32)),
        ]);
        assert!(problems.is_empty());
        let store = open(config).await.unwrap();
        assert_eq!(store.backend(), "local");
        store.check().await.unwrap();
        assert!(!directory.join(".data-encryption-key").exists());
    }
}
