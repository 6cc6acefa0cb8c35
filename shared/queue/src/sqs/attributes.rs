//! What is set on a queue, and what SQS counts there.

use std::collections::HashMap;

use aws_sdk_sqs::types::QueueAttributeName as Attribute;

use super::link::{Link, told};
use crate::QueueError;

/// How many messages wait on a queue to be received, roughly.
pub(super) async fn waiting_messages(link: &Link, name: &str) -> Result<u64, QueueError> {
    let attribute = Attribute::ApproximateNumberOfMessages;
    let found = attributes(link, name, [attribute.clone()]).await?;
    Ok(number(&found, &attribute))
}

/// What is set on a queue, of what is asked for.
pub(super) async fn attributes(
    link: &Link,
    name: &str,
    wanted: impl IntoIterator<Item = Attribute>,
) -> Result<HashMap<Attribute, String>, QueueError> {
    let request = link.client().await.get_queue_attributes();
    let request = request
        .queue_url(link.address(name).await?)
        .set_attribute_names(Some(wanted.into_iter().collect()));
    let answer = Box::pin(request.send())
        .await
        .map_err(|error| told(name, &error))?;
    Ok(answer.attributes.unwrap_or_default())
}

/// A count; 0 when it is missing.
pub(super) fn number(attributes: &HashMap<Attribute, String>, attribute: &Attribute) -> u64 {
    let text = attributes.get(attribute);
    text.and_then(|text| text.parse().ok()).unwrap_or_default()
}

/// Whether an attribute has this value. A policy comes back with its fields in another order, and with numbers as text.
pub(super) fn is_set(found: &HashMap<Attribute, String>, attribute: &Attribute, wanted: &str) -> bool {
    let Some(found) = found.get(attribute) else {
        return false;
    };
    found == wanted || policy(found).is_some_and(|found| Some(found) == policy(wanted))
}

fn policy(text: &str) -> Option<HashMap<String, String>> {
    let fields: HashMap<String, serde_json::Value> = serde_json::from_str(text).ok()?;
    let as_text = |value: serde_json::Value| match value {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    };
    Some(
        fields
            .into_iter()
            .map(|(key, value)| (key, as_text(value)))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_the_same_whatever_its_order_and_however_its_number_is_written() {
        let policy = |text: &str| HashMap::from([(Attribute::RedrivePolicy, text.to_owned())]);
        let found = policy(r#"{"maxReceiveCount":"1000","deadLetterTargetArn":"arn:x"}"#);
        let wanted = r#"{"deadLetterTargetArn":"arn:x","maxReceiveCount":1000}"#;
        assert!(is_set(&found, &Attribute::RedrivePolicy, wanted));
        let other = r#"{"deadLetterTargetArn":"arn:y","maxReceiveCount":1000}"#;
        assert!(!is_set(&found, &Attribute::RedrivePolicy, other));
        assert!(!is_set(&found, &Attribute::VisibilityTimeout, "30"));
    }
}
