//! Settings of the SQS transport.

use std::time::Duration;

use aws_sdk_sqs::config::Credentials;
use hiring_core::config::Reader;

/// Longest prefix that leaves room for every name: SQS takes 80 characters, and `-resume-parse-dlq.fifo` has 22.
pub const PREFIX_LENGTH: usize = 58;

/// How SQS is reached and used.
#[derive(Debug, Clone)]
pub struct SqsConfig {
    /// `SQS_ENDPOINT_URL`: a compatible service instead of AWS.
    pub endpoint_url: Option<String>,
    /// `AWS_REGION`.
    pub region: String,
    /// `SQS_FIFO`: whether the queues are `.fifo` ones.
    pub fifo: bool,
    /// Instead of those of the SDK's own chain: environment, profile, container, instance.
    pub credentials: Option<Credentials>,
    /// How long a received message is nobody else's, in whole seconds; it is extended at every third of that while its task
    /// runs, so that a worker that dies lets go of it soon.
    pub visibility: Duration,
    /// Longest that a caller waits for one batch of rings to be sent. What comes too late is rung again by the sweeper.
    pub send_timeout: Duration,
}

impl SqsConfig {
    /// With everything but the address as it is in production.
    #[must_use]
    pub const fn new(endpoint_url: Option<String>, region: String) -> Self {
        Self {
            endpoint_url,
            region,
            fifo: false,
            credentials: None,
            visibility: Duration::from_secs(30),
            send_timeout: Duration::from_secs(1),
        }
    }

    /// Reads the variables.
    pub fn read(reader: &mut Reader) -> Self {
        let endpoint_url = reader.optional("SQS_ENDPOINT_URL");
        let is_url = |url: &String| url.starts_with("https://") || url.starts_with("http://");
        if endpoint_url.as_ref().is_some_and(|url| !is_url(url)) {
            reader.problem("SQS_ENDPOINT_URL", "must start with https:// or http://");
        }
        let region = reader.string("AWS_REGION", "us-east-1");
        Self {
            fifo: reader.flag("SQS_FIFO", false),
            ..Self::new(endpoint_url, region)
        }
    }
}
