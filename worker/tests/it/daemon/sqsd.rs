//! A stand-in for the Elastic Beanstalk daemon: one queue, one path. It deletes a message at a status of exactly 200. Any
//! other status, and a worker that nobody reaches, bring it back after the error visibility timeout; a connection that the
//! worker closed is posted again at once; a worker that stays silent for the inactivity timeout leaves it to its visibility
//! timeout. Periodic messages are posted to a path of their own with an empty body.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use hiring_testkit::eventually;
use reqwest::RequestBuilder;
use serde_json::Value;
use tokio::task::{JoinHandle, JoinSet};

use super::sqs::Queue;

/// What a post came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    Status(u16),
    /// The worker closed the connection without an answer.
    Closed,
    /// Nobody listens there.
    Refused,
    /// The worker stayed silent.
    Silence,
}

/// One post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    pub message: String,
    pub receive_count: u32,
    pub path: String,
    pub came: Came,
}

/// The environment's settings, in seconds where the name says nothing else.
#[derive(Debug, Clone)]
pub struct Settings {
    pub url: Arc<Mutex<String>>,
    pub path: &'static str,
    pub connections: usize,
    pub inactivity_timeout: u64,
    pub visibility_timeout: u32,
    pub error_visibility_timeout: u32,
}

impl Settings {
    pub fn new(url: &str) -> Self {
        Self {
            url: Arc::new(Mutex::new(url.to_owned())),
            path: "/worker/dispatch",
            connections: 10,
            inactivity_timeout: 60,
            visibility_timeout: 120,
            error_visibility_timeout: 1,
        }
    }
}

/// A running daemon; it ends with this.
pub struct Daemon {
    posts: Arc<Mutex<Vec<Post>>>,
    url: Arc<Mutex<String>>,
    queue: Queue,
    work: JoinHandle<()>,
}

impl Daemon {
    pub fn start(queue: &Queue, settings: Settings) -> Self {
        let posts = Arc::new(Mutex::new(Vec::new()));
        let url = Arc::clone(&settings.url);
        let work = tokio::spawn(serve(queue.clone(), settings, Arc::clone(&posts)));
        Self {
            posts,
            url,
            queue: queue.clone(),
            work,
        }
    }

    /// The worker is started again and elsewhere.
    pub fn point_to(&self, url: &str) {
        url.clone_into(&mut self.url.lock().unwrap());
    }

    /// Every post so far.
    pub fn posts(&self) -> Vec<Post> {
        self.posts.lock().unwrap().clone()
    }

    /// What the posts came to so far.
    pub fn came(&self) -> Vec<Came> {
        self.posts().iter().map(|post| post.came).collect()
    }

    /// Waits for so many posts.
    pub async fn until_posts(&self, count: usize) -> Vec<Post> {
        eventually(&format!("{count} posts"), async || {
            Some(self.posts()).filter(|posts| posts.len() >= count)
        })
        .await
    }

    /// Waits until every message is deleted.
    pub async fn until_empty(&self) {
        eventually("the queue to be empty", async || {
            (self.queue.len().await == 0).then_some(())
        })
        .await;
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.work.abort();
    }
}

async fn serve(queue: Queue, settings: Settings, posts: Arc<Mutex<Vec<Post>>>) {
    let mut busy = JoinSet::new();
    loop {
        while busy.try_join_next().is_some() {}
        if busy.len() < settings.connections {
            for message in queue.receive(settings.visibility_timeout).await {
                busy.spawn(attend(
                    queue.clone(),
                    settings.clone(),
                    Arc::clone(&posts),
                    message,
                ));
            }
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn attend(queue: Queue, settings: Settings, posts: Arc<Mutex<Vec<Post>>>, message: Value) {
    let receipt = &message["ReceiptHandle"];
    loop {
        let (path, request) = request(&queue, &settings, &message);
        let silence = Duration::from_secs(settings.inactivity_timeout);
        let came = match tokio::time::timeout(silence, request.send()).await {
            Err(_) => Came::Silence,
            Ok(Ok(response)) => Came::Status(response.status().as_u16()),
            Ok(Err(error)) if error.is_connect() => Came::Refused,
            Ok(Err(_)) => Came::Closed,
        };
        posts.lock().unwrap().push(Post {
            message: message["MessageId"].as_str().unwrap().to_owned(),
            receive_count: message["Attributes"]["ApproximateReceiveCount"]
                .as_str()
                .unwrap()
                .parse()
                .unwrap(),
            path,
            came,
        });
        match came {
            Came::Status(200) => return queue.delete(receipt).await,
            Came::Status(_) | Came::Refused => {
                return queue.release(receipt, settings.error_visibility_timeout).await;
            }
            Came::Silence => return,
            Came::Closed => {}
        }
    }
}

fn request(queue: &Queue, settings: &Settings, message: &Value) -> (String, RequestBuilder) {
    let ours =
        |name: &str| message["MessageAttributes"][format!("beanstalk.sqsd.{name}")]["StringValue"].as_str();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let client = reqwest::Client::builder()
        .no_proxy()
        .pool_max_idle_per_host(0)
        .build()
        .unwrap();
    let (path, body) = match (ours("scheduled_time"), ours("path")) {
        (Some(_), Some(path)) => (path.to_owned(), String::new()),
        _ => (settings.path.to_owned(), text(&message["Body"])),
    };
    let url = settings.url.lock().unwrap().clone();
    let mut request = client
        .post(format!("{url}{path}"))
        .header("content-type", "application/json")
        .header("user-agent", "aws-sqsd/3.0")
        .header("x-aws-sqsd-msgid", text(&message["MessageId"]))
        .header("x-aws-sqsd-queue", &queue.name)
        .header("x-aws-sqsd-receive-count", text(&message["Attributes"]["ApproximateReceiveCount"]))
        // As the proxy before the worker has it.
        .header("x-forwarded-for", "127.0.0.1")
        .body(body);
    if let (Some(name), Some(at)) = (ours("task_name"), ours("scheduled_time")) {
        request = request
            .header("x-aws-sqsd-taskname", name)
            .header("x-aws-sqsd-scheduled-at", at);
    }
    (path, request)
}
