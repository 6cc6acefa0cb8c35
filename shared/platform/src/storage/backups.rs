//! Database dumps in a bucket of their own. Only looked at: whatever makes them also puts them there.

use aws_sdk_s3::Client;
use aws_sdk_s3::config::Credentials;
use chrono::{DateTime, Utc};
use hiring_core::config::Reader;

use super::StorageError;
use super::config::{S3Config, read_service};
use super::s3::{build_client, told};

/// How the names of dumps end: `pg_dump`'s custom format under its usual names, and SQL.
const DUMPS: [&str; 4] = [".dump", ".pgdump", ".backup", ".sql"];
/// What may follow: compression first, then encryption.
const WRAPPINGS: [&str; 8] = [".gz", ".zst", ".xz", ".bz2", ".lz4", ".gpg", ".age", ".enc"];

/// The settings of the bucket with the dumps; `None` where `BACKUP_BUCKET` is not set.
///
/// `S3_ENDPOINT_URL` and `AWS_REGION` are those of the uploads' bucket.
pub fn read_config(reader: &mut Reader) -> Option<S3Config> {
    let bucket = reader.optional("BACKUP_BUCKET")?;
    let (endpoint_url, region) = read_service(reader);
    Some(S3Config {
        bucket,
        endpoint_url,
        region,
    })
}

/// A bucket with database dumps.
pub struct BackupStore {
    client: Client,
    bucket: String,
}

impl BackupStore {
    /// Builds the client. Nothing is sent, except by the credential chain when it is first asked.
    pub async fn connect(config: S3Config) -> Self {
        Self::build(config, None).await
    }

    /// [`BackupStore::connect`] with these credentials instead of the chain's.
    pub async fn connect_as(config: S3Config, credentials: Credentials) -> Self {
        Self::build(config, Some(credentials)).await
    }

    async fn build(config: S3Config, credentials: Option<Credentials>) -> Self {
        let bucket = config.bucket.clone();
        Self {
            client: build_client(config, credentials).await,
            bucket,
        }
    }

    /// `BACKUP_BUCKET`.
    #[must_use]
    pub fn bucket(&self) -> &str {
        &self.bucket
    }

    /// When the newest dump was stored; `None` when there is none. An empty object is no dump, nor is one whose name does not
    /// end like one: `.dump`, `.pgdump`, `.backup` or `.sql`, compressed and encrypted or not. Lists the whole bucket, a
    /// thousand objects a request.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`].
    pub async fn newest(&self) -> Result<Option<DateTime<Utc>>, StorageError> {
        let mut pages = self
            .client
            .list_objects_v2()
            .bucket(&self.bucket)
            .into_paginator()
            .send();
        let mut newest = None;
        while let Some(page) = pages.next().await {
            let page = page.map_err(told)?;
            let dumps = page.contents().iter().filter(|object| {
                object.size().is_some_and(|bytes| bytes > 0) && object.key().is_some_and(is_dump)
            });
            let stored = dumps
                .filter_map(|object| object.last_modified())
                .filter_map(|at| DateTime::from_timestamp(at.secs(), 0));
            newest = newest.max(stored.max());
        }
        Ok(newest)
    }
}

/// Whether an object is named like a dump.
fn is_dump(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    let mut name = key.as_str();
    for _ in 0..2 {
        name = WRAPPINGS
            .iter()
            .find_map(|wrapping| name.strip_suffix(wrapping))
            .unwrap_or(name);
    }
    DUMPS.iter().any(|dump| name.ends_with(dump))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dumps_are_known_by_their_names() {
        for dump in [
            "hiring.dump",
            "2026/11/22/hiring.pgdump",
            "a.SQL",
            "a.sql.gz",
            "a.dump.zst.age",
            "a.backup.gpg",
        ] {
            assert!(is_dump(dump), "{dump}");
        }
        for other in [
            "notes.txt",
            "dump",
            "a.gz",
            "sql/readme.md",
            "a.sql.gz.sha256",
            "a.dump.gz.gz.gz",
        ] {
            assert!(!is_dump(other), "{other}");
        }
    }

    #[test]
    fn without_a_bucket_nothing_is_configured() {
        let read = |pairs: &[(&str, &str)]| {
            let pairs = pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            read_config(&mut Reader::from_map(pairs.collect()))
        };
        assert!(read(&[]).is_none());
        let config = read(&[("BACKUP_BUCKET", "dumps"), ("AWS_REGION", "eu-central-1")]).unwrap();
        assert_eq!(
            (config.bucket.as_str(), config.region.as_str()),
            ("dumps", "eu-central-1")
        );
    }
}
