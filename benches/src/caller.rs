//! Somebody signed in, who calls the measured api.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use serde_json::Value;

use crate::rig::Program;

/// Somebody who calls the api.
pub struct Caller<'a> {
    api: &'a Program,
    token: String,
    /// What requests are made with.
    pub client: reqwest::Client,
}

impl<'a> Caller<'a> {
    /// With this access token.
    ///
    /// # Errors
    /// When this machine cannot make connections.
    pub fn new(api: &'a Program, token: String) -> anyhow::Result<Self> {
        let client = reqwest::Client::builder().no_proxy().build()?;
        Ok(Self { api, token, client })
    }

    /// The `data` of an answer.
    ///
    /// # Errors
    /// When the api refuses or answers something else.
    pub async fn call(&self, request: reqwest::RequestBuilder) -> anyhow::Result<Value> {
        let answer = request.bearer_auth(&self.token).send().await?;
        let mut answer: Value = answer.error_for_status()?.json().await?;
        Ok(answer.get_mut("data").context("an answer with data")?.take())
    }

    /// Where a path of the api is.
    pub fn url(&self, path: &str) -> String {
        format!("{}/api/v1{path}", self.api.url())
    }
}

/// Waits for the next look, unless it is too late for any.
///
/// # Errors
/// When the deadline has passed.
pub async fn wait(deadline: Instant, pause: Duration) -> anyhow::Result<()> {
    ensure!(Instant::now() < deadline, "it took too long");
    tokio::time::sleep(pause).await;
    Ok(())
}
