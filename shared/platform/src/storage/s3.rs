//! Objects in an S3 bucket, encrypted by the service (SSE-S3, AES-256).

use std::time::Duration;

use async_trait::async_trait;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region};
use aws_sdk_s3::Client;
use aws_sdk_s3::config::{Builder, Credentials, RequestChecksumCalculation, ResponseChecksumValidation};
use aws_sdk_s3::error::{DisplayErrorContext, SdkError};
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::ServerSideEncryption;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use bytes::{Bytes, BytesMut};

use super::config::S3Config;
use super::{ObjectKey, ObjectStore, StorageError};

/// A host that does not answer the handshake by then is down; the SDK tries three times.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// No byte for this long ends an attempt; a 10 MB upload over a slow line still moves.
const READ_TIMEOUT: Duration = Duration::from_secs(15);
/// Everything together, retries included.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(60);

/// Objects in a bucket of S3 or of a compatible service.
pub struct S3Store {
    client: Client,
    bucket: String,
}

impl S3Store {
    /// Builds the client. Nothing is sent, except by the credential chain when it is first asked.
    pub async fn connect(config: S3Config) -> Self {
        Self::build(config, None).await
    }

    /// [`S3Store::connect`] with these credentials instead of the chain's.
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
}

/// A client of the service that the settings name.
pub(super) async fn build_client(config: S3Config, credentials: Option<Credentials>) -> Client {
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https();
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(READ_TIMEOUT)
        .operation_timeout(OPERATION_TIMEOUT)
        .build();
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new(config.region))
        .http_client(http)
        .timeout_config(timeouts);
    if let Some(credentials) = credentials {
        loader = loader.credentials_provider(credentials);
    }
    let shared = Box::pin(loader.load()).await;
    let mut builder = Builder::from(&shared);
    if let Some(url) = config.endpoint_url {
        // Compatible services rarely resolve bucket names as hosts, and not all know AWS's trailing checksums.
        builder = builder
            .endpoint_url(url)
            .force_path_style(true)
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired);
    }
    Client::from_conf(builder.build())
}

#[async_trait]
impl ObjectStore for S3Store {
    async fn put(&self, key: &ObjectKey, body: Bytes, media_type: &str) -> Result<(), StorageError> {
        let request = self
            .client
            .put_object()
            .bucket(&self.bucket)
            .key(key.as_str())
            .content_type(media_type)
            .server_side_encryption(ServerSideEncryption::Aes256)
            .body(ByteStream::from(body));
        Box::pin(request.send()).await.map_err(told)?;
        Ok(())
    }

    async fn get(&self, key: &ObjectKey, max_bytes: u64) -> Result<Bytes, StorageError> {
        let request = self.client.get_object().bucket(&self.bucket).key(key.as_str());
        let answer = Box::pin(request.send()).await.map_err(|error| match &error {
            SdkError::ServiceError(refusal) if refusal.err().is_no_such_key() => StorageError::NotFound,
            _ => told(error),
        })?;
        let announced = answer
            .content_length()
            .and_then(|length| u64::try_from(length).ok());
        if announced.is_some_and(|length| length > max_bytes) {
            return Err(StorageError::TooLarge { max_bytes });
        }
        let mut body = answer.body;
        let capacity = announced.and_then(|length| usize::try_from(length).ok());
        let mut contents = BytesMut::with_capacity(capacity.unwrap_or_default());
        while let Some(part) = body.next().await {
            let part = part.map_err(StorageError::unavailable)?;
            if contents.len().saturating_add(part.len()) as u64 > max_bytes {
                return Err(StorageError::TooLarge { max_bytes });
            }
            contents.extend_from_slice(&part);
        }
        Ok(contents.freeze())
    }

    async fn delete(&self, key: &ObjectKey) -> Result<(), StorageError> {
        let request = self.client.delete_object().bucket(&self.bucket).key(key.as_str());
        Box::pin(request.send()).await.map_err(told)?;
        Ok(())
    }

    async fn signed_url(
        &self,
        key: &ObjectKey,
        file_name: &str,
        ttl: Duration,
    ) -> Result<Option<String>, StorageError> {
        let presigning = PresigningConfig::expires_in(ttl).map_err(StorageError::unavailable)?;
        let request = self
            .client
            .get_object()
            .bucket(&self.bucket)
            .key(key.as_str())
            .response_content_disposition(attachment(file_name));
        let signed = Box::pin(request.presigned(presigning)).await.map_err(told)?;
        Ok(Some(signed.uri().to_owned()))
    }

    async fn check(&self) -> Result<(), StorageError> {
        let request = self.client.head_bucket().bucket(&self.bucket);
        Box::pin(request.send()).await.map_err(told)?;
        Ok(())
    }

    fn backend(&self) -> &'static str {
        "s3"
    }
}

/// The SDK's error with its whole chain as text: its types hold the request, which nobody should log.
pub(super) fn told<E, R>(error: SdkError<E, R>) -> StorageError
where
    E: std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    StorageError::unavailable(DisplayErrorContext(error).to_string())
}

/// A `Content-Disposition` that saves under `file_name` whatever characters it has (RFC 6266, RFC 8187).
fn attachment(file_name: &str) -> String {
    let encoded: String = file_name
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect();
    format!("attachment; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_cannot_break_out_of_its_header() {
        let header = attachment("Zoë\"; x=\r\n1.pdf");
        assert_eq!(
            header,
            "attachment; filename*=UTF-8''Zo%C3%AB%22%3B%20x%3D%0D%0A1.pdf"
        );
    }
}
