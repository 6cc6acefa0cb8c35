//! One queue of an SQS server, spoken to directly: what the product's own client does must not be proved by itself.

use hiring_core::random;
use hiring_testkit::Moto;
use serde_json::{Value, json};

/// A queue of this test's own.
#[derive(Clone)]
pub struct Queue {
    pub name: String,
    endpoint: String,
    url: String,
    client: reqwest::Client,
}

impl Queue {
    /// Creates one.
    pub async fn create() -> Self {
        Self::named(&format!("t-{}", random::uuid_v4().simple())).await
    }

    /// Creates the one of this name unless it is there.
    pub async fn named(name: &str) -> Self {
        let moto = Moto::shared().await;
        let mut queue = Self {
            name: name.to_owned(),
            endpoint: moto.endpoint.clone(),
            url: String::new(),
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
        };
        let listed = queue.call("ListQueues", json!({ "QueueNamePrefix": name })).await;
        let is_there = |urls: &Vec<Value>| {
            urls.iter()
                .any(|url| url.as_str().is_some_and(|url| url.ends_with(&format!("/{name}"))))
        };
        let action = if listed["QueueUrls"].as_array().is_some_and(is_there) {
            "GetQueueUrl"
        } else {
            "CreateQueue"
        };
        let found = queue.call(action, json!({ "QueueName": name })).await;
        queue.url = found["QueueUrl"].as_str().unwrap().to_owned();
        queue
    }

    /// Puts a message into it.
    pub async fn send(&self, body: &str) {
        self.send_with(body, json!({})).await;
    }

    /// Puts a message with attributes into it.
    pub async fn send_with(&self, body: &str, attributes: Value) {
        let message = json!({ "QueueUrl": self.url, "MessageBody": body, "MessageAttributes": attributes });
        self.call("SendMessage", message).await;
    }

    /// Messages that could be received now.
    pub async fn receive(&self, visibility_seconds: u32) -> Vec<Value> {
        let wanted = json!({
            "QueueUrl": self.url, "MaxNumberOfMessages": 10, "VisibilityTimeout": visibility_seconds,
            "AttributeNames": ["All"], "MessageAttributeNames": ["All"],
        });
        let answer = self.call("ReceiveMessage", wanted).await;
        answer["Messages"].as_array().cloned().unwrap_or_default()
    }

    /// Deletes a received message.
    pub async fn delete(&self, receipt: &Value) {
        let message = json!({ "QueueUrl": self.url, "ReceiptHandle": receipt });
        self.call("DeleteMessage", message).await;
    }

    /// Lets a received message be received again so many seconds from now.
    pub async fn release(&self, receipt: &Value, seconds: u32) {
        let message = json!({ "QueueUrl": self.url, "ReceiptHandle": receipt, "VisibilityTimeout": seconds });
        self.call("ChangeMessageVisibility", message).await;
    }

    /// How many messages it holds, those received and not deleted included.
    pub async fn len(&self) -> u64 {
        let wanted = json!({ "QueueUrl": self.url, "AttributeNames": ["All"] });
        let answer = self.call("GetQueueAttributes", wanted).await;
        let number = |name: &str| -> u64 { answer["Attributes"][name].as_str().unwrap().parse().unwrap() };
        number("ApproximateNumberOfMessages") + number("ApproximateNumberOfMessagesNotVisible")
    }

    async fn call(&self, action: &str, body: Value) -> Value {
        // The server looks at what a signature is for and not at whether it is right.
        let scope = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0";
        let response = self
            .client
            .post(&self.endpoint)
            .header("x-amz-target", format!("AmazonSQS.{action}"))
            .header("content-type", "application/x-amz-json-1.0")
            .header("authorization", scope)
            .body(body.to_string())
            .send()
            .await
            .unwrap();
        let status = response.status();
        let text = response.text().await.unwrap();
        assert!(status.is_success(), "{action}: {status} {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }
}
