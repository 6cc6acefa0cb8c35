//! A world whose rings travel by SQS, and a look at what lies in its queues.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use aws_sdk_sqs::config::{BehaviorVersion, Builder, Credentials, Region};
use aws_sdk_sqs::types::{Message, MessageSystemAttributeName, QueueAttributeName};
use hiring_core::task::Queue;
use hiring_queue::sqs::admin::{Admin, Depths};
use hiring_queue::sqs::{dead_letter_name, queue_name};
use hiring_queue::{QueueConfig, SqsConfig, TransportConfig};
use hiring_testkit::{Moto, TestRedis, eventually};
use tokio::net::{TcpListener, TcpStream};

use crate::world::World;

pub struct SqsWorld {
    pub world: World,
    pub admin: Admin,
    pub client: aws_sdk_sqs::Client,
    prefix: String,
    fifo: bool,
}

/// As in production, only that messages of the dead come back sooner, and nothing is lost for want of patience.
pub fn settings(endpoint: &str) -> SqsConfig {
    SqsConfig {
        credentials: Some(Credentials::for_tests()),
        visibility: Duration::from_secs(3),
        // On a busy machine the server takes its time.
        send_timeout: Duration::from_secs(10),
        ..SqsConfig::new(Some(endpoint.to_owned()), "us-east-1".to_owned())
    }
}

impl SqsWorld {
    /// With queues on the server that all tests share.
    pub async fn new() -> Self {
        Self::with(settings(&Moto::shared().await.endpoint)).await
    }

    pub async fn with(sqs: SqsConfig) -> Self {
        let world = Self::without_queues(sqs).await;
        world.ensure().await;
        world
    }

    pub async fn without_queues(sqs: SqsConfig) -> Self {
        let redis = TestRedis::namespace();
        let prefix = redis.prefix.clone();
        let client = aws_sdk_sqs::Client::from_conf(
            Builder::new()
                .behavior_version(BehaviorVersion::latest())
                .credentials_provider(Credentials::for_tests())
                .region(Region::new("us-east-1"))
                .http_client(aws_smithy_http_client::Builder::new().build_http())
                .endpoint_url(sqs.endpoint_url.clone().unwrap())
                .build(),
        );
        let queue = QueueConfig {
            transport: TransportConfig::Sqs(sqs.clone()),
            prefix: prefix.clone(),
            max_attempts: 4,
        };
        Self {
            world: World::on(queue, redis).await,
            admin: Admin::new(&sqs, &prefix),
            client,
            fifo: sqs.fifo,
            prefix,
        }
    }

    pub async fn ensure(&self) {
        for queue in Queue::ALL {
            self.admin.ensure(queue).await.unwrap();
        }
    }

    pub async fn address(&self, queue: Queue) -> String {
        self.url(&queue_name(&self.prefix, queue, self.fifo)).await
    }

    pub async fn dead_letters(&self, queue: Queue) -> String {
        self.url(&dead_letter_name(&self.prefix, queue, self.fifo)).await
    }

    async fn url(&self, name: &str) -> String {
        let answer = self.client.get_queue_url().queue_name(name).send().await;
        answer.unwrap().queue_url.unwrap()
    }

    pub async fn send(&self, address: &str, body: &str) {
        let request = self.client.send_message().queue_url(address).message_body(body);
        request.send().await.unwrap();
    }

    /// What the test itself receives within `seconds`, hidden for a second.
    pub async fn receive(&self, address: &str, seconds: i32) -> Vec<Message> {
        let request = self.client.receive_message().queue_url(address);
        let answer = request
            .wait_time_seconds(seconds)
            .visibility_timeout(1)
            .max_number_of_messages(10)
            .message_system_attribute_names(MessageSystemAttributeName::All)
            .send()
            .await;
        answer.unwrap().messages.unwrap_or_default()
    }

    pub async fn attribute(&self, address: &str, name: QueueAttributeName) -> Option<String> {
        let request = self.client.get_queue_attributes().queue_url(address);
        let answer = request.attribute_names(name.clone()).send().await.unwrap();
        answer.attributes?.get(&name).cloned()
    }

    pub async fn depths(&self, queue: Queue) -> Depths {
        self.admin.depths(queue).await.unwrap()
    }

    /// Waits until a queue holds nothing, neither to be received nor received.
    pub async fn until_empty(&self, queue: Queue) {
        eventually("an empty queue", || async {
            let depths = self.depths(queue).await;
            Some(()).filter(|()| depths.waiting + depths.in_flight == 0)
        })
        .await;
    }
}

/// Counts the requests for messages to the shared server, which closes its connections after each request.
pub struct Counting {
    pub endpoint: String,
    requests: Arc<AtomicUsize>,
}

impl Counting {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&requests);
        let behind = Moto::shared().await.endpoint.replace("http://", "");
        tokio::spawn(async move {
            loop {
                let (mut client, _) = listener.accept().await.unwrap();
                let (behind, counted) = (behind.clone(), Arc::clone(&counted));
                tokio::spawn(async move {
                    let mut head = [0; 4096];
                    let length = client.peek(&mut head).await.unwrap();
                    if String::from_utf8_lossy(&head[..length]).contains("AmazonSQS.ReceiveMessage") {
                        counted.fetch_add(1, Ordering::SeqCst);
                    }
                    let mut server = TcpStream::connect(behind).await.unwrap();
                    let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
                });
            }
        });
        Self { endpoint, requests }
    }

    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}
